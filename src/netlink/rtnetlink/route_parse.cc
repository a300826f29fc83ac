#include "netlink/rtnetlink/route_parse.h"

#include "inet/fib/route_control.h"
#include "inet/tcp/congestion.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr size_t kAttr = NLA_HDRLEN;
constexpr uint32_t kFeatures = 0x1f;  // RTAX_FEATURE_*, with that of TCP's microsecond timestamps
constexpr uint16_t kRtaFlowlabel = 31;  // newer than the uapi headers this may be built with

// With IPv4's addresses. Those of other families are as long as they are.
constexpr AttrPolicy kRoutePolicy[] = {
    {0, AttrType::kStrictFrom, 0, RTA_NH_ID},
    {RTA_DST, AttrType::kU32},
    {RTA_SRC, AttrType::kU32},
    {RTA_IIF, AttrType::kU32},
    {RTA_OIF, AttrType::kU32},
    {RTA_GATEWAY, AttrType::kU32},
    {RTA_PRIORITY, AttrType::kU32},
    {RTA_PREFSRC, AttrType::kU32},
    {RTA_METRICS, AttrType::kNested},
    {RTA_MULTIPATH, AttrType::kBinary, 0, sizeof(rtnexthop)},
    {RTA_FLOW, AttrType::kU32},
    {RTA_TABLE, AttrType::kU32},
    {RTA_MARK, AttrType::kU32},
    {RTA_ENCAP_TYPE, AttrType::kU16},
    {RTA_ENCAP, AttrType::kNested},
    {RTA_UID, AttrType::kU32},
    {RTA_IP_PROTO, AttrType::kU8},
    {RTA_SPORT, AttrType::kBe16},
    {RTA_DPORT, AttrType::kBe16},
    {RTA_NH_ID, AttrType::kU32},
    {kRtaFlowlabel, AttrType::kBinary},
};
constexpr AttrPolicy kRoute6Policy[] = {
    {RTA_DST, AttrType::kBinary},
    {RTA_SRC, AttrType::kBinary},
    {RTA_IIF, AttrType::kU32},
    {RTA_OIF, AttrType::kU32},
    {RTA_GATEWAY, AttrType::kBinary},
    {RTA_PRIORITY, AttrType::kU32},
    {RTA_PREFSRC, AttrType::kBinary},
    {RTA_METRICS, AttrType::kNested},
    {RTA_MULTIPATH, AttrType::kBinary, 0, sizeof(rtnexthop)},
    {RTA_TABLE, AttrType::kU32},
    {RTA_MARK, AttrType::kU32},
    {RTA_PREF, AttrType::kU8},
    {RTA_ENCAP_TYPE, AttrType::kU16},
    {RTA_ENCAP, AttrType::kNested},
    {RTA_EXPIRES, AttrType::kU32},
    {RTA_UID, AttrType::kU32},
    {RTA_IP_PROTO, AttrType::kU8},
    {RTA_SPORT, AttrType::kBe16},
    {RTA_DPORT, AttrType::kBe16},
    {RTA_NH_ID, AttrType::kU32},
    {kRtaFlowlabel, AttrType::kBinary},
};

size_t address_size(int family) { return family == AF_INET ? 4 : 16; }

Result<IpAddress> plain_address(int family, const AttrSet& attrs, uint16_t id) {
  if (!attrs.has(id)) return IpAddress{};
  const Bytes bytes = attrs.bytes(id);
  if (bytes.size() < address_size(family))
    return attrs.reject(id, ERANGE, "Attribute failed policy validation");
  return *IpAddress::from_bytes(family, bytes.first(address_size(family)));
}

// struct rtvia: a gateway of whatever family.
Result<IpAddress> via_address(Bytes via) {
  if (via.size() < sizeof(sa_family_t))
    return fail(EINVAL, "Invalid attribute length for RTA_VIA");
  const int family = load<sa_family_t>(via.data());
  const Bytes address = via.subspan(sizeof(sa_family_t));
  if (family != AF_INET && family != AF_INET6)
    return fail(EINVAL, "Unsupported address family in RTA_VIA");
  auto parsed = IpAddress::from_bytes(family, address);
  if (!parsed)
    return fail(EINVAL, family == AF_INET ? "Invalid IPv4 address in RTA_VIA"
                                          : "Invalid IPv6 address in RTA_VIA");
  return *parsed;
}

constexpr const char* kGatewayAndVia =
    "Nexthop configuration can not contain both GATEWAY and VIA";

Result<IpAddress> gateway_of(int family, const AttrSet& attrs) {
  if (!attrs.has(RTA_VIA)) return plain_address(family, attrs, RTA_GATEWAY);
  UNETNS_ASSIGN(const IpAddress via, via_address(attrs.bytes(RTA_VIA)));
  if (attrs.has(RTA_GATEWAY)) return fail(EINVAL, kGatewayAndVia);
  return via;
}

// Of one of several next hops, where the first of repeated attributes counts.
Result<IpAddress> gateway_of_hop(int family, const AttrSet& attrs) {
  const AttrSet::Entry *gateway = nullptr, *via = nullptr;
  for (const AttrSet::Entry& entry : attrs.entries()) {
    if (entry.id == RTA_GATEWAY && !gateway) gateway = &entry;
    if (entry.id == RTA_VIA && !via) via = &entry;
  }
  if (gateway && gateway->payload.size() < address_size(family))
    return fail(EINVAL, "Invalid IPv4 address in RTA_GATEWAY");
  IpAddress out;
  if (gateway) out = *IpAddress::from_bytes(family, gateway->payload.first(address_size(family)));
  if (!via) return out;
  UNETNS_ASSIGN(out, via_address(via->payload));
  if (gateway) return fail(EINVAL, kGatewayAndVia);
  return out;
}

// Whether they are whole is looked at before any of them.
Result<void> check_multipath(Bytes rest) {
  while (!rest.empty()) {
    const auto hop = rest.size() < sizeof(rtnexthop) ? rtnexthop{} : load<rtnexthop>(rest.data());
    if (hop.rtnh_len < sizeof hop || hop.rtnh_len > rest.size())
      return fail(EINVAL, "Invalid nexthop configuration - extra data after nexthops");
    rest = rest.subspan(std::min<size_t>(RTNH_ALIGN(hop.rtnh_len), rest.size()));
  }
  return {};
}

// What a tunnel is to do, without a word of which it is.
Result<void> refuse_nameless_tunnel(const AttrSet& attrs) {
  if (!attrs.has(RTA_ENCAP)) return {};
  return attrs.reject(RTA_ENCAP, EINVAL, "Unknown LWT encapsulation type");
}

// A run of struct rtnexthop, each with attributes of its own.
Result<std::vector<NexthopConfig>> multipath_of(int family, const AttrSet& attrs) {
  std::vector<NexthopConfig> out;
  Bytes rest = attrs.bytes(RTA_MULTIPATH);
  uint32_t offset = attrs.offset(RTA_MULTIPATH) + kAttr;
  while (!rest.empty()) {
    const auto hop = load<rtnexthop>(rest.data());
    if (hop.rtnh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
      return fail(EINVAL, "Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
    UNETNS_ASSIGN(const AttrSet own,
                  parse_attrs(rest.subspan(sizeof hop, hop.rtnh_len - sizeof hop), {},
                              Strictness::kLiberal, offset + static_cast<uint32_t>(sizeof hop)));
    NexthopConfig next;
    UNETNS_ASSIGN(next.gateway, gateway_of_hop(family, own));
    if (own.has(RTA_FLOW) && own.bytes(RTA_FLOW).size() < sizeof(uint32_t))
      return fail(EINVAL, "Invalid RTA_FLOW");
    next.oif = hop.rtnh_ifindex;
    next.flags = hop.rtnh_flags;
    next.weight = hop.rtnh_hops + 1u;
    next.flow = own.u32(RTA_FLOW);
    UNETNS_TRY(refuse_nameless_tunnel(own));
    out.push_back(next);
    const size_t step = std::min<size_t>(RTNH_ALIGN(hop.rtnh_len), rest.size());
    rest = rest.subspan(step);
    offset += static_cast<uint32_t>(step);
  }
  return out;
}

// What a deletion says of several next hops: as many as can be read. What can't is not looked at until a
// route comes so far that it would count.
std::vector<NexthopConfig> multipath_to_match(int family, const AttrSet& attrs) {
  std::vector<NexthopConfig> out;
  for (Bytes rest = attrs.bytes(RTA_MULTIPATH); rest.size() >= sizeof(rtnexthop);) {
    const auto hop = load<rtnexthop>(rest.data());
    if (hop.rtnh_len < sizeof hop || hop.rtnh_len > rest.size()) break;
    NexthopConfig next;
    next.oif = hop.rtnh_ifindex;
    next.weight = hop.rtnh_hops + 1u;
    const auto own =
        parse_attrs(rest.subspan(sizeof hop, hop.rtnh_len - sizeof hop), {}, Strictness::kLiberal);
    next.flow = own->u32(RTA_FLOW);
    if (auto gateway = gateway_of_hop(family, *own)) {
      next.gateway = *gateway;
    } else {
      next.invalid = std::move(gateway.error().message);
    }
    out.push_back(std::move(next));
    rest = rest.subspan(std::min<size_t>(RTNH_ALIGN(hop.rtnh_len), rest.size()));
  }
  return out;
}

// What is said beside several next hops must be true of the first of them.
Result<void> check_first(const std::vector<NexthopConfig>& hops, const IpAddress& gateway,
                         const AttrSet& attrs) {
  if (hops.empty()) return {};
  const NexthopConfig& first = hops.front();
  if (const int oif = attrs.s32(RTA_OIF); oif && first.oif != oif)
    return fail(EINVAL, "Nexthop device index does not match RTA_OIF");
  if (gateway.has_value() && !gateway.is_zero() && first.gateway != gateway)
    return fail(EINVAL, "Nexthop gateway does not match RTA_GATEWAY or RTA_VIA");
  if (const uint32_t flow = attrs.u32(RTA_FLOW); flow && first.flow != flow)
    return fail(EINVAL, "Nexthop class id does not match RTA_FLOW");
  return {};
}

// Light-weight tunnels: there are none. Their numbers end with LWTUNNEL_ENCAP_XFRM (10).
Result<void> refuse_tunnels(const AttrSet& attrs) {
  // Those of multipath routes are looked at before anything else of them.
  for (Bytes rest = attrs.bytes(RTA_MULTIPATH); rest.size() >= sizeof(rtnexthop);) {
    const auto hop = load<rtnexthop>(rest.data());
    if (hop.rtnh_len < sizeof hop || hop.rtnh_len > rest.size()) break;
    auto own =
        parse_attrs(rest.subspan(sizeof hop, hop.rtnh_len - sizeof hop), {}, Strictness::kLiberal);
    if (own && own->has(RTA_ENCAP_TYPE)) UNETNS_TRY(refuse_tunnels(*own));
    rest = rest.subspan(std::min<size_t>(RTNH_ALIGN(hop.rtnh_len), rest.size()));
  }
  if (!attrs.has(RTA_ENCAP_TYPE)) return {};
  const auto type = attrs.u16(RTA_ENCAP_TYPE);
  if (type == 0 || type > 10) return fail(EINVAL, "Unknown lwt encapsulation type");
  return fail(EOPNOTSUPP, "lwt encapsulation type not supported");
}

// Algorithms are numbered from 1 in the order in which they are offered.
Result<uint32_t> congestion_control_of(Bytes payload) {
  const std::string_view given(reinterpret_cast<const char*>(payload.data()), payload.size());
  const std::string_view name = given.substr(0, given.find('\0'));
  const auto names = congestion_control_names();
  for (uint32_t i = 0; i < names.size(); i++)
    if (names[i] == name) return i + 1;
  return fail(EINVAL, "Unknown tcp congestion algorithm");
}

Result<std::map<uint16_t, uint32_t>> metrics_of(const AttrSet& attrs) {
  std::map<uint16_t, uint32_t> out;
  UNETNS_ASSIGN(const AttrSet nest, parse_nested(attrs, RTA_METRICS, {}, Strictness::kLiberal));
  for (const AttrSet::Entry& entry : nest.entries()) {
    if (entry.id == 0) continue;
    if (entry.id > RTAX_MAX) return fail(EINVAL, "Invalid metric type");
    if (entry.id == RTAX_CC_ALGO) {  // by name
      UNETNS_ASSIGN(out[entry.id], congestion_control_of(entry.payload));
      continue;
    }
    if (entry.payload.size() != sizeof(uint32_t))
      return std::unexpected(Error{EINVAL, "Invalid attribute in metrics", entry.offset});
    uint32_t value = load<uint32_t>(entry.payload.data());
    if (entry.id == RTAX_ADVMSS && value > 65535 - 40) value = 65535 - 40;
    if (entry.id == RTAX_MTU && value > 65535 - 15) value = 65535 - 15;
    if (entry.id == RTAX_HOPLIMIT && value > 255) value = 255;
    if (entry.id == RTAX_FEATURES && value & ~kFeatures)
      return fail(EINVAL, "Unknown flag set in feature mask in metrics attribute");
    if (value != 0) out[entry.id] = value;
  }
  return out;
}

// What a deletion asks of them: as many as there are, each of four bytes or the name of an
// algorithm; what can be no metric matches no route (RTAX_UNSPEC, which none has).
Result<std::map<uint16_t, uint32_t>> metrics_to_match(const AttrSet& attrs) {
  std::map<uint16_t, uint32_t> out;
  UNETNS_ASSIGN(const AttrSet nest, parse_nested(attrs, RTA_METRICS, {}, Strictness::kLiberal));
  for (const AttrSet::Entry& entry : nest.entries()) {
    if (entry.id == 0) continue;
    if (entry.id == RTAX_CC_ALGO)
      out[entry.id] = congestion_control_of(entry.payload).value_or(0);
    else if (entry.id <= RTAX_MAX && entry.payload.size() == sizeof(uint32_t))
      out[entry.id] = load<uint32_t>(entry.payload.data());
    else
      out[RTAX_UNSPEC] = 1;
  }
  return out;
}

}  // namespace

PolicyTable route_policy(int family) {
  if (family == AF_INET6) return kRoute6Policy;
  return kRoutePolicy;
}

Result<RouteRequest> parse_route_request(Rtnetlink& rt, const NlRequest& request,
                                         Strictness strictness, const char* short_text) {
  InetControl* control = rt.inet(request.payload()[0]);
  if (!control) return fail(EOPNOTSUPP);
  UNETNS_ASSIGN(const rtmsg header, request.fixed<rtmsg>(short_text));
  UNETNS_ASSIGN(AttrSet attrs,
                request.attrs(sizeof header, route_policy(control->family()), strictness));
  return RouteRequest{control, header, std::move(attrs)};
}

Result<IpAddress> route_address(const RouteRequest& in, uint16_t id) {
  return plain_address(in.control->family(), in.attrs, id);
}

Result<RouteConfig> route_config(const NlRequest& request, const RouteRequest& in, bool deleting) {
  const rtmsg& header = in.header;
  const AttrSet& attrs = in.attrs;
  const int family = in.control->family();
  if (family == AF_INET && header.rtm_tos & 3)
    return fail(EINVAL, "Invalid dsfield (tos): ECN bits must be 0");
  if (header.rtm_type > RTN_MAX) return fail(EINVAL, "Invalid route type");
  UNETNS_TRY(refuse_tunnels(attrs));
  if (attrs.has(RTA_VIA)) UNETNS_TRY(via_address(attrs.bytes(RTA_VIA)));
  if (header.rtm_dst_len > address_size(family) * 8) return fail(EINVAL, "Invalid prefix length");
  RouteConfig out;
  out.dst_len = header.rtm_dst_len;
  out.src_len = family == AF_INET6 ? header.rtm_src_len : 0;
  out.tos = header.rtm_tos;
  out.table = attrs.u32(RTA_TABLE, header.rtm_table);
  if (out.table == RT_TABLE_UNSPEC) out.table = RT_TABLE_MAIN;
  out.protocol = header.rtm_protocol;
  out.scope = header.rtm_scope;
  out.type = header.rtm_type;
  out.flags = header.rtm_flags;
  out.priority = attrs.u32(RTA_PRIORITY);
  out.flow = attrs.u32(RTA_FLOW);
  if (deleting) {
    out.has_scope = header.rtm_scope != RT_SCOPE_NOWHERE;
    out.has_type = header.rtm_type != RTN_UNSPEC;
    out.has_protocol = header.rtm_protocol != RTPROT_UNSPEC;
  }
  UNETNS_ASSIGN(out.dst, route_address(in, RTA_DST));
  UNETNS_ASSIGN(out.src, route_address(in, RTA_SRC));
  UNETNS_ASSIGN(out.prefsrc, route_address(in, RTA_PREFSRC));
  if (family == AF_INET) UNETNS_TRY(check_route_key(out));
  UNETNS_ASSIGN(const IpAddress gateway, gateway_of(family, attrs));
  const uint32_t nexthop_id = attrs.u32(RTA_NH_ID);
  if (nexthop_id && (gateway.has_value() || attrs.s32(RTA_OIF) || attrs.has(RTA_MULTIPATH)))
    return fail(EINVAL, "Nexthop specification and nexthop id are mutually exclusive");
  if (!deleting) in.control->route_table_use(request.net, out.table);  // whatever becomes of it
  if (family == AF_INET && !deleting) UNETNS_TRY(check_route_head(out));
  if (nexthop_id) return fail(EINVAL, "Nexthop id does not exist");
  if (!deleting) UNETNS_TRY(check_multipath(attrs.bytes(RTA_MULTIPATH)));
  UNETNS_ASSIGN(out.metrics, deleting ? metrics_to_match(attrs) : metrics_of(attrs));
  if (!deleting && !attrs.has(RTA_MULTIPATH)) UNETNS_TRY(refuse_nameless_tunnel(attrs));
  const int oif = attrs.s32(RTA_OIF);
  if (attrs.has(RTA_MULTIPATH)) {
    if (deleting && !oif && !gateway.has_value()) {
      out.nexthops = multipath_to_match(family, attrs);
      out.multipath = true;
      return out;
    }
    if (!deleting) {
      UNETNS_ASSIGN(out.nexthops, multipath_of(family, attrs));
      out.multipath = true;
      UNETNS_TRY(check_first(out.nexthops, gateway, attrs));
      return out;
    }
  }
  if (gateway.has_value() || oif)
    out.nexthops.push_back(
        {gateway, oif, header.rtm_flags & RTNH_F_ONLINK, 1, attrs.u32(RTA_FLOW)});
  return out;
}

}  // namespace unetns
