#include "socket/packet/packet_family.h"

#include <linux/capability.h>

#include <algorithm>

#include "socket/packet/packet_fanout.h"
#include "socket/packet/packet_socket.h"

namespace unetns {
namespace {

class HeapMemory final : public RingMemory {
 public:
  explicit HeapMemory(size_t size)
      : bytes_(new (std::align_val_t{64}) uint8_t[size]()), size_(size) {}
  MutableBytes bytes() override { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(uint8_t* p) const { ::operator delete[](p, std::align_val_t{64}); }
  };
  std::unique_ptr<uint8_t[], Free> bytes_;
  size_t size_;
};

class HeapSource final : public RingMemorySource {
 public:
  Result<std::unique_ptr<RingMemory>> allocate(size_t size) override {
    return std::make_unique<HeapMemory>(size);
  }
};

}  // namespace

PacketFamily::PacketFamily(NetdevLayer& netdevs, DeviceIoctls& ioctls)
    : parts_{netdevs, ioctls, *this},
      heap_(std::make_unique<HeapSource>()),
      ring_memory_(heap_.get()) {}

Result<std::unique_ptr<PacketFamily>> PacketFamily::create(NetdevLayer& netdevs,
                                                           DeviceIoctls& ioctls) {
  std::unique_ptr<PacketFamily> family(new PacketFamily(netdevs, ioctls));
  UNETNS_TRY(netdevs.subscribe(*family));
  return family;
}

PacketFamily::~PacketFamily() { parts_.netdevs.unsubscribe(*this); }

Result<std::unique_ptr<Socket>> PacketFamily::create(Net& net, const Caller& caller, int type,
                                                     int protocol) {
  if (type < 0 || type > SOCK_PACKET) return fail(EINVAL);
  if (!caller.capable(CAP_NET_RAW)) return fail(EPERM);
  if (type != SOCK_RAW && type != SOCK_DGRAM) return fail(ESOCKTNOSUPPORT);
  // The number is in network order, here as in socket(2).
  const uint16_t ethertype = to_be16(static_cast<uint16_t>(protocol));
  return std::make_unique<PacketSocket>(net, parts_, caller, type, ethertype);
}

Result<void> PacketFamily::netdev_event(NetDevice& dev, NetdevEvent event) {
  if (event != NetdevEvent::kUp && event != NetdevEvent::kDown && event != NetdevEvent::kUnregister)
    return {};
  const auto found = sockets_.find(&dev.net());
  if (found == sockets_.end()) return {};
  for (PacketSocket* socket : found->second) socket->device_event(dev, event);
  return {};
}

void PacketFamily::for_each(const Net& net,
                            const std::function<void(const PacketSocket&)>& fn) const {
  const auto found = sockets_.find(&net);
  if (found == sockets_.end()) return;
  for (const PacketSocket* socket : found->second) fn(*socket);
}

void PacketFamily::add(PacketSocket& socket) { sockets_[&socket.net()].push_back(&socket); }

void PacketFamily::remove(PacketSocket& socket) {
  const auto found = sockets_.find(&socket.net());
  std::erase(found->second, &socket);
  if (found->second.empty()) sockets_.erase(found);
}

uint32_t PacketFamily::next_origin() {
  if (++last_origin_ == 0) ++last_origin_;
  return last_origin_;
}

}  // namespace unetns
