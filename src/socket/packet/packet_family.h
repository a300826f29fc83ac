// PacketFamily: socket(2) of AF_PACKET (packet(7)), and what all its sockets share.
#ifndef UNETNS_SOCKET_PACKET_PACKET_FAMILY_H_
#define UNETNS_SOCKET_PACKET_PACKET_FAMILY_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "netdev/netdev_layer.h"
#include "socket/packet/packet_parts.h"
#include "socket/packet/ring_memory.h"
#include "socket/socket.h"

namespace unetns {

class FanoutGroup;
class PacketSocket;

class PacketFamily final : public SocketFamily, public NetdevNotifier {
 public:
  // Borrowed; must outlive the sockets. Subscribes to the devices.
  static Result<std::unique_ptr<PacketFamily>> create(NetdevLayer& netdevs, DeviceIoctls& ioctls);
  ~PacketFamily() override;

  int domain() const override { return AF_PACKET; }
  Result<std::unique_ptr<Socket>> create(Net& net, const Caller& caller, int type,
                                         int protocol) override;
  Result<void> netdev_event(NetDevice& dev, NetdevEvent event) override;

  // Where the memory of rings comes from; by default the heap, which no program can map.
  void set_ring_memory(RingMemorySource& source) { ring_memory_ = &source; }
  RingMemorySource& ring_memory() { return *ring_memory_; }

  // The sockets of a namespace, oldest first.
  void for_each(const Net& net, const std::function<void(const PacketSocket&)>& fn) const;

  // ---- for the sockets
  void add(PacketSocket& socket);
  void remove(PacketSocket& socket);
  uint32_t next_origin();
  std::vector<std::unique_ptr<FanoutGroup>>& fanouts() { return fanouts_; }

 private:
  PacketFamily(NetdevLayer& netdevs, DeviceIoctls& ioctls);
  PacketParts parts_;
  absl::flat_hash_map<const Net*, std::vector<PacketSocket*>> sockets_;
  std::vector<std::unique_ptr<FanoutGroup>> fanouts_;
  std::unique_ptr<RingMemorySource> heap_;
  RingMemorySource* ring_memory_;
  uint32_t last_origin_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_PACKET_FAMILY_H_
