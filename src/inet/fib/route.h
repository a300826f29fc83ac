// Route: one entry of a routing table, with its next hops. Plain state; Fib<F> keeps the indexes.
#ifndef UNETNS_INET_FIB_ROUTE_H_
#define UNETNS_INET_FIB_ROUTE_H_

#include <linux/rtnetlink.h>

#include <cstdint>
#include <map>
#include <memory>

#include "absl/container/inlined_vector.h"
#include "base/ip_address.h"
#include "inet/route_hints.h"

namespace unetns {

class NetDevice;
template <class F>
struct Route;
template <class F>
struct FibNode;

template <class F>
struct Nexthop {
  NetDevice* dev = nullptr;  // null only in routes of type blackhole and its like
  typename F::Address gateway;
  bool has_gateway = false;
  uint8_t flags = 0;  // RTNH_F_DEAD, LINKDOWN, ONLINK; OFFLOAD and TRAP as a program said
  uint8_t scope =
      RT_SCOPE_NOWHERE;  // of the next hop; NOWHERE: the route outlives its device being down
  uint16_t weight = 1;   // 1..256
  uint32_t flow = 0;     // realms
  // List of all next hops of `dev` in the namespace (Fib<F>).
  Route<F>* route = nullptr;
  Nexthop* dev_prev = nullptr;
  Nexthop* dev_next = nullptr;

  bool usable() const { return !(flags & RTNH_F_DEAD); }
};

using RouteMetrics = std::map<uint16_t, uint32_t>;  // RTAX_*

template <class F>
struct Route {
  uint8_t tos = 0, type = RTN_UNICAST, scope = RT_SCOPE_UNIVERSE, protocol = RTPROT_BOOT;
  bool dead = false;          // no next hop is left: waits to be flushed
  bool prefsrc_gone = false;  // its preferred source was removed: flushed with a message
  uint32_t priority = 0;
  uint32_t table = RT_TABLE_MAIN;
  uint32_t mtu = 0;  // of metrics; 0: none
  uint32_t flow = 0;  // realms of a route without next hops
  RouteHints hints;   // of metrics
  bool mtu_locked = false;
  uint32_t flags = 0;  // RTNH_F_*, RTM_F_* of a route without a next hop, or with several, as they were said
  typename F::Address prefsrc;
  std::unique_ptr<RouteMetrics> metrics;        // null: none
  absl::InlinedVector<Nexthop<F>, 1> nexthops;  // fixed once the route is in a table
  Route* next = nullptr;  // in its node: by tos descending, then priority ascending
  FibNode<F>* node = nullptr;

  // Whether the next hops and all that is not part of the key are the same: then it is the same
  // route.
  bool same_as(const Route& o) const;
};

template <class F>
bool Route<F>::same_as(const Route& o) const {
  if (type != o.type || scope != o.scope || protocol != o.protocol || prefsrc != o.prefsrc ||
      priority != o.priority || tos != o.tos || nexthops.size() != o.nexthops.size())
    return false;
  if (flow != o.flow) return false;
  constexpr uint32_t kState = RTNH_F_DEAD | RTNH_F_LINKDOWN | RTNH_F_OFFLOAD | RTNH_F_TRAP;
  if ((flags ^ o.flags) & ~kState) return false;
  if (bool{metrics} != bool{o.metrics} || (metrics && *metrics != *o.metrics)) return false;
  for (size_t i = 0; i < nexthops.size(); i++) {
    const Nexthop<F>&a = nexthops[i], &b = o.nexthops[i];
    if (a.dev != b.dev || a.has_gateway != b.has_gateway || a.gateway != b.gateway ||
        a.weight != b.weight || a.flow != b.flow || (a.flags & ~kState) != (b.flags & ~kState))
      return false;
  }
  return true;
}

}  // namespace unetns

#endif  // UNETNS_INET_FIB_ROUTE_H_
