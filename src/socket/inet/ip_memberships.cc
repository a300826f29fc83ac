// Multicast groups of a socket (ip(7): IP_ADD_MEMBERSHIP, IP_MULTICAST_IF).
#include <algorithm>

#include "inet/ip/ipv4_stack.h"
#include "socket/inet/group_request.h"
#include "socket/inet/ip_option_set.h"

namespace unetns {
IpOptionSet::IpOptionSet(Socket& socket, const InetParts& parts) : socket_(socket), parts_(parts) {
  if (parts.stack.ip().settings(socket.net()).no_pmtu_disc != 0)
    values_.pmtu_discover = IP_PMTUDISC_DONT;
  values_.multicast_all = socket.domain() != AF_INET6;
}

IpOptionSet::~IpOptionSet() {
  if (values_.memberships.empty()) return;
  auto& groups = parts_.stack.ip().memberships(socket_.net());
  for (const GroupMembership& m : values_.memberships) groups.leave(m.ifindex, m.group, m.filter);
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

GroupMembership* IpOptionSet::membership(const GroupRequest& r) {
  // A device that can't be found any more may still be named by its index.
  const auto dev = membership_device(r.ifindex, r.address, r.group);
  const int ifindex = dev ? (*dev)->ifindex() : r.ifindex;
  if (ifindex == 0) return nullptr;
  for (GroupMembership& m : values_.memberships)
    if (m.group == r.group && m.ifindex == ifindex) return &m;
  return nullptr;
}

Result<void> IpOptionSet::join(const GroupRequest& r, const SourceFilter<V4>& filter) {
  UNETNS_ASSIGN(NetDevice * dev, membership_device(r.ifindex, r.address, r.group));
  if (membership(r)) return fail(EADDRINUSE);
  const int most = parts_.stack.ip().settings(socket_.net()).igmp_max_memberships;
  auto& list = values_.memberships;
  if (list.size() >= static_cast<size_t>(std::max(most, 0))) return fail(ENOBUFS);
  if (!socket_.net().registry().may_allocate()) return fail(ENOMEM);
  list.push_back({r.group, dev->ifindex(), filter, !filter.sources.empty()});
  parts_.stack.ip().memberships(socket_.net()).join(dev->ifindex(), r.group, filter);
  return {};
}

void IpOptionSet::give_up(GroupMembership* m) {
  parts_.stack.ip().memberships(socket_.net()).leave(m->ifindex, m->group, m->filter);
  values_.memberships.erase(values_.memberships.begin() + (m - values_.memberships.data()));
}

Result<void> IpOptionSet::leave(const GroupRequest& r) {
  if (GroupMembership* m = membership(r)) {
    give_up(m);
    return {};
  }
  const bool named = r.ifindex != 0 || !r.address.is_zero();
  return fail(named || membership_device(0, {}, r.group) ? EADDRNOTAVAIL : ENODEV);
}

void IpOptionSet::apply(GroupMembership& m, SourceFilter<V4> filter) {
  parts_.stack.ip().memberships(socket_.net()).change(m.ifindex, m.group, m.filter, filter);
  m.filter = std::move(filter);
  m.filter_set = true;
}

Result<void> IpOptionSet::change_source(int name, const GroupRequest& r) {
  const bool adds = name == IP_ADD_SOURCE_MEMBERSHIP || name == IP_BLOCK_SOURCE ||
                    name == MCAST_JOIN_SOURCE_GROUP || name == MCAST_BLOCK_SOURCE;
  const bool exclude = name == IP_BLOCK_SOURCE || name == IP_UNBLOCK_SOURCE ||
                       name == MCAST_BLOCK_SOURCE || name == MCAST_UNBLOCK_SOURCE;
  GroupMembership* m = membership(r);
  if (!m && adds && !exclude) return join(r, {false, {r.source}});
  if (!m) {
    UNETNS_TRY(membership_device(r.ifindex, r.address, r.group));
    return fail(EINVAL);
  }
  if (m->filter_set && m->filter.exclude != exclude) return fail(EINVAL);
  SourceFilter<V4> filter = m->filter;
  if (filter.exclude != exclude) filter = {exclude, {}};  // free to choose while no source is named
  auto& sources = filter.sources;
  const auto at = std::lower_bound(sources.begin(), sources.end(), r.source);
  const bool there = at != sources.end() && *at == r.source;
  if (adds == there) return fail(EADDRNOTAVAIL);
  if (!adds) {
    sources.erase(at);
    if (filter.none()) {
      give_up(m);
      return {};
    }
  } else {
    const int most = parts_.stack.ip().settings(socket_.net()).igmp_max_msf;
    if (sources.size() >= static_cast<size_t>(std::max(most, 0))) return fail(ENOBUFS);
    sources.insert(at, r.source);
  }
  apply(*m, std::move(filter));
  return {};
}

Result<void> IpOptionSet::set_filter(const GroupRequest& r, const SourceFilter<V4>& filter) {
  GroupMembership* m = membership(r);
  if (!m) return fail(EINVAL);
  if (filter.none())
    give_up(m);
  else
    apply(*m, filter);
  return {};
}

Result<ByteVector> IpOptionSet::group_filter(int name, Bytes given) const {
  UNETNS_ASSIGN(const FilterQuestion asked, FilterQuestion::parse(name, given));
  int ifindex = asked.group.ifindex;
  if (asked.plain) {
    UNETNS_ASSIGN(const NetDevice* dev,
                  membership_device(0, asked.group.address, asked.group.group));
    ifindex = dev->ifindex();
  }
  for (const GroupMembership& m : values_.memberships)
    if (m.group == asked.group.group && m.ifindex == ifindex) return asked.answer(m.filter);
  return fail(EADDRNOTAVAIL);
}

Result<void> IpOptionSet::change_membership(int name, Bytes value) {
  if (stream() && (name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP)) return fail(EPROTO);
  if (name == IP_MSFILTER || name == MCAST_MSFILTER) {
    const int most = parts_.stack.ip().settings(socket_.net()).igmp_max_msf;
    UNETNS_ASSIGN(const FilterRequest r,
                  FilterRequest::parse(name, value, static_cast<size_t>(std::max(most, 0))));
    if (stream()) return fail(EPROTO);
    return set_filter(r.group, r.filter);
  }
  UNETNS_ASSIGN(const GroupRequest r, GroupRequest::parse(name, value));
  if (stream()) return fail(EPROTO);
  const bool leaves = name == IP_DROP_MEMBERSHIP || name == MCAST_LEAVE_GROUP;
  if (!leaves && !r.group.is_multicast()) return fail(EINVAL);
  switch (name) {
    case IP_ADD_MEMBERSHIP:
    case MCAST_JOIN_GROUP:
      return join(r, {});
    case IP_DROP_MEMBERSHIP:
    case MCAST_LEAVE_GROUP:
      return leave(r);
    default:
      return change_source(name, r);
  }
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
