// PacketSocket: AF_PACKET (packet(7)).
#ifndef UNETNS_SOCKET_PACKET_PACKET_SOCKET_H_
#define UNETNS_SOCKET_PACKET_PACKET_SOCKET_H_

#include <linux/if_packet.h>

#include <optional>

#include "netdev/netdev_layer.h"
#include "socket/inet/ring_queue.h"
#include "socket/packet/packet_memberships.h"
#include "socket/packet/packet_parts.h"
#include "socket/packet/packet_ring.h"
#include "socket/packet/ring_memory.h"
#include "socket/packet/transmit_ring.h"
#include "socket/socket.h"

namespace unetns {

class FanoutGroup;

class PacketSocket final : public Socket, public PacketTap {
 public:
  PacketSocket(Net& net, const PacketParts& parts, const Caller& caller, int type,
               uint16_t protocol);
  ~PacketSocket() override;

  Result<void> bind(const Caller& caller, Bytes name) override;
  Result<void> connect(const Caller&, Bytes) override { return fail(EOPNOTSUPP); }
  Result<SockAddr> local_name() const override;
  Result<SockAddr> peer_name() const override { return fail(EOPNOTSUPP); }
  Result<size_t> send(const Caller& caller, const SendRequest& request) override;
  Result<Message> receive(int flags) override;
  Result<void> may_receive(int flags) const override;
  ByteVector control_for(const Message& message) const override;
  Result<void> set_option(const Caller& caller, int level, int name, Bytes value) override;
  Result<ByteVector> get_option(const Caller& caller, int level, int name, size_t max) override;
  Result<ByteVector> query_option(const Caller& caller, int level, int name, Bytes given) override;
  Result<void> shutdown(int) override { return fail(EOPNOTSUPP); }
  Result<int> ioctl(const Caller& caller, unsigned long request, MutableBytes arg) override;
  uint32_t poll() const override;
  RingMemory* ring_memory() override { return ring_memory_.get(); }

  void tapped(NetDevice& dev, const Packet& frame, bool outgoing) override;
  void device_event(NetDevice& dev, NetdevEvent event);

  // ---- facts for /proc/net/packet
  uint16_t ethertype() const { return ethertype_; }
  int bound_device() const { return ifindex_; }
  bool hooked() const { return hook_.has_value(); }
  // The kernel's name of what takes its frames (/proc/net/ptype).
  std::string_view receiver() const {
    return fanout_ ? "packet_rcv_fanout" : rx_ring_ ? "tpacket_rcv" : "packet_rcv";
  }
  uint32_t owner() const { return uid_; }
  uint32_t memory() const { return queued_bytes_ + unread_charge(true); }

  // ---- for FanoutGroup
  // Takes a frame if the filter does; false: there was no room.
  bool capture(NetDevice& dev, const Packet& frame, bool outgoing);
  bool has_room() const;
  void leave_traffic() { unhook(); }
  bool sent(const Packet& frame) const { return frame.meta().origin == origin_; }

 protected:
  uint32_t receive_memory() const override { return memory(); }
  uint32_t receive_drops() const override { return drops_; }
  Result<int> device_index(std::string_view name) const override;
  std::string device_name(int ifindex) const override;

 private:
  struct Queued {
    Packet packet;  // front: what the program gets
    sockaddr_ll name{};
    uint32_t length = 0;  // before the filter cut it
    uint32_t network = 0;
    uint32_t status = 0;
    uint16_t vlan_tci = 0, vlan_tpid = 0;
    Nanos tstamp{};
    uint32_t charge = 0;
  };
  struct Target {
    NetDevice* dev;
    uint16_t protocol;
    Bytes address;  // SOCK_DGRAM: link-layer destination; empty: none was given
  };

  void hook();  // requires a protocol, and a device that is up or none
  void unhook();
  NetDevice* device() const;  // that it is bound to
  Result<Target> target(Bytes name) const;
  Result<void> transmit(const Target& to, Bytes data, uint32_t mark);
  Result<size_t> send_ring(const Target& to);
  Message to_message(const Queued& q) const;
  bool to_ring(RingFrame frame);
  Result<void> change_ring(Bytes request, bool receiving);
  Result<void> set_number(int name, Bytes value);
  Result<void> join_fanout(Bytes value);
  Result<ByteVector> statistics(size_t max);
  Result<void> not_with_rings() const;  // EBUSY

  const PacketParts& parts_;
  const uint32_t origin_;  // marks what it sends, so that it does not see it
  const uint32_t uid_;
  uint16_t ethertype_;
  int ifindex_ = 0;  // -1: the device it was bound to is gone
  std::optional<TapScope> hook_;
  PacketMemberships memberships_;
  FanoutGroup* fanout_ = nullptr;

  RingQueue<Queued> queue_;
  uint32_t queued_bytes_ = 0;
  uint32_t packets_ = 0, losses_ = 0;  // since PACKET_STATISTICS was asked for
  uint32_t drops_ = 0;
  Nanos last_stamp_{};

  std::unique_ptr<RingMemory> ring_memory_;
  RingGeometry rx_geometry_, tx_geometry_;
  std::unique_ptr<PacketRing> rx_ring_;
  std::unique_ptr<TransmitRing> tx_ring_;

  int version_ = TPACKET_V1;
  uint32_t reserve_ = 0;
  uint32_t vnet_size_ = 0;  // bytes of struct virtio_net_hdr before each frame; 0: none
  int copy_threshold_ = 0, timestamp_ = 0;
  bool auxdata_ = false, origdev_ = false, loss_ = false;
  bool ignore_outgoing_ = false, tx_has_offset_ = false, qdisc_bypass_ = false;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_PACKET_SOCKET_H_
