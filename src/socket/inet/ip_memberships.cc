// Multicast groups of a socket (ip(7): IP_ADD_MEMBERSHIP, IP_MULTICAST_IF).
#include <algorithm>

#include "inet/ip/ipv4_stack.h"
#include "socket/inet/ip_option_set.h"

namespace unetns {
namespace {

// struct ip_mreq, ip_mreqn, in_addr or, for MCAST_*, group_req: whichever the length says.
struct GroupRequest {
  Ipv4Address group, address;
  int ifindex = 0;
};

Result<GroupRequest> parse_group(int name, Bytes b) {
  GroupRequest r;
  if (name == MCAST_JOIN_GROUP || name == MCAST_LEAVE_GROUP) {
    if (b.size() < sizeof(group_req)) return fail(EINVAL);
    const auto q = load<group_req>(b.data());
    const auto to = load<sockaddr_in>(b.data() + offsetof(group_req, gr_group));
    if (to.sin_family != AF_INET) return fail(EINVAL);
    r.group = Ipv4Address::from_be(to.sin_addr.s_addr);
    r.ifindex = static_cast<int>(q.gr_interface);
    return r;
  }
  if (b.size() < sizeof(ip_mreq)) return fail(EINVAL);
  r.group = Ipv4Address::from(b.data());
  r.address = Ipv4Address::from(b.data() + 4);
  if (b.size() >= sizeof(ip_mreqn)) r.ifindex = load<int>(b.data() + 8);
  return r;
}

}  // namespace

IpOptionSet::IpOptionSet(Socket& socket, const InetParts& parts) : socket_(socket), parts_(parts) {
  if (parts.stack.ip().settings(socket.net()).no_pmtu_disc != 0)
    values_.pmtu_discover = IP_PMTUDISC_DONT;
}

IpOptionSet::~IpOptionSet() {
  if (values_.memberships.empty()) return;
  auto& groups = parts_.stack.ip().memberships(socket_.net());
  for (const GroupMembership& m : values_.memberships) groups.leave(m.ifindex, m.group);
}

Result<int> IpOptionSet::device_index(std::string_view name) const {
  NetDevice* dev = parts_.netdevs.by_name(socket_.net(), name);
  if (!dev) return fail(ENODEV);
  return dev->ifindex();
}

std::string IpOptionSet::device_name(int ifindex) const {
  NetDevice* dev = parts_.netdevs.by_index(socket_.net(), ifindex);
  return dev ? std::string(dev->name()) : std::string();
}

Result<uint8_t> IpOptionSet::check_bind(const Ipv4Address& address) const {
  if (address.is_zero()) return uint8_t{RTN_LOCAL};
  const uint8_t type = parts_.stack.ip().routes().address_type(socket_.net(), address);
  const bool any = values_.free_bind || values_.transparent ||
                   parts_.stack.ip().settings(socket_.net()).nonlocal_bind != 0;
  if (type != RTN_LOCAL && type != RTN_MULTICAST && type != RTN_BROADCAST && !any)
    return fail(EADDRNOTAVAIL);
  return type;
}

NetDevice* IpOptionSet::device_with_address(const Ipv4Address& address) const {
  NetDevice* found = nullptr;
  RouteLookup<V4>& routes = parts_.stack.ip().routes();
  if (routes.address_type(socket_.net(), address) != RTN_LOCAL) return nullptr;
  parts_.netdevs.for_each(socket_.net(), [&](NetDevice& dev) {
    if (!found && routes.address_type(socket_.net(), address, dev.ifindex()) == RTN_LOCAL)
      found = &dev;
  });
  return found;
}

Result<NetDevice*> IpOptionSet::membership_device(int ifindex, const Ipv4Address& address,
                                                  const Ipv4Address& group) const {
  if (ifindex != 0) {
    NetDevice* dev = parts_.netdevs.by_index(socket_.net(), ifindex);
    if (!dev) return fail(ENODEV);
    return dev;
  }
  if (!address.is_zero()) {
    NetDevice* dev = device_with_address(address);
    if (!dev) return fail(ENODEV);
    return dev;
  }
  FlowKey<V4> key;
  key.dst = group;
  const auto route = parts_.stack.ip().routes().output(socket_.net(), key);
  if (!route || !route->dev) return fail(ENODEV);
  return route->dev;
}

Result<void> IpOptionSet::change_membership(int name, Bytes value) {
  if (stream()) return fail(EPROTO);
  UNETNS_ASSIGN(const GroupRequest r, parse_group(name, value));
  if (!r.group.is_multicast()) return fail(EINVAL);
  auto& list = values_.memberships;
  auto& groups = parts_.stack.ip().memberships(socket_.net());
  auto same = [&](int ifindex) {
    return std::find_if(list.begin(), list.end(), [&](const GroupMembership& m) {
      return m.group == r.group && (ifindex == 0 || m.ifindex == ifindex);
    });
  };
  if (name == IP_ADD_MEMBERSHIP || name == MCAST_JOIN_GROUP) {
    UNETNS_ASSIGN(NetDevice * dev, membership_device(r.ifindex, r.address, r.group));
    if (same(dev->ifindex()) != list.end()) return fail(EADDRINUSE);
    const int most = parts_.stack.ip().settings(socket_.net()).igmp_max_memberships;
    if (list.size() >= static_cast<size_t>(std::max(most, 0))) return fail(ENOBUFS);
    list.push_back({r.group, dev->ifindex()});
    groups.join(dev->ifindex(), r.group);
    return {};
  }
  int ifindex = r.ifindex;
  if (ifindex == 0 && !r.address.is_zero()) {
    NetDevice* dev = device_with_address(r.address);
    if (!dev) return fail(ENODEV);
    ifindex = dev->ifindex();
  }
  const auto it = same(ifindex);
  if (it == list.end()) return fail(EADDRNOTAVAIL);
  groups.leave(it->ifindex, it->group);
  list.erase(it);
  return {};
}

Result<void> IpOptionSet::set_multicast_if(Bytes value) {
  if (stream()) return fail(EINVAL);
  if (value.size() < sizeof(in_addr)) return fail(EINVAL);
  Ipv4Address address;
  int ifindex = 0;
  if (value.size() >= sizeof(ip_mreqn)) {
    address = Ipv4Address::from(value.data() + 4);
    ifindex = load<int>(value.data() + 8);
  } else if (value.size() >= sizeof(ip_mreq)) {
    address = Ipv4Address::from(value.data() + 4);
  } else {
    address = Ipv4Address::from(value.data());
  }
  if (ifindex == 0 && address.is_zero()) {
    values_.multicast_ifindex = 0;
    values_.multicast_address = {};
    return {};
  }
  NetDevice* dev =
      ifindex != 0 ? parts_.netdevs.by_index(socket_.net(), ifindex) : device_with_address(address);
  if (!dev) return fail(EADDRNOTAVAIL);
  if (socket_.options().bound_ifindex != 0 && socket_.options().bound_ifindex != dev->ifindex())
    return fail(EINVAL);
  values_.multicast_ifindex = dev->ifindex();
  values_.multicast_address = address;
  return {};
}

}  // namespace unetns
