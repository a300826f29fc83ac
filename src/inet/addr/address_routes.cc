// The routes that belong to an address: to itself, to its subnet, to the broadcast addresses.
#include "inet/addr/address_control.h"
#include "inet/fib/route_address.h"

namespace unetns {
namespace {

Ipv4Address last_of(const IfAddress<V4>& a) {
  const uint32_t host = a.prefix_len >= 32 ? 0 : 0xffffffffu >> a.prefix_len;
  return Ipv4Address(a.network().value() | host);
}

// Whether the address brings a route to a subnet (or to the peer of a point-to-point link).
bool has_subnet(const IfAddress<V4>& a) {
  const Ipv4Address network = a.network();
  return !network.is_zero() && (a.prefix_len < 32 || network != a.local);
}

bool has_broadcast(const IfAddress<V4>& a) {
  return !a.broadcast.is_zero() && !a.broadcast.is_limited_broadcast();
}

}  // namespace

void AddressControl::add_routes(InDevice& in, const Entry& e) {
  NetDevice& dev = in.dev;
  const Entry* primary = &e;
  if (e.secondary()) primary = in.addresses.primary_of(e);
  if (!primary) return;
  const Ipv4Address source = primary->local;
  routes_.add_connected(dev, {RTN_LOCAL, e.local, 32, source});
  if (!dev.up()) return;
  if (has_broadcast(e)) routes_.add_connected(dev, {RTN_BROADCAST, e.broadcast, 32, source});
  if (e.secondary() || !has_subnet(e)) return;
  if (!(e.flags & IFA_F_NOPREFIXROUTE)) {
    const uint8_t type = dev.is_loopback() ? RTN_LOCAL : RTN_UNICAST;
    routes_.add_connected(dev, {type, e.network(), e.prefix_len, source, e.route_priority});
  }
  if (e.prefix_len < 31) routes_.add_connected(dev, {RTN_BROADCAST, last_of(e), 32, source});
}

void AddressControl::del_routes(InDevice& in, const Entry& gone, bool device_goes) {
  NetDevice& dev = in.dev;
  const Entry* primary = &gone;
  bool subnet_stays = false;  // another primary address of the device has the same subnet
  if (gone.secondary()) {
    primary = in.addresses.primary_of(gone);
    if (!primary) return;
  } else if (has_subnet(gone)) {
    for (const auto& e : in.addresses.items())
      if (!device_goes && e.get() != &gone && !e->secondary() && e->network() == gone.network() &&
          e->prefix_len == gone.prefix_len && !(e->flags & IFA_F_NOPREFIXROUTE))
        subnet_stays = true;
    if (!subnet_stays && !(gone.flags & IFA_F_NOPREFIXROUTE)) {
      const uint8_t type = dev.is_loopback() ? RTN_LOCAL : RTN_UNICAST;
      routes_.del_connected(
          dev, {type, gone.network(), gone.prefix_len, gone.local, gone.route_priority});
    }
  }
  const Ipv4Address source = primary->local;

  // What others of the device still need stays.
  bool local_stays = false, broadcast_stays = false, last_stays = false;
  for (const auto& e : in.addresses.items()) {
    if (device_goes || e.get() == &gone) continue;
    if (e->local == gone.local) local_stays = true;
    const Entry* p = e->secondary() ? in.addresses.primary_of(*e) : e.get();
    if (!p || p->local != source) continue;
    auto needs = [&](const Ipv4Address& b) {
      return (has_broadcast(*e) && e->broadcast == b) ||
             (!e->secondary() && has_subnet(*e) && e->prefix_len < 31 && last_of(*e) == b);
    };
    if (needs(gone.broadcast)) broadcast_stays = true;
    if (needs(last_of(gone))) last_stays = true;
    // A primary in the same subnet keeps its last address.
    if (gone.secondary() && e->same_subnet(gone) && gone.broadcast == last_of(*e))
      broadcast_stays = true;
  }
  if (has_broadcast(gone) && !broadcast_stays)
    routes_.del_connected(dev, {RTN_BROADCAST, gone.broadcast, 32, source});
  if (!gone.secondary() && has_subnet(gone) && gone.prefix_len < 31 && !last_stays &&
      !(has_broadcast(gone) && gone.broadcast == last_of(gone)))
    routes_.del_connected(dev, {RTN_BROADCAST, last_of(gone), 32, source});
  if (local_stays) return;
  routes_.del_connected(dev, {RTN_LOCAL, gone.local, 32, source});
  // The address may still be another device's.
  if (address_type(context_, dev.net(), gone.local, nullptr) != RTN_LOCAL)
    routes_.prefsrc_gone(dev.net(), gone.local, device_goes ? &dev : nullptr);
}

}  // namespace unetns
