#include "socket/inet/ipv6_option_set.h"

#include <netinet/in.h>

#include <algorithm>
#include <climits>
#include <optional>

#include "netdev/netdev_layer.h"
#include "socket/inet/ip_option_set.h"
#include "socket/socket.h"
#include "socket/sol_socket.h"

// Defaults, ranges and errors found by trying all names and many values on Linux 6.18.
namespace unetns {
namespace {

// Those that the libc headers lack.
constexpr int kAddMembership = IPV6_JOIN_GROUP, kDropMembership = IPV6_LEAVE_GROUP;
constexpr int kFlowInfo = 11, kFlowLabelMgr = 32, kFlowInfoSend = 33, k2292PktOptions = 6;
constexpr int kMulticastAll = 29, kRouterAlertIsolate = 30, kRecverrRfc4884 = 31;
constexpr int kAddrPreferences = 72, kMinHopCount = 73, kRecvOrigDstAddr = 74, kTransparent = 75;
constexpr int kUnicastIf = 76, kRecvFragSize = 77, kFreebind = 78;
constexpr size_t kFlowLabelRequest = 32;  // struct in6_flowlabel_req
constexpr int kHopLimit = 64;
constexpr size_t kMostGroups = 2340;  // what net.core.optmem_max has room for
constexpr int kPreferTmp = 1, kPreferPublic = 2, kPreferCoa = 4, kPreferCga = 8;
constexpr int kPreferUsual = 0x100, kPreferHome = 0x400, kPreferNonCga = 0x800;

enum class Kind : uint8_t {
  kFlag,       // any number; 0 is off
  kLooseFlag,  // the same, and what is too short is 0
  kYesOrNo,    // 0 or 1
  kNumber,     // from `least` to `most`; -1, where it may be: the default
};
struct Rule {
  int name;
  Kind kind = Kind::kFlag;
  int usual = 0, least = 0, most = 1;
};
constexpr Rule kRules[] = {
    {2},  // IPV6_2292PKTINFO, …HOPOPTS, …DSTOPTS, …RTHDR, …HOPLIMIT
    {3},
    {4},
    {5},
    {8},
    {kFlowInfo},
    {IPV6_UNICAST_HOPS, Kind::kNumber, kHopLimit, -1, 255},
    {IPV6_MULTICAST_HOPS, Kind::kNumber, 1, -1, 255},
    {IPV6_MULTICAST_LOOP, Kind::kYesOrNo, 1},
    {IPV6_MTU_DISCOVER, Kind::kNumber, IPV6_PMTUDISC_WANT, 0, IPV6_PMTUDISC_OMIT},
    {IPV6_RECVERR},
    {kMulticastAll, Kind::kFlag, 1},
    {kRouterAlertIsolate},
    {kRecverrRfc4884, Kind::kYesOrNo},
    {kFlowInfoSend},
    {IPV6_RECVPKTINFO},
    {IPV6_RECVHOPLIMIT},
    {IPV6_RECVHOPOPTS},
    {IPV6_RECVRTHDR},
    {IPV6_RECVDSTOPTS},
    {IPV6_RECVPATHMTU},
    {IPV6_DONTFRAG, Kind::kLooseFlag},
    {IPV6_RECVTCLASS},
    {IPV6_TCLASS, Kind::kNumber, 0, -1, 255},
    {IPV6_AUTOFLOWLABEL, Kind::kLooseFlag, 1},
    {kAddrPreferences, Kind::kNumber, kPreferUsual | kPreferHome, 0, INT_MAX},
    {kMinHopCount, Kind::kNumber, 0, 0, 255},
    {kRecvOrigDstAddr},
    {kRecvFragSize, Kind::kLooseFlag},
};

Ipv6Address address_of(const in6_addr& address) {
  return Ipv6Address::from(bytes_of(address).data());
}

const Rule* rule_of(int name) {
  for (const Rule& r : kRules)
    if (r.name == name) return &r;
  return nullptr;
}

// IPV6_ADDR_PREFERENCES (RFC 5014): one of each pair at most; that a pair is left out, or its
// second is given, means as usual.
std::optional<int> preferences(int v) {
  const int tmp = v & (kPreferTmp | kPreferPublic | kPreferUsual),
            coa = v & (kPreferCoa | kPreferHome);
  const int cga = v & (kPreferCga | kPreferNonCga);
  const auto several = [](int bits) { return (bits & (bits - 1)) != 0; };
  if (several(tmp) || several(coa) || several(cga)) return std::nullopt;
  return (tmp ? tmp : kPreferUsual) | (coa ? coa : kPreferHome);
}

}  // namespace

int Ipv6OptionSet::value(int name) const {
  for (const auto& [n, v] : given_)
    if (n == name) return v;
  const Rule* rule = rule_of(name);
  return rule ? rule->usual : 0;
}

Result<void> Ipv6OptionSet::keep(int name, int value) {
  for (auto& [n, v] : given_)
    if (n == name) {
      v = value;
      return {};
    }
  given_.emplace_back(name, value);
  return {};
}

Ipv6OptionSet Ipv6OptionSet::inherited() const {
  Ipv6OptionSet out;
  for (const auto& [n, v] : given_)
    if (n != IPV6_MULTICAST_IF && n != IPV6_MULTICAST_HOPS) out.given_.emplace_back(n, v);
  return out;
}

Result<void> Ipv6OptionSet::set(const Owner& owner, const Caller& caller, int name, Bytes value) {
  const bool stream = owner.socket.type() == SOCK_STREAM;
  switch (name) {
    case kTransparent:
    case kFreebind:
      UNETNS_TRY(option_int(value));
      return owner.ip.set(caller, name == kFreebind ? IP_FREEBIND : IP_TRANSPARENT, value);
    case IPV6_MULTICAST_HOPS:
    case IPV6_MULTICAST_IF:
      if (stream) return fail(ENOPROTOOPT);
      break;
    case kAddMembership:
    case kDropMembership:
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
      return change_group(owner, name, value);
    case IPV6_JOIN_ANYCAST:
    case IPV6_LEAVE_ANYCAST:
      if (value.size() < sizeof(ipv6_mreq)) return fail(EINVAL);
      if (name == IPV6_LEAVE_ANYCAST) return fail(ENOENT);
      return fail(Ipv6Address(Ipv6Address::from(value.data())).is_multicast() ? EINVAL
                                                                              : EADDRNOTAVAIL);
    case IPV6_HOPOPTS:
    case IPV6_RTHDRDSTOPTS:
    case IPV6_RTHDR:
    case IPV6_DSTOPTS:  // headers of IPv6; to take them back is to do nothing
      if (value.empty()) return {};
      return fail(value.size() < 8 ? EINVAL : ENOPROTOOPT);
    case IPV6_PKTINFO: {
      if (value.size() < sizeof(in6_pktinfo)) return fail(EINVAL);
      const auto info = load<in6_pktinfo>(value.data());
      const int ifindex = static_cast<int>(info.ipi6_ifindex);
      if (ifindex != 0 && !owner.netdevs.by_index(owner.socket.net(), ifindex)) return fail(ENODEV);
      return {};
    }
    case kFlowLabelMgr:
      return fail(value.size() < kFlowLabelRequest ? EINVAL : ENOPROTOOPT);
    case MCAST_BLOCK_SOURCE:
    case MCAST_UNBLOCK_SOURCE:
    case MCAST_JOIN_SOURCE_GROUP:
    case MCAST_LEAVE_SOURCE_GROUP:
      return fail(value.size() < sizeof(group_source_req) ? EINVAL : ENOPROTOOPT);
    case MCAST_MSFILTER:
      return fail(value.size() < sizeof(group_filter) ? EINVAL : ENOPROTOOPT);
    case IPV6_ROUTER_ALERT:  // of raw sockets
      UNETNS_TRY(option_int(value));
      return fail(ENOPROTOOPT);
    case k2292PktOptions:
      return stream ? Result<void>() : fail(ENOPROTOOPT);
    default:
      break;
  }
  return set_number(owner, name, value);
}

Result<void> Ipv6OptionSet::set_number(const Owner& owner, int name, Bytes value) {
  const Rule* rule = rule_of(name);
  if (rule && rule->kind == Kind::kLooseFlag)
    return keep(name, value.size() >= sizeof(int) && load<int>(value.data()) != 0);
  const bool other = name == IPV6_MULTICAST_IF || name == kUnicastIf || name == IPV6_MTU;
  if (!rule && !other) return fail(ENOPROTOOPT);
  UNETNS_ASSIGN(int v, option_int(value));
  switch (name) {
    case IPV6_MULTICAST_IF: {
      const int only = owner.socket.options().bound_ifindex;
      if (v != 0 && only != 0 && v != only) return fail(EINVAL);
      if (v != 0 && !owner.netdevs.by_index(owner.socket.net(), v)) return fail(ENODEV);
      return keep(name, v);
    }
    case kUnicastIf: {  // in network order
      const int ifindex = static_cast<int>(load_be32(value.data()));
      if (ifindex != 0 && !owner.netdevs.by_index(owner.socket.net(), ifindex))
        return fail(EADDRNOTAVAIL);
      if (ifindex != 0 && owner.socket.options().bound_ifindex != 0) return fail(EINVAL);
      return keep(name, v);
    }
    case IPV6_MTU:  // bounds fragments of IPv6
      if (v != 0 && v < 1280) return fail(EINVAL);
      return {};
    case kAddrPreferences: {
      const auto kept = preferences(v);
      if (!kept) return fail(EINVAL);
      return keep(name, *kept);
    }
    default:
      break;
  }
  switch (rule->kind) {
    case Kind::kFlag:
    case Kind::kLooseFlag:
      return keep(name, v != 0);
    case Kind::kYesOrNo:
    case Kind::kNumber:
      if (v < rule->least || v > rule->most) return fail(EINVAL);
      if (v == -1) v = rule->usual;
      // The ECN bits of a stream are TCP's.
      if (name == IPV6_TCLASS && owner.socket.type() == SOCK_STREAM) v &= ~3;
      return keep(name, v);
  }
  return fail(ENOPROTOOPT);
}

// ---- groups: nothing is ever received from one of IPv6

Result<void> Ipv6OptionSet::change_group(const Owner& owner, int name, Bytes value) {
  const bool plain = name == kAddMembership || name == kDropMembership;
  const bool joins = name == kAddMembership || name == MCAST_JOIN_GROUP;
  if (plain) {
    if (value.size() < sizeof(ipv6_mreq)) return fail(EINVAL);
    if (owner.socket.type() == SOCK_STREAM) return fail(EPROTO);
    const auto request = load<ipv6_mreq>(value.data());
    return join(owner, joins,
                {address_of(request.ipv6mr_multiaddr), static_cast<int>(request.ipv6mr_interface)});
  }
  if (value.size() < sizeof(group_req)) return fail(EINVAL);
  const auto request = load<group_req>(value.data());
  if (request.gr_group.ss_family != AF_INET6) return fail(EADDRNOTAVAIL);
  const auto in = load<sockaddr_in6>(bytes_of(request.gr_group).data());
  return join(owner, joins, {address_of(in.sin6_addr), static_cast<int>(request.gr_interface)});
}

Result<void> Ipv6OptionSet::join(const Owner& owner, bool joins, const Group& group) {
  const auto at = std::find(groups_.begin(), groups_.end(), group);
  if (!joins) {
    if (!group.address.is_multicast()) return fail(EINVAL);
    if (at == groups_.end()) return fail(EADDRNOTAVAIL);
    groups_.erase(at);
    return {};
  }
  if (!group.address.is_multicast()) return fail(EINVAL);
  if (at != groups_.end()) return fail(EADDRINUSE);
  // There is no route of IPv6 that would choose one.
  if (!owner.netdevs.by_index(owner.socket.net(), group.ifindex)) return fail(ENODEV);
  if (groups_.size() >= kMostGroups) return fail(ENOMEM);
  groups_.push_back(group);
  return {};
}

// ---- given back

Result<ByteVector> Ipv6OptionSet::get(const Owner& owner, int name, size_t max,
                                      const std::function<Result<uint32_t>()>& mtu) const {
  const InetOptions& ip = owner.ip.values();
  switch (name) {
    case IPV6_MTU: {
      UNETNS_ASSIGN(const uint32_t known, mtu());
      return option_value(static_cast<int>(known), max);
    }
    case IPV6_PATHMTU: {
      if (max < sizeof(ip6_mtuinfo)) return fail(EINVAL);
      ip6_mtuinfo info{};
      UNETNS_ASSIGN(info.ip6m_mtu, mtu());
      return option_struct(info, max);
    }
    case kTransparent:
      return option_value(ip.transparent, max);
    case kFreebind:
      return option_value(ip.free_bind, max);
    case IPV6_MULTICAST_IF:
    case kUnicastIf:
    case IPV6_ROUTER_ALERT:
      return option_value(value(name), max);
    case IPV6_HOPOPTS:
    case IPV6_RTHDRDSTOPTS:
    case IPV6_RTHDR:
    case IPV6_DSTOPTS:
      return ByteVector{};
    case k2292PktOptions:
      if (owner.socket.type() == SOCK_STREAM) return ByteVector{};
      return fail(ENOPROTOOPT);
    case kFlowLabelMgr:
      return fail(max < kFlowLabelRequest ? EINVAL : ENOENT);
    case MCAST_MSFILTER:
      return fail(EINVAL);
    default:
      if (!rule_of(name)) return fail(ENOPROTOOPT);
      return option_value(value(name), max);
  }
}

}  // namespace unetns
