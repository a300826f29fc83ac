#include "socket/packet/packet_socket.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <array>

#include "netdev/ethernet.h"
#include "socket/ioctl/device_ioctls.h"
#include "socket/packet/packet_family.h"
#include "socket/packet/packet_fanout.h"
#include "socket/queue_ioctl.h"

namespace unetns {

PacketSocket::PacketSocket(Net& net, const PacketParts& parts, const Caller& caller, int type,
                           uint16_t protocol)
    : Socket(net, AF_PACKET, type, 0),
      parts_(parts),
      origin_(parts.family.next_origin()),
      uid_(caller.uid()),
      ethertype_(protocol),
      memberships_(parts.netdevs, net) {
  parts_.family.add(*this);
  if (ethertype_ != 0) hook();
}

PacketSocket::~PacketSocket() {
  if (fanout_) fanout_->leave(*this);
  unhook();
  parts_.family.remove(*this);
}

NetDevice* PacketSocket::device() const {
  return ifindex_ > 0 ? parts_.netdevs.by_index(net(), ifindex_) : nullptr;
}

void PacketSocket::hook() {
  if (hook_ || (ifindex_ != 0 && !device())) return;
  hook_ = TapScope{.dev = device(),
                   .net = ifindex_ == 0 ? &net() : nullptr,
                   .protocol = ethertype_ == ETH_P_ALL ? uint16_t{0} : ethertype_};
  if (fanout_)
    fanout_->start(*this, *hook_);
  else
    parts_.netdevs.add_tap(*hook_, *this);
}

void PacketSocket::unhook() {
  if (!hook_) return;
  if (fanout_)
    fanout_->stop(*this, *hook_);
  else
    parts_.netdevs.remove_tap(*hook_, *this);
  hook_.reset();
}

Result<void> PacketSocket::bind(const Caller&, Bytes name) {
  if (name.size() < sizeof(sockaddr_ll)) return fail(EINVAL);
  const auto wanted = load<sockaddr_ll>(name.data());
  if (wanted.sll_family != AF_PACKET || fanout_) return fail(EINVAL);
  const uint16_t protocol = wanted.sll_protocol ? to_be16(wanted.sll_protocol) : ethertype_;
  NetDevice* dev = nullptr;
  if (wanted.sll_ifindex != 0) {
    dev = parts_.netdevs.by_index(net(), wanted.sll_ifindex);
    if (!dev) return fail(ENODEV);
  }
  if (protocol == ethertype_ && wanted.sll_ifindex == ifindex_) return {};
  unhook();
  ethertype_ = protocol;
  ifindex_ = wanted.sll_ifindex;
  if (protocol == 0) return {};
  if (!dev || dev->up())
    hook();
  else
    set_error(ENETDOWN);
  return {};
}

void PacketSocket::device_event(NetDevice& dev, NetdevEvent event) {
  if (event == NetdevEvent::kUnregister) memberships_.device_gone(dev);
  if (dev.ifindex() != ifindex_) return;
  if (event == NetdevEvent::kUp) {
    if (ethertype_ != 0) hook();
    return;
  }
  const bool was_hooked = hook_.has_value();
  unhook();
  if (event == NetdevEvent::kUnregister) ifindex_ = -1;
  if (was_hooked) set_error(ENETDOWN);
}

Result<SockAddr> PacketSocket::local_name() const {
  sockaddr_ll name{};
  name.sll_family = AF_PACKET;
  name.sll_protocol = to_be16(ethertype_);
  name.sll_ifindex = ifindex_;
  if (const NetDevice* dev = device()) {
    name.sll_hatype = dev->type;
    name.sll_halen = dev->address.len;
    std::memcpy(name.sll_addr, dev->address.bytes.data(),
                std::min<size_t>(dev->address.len, sizeof name.sll_addr));
  }
  SockAddr out = SockAddr::of(name);
  out.len = static_cast<uint32_t>(offsetof(sockaddr_ll, sll_addr) + name.sll_halen);
  return out;
}

uint32_t PacketSocket::poll() const {
  uint32_t events = POLLOUT;
  if (error() != 0) events |= POLLERR;
  if (!queue_.empty() || (rx_ring_ && rx_ring_->readable())) events |= POLLIN;
  return events;
}

Result<int> PacketSocket::ioctl(const Caller& caller, unsigned long request, MutableBytes arg) {
  const size_t next = queue_.empty() ? 0 : queue_.front().packet.size();
  if (auto done = queue_ioctl(request, arg, next, last_stamp_)) return *done;
  return parts_.ioctls.ioctl(net(), caller, request, arg);
}

Result<int> PacketSocket::device_index(std::string_view name) const {
  const NetDevice* dev = parts_.netdevs.by_name(net(), name);
  if (!dev) return fail(ENODEV);
  return dev->ifindex();
}

std::string PacketSocket::device_name(int ifindex) const {
  const NetDevice* dev = parts_.netdevs.by_index(net(), ifindex);
  return dev ? std::string(dev->name()) : std::string();
}

}  // namespace unetns
