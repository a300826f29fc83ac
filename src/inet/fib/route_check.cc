// What a route must satisfy before it goes into a table; errors and texts are the kernel's.
#include "inet/fib/route_address.h"
#include "inet/fib/route_control.h"

namespace unetns {
namespace {

// The widest scope that a route of the type may have.
uint8_t widest_scope(uint8_t type) {
  switch (type) {
    case RTN_UNSPEC:
    case RTN_NAT:
    case RTN_XRESOLVE:
      return RT_SCOPE_NOWHERE;
    case RTN_LOCAL:
      return RT_SCOPE_HOST;
    case RTN_BROADCAST:
    case RTN_ANYCAST:
      return RT_SCOPE_LINK;
    default:
      return RT_SCOPE_UNIVERSE;
  }
}

// What of the flags that a program said of a way is told again.
constexpr uint32_t kShown = RTNH_F_ONLINK | RTNH_F_OFFLOAD | RTNH_F_TRAP;
constexpr uint32_t kNotWithoutGateway = RTNH_F_PERVASIVE | RTNH_F_ONLINK;
constexpr const char* kNotWithoutGatewayText =
    "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set";

bool is_no_way(uint8_t type) {
  return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT ||
         type == RTN_THROW || type == RTN_NAT || type == RTN_XRESOLVE;
}

struct Checker {
  InetContext& context;
  Net& net;
  const RouteConfig& config;
  uint32_t table;

  Result<void> onlink_gateway(Nexthop<V4>& nh, int oif) const {
    if (config.scope >= RT_SCOPE_LINK) return fail(EINVAL, "Nexthop has invalid scope");
    nh.dev = oif ? context.netdevs.by_index(net, oif) : nullptr;
    if (!nh.dev) return fail(ENODEV, "Nexthop device required for onlink");
    if (!nh.dev->up()) return fail(ENETDOWN, "Nexthop device is not up");
    if (address_type(context, net, nh.gateway, nullptr) != RTN_UNICAST)
      return fail(EINVAL, "Nexthop has invalid gateway");
    nh.scope = RT_SCOPE_LINK;
    return {};
  }

  // The gateway must itself be reachable by a route of narrower scope; that names the device.
  Result<void> resolved_gateway(Nexthop<V4>& nh, int oif) const {
    FlowKey<V4> key;
    key.dst = nh.gateway;
    key.oif = oif;
    key.scope = static_cast<uint8_t>(std::max<int>(config.scope + 1, RT_SCOPE_LINK));
    Fib<V4>& fib = context.fib(net);
    std::expected<FibMatch<V4>, int> found = std::unexpected(EAGAIN);
    if (const FibTable<V4>* t = table != RT_TABLE_MAIN ? fib.table(table) : nullptr)
      found = fib.lookup_in(*t, key, true);
    if (!found) found = fib.lookup(key, true);
    if (!found) return fail(found.error(), "Nexthop has invalid gateway");
    const Route<V4>& via = *found->route;
    if (via.type != RTN_UNICAST && via.type != RTN_LOCAL)
      return fail(EINVAL, "Nexthop has invalid gateway");
    nh.dev = found->nexthop->dev;
    nh.scope = via.scope;
    if (!nh.dev) return fail(ENODEV, "No egress device for nexthop");
    if (!nh.dev->up()) return fail(ENETDOWN);
    return {};
  }

  Result<Nexthop<V4>> nexthop(const NexthopConfig& c) const {
    Nexthop<V4> nh;
    uint32_t flags = c.flags;
    if (!config.multipath) flags |= config.flags;
    if (flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) {
      if (config.nexthops.size() > 1)
        return fail(EINVAL, "Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
      return fail(EINVAL, "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
    }
    nh.flags = static_cast<uint8_t>(flags & kShown);
    if (c.weight == 0 || c.weight > 256) return fail(EINVAL, "Invalid nexthop weight");
    nh.weight = static_cast<uint16_t>(c.weight);
    nh.flow = c.flow;
    if (c.gateway.family() == AF_INET6 && c.oif && !context.netdevs.by_index(net, c.oif))
      return fail(ENODEV);
    if (c.gateway.family() == AF_INET6 && c.gateway.is_zero())
      return fail(EINVAL, "Invalid gateway address");
    if (c.gateway.family() == AF_INET6) return fail(EINVAL, "IPv6 support not enabled in kernel");
    nh.has_gateway = c.gateway.has_value() && !c.gateway.is_zero();
    if (nh.has_gateway) nh.gateway = c.gateway.as<V4>();

    if (config.scope == RT_SCOPE_HOST) {
      if (config.nexthops.size() > 1)
        return fail(EINVAL, "Route with host scope can not have multiple nexthops");
      if (nh.has_gateway) return fail(EINVAL, "Route with host scope can not have a gateway");
      nh.dev = context.netdevs.by_index(net, c.oif);
      if (!nh.dev) return fail(ENODEV);
      nh.scope = RT_SCOPE_NOWHERE;
      return nh;
    }
    if (nh.has_gateway) {
      UNETNS_TRY(nh.flags & RTNH_F_ONLINK ? onlink_gateway(nh, c.oif)
                                          : resolved_gateway(nh, c.oif));
    } else {
      if (flags & kNotWithoutGateway) return fail(EINVAL, kNotWithoutGatewayText);
      nh.dev = c.oif ? context.netdevs.by_index(net, c.oif) : nullptr;
      if (!nh.dev || !InetContext::usable(*nh.dev)) return fail(ENODEV);
      if (!nh.dev->up()) return fail(ENETDOWN, "Device for nexthop is not up");
      nh.scope = RT_SCOPE_HOST;
    }
    if (!nh.dev->carrier) nh.flags |= RTNH_F_LINKDOWN;
    return nh;
  }
};

}  // namespace

Result<void> check_route_key(const RouteConfig& config) {
  if (config.dst_len > 32) return fail(EINVAL, "Invalid prefix length");
  const Ipv4Address dst = config.dst.as<V4>();
  if (dst.masked(config.dst_len) != dst)
    return fail(EINVAL, "Invalid prefix for given prefix length");
  if (config.tos & 3) return fail(EINVAL, "Invalid dsfield (tos): ECN bits must be 0");
  return {};
}

Result<void> check_route_head(const RouteConfig& config) {
  UNETNS_TRY(check_route_key(config));
  if (config.type > RTN_MAX) return fail(EINVAL, "Invalid route type");
  if (config.scope < widest_scope(config.type)) return fail(EINVAL, "Invalid scope");
  if (config.flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
    return fail(EINVAL, "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
  return {};
}

namespace {

RouteHints hints_of(const RouteMetrics& metrics) {
  const auto value = [&](uint16_t id) {
    const auto found = metrics.find(id);
    return found == metrics.end() ? 0 : found->second;
  };
  const auto up_to = [&](uint16_t id, uint32_t most) { return std::min(value(id), most); };
  RouteHints out;
  out.advmss = up_to(RTAX_ADVMSS, 65535);
  out.init_cwnd = up_to(RTAX_INITCWND, RouteHints::kMostSegments);
  out.init_rwnd = up_to(RTAX_INITRWND, RouteHints::kMostSegments);
  out.hop_limit = up_to(RTAX_HOPLIMIT, 255);
  out.quickack = value(RTAX_QUICKACK) != 0;
  out.ecn = (value(RTAX_FEATURES) & RTAX_FEATURE_ECN) != 0;
  out.window = value(RTAX_WINDOW);
  if (value(RTAX_LOCK) & (1u << RTAX_RTO_MIN)) out.rto_min_ms = up_to(RTAX_RTO_MIN, 65535);
  return out;
}

}  // namespace

Result<std::unique_ptr<Route<V4>>> make_route(InetContext& context, Net& net,
                                              const RouteConfig& config) {
  UNETNS_TRY(check_route_head(config));

  auto route = std::make_unique<Route<V4>>();
  route->tos = config.tos;
  route->type = config.type;
  route->scope = config.scope;
  route->protocol = config.protocol;
  route->priority = config.priority;
  route->prefsrc = config.prefsrc.as<V4>();
  if (!config.metrics.empty()) {
    for (const auto& [id, value] : config.metrics)
      if (id == 0 || id > RTAX_MAX) return fail(EINVAL, "Invalid metric type");
    route->metrics = std::make_unique<RouteMetrics>(config.metrics);
    if (auto mtu = config.metrics.find(RTAX_MTU); mtu != config.metrics.end())
      route->mtu = mtu->second;
    if (auto lock = config.metrics.find(RTAX_LOCK); lock != config.metrics.end())
      route->mtu_locked = (lock->second & (1u << RTAX_MTU)) != 0;
    route->hints = hints_of(config.metrics);
  }
  if (is_no_way(config.type)) {
    for (const NexthopConfig& nh : config.nexthops)
      if (nh.oif || config.nexthops.size() > 1 ||
          (nh.gateway.has_value() && (nh.gateway.family() != AF_INET || !nh.gateway.is_zero())))
        return fail(EINVAL,
                    "Gateway, device and multipath can not be specified for this route type");
    route->flags = config.flags & kShown;
    route->flow = config.flow;
    return route;
  }
  if (config.type == RTN_UNSPEC || config.type > RTN_MAX) return fail(EINVAL, "Invalid route type");
  if (config.scope > RT_SCOPE_HOST) return fail(EINVAL, "Invalid scope");
  if (config.nexthops.empty()) {  // as with one of which nothing is said
    const bool onlink = config.scope < RT_SCOPE_HOST && (config.flags & kNotWithoutGateway);
    return onlink ? fail(EINVAL, kNotWithoutGatewayText) : fail(ENODEV);
  }
  const uint32_t table = config.table ? config.table : uint32_t{RT_TABLE_MAIN};
  const Checker checker{context, net, config, table};
  for (const NexthopConfig& c : config.nexthops) {
    UNETNS_ASSIGN(Nexthop<V4> nh, checker.nexthop(c));
    route->nexthops.push_back(nh);
  }
  if (route->nexthops.size() == 1)
    route->nexthops[0].weight = 1;
  else
    route->flags = config.flags;
  const bool own_source =
      config.type == RTN_LOCAL && config.dst_len > 0 && config.dst.as<V4>() == route->prefsrc;
  if (!route->prefsrc.is_zero() && !own_source &&
      address_type(context, net, route->prefsrc, nullptr) != RTN_LOCAL)
    return fail(EINVAL, "Invalid prefsrc address");
  return route;
}

}  // namespace unetns
