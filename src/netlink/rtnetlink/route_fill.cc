// RTM_NEWROUTE / RTM_DELROUTE of one route, and the answer to RTM_GETROUTE.
#include "inet/tcp/congestion.h"
#include "netlink/rtnetlink/fill.h"

namespace unetns {
namespace {

void put_address(NlWriter& out, uint16_t id, const IpAddress& address) {
  if (address.has_value()) out.put(id, address.bytes());
}

rtmsg header_of(int family, const RouteConfig& route) {
  rtmsg out{};
  out.rtm_family = static_cast<uint8_t>(family);
  out.rtm_dst_len = route.dst_len;
  out.rtm_src_len = route.src_len;
  out.rtm_tos = route.tos;
  out.rtm_table = static_cast<uint8_t>(route.table < 256 ? route.table : RT_TABLE_COMPAT);
  out.rtm_protocol = route.protocol;
  out.rtm_scope = route.scope;
  out.rtm_type = route.type;
  out.rtm_flags = route.flags;
  return out;
}

// A gateway of the other family is a struct rtvia.
void put_gateway(NlWriter& out, int family, const IpAddress& gateway) {
  if (!gateway.has_value() || gateway.is_zero()) return;
  if (gateway.family() == family) {
    out.put(RTA_GATEWAY, gateway.bytes());
    return;
  }
  const auto via_family = static_cast<uint16_t>(gateway.family());
  ByteVector via(sizeof via_family + gateway.size());
  store(via.data(), via_family);
  std::memcpy(via.data() + sizeof via_family, gateway.bytes().data(), gateway.size());
  out.put(RTA_VIA, via);
}

void put_metrics(NlWriter& out, const RouteConfig& route) {
  if (route.metrics.empty()) return;
  const size_t nest = out.nest_begin(RTA_METRICS);
  const auto controls = congestion_control_names();
  for (const auto& [id, value] : route.metrics) {
    if (id != RTAX_CC_ALGO)
      out.u32(id, value);
    else if (value - 1 < controls.size())
      out.str(id, controls[value - 1]);
  }
  out.nest_end(nest);
}

void put_multipath(NlWriter& out, int family, const RouteConfig& route) {
  NlWriter hops;
  for (const NexthopConfig& hop : route.nexthops) {
    NlWriter attrs;
    put_gateway(attrs, family, hop.gateway);
    if (hop.flow) attrs.u32(RTA_FLOW, hop.flow);
    const rtnexthop fixed{.rtnh_len = static_cast<uint16_t>(sizeof(rtnexthop) + attrs.size()),
                          .rtnh_flags = static_cast<uint8_t>(hop.flags),
                          .rtnh_hops = static_cast<uint8_t>(hop.weight - 1),
                          .rtnh_ifindex = hop.oif};
    hops.append_message(bytes_of(fixed));
    hops.append_message(attrs.view());
  }
  out.put(RTA_MULTIPATH, hops.view());
}

}  // namespace

void fill_route(NlWriter& out, int family, const RouteConfig& route, uint16_t type,
                const DumpHeader& header) {
  rtmsg fixed = header_of(family, route);
  if (route.nexthops.size() == 1) fixed.rtm_flags |= route.nexthops[0].flags;
  out.begin_with(type, header.flags, header.seq, header.port_id, fixed);
  out.u32(RTA_TABLE, route.table);
  if (route.dst_len) put_address(out, RTA_DST, route.dst);
  if (route.src_len) put_address(out, RTA_SRC, route.src);
  if (route.priority || family == AF_INET6) out.u32(RTA_PRIORITY, route.priority);
  put_metrics(out, route);
  if (route.prefsrc.has_value() && !route.prefsrc.is_zero())
    out.put(RTA_PREFSRC, route.prefsrc.bytes());
  if (route.nexthops.size() == 1) {
    put_gateway(out, family, route.nexthops[0].gateway);
    if (route.nexthops[0].oif) out.s32(RTA_OIF, route.nexthops[0].oif);
    if (route.nexthops[0].flow) out.u32(RTA_FLOW, route.nexthops[0].flow);
  } else if (!route.nexthops.empty()) {
    put_multipath(out, family, route);
  } else if (route.flow) {
    out.u32(RTA_FLOW, route.flow);
  }
  out.end();
}

void fill_route_answer(NlWriter& out, int family, const RouteQuery& query,
                       const RouteAnswer& answer, const DumpHeader& header) {
  const RouteConfig& route = answer.route;
  if (query.fib_match) {
    fill_route(out, family, route, RTM_NEWROUTE, header);
    return;
  }
  const NexthopConfig* hop = route.nexthops.empty() ? nullptr : &route.nexthops[0];
  out.begin_with(RTM_NEWROUTE, header.flags, header.seq, header.port_id, header_of(family, route));
  out.u32(RTA_TABLE, route.table);
  if (route.dst_len) put_address(out, RTA_DST, route.dst);
  if (query.src.has_value() && !query.src.is_zero()) put_address(out, RTA_SRC, query.src);
  if (hop && hop->oif) out.s32(RTA_OIF, hop->oif);
  if (hop && hop->flow) out.u32(RTA_FLOW, hop->flow);
  const IpAddress& source = route.prefsrc.has_value() ? route.prefsrc : answer.src_for_cached;
  if (source.has_value() && !source.is_zero() && source != query.src)
    out.put(RTA_PREFSRC, source.bytes());
  if (hop) put_gateway(out, family, hop->gateway);
  put_metrics(out, route);
  if (query.mark) out.u32(RTA_MARK, query.mark);
  if (query.iif)
    out.s32(RTA_IIF, query.iif);  // what arrives is nobody's
  else if (query.uid != kNobody)
    out.u32(RTA_UID, query.uid);
  rta_cacheinfo cache{};
  cache.rta_clntref = 1;
  cache.rta_expires = static_cast<int32_t>(answer.expires);
  cache.rta_error = answer.error;
  out.object(RTA_CACHEINFO, cache);
  out.end();
}

}  // namespace unetns
