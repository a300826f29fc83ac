// The ring of PACKET_RX_RING: frames laid where a program maps them (packet_mmap.rst), in one of
// the three layouts of PACKET_VERSION.
#ifndef UNETNS_SOCKET_PACKET_PACKET_RING_H_
#define UNETNS_SOCKET_PACKET_PACKET_RING_H_

#include <linux/if_packet.h>

#include <memory>
#include <optional>

#include "env/timers.h"
#include "packet/packet.h"
#include "packet/vnet_header.h"

namespace unetns {

// A frame for a ring.
struct RingFrame {
  const Packet& packet;
  size_t skip;       // bytes from its front that the program is not given
  uint32_t length;   // of what there is to give
  uint32_t snap;     // how much of it at most
  uint32_t network;  // where in it the network header lies
  sockaddr_ll name;
  uint32_t status;  // TP_STATUS_*
  Nanos time;       // realtime
  std::optional<VnetHeader> vnet;
  uint32_t vnet_size = 0;  // bytes that it takes
  uint16_t vlan_tci = 0, vlan_tpid = 0;
};

struct RingGeometry {
  int version = TPACKET_V1;
  uint32_t block_size = 0, block_nr = 0, frame_size = 0, frame_nr = 0;
  uint32_t reserve = 0;  // PACKET_RESERVE
  bool dgram = false;    // SOCK_DGRAM
  uint32_t priv = 0;     // TPACKET_V3: bytes of each block for the program
  Nanos retire_after{};  // TPACKET_V3
  size_t size() const { return size_t{block_size} * block_nr; }
};

// Bytes before a frame's data at the least, struct sockaddr_ll included; EINVAL: no such version.
Result<uint32_t> ring_header_length(int version);
// struct tpacket_req, or tpacket_req3 of TPACKET_V3 with `receiving`. EINVAL.
Result<RingGeometry> parse_ring_request(Bytes value, int version, uint32_t reserve, bool receiving);

class PacketRing {
 public:
  virtual ~PacketRing() = default;
  // False: the program has not freed any room.
  virtual bool put(const RingFrame& frame) = 0;
  // Whether what was laid there last is still to be read.
  virtual bool readable() const = 0;
  virtual uint32_t freezes() { return 0; }  // tp_freeze_q_cnt

  // `memory` outlives it.
  static std::unique_ptr<PacketRing> create(const RingGeometry& geometry, MutableBytes memory,
                                            TimerQueue& timers, const Clock& clock,
                                            std::function<void()> on_readable);
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_PACKET_RING_H_
