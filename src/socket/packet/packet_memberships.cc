#include "socket/packet/packet_memberships.h"

#include <algorithm>

namespace unetns {
namespace {
constexpr size_t kAddressAt = offsetof(packet_mreq, mr_address);
constexpr size_t kLongest = kAddressAt + 32;  // MAX_ADDR_LEN
}  // namespace

PacketMemberships::~PacketMemberships() {
  for (const Membership& m : list_)
    if (NetDevice* dev = netdevs_.by_index(net_, m.ifindex)) (void)apply(*dev, m, false);
}

Result<PacketMemberships::Membership> PacketMemberships::parse(Bytes value) {
  if (value.size() < sizeof(packet_mreq)) return fail(EINVAL);
  const auto req = load<packet_mreq>(value.data());
  if (std::min(value.size(), kLongest) < kAddressAt + req.mr_alen) return fail(EINVAL);
  return Membership{req.mr_ifindex, req.mr_type,
                    LinkLayerAddress::from(value.subspan(kAddressAt, req.mr_alen))};
}

Result<void> PacketMemberships::apply(NetDevice& dev, const Membership& m, bool on) {
  switch (m.type) {
    case PACKET_MR_PROMISC:
      netdevs_.set_promiscuity(dev, on ? 1 : -1);
      return {};
    case PACKET_MR_ALLMULTI:
      netdevs_.set_allmulti(dev, on ? 1 : -1);
      return {};
    case PACKET_MR_MULTICAST:
      if (m.address.len != dev.address.len) return fail(EINVAL);
      if (!on) return netdevs_.del_multicast(dev, m.address);
      netdevs_.add_multicast(dev, m.address);
      return {};
    case PACKET_MR_UNICAST:
      if (m.address.len != dev.address.len) return fail(EINVAL);
      if (!on) return netdevs_.del_unicast(dev, m.address);
      netdevs_.add_unicast(dev, m.address);
      return {};
    default:
      return {};
  }
}

Result<void> PacketMemberships::add(Bytes value) {
  UNETNS_ASSIGN(const Membership wanted, parse(value));
  NetDevice* dev = netdevs_.by_index(net_, wanted.ifindex);
  if (!dev) return fail(ENODEV);
  if (wanted.address.len > dev->address.len) return fail(EINVAL);
  for (Membership& m : list_) {
    if (!m.same(wanted)) continue;
    ++m.users;
    return {};
  }
  constexpr size_t kMost = 4096;
  if (list_.size() == kMost) return fail(ENOBUFS);
  UNETNS_TRY(apply(*dev, wanted, true));
  list_.push_back(wanted);
  return {};
}

Result<void> PacketMemberships::drop(Bytes value) {
  UNETNS_ASSIGN(const Membership wanted, parse(value));
  const auto m =
      std::find_if(list_.begin(), list_.end(), [&](const auto& x) { return x.same(wanted); });
  if (m == list_.end()) return {};
  if (--m->users > 0) return {};
  const Membership gone = *m;
  list_.erase(m);
  if (NetDevice* dev = netdevs_.by_index(net_, gone.ifindex)) (void)apply(*dev, gone, false);
  return {};
}

void PacketMemberships::device_gone(const NetDevice& dev) {
  std::erase_if(list_, [&](const Membership& m) {
    if (m.ifindex != dev.ifindex()) return false;
    (void)apply(const_cast<NetDevice&>(dev), m, false);
    return true;
  });
}

}  // namespace unetns
