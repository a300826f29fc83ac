#include "inet/fib/route_control.h"

#include <linux/netlink.h>

#include "inet/fib/route_address.h"

namespace unetns {

void RouteControl::tell(Net& net, const RouteConfig& route, bool deleted,
                        uint16_t nlm_flags) const {
  if (context_.messages) context_.messages->route_changed(net, AF_INET, route, deleted, nlm_flags);
}

RouteConfig RouteControl::describe(const Route<V4>& route, const Ipv4Address& prefix,
                                   uint8_t len) const {
  RouteConfig c;
  c.dst_len = len;
  if (len > 0) c.dst = prefix;
  c.tos = route.tos;
  c.table = route.table;
  c.protocol = route.protocol;
  c.scope = route.scope;
  c.type = route.type;
  c.priority = route.priority;
  if (!route.prefsrc.is_zero()) c.prefsrc = route.prefsrc;
  if (route.metrics) c.metrics = *route.metrics;
  c.flow = route.flow;
  for (const Nexthop<V4>& nh : route.nexthops) {
    NexthopConfig n;
    if (nh.has_gateway) n.gateway = nh.gateway;
    n.oif = nh.dev->ifindex();
    n.weight = nh.weight;
    n.flow = nh.flow;
    n.flags = nh.flags;
    if ((nh.flags & RTNH_F_LINKDOWN) && context_.ignores_linkdown(*nh.dev)) n.flags |= RTNH_F_DEAD;
    // Of several next hops Linux tells of a lost carrier only where it matters.
    if (route.nexthops.size() > 1 && !(n.flags & RTNH_F_DEAD))
      n.flags &= ~static_cast<uint32_t>(RTNH_F_LINKDOWN);
    c.nexthops.push_back(n);
  }
  c.flags = c.nexthops.size() == 1 ? c.nexthops[0].flags : route.flags;
  return c;
}

Result<void> RouteControl::insert(Net& net, const Ipv4Address& dst, uint8_t len, uint32_t table_id,
                                  std::unique_ptr<Route<V4>> route, uint16_t nlm_flags) {
  Fib<V4>& fib = context_.fib(net);
  FibNode<V4>* node = nullptr;
  if (FibTable<V4>* t = fib.table(table_id)) node = t->find(dst, len);

  // Of the routes with this prefix, tos and priority: the first, the last, and one that is the same
  // as the new.
  Route<V4>*first = nullptr, *last = nullptr, *same = nullptr;
  for (Route<V4>* r = node ? node->routes : nullptr; r; r = r->next) {
    if (r->tos != route->tos || r->priority != route->priority) continue;
    if (!first) first = r;
    last = r;
    if (!same && r->same_as(*route)) same = r;
  }
  uint16_t told = NLM_F_EXCL | NLM_F_CREATE;
  Route<V4>* after = nullptr;
  if (first) {
    if (nlm_flags & NLM_F_EXCL) return fail(EEXIST);
    if (nlm_flags & NLM_F_REPLACE) {
      if (same) {
        if (same == first) return {};
        return fail(EEXIST);
      }
      // The new one takes the place of the first.
      Route<V4>& placed = fib.insert(fib.make_table(table_id), dst, len, std::move(route), first);
      fib.remove(*first);
      tell(net, describe(placed), false, NLM_F_REPLACE);
      return {};
    }
    if (same) return fail(EEXIST);
    told = NLM_F_CREATE;
    if (nlm_flags & NLM_F_APPEND) {
      after = last;
      told |= NLM_F_APPEND;
    }
  }
  if (!(nlm_flags & NLM_F_CREATE)) return fail(ENOENT);
  Route<V4>& placed = fib.insert(fib.make_table(table_id), dst, len, std::move(route), after);
  tell(net, describe(placed), false, told);
  return {};
}

Result<void> RouteControl::add(Net& net, const RouteConfig& config, uint16_t nlm_flags) {
  if (!context_.registry.may_allocate()) return fail(ENOBUFS);
  const uint32_t table = config.table ? config.table : uint32_t{RT_TABLE_MAIN};
  context_.fib(net).make_table(table);  // whatever becomes of the route
  UNETNS_ASSIGN(std::unique_ptr<Route<V4>> route, make_route(context_, net, config));
  return insert(net, config.dst.as<V4>(), config.dst_len, table, std::move(route), nlm_flags);
}

bool RouteControl::matches(const Route<V4>& route, const RouteConfig& m, std::string* why) const {
  if (route.tos != m.tos) return false;
  if (m.has_type && m.type != RTN_UNSPEC && route.type != m.type) return false;
  if (m.has_scope && m.scope != RT_SCOPE_NOWHERE && route.scope != m.scope) return false;
  if (m.has_protocol && m.protocol != RTPROT_UNSPEC && route.protocol != m.protocol) return false;
  if (m.prefsrc.has_value() && !m.prefsrc.is_zero() && route.prefsrc != m.prefsrc.as<V4>())
    return false;
  if (m.priority && route.priority != m.priority) return false;
  for (const auto& [id, value] : m.metrics) {
    // One that is not set counts as 0.
    const auto own = route.metrics ? route.metrics->find(id) : m.metrics.end();
    const bool set = route.metrics && own != route.metrics->end();
    if ((set ? own->second : 0) != value) return false;
  }
  if (m.nexthops.empty() && !m.multipath) return true;
  // One that is spoken of alone is compared with the first.
  const size_t count = m.multipath ? route.nexthops.size() : 1;
  if (route.nexthops.size() < count) return false;
  for (size_t i = 0; i < count; i++) {
    if (i >= m.nexthops.size()) return false;
    const NexthopConfig& want = m.nexthops[i];
    const Nexthop<V4>& have = route.nexthops[i];
    if (want.oif && have.dev->ifindex() != want.oif) return false;
    if (!want.invalid.empty()) {
      *why = want.invalid;
      return false;
    }
    if (want.gateway.has_value() && !want.gateway.is_zero() &&
        (want.gateway.family() != AF_INET || !have.has_gateway ||
         have.gateway != want.gateway.as<V4>()))
      return false;
    if (want.flow && have.flow != want.flow) return false;
  }
  return true;
}

Result<void> RouteControl::del(Net& net, const RouteConfig& match) {
  UNETNS_TRY(check_route_key(match));
  const uint32_t id = match.table ? match.table : uint32_t{RT_TABLE_MAIN};
  const InetNet& state = context_.state(net);
  FibTable<V4>* table = state.fib ? state.fib->table(id) : nullptr;
  if (!table) return fail(ESRCH, "FIB table does not exist");
  FibNode<V4>* node = table->find(match.dst.as<V4>(), match.dst_len);
  std::string why;
  for (Route<V4>* r = node ? node->routes : nullptr; r; r = r->next) {
    if (!matches(*r, match, &why)) continue;
    const RouteConfig gone = describe(*r);
    state.fib->remove(*r);
    tell(net, gone, true, 0);
    return {};
  }
  return fail(ESRCH, why);
}

void RouteControl::for_each(Net& net, uint32_t table,
                            const std::function<void(const RouteConfig&)>& fn) const {
  const InetNet& state = context_.state(net);
  if (!state.fib) return;
  for (FibTable<V4>* t : state.fib->tables()) {
    if (table && t->id() != table) continue;
    for (Route<V4>* r : t->sorted()) fn(describe(*r));
  }
}

bool RouteControl::table_exists(Net& net, uint32_t table) const {
  const InetNet& state = context_.state(net);
  return state.fib && state.fib->table(table);
}

void RouteControl::add_connected(NetDevice& dev, const Connected& c) {
  // What another device's broadcast address covers is no source for a route.
  const bool own = c.type == RTN_LOCAL && c.prefix == c.prefsrc;
  if (!own && address_type(context_, dev.net(), c.prefsrc, nullptr) != RTN_LOCAL) return;
  auto route = std::make_unique<Route<V4>>();
  const bool local = c.type == RTN_LOCAL;
  route->type = c.type;
  route->scope = local ? RT_SCOPE_HOST : RT_SCOPE_LINK;
  route->protocol = RTPROT_KERNEL;
  route->prefsrc = c.prefsrc;
  route->priority = c.priority;
  Nexthop<V4> nh;
  nh.dev = &dev;
  nh.scope = local ? RT_SCOPE_NOWHERE : RT_SCOPE_HOST;
  if (!local && !dev.carrier) nh.flags |= RTNH_F_LINKDOWN;
  route->nexthops.push_back(nh);
  // One that is there already is as good.
  (void)insert(dev.net(), c.prefix, c.prefix_len,
               c.type == RTN_UNICAST ? uint32_t{RT_TABLE_MAIN} : uint32_t{RT_TABLE_LOCAL},
               std::move(route), NLM_F_CREATE | NLM_F_APPEND);
}

RouteConfig RouteControl::connected_config(const NetDevice& dev, const Connected& c) {
  RouteConfig m;
  m.dst = c.prefix;
  m.dst_len = c.prefix_len;
  m.table = c.type == RTN_UNICAST ? uint32_t{RT_TABLE_MAIN} : uint32_t{RT_TABLE_LOCAL};
  m.type = c.type;
  m.scope = c.type == RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK;
  m.protocol = RTPROT_KERNEL;
  m.prefsrc = c.prefsrc;
  m.priority = c.priority;
  NexthopConfig nh;
  nh.oif = dev.ifindex();
  m.nexthops.push_back(nh);
  return m;
}

void RouteControl::del_connected(NetDevice& dev, const Connected& c) {
  (void)del(dev.net(), connected_config(dev, c));
}

void RouteControl::prefsrc_gone(Net& net, const Ipv4Address& a, const NetDevice* leaving) {
  const InetNet& state = context_.state(net);
  if (!state.fib) return;
  for (auto& removed : state.fib->remove_by_prefsrc(a))
    if (!leaving || removed.route->nexthops.empty() || removed.route->nexthops[0].dev != leaving)
      tell(net, describe(*removed.route, removed.prefix, removed.len), true, 0);
}

}  // namespace unetns
