#include "inet/fib/route_resolver.h"

#include <linux/in_route.h>

#include <algorithm>

#include "inet/fib/route_address.h"

namespace unetns {
namespace {

constexpr uint8_t kRoutingTos = 0x1c;  // the bits that routes are chosen by

void take_nexthop(RouteResult<V4>& r, const Route<V4>& route, const Nexthop<V4>& nh) {
  r.type = route.type;
  r.scope = route.scope;
  r.prefix_len = route.node->len;
  r.table = route.table;
  r.priority = route.priority;
  r.flags = nh.flags;
  r.flow = nh.flow;
  r.dev = nh.dev;
  r.has_gateway = nh.has_gateway;
  r.gateway = nh.gateway;
  r.mtu = route.mtu ? route.mtu : nh.dev->mtu;
  r.hints = route.hints;
  r.mtu_locked = route.mtu_locked;
}

}  // namespace

uint8_t RouteResolver::address_type(Net& net, const Ipv4Address& a, int ifindex) {
  const NetDevice* dev = ifindex ? context_.netdevs.by_index(net, ifindex) : nullptr;
  return unetns::address_type(context_, net, a, dev);
}

Ipv4Address RouteResolver::select_source(Net& net, NetDevice& dev, const Ipv4Address& dst,
                                         uint8_t scope) {
  return unetns::select_source(context_, net, &dev, dst, scope);
}

bool RouteResolver::has_address(const NetDevice& dev) {
  const InDevice* in = InetContext::find(dev);
  return in && !in->addresses.empty();
}

// ---- own packets

Result<RouteResult<V4>> RouteResolver::output(Net& net, const FlowKey<V4>& key) {
  UNETNS_ASSIGN(Way way, output_way(net, key));
  return way.result;
}

Result<RouteResolver::Way> RouteResolver::output_way(Net& net, const FlowKey<V4>& key) {
  FlowKey<V4> flow = key;
  Way way;
  RouteResult<V4>& r = way.result;
  const InetNet& state = context_.state(net);
  const bool to_all = flow.dst.is_multicast() || flow.dst.is_limited_broadcast();
  const bool link_local_group = flow.dst.is_limited_broadcast() || flow.dst.bytes[0] == 224;

  if (!flow.src.is_zero()) {
    if (flow.src.is_multicast() || flow.src.is_limited_broadcast() || flow.src.is_zero())
      return fail(EINVAL);
    const bool ours = unetns::address_type(context_, net, flow.src, nullptr) == RTN_LOCAL;
    // Without a device named, the source says where a packet to all leaves.
    if (!flow.oif && to_all && ours) {
      FlowKey<V4> own;
      own.dst = flow.src;
      if (const FibTable<V4>* local = state.fib->table(RT_TABLE_LOCAL))
        if (auto m = state.fib->lookup_in(*local, own, true)) flow.oif = m->nexthop->dev->ifindex();
    }
    if (!flow.any_source && !ours) return fail(ENETUNREACH);
  }

  NetDevice* out = nullptr;
  if (flow.oif) {
    out = context_.netdevs.by_index(net, flow.oif);
    if (!out) return fail(ENODEV);
    if (!out->up() || !InetContext::usable(*out)) return fail(ENETUNREACH);
    if (flow.src.is_zero()) {
      const bool on_link =
          flow.dst.is_limited_broadcast() ||
          (flow.dst.bytes[0] == 224 && flow.dst.bytes[1] == 0 && flow.dst.bytes[2] == 0);
      if (on_link || (link_local_group && flow.proto == 2))
        flow.src = unetns::select_source(context_, net, out, {}, RT_SCOPE_LINK);
      else if (flow.dst.is_multicast())
        flow.src = unetns::select_source(context_, net, out, {}, flow.scope);
      else if (flow.dst.is_zero())
        flow.src = unetns::select_source(context_, net, out, {}, RT_SCOPE_HOST);
    }
  }

  NetDevice* lo = context_.netdevs.loopback(net);
  if (!lo) return fail(ENETUNREACH);  // the namespace is going away
  if (flow.dst.is_zero()) {           // "this host"
    flow.dst = flow.src.is_zero() ? Ipv4Address(0x7f000001) : flow.src;
    if (flow.src.is_zero()) flow.src = flow.dst;
    r.type = RTN_LOCAL;
    r.scope = RT_SCOPE_HOST;
    r.dev = lo;
    r.mtu = lo->mtu;
  } else if (out && to_all && (link_local_group || flow.dst.is_limited_broadcast()) &&
             (flow.dst.is_limited_broadcast() ||
              (flow.dst.bytes[1] == 0 && flow.dst.bytes[2] == 0))) {
    r.type = RTN_UNICAST;  // finish_output says which
    r.dev = out;
    r.mtu = out->mtu;
  } else {
    std::expected<FibMatch<V4>, int> found = std::unexpected(ENETUNREACH);
    if (state.fib) found = state.fib->lookup(flow);
    if (!found) {
      // With a device named, the destination is taken to be on its link.
      if (!out) return fail(found.error());
      if (flow.src.is_zero())
        flow.src = unetns::select_source(context_, net, out, {}, RT_SCOPE_LINK);
      r.type = RTN_UNICAST;
      r.scope = RT_SCOPE_LINK;
      r.dev = out;
      r.mtu = out->mtu;
    } else if (found->route->type == RTN_LOCAL) {
      take_nexthop(r, *found->route, *found->nexthop);
      if (flow.src.is_zero())
        flow.src = found->route->prefsrc.is_zero() ? flow.dst : found->route->prefsrc;
      way.route = found->route;
      r.dev = lo;
      r.mtu = lo->mtu;
      r.has_gateway = false;
    } else {
      const Nexthop<V4>* nh = state.fib->choose_nexthop(*found, flow);
      take_nexthop(r, *found->route, *nh);
      way.route = found->route;
      if (flow.src.is_zero()) flow.src = route_source(context_, net, *found->route, *nh);
    }
  }
  way.src = flow.src;
  way.dst = flow.dst;
  r.prefsrc = flow.src;
  UNETNS_TRY(finish_output(way));
  return way;
}

Result<void> RouteResolver::finish_output(Way& way) const {
  RouteResult<V4>& r = way.result;
  if (way.src.is_loopback() && !r.dev->is_loopback() &&
      !context_.conf(*r.dev, IPV4_DEVCONF_ROUTE_LOCALNET))
    return fail(EINVAL);
  if (way.dst.is_limited_broadcast()) {
    r.type = RTN_BROADCAST;
  } else if (way.dst.is_multicast()) {
    r.type = RTN_MULTICAST;
  } else if (way.dst.is_zero()) {
    return fail(EINVAL);
  }
  if (r.dev->is_loopback()) way.flags |= RTCF_LOCAL;
  if (r.type == RTN_BROADCAST) way.flags |= RTCF_BROADCAST | RTCF_LOCAL;
  if (r.type == RTN_MULTICAST) {
    way.flags |= RTCF_MULTICAST;
    if (context_.path_facts && context_.path_facts->in_group(r.dev->net(), *r.dev, way.dst))
      way.flags |= RTCF_LOCAL;
    r.has_gateway = false;
  }
  if (r.type == RTN_BROADCAST) r.has_gateway = false;
  return {};
}

// ---- arriving packets

std::expected<RouteResult<V4>, DropReason> RouteResolver::input(Net& net, const FlowKey<V4>& key) {
  auto way = input_way(net, key);
  if (!way) return std::unexpected(way.error().reason);
  return way->result;
}

std::expected<void, RouteResolver::Refusal> RouteResolver::validate_source(Net& net,
                                                                           const Ipv4Address& src,
                                                                           const NetDevice& dev,
                                                                           uint8_t tos) {
  constexpr Refusal kMartian{DropReason::kIpMartianSource, EINVAL};
  constexpr Refusal kReverse{DropReason::kIpRpFilter, EXDEV};
  if (dev.is_loopback()) return {};  // checked on its way out
  const int rp_filter = context_.conf(dev, IPV4_DEVCONF_RP_FILTER);
  const bool accept_local = context_.conf(dev, IPV4_DEVCONF_ACCEPT_LOCAL) != 0;
  const InetNet& state = context_.state(net);
  if (!rp_filter) {
    // One of our own addresses; not all that is local (route_localnet).
    FlowKey<V4> own;
    own.dst = src;
    const FibTable<V4>* local = state.fib ? state.fib->table(RT_TABLE_LOCAL) : nullptr;
    const auto found =
        local && !accept_local ? state.fib->lookup_in(*local, own, true) : std::unexpected(EAGAIN);
    if (found && found->route->type == RTN_LOCAL && found->route->node->len == Ipv4Address::kBits)
      return std::unexpected(kMartian);
    return {};
  }
  FlowKey<V4> back;
  back.dst = src;
  back.tos = tos;
  std::expected<FibMatch<V4>, int> found = std::unexpected(ENETUNREACH);
  if (state.fib) found = state.fib->lookup(back);
  if (!found) return std::unexpected(kReverse);
  if (found->route->type != RTN_UNICAST) {
    if (found->route->type != RTN_LOCAL || !accept_local) return std::unexpected(kMartian);
  }
  for (const Nexthop<V4>& nh : found->route->nexthops)
    if (nh.dev == &dev) return {};
  if (rp_filter == 1 || !has_address(dev)) return std::unexpected(kReverse);
  return {};  // loose: any way back will do
}

std::expected<RouteResolver::Way, RouteResolver::Refusal> RouteResolver::input_way(
    Net& net, const FlowKey<V4>& key) {
  auto refuse = [](DropReason reason, int error = EINVAL) {
    return std::unexpected(Refusal{reason, error});
  };
  const NetDevice* in = context_.netdevs.by_index(net, key.iif);
  if (!in || !InetContext::usable(*in)) return refuse(DropReason::kIpInNoAddress);
  const Ipv4Address &src = key.src, &dst = key.dst;
  Way way;
  way.src = src;
  way.dst = dst;
  RouteResult<V4>& r = way.result;
  r.dev = const_cast<NetDevice*>(in);
  r.mtu = in->mtu;
  r.scope = RT_SCOPE_HOST;

  if (src.is_multicast() || src.is_limited_broadcast()) return refuse(DropReason::kIpMartianSource);
  const bool localnet = in->is_loopback() || context_.conf(*in, IPV4_DEVCONF_ROUTE_LOCALNET) != 0;

  auto broadcast_in = [&]() -> std::expected<Way, Refusal> {
    if (!src.is_zero())
      if (auto ok = validate_source(net, src, *in, key.tos); !ok)
        return std::unexpected(ok.error());
    r.type = RTN_BROADCAST;
    r.scope = RT_SCOPE_LINK;
    way.flags = RTCF_BROADCAST | RTCF_LOCAL;
    return way;
  };
  if (dst.is_limited_broadcast() || (src.is_zero() && dst.is_zero())) return broadcast_in();
  if (dst.is_multicast()) {
    // A host without address may hear groups of its link (RFC 3927, IGMP of RFC 3376).
    if (src.is_loopback() && !localnet) return refuse(DropReason::kIpMartianSource);
    if (src.is_zero()) {
      if (dst.bytes[0] != 224 || dst.bytes[1] != 0 || dst.bytes[2] != 0)
        return refuse(DropReason::kIpMartianSource);
    } else if (auto ok = validate_source(net, src, *in, key.tos); !ok) {
      return std::unexpected(ok.error());
    }
    r.type = RTN_MULTICAST;
    r.scope = RT_SCOPE_LINK;
    way.flags = RTCF_MULTICAST | RTCF_LOCAL;
    return way;
  }
  if (src.is_zero()) return refuse(DropReason::kIpMartianSource);
  if (dst.is_zero()) return refuse(DropReason::kIpMartianDestination);
  if (dst.is_loopback() && !localnet) return refuse(DropReason::kIpMartianDestination);
  if (src.is_loopback() && !localnet) return refuse(DropReason::kIpMartianSource);

  const InetNet& state = context_.state(net);
  const bool forwarding = context_.own_conf(*in, IPV4_DEVCONF_FORWARDING) != 0;
  FlowKey<V4> flow = key;
  flow.oif = 0;
  flow.scope = RT_SCOPE_UNIVERSE;
  std::expected<FibMatch<V4>, int> found = std::unexpected(ENETUNREACH);
  if (state.fib) found = state.fib->lookup(flow);
  if (!found) {
    if (!forwarding) return refuse(DropReason::kIpForwardingOff, EHOSTUNREACH);
    switch (found.error()) {
      case EINVAL:
        r.type = RTN_BLACKHOLE;
        break;
      case EACCES:
        r.type = RTN_PROHIBIT;
        break;
      case EHOSTUNREACH:
        r.type = RTN_UNREACHABLE;
        break;
      default:
        return refuse(DropReason::kIpNoRoute, ENETUNREACH);
    }
    r.dev = nullptr;
    return way;
  }
  const Route<V4>& route = *found->route;
  way.route = &route;
  if (route.type == RTN_BROADCAST) {
    r.prefix_len = route.node->len;
    r.table = route.table;
    if (forwarding && context_.conf(*in, IPV4_DEVCONF_BC_FORWARDING)) {
      r.dev = found->nexthop->dev;
      r.mtu = r.dev->mtu;
      r.directed = true;
    }
    return broadcast_in();
  }
  if (auto ok = validate_source(net, src, *in, key.tos); !ok) return std::unexpected(ok.error());
  if (route.type == RTN_LOCAL) {
    r.type = RTN_LOCAL;
    r.scope = route.scope;
    r.prefix_len = route.node->len;
    r.table = route.table;
    way.flags = RTCF_LOCAL;
    return way;
  }
  if (!forwarding) return refuse(DropReason::kIpForwardingOff, EHOSTUNREACH);
  if (route.type != RTN_UNICAST) return refuse(DropReason::kIpMartianDestination);
  take_nexthop(r, route, *state.fib->choose_nexthop(*found, flow));
  return way;
}

// ---- RTM_GETROUTE

bool RouteResolver::should_redirect(Net& net, const NetDevice& in, const Ipv4Address& src,
                                    const Way& way) {
  if (way.result.dev != &in || !context_.conf(in, IPV4_DEVCONF_SEND_REDIRECTS)) return false;
  FlowKey<V4> back;
  back.dst = src;
  auto found = context_.fib(net).lookup(back);
  return found && found->nexthop->dev == &in && !found->nexthop->has_gateway;
}

void RouteResolver::add_learnt(RouteAnswer& a, const LearntPath<V4>& path, const NetDevice& dev) {
  RouteConfig& c = a.route;
  if (path.mtu) {
    c.metrics[RTAX_MTU] = std::min(path.mtu, dev.mtu);
    if (path.mtu_locked) c.metrics[RTAX_LOCK] |= 1u << RTAX_MTU;
  }
  if (path.gateway) {
    c.nexthops[0].gateway = *path.gateway;
    c.flags |= RTCF_REDIRECTED;
  }
  a.expires = static_cast<uint32_t>(path.remaining / std::chrono::milliseconds(10));
}

void RouteResolver::path_for_each(Net& net,
                                  const std::function<void(const RouteAnswer&)>& fn) const {
  if (!context_.path_facts) return;
  context_.path_facts->for_each_learnt(net, [&](const LearntPath<V4>& path) {
    const NetDevice* dev = context_.netdevs.by_index(net, path.ifindex);
    if (!dev) return;
    RouteAnswer a;
    RouteConfig& c = a.route;
    c.dst = path.dst;
    c.dst_len = 32;
    c.protocol = RTPROT_UNSPEC;
    c.flags = RTM_F_CLONED;
    NexthopConfig nh;
    nh.oif = path.ifindex;
    FlowKey<V4> key;
    key.dst = path.dst;
    key.oif = path.ifindex;
    if (const auto found = context_.fib(net).lookup(key);
        found && found->nexthop && found->nexthop->has_gateway)
      nh.gateway = found->nexthop->gateway;
    c.nexthops.push_back(nh);
    add_learnt(a, path, *dev);
    fn(a);
  });
}

bool RouteResolver::on_link(const NetDevice& dev, const Ipv4Address& a, const Ipv4Address* b) {
  const InDevice* in = InetContext::find(dev);
  if (!in) return false;
  for (const auto& own : in->addresses.items())
    if (!own->secondary() && own->covers(a) && (!b || own->covers(*b))) return true;
  return false;
}

bool RouteResolver::takes_redirect(NetDevice& dev, const Ipv4Address& from, const Ipv4Address& to) {
  if (!context_.conf(dev, IPV4_DEVCONF_ACCEPT_REDIRECTS)) return false;
  Net& net = dev.net();
  if (to == from || to.is_multicast() || to.is_limited_broadcast() || to.is_zero()) return false;
  if (context_.conf(dev, IPV4_DEVCONF_SHARED_MEDIA))
    return unetns::address_type(context_, net, to, nullptr) == RTN_UNICAST;
  if (!on_link(dev, to, &from)) return false;
  return !context_.conf(dev, IPV4_DEVCONF_SECURE_REDIRECTS) ||
         context_.fib(net).is_gateway(dev, to);
}

Result<RouteAnswer> RouteResolver::answer(Net& net, const RouteQuery& query) {
  FlowKey<V4> key;
  key.dst = query.dst.as<V4>();
  key.src = query.src.as<V4>();
  key.iif = query.iif;
  key.oif = query.oif;
  key.tos = query.tos & kRoutingTos;
  key.mark = query.mark;
  key.proto = query.ip_proto;
  key.sport = query.sport;
  key.dport = query.dport;

  Way way;
  if (query.iif) {
    const NetDevice* in = context_.netdevs.by_index(net, query.iif);
    if (!in) return fail(ENODEV);
    auto found = input_way(net, key);
    if (!found) return fail(found.error().error);
    way = *found;
    switch (way.result.type) {
      case RTN_BLACKHOLE:
        return fail(EINVAL);
      case RTN_PROHIBIT:
        return fail(EACCES);
      case RTN_UNREACHABLE:
        return fail(EHOSTUNREACH);
      case RTN_UNICAST:
        if (should_redirect(net, *in, key.src, way)) way.flags |= RTCF_DOREDIRECT;
        break;
      case RTN_MULTICAST:
        if (!in->up() ||
            (context_.path_facts && !context_.path_facts->in_group(net, *in, key.dst)))
          return fail(EINVAL);
        [[fallthrough]];
      default:
        way.result.dev = context_.netdevs.loopback(net);
    }
  } else {
    UNETNS_ASSIGN(way, output_way(net, key));
  }
  if (query.fib_match) {
    if (!way.route) return fail(EHOSTUNREACH);
    RouteAnswer entry;
    entry.route = routes_.describe(*way.route);
    return entry;
  }

  const RouteResult<V4>& r = way.result;
  RouteAnswer a;
  RouteConfig& c = a.route;
  c.dst = way.dst;
  if (key.dst.is_zero()) c.dst = key.dst;
  c.dst_len = 32;
  if (!key.src.is_zero()) {
    c.src = key.src;
    c.src_len = 32;
  }
  c.tos = way.route ? way.route->tos : 0;
  // Linux looks into tables local and main as one, which it calls main.
  c.table = r.table == RT_TABLE_LOCAL ? uint32_t{RT_TABLE_MAIN} : r.table;
  if (!way.route) c.table = RT_TABLE_UNSPEC;  // found in no table
  c.protocol = RTPROT_UNSPEC;
  c.type = r.type;
  c.flags = way.flags | RTM_F_CLONED;
  if (way.route && way.route->metrics) c.metrics = *way.route->metrics;
  NexthopConfig nh;
  nh.oif = r.dev->ifindex();
  if (r.has_gateway) nh.gateway = r.gateway;
  nh.flow = r.flow;
  c.nexthops.push_back(nh);
  if (r.type == RTN_UNICAST && context_.path_facts)
    if (const auto learnt = context_.path_facts->learnt(net, way.dst, r.dev->ifindex()))
      add_learnt(a, *learnt, *r.dev);
  if (!query.iif && way.src != key.src) {
    c.prefsrc = way.src;
    a.src_for_cached = way.src;
  }
  return a;
}

}  // namespace unetns
