#include "inet/fib/route_address.h"

#include <algorithm>

namespace unetns {

uint8_t address_type(const InetContext& context, Net& net, const Ipv4Address& a,
                     const NetDevice* dev) {
  // Of 0.0.0.0/8 only "this host" itself is special.
  if (a.is_zero() || a.is_limited_broadcast()) return RTN_BROADCAST;
  if (a.is_multicast()) return RTN_MULTICAST;
  const InetNet& state = context.state(net);
  const FibTable<V4>* local = state.fib ? state.fib->table(RT_TABLE_LOCAL) : nullptr;
  // As Linux has it, of any address in a namespace that never had one itself.
  if (!local) return RTN_BROADCAST;
  FlowKey<V4> key;
  key.dst = a;
  auto found = state.fib->lookup_in(*local, key, true);
  // Where a longer prefix of table main leads elsewhere, it is not ours (Fib::lookup).
  const FibTable<V4>* main = state.fib->table(RT_TABLE_MAIN);
  if (found && main && found->route->node->len < Ipv4Address::kBits)
    if (auto other = state.fib->lookup_in(*main, key, true);
        other && other->route->node->len > found->route->node->len)
      found = other;
  if (!found || (dev && found->nexthop->dev != dev)) return RTN_UNICAST;
  return found->route->type;
}

namespace {

// The first primary address of the device that may be seen in the scope, one in the subnet of dst
// before others.
const IfAddress<V4>* first_address(const InDevice& in, const Ipv4Address& dst, uint8_t scope,
                                   uint8_t host_scope) {
  const IfAddress<V4>* first = nullptr;
  for (const auto& a : in.addresses.items()) {
    if (a->secondary() || std::min(a->scope, host_scope) > scope) continue;
    if (dst.is_zero() || a->covers(dst)) return a.get();
    if (!first) first = a.get();
  }
  return first;
}

}  // namespace

Ipv4Address select_source(const InetContext& context, Net& net, const NetDevice* dev,
                          const Ipv4Address& dst, uint8_t scope) {
  if (dev) {
    const InDevice* in = InetContext::find(*dev);
    const bool localnet = context.conf(*dev, IPV4_DEVCONF_ROUTE_LOCALNET) != 0;
    const uint8_t host_scope = localnet ? RT_SCOPE_LINK : RT_SCOPE_HOST;
    if (in)
      if (const IfAddress<V4>* a = first_address(*in, dst, scope, host_scope)) return a->local;
  }
  // Not found on the way out: any address that is good beyond its link, of the device that has been
  // there longest.
  Ipv4Address out;
  uint64_t oldest = ~uint64_t{0};
  context.netdevs.for_each(net, [&](NetDevice& d) {
    const InDevice* in = InetContext::find(d);
    if (!in || &d == dev || d.arrival() > oldest) return;
    for (const auto& a : in->addresses.items())
      if (!a->secondary() && a->scope != RT_SCOPE_LINK && a->scope <= scope) {
        out = a->local;
        oldest = d.arrival();
        return;
      }
  });
  return out;
}

Ipv4Address route_source(const InetContext& context, Net& net, const Route<V4>& route,
                         const Nexthop<V4>& nexthop) {
  if (!route.prefsrc.is_zero()) return route.prefsrc;
  return select_source(context, net, nexthop.dev,
                       nexthop.has_gateway ? nexthop.gateway : Ipv4Address(), route.scope);
}

}  // namespace unetns
