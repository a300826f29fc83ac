// RouteHints: what a route asks of those who send by it (`ip route … initcwnd 20 hoplimit 5`).
#ifndef UNETNS_INET_ROUTE_HINTS_H_
#define UNETNS_INET_ROUTE_HINTS_H_

#include <cstdint>

namespace unetns {

struct RouteHints {  // RTAX_*; 0: the route says nothing of it
  static constexpr uint32_t kMostSegments = 2047;
  uint32_t advmss : 16 = 0;
  uint32_t rto_min_ms : 16 = 0;  // counts only when it is locked, as ip-route(8) always has it
  uint32_t hop_limit : 8 = 0;
  uint32_t init_cwnd : 11 = 0, init_rwnd : 11 = 0;  // in segments
  uint32_t quickack : 1 = 0;
  uint32_t ecn : 1 = 0;  // of RTAX_FEATURES
  uint32_t window = 0;   // the largest to advertise, in bytes
};
static_assert(sizeof(RouteHints) == 12, "each connection has two");

}  // namespace unetns

#endif  // UNETNS_INET_ROUTE_HINTS_H_
