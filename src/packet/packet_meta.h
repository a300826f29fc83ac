// What is known of a packet besides its bytes.
#ifndef UNETNS_PACKET_PACKET_META_H_
#define UNETNS_PACKET_PACKET_META_H_

#include <cstdint>

#include "env/clock.h"

namespace unetns {

class NetDevice;

enum class PacketType : uint8_t {
  kHost = 0,
  kBroadcast = 1,
  kMulticast = 2,
  kOtherHost = 3,
  kOutgoing = 4,
  kLoopback = 5
};  // PACKET_* of packet(7)

enum class ChecksumState : uint8_t {
  kNone,         // must be verified in software
  kUnnecessary,  // known good: never left this machine, or verified
  kPartial,      // to be filled in when it leaves this machine: csum_start/csum_offset say where
};

// One cache line, plain data, copied by clone().
struct PacketMeta {
  NetDevice* dev = nullptr;  // receiving or sending device; the packet's Net follows from it
  uint32_t mark = 0;         // SO_MARK
  uint32_t priority = 0;     // SO_PRIORITY
  uint16_t protocol = 0;     // ethertype, host order
  uint16_t mac_offset = 0;   // offsets from the start of the buffer's storage; 0 when unset
  uint16_t network_offset = 0;
  uint16_t transport_offset = 0;
  PacketType type = PacketType::kHost;
  ChecksumState checksum = ChecksumState::kNone;
  uint8_t hops = 0;         // devices passed since it was born: a loop guard
  uint8_t flags = 0;        // kFlag*
  uint16_t gso_size = 0;    // payload per segment; 0: not GSO
  uint16_t csum_start = 0;  // like the offsets above
  uint16_t csum_offset = 0;
  Nanos tstamp{};   // realtime of reception or transmission; 0 unset
  int32_t iif = 0;  // ifindex it came in by, for sockets (survives redirection to lo)
  uint32_t origin = 0;  // the packet socket that sent it, until it is received; 0: none

  // What a piece of a packet has of the whole: all but offsets, checksum and segments.
  void inherit(const PacketMeta& whole) {
    dev = whole.dev;
    mark = whole.mark;
    priority = whole.priority;
    protocol = whole.protocol;
    type = whole.type;
    hops = whole.hops;
    flags = whole.flags;
    tstamp = whole.tstamp;
    iif = whole.iif;
    origin = whole.origin;
  }

  static constexpr uint8_t kForwarded = 1;  // passes through; not from a local socket
  static constexpr uint8_t kReassembled = 2;
  static constexpr uint8_t kDontFragment = 4;
};

}  // namespace unetns

#endif  // UNETNS_PACKET_PACKET_META_H_
