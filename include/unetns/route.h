// Routes of a namespace (ip-route(8)), as values.
#ifndef UNETNS_ROUTE_H_
#define UNETNS_ROUTE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "unetns/address.h"
#include "unetns/device.h"

namespace unetns {

enum class RouteType : uint8_t {  // RTN_*, rtnetlink(7)
  kUnicast = 1,
  kLocal = 2,
  kBroadcast = 3,
  kMulticast = 5,
  kBlackhole = 6,
  kUnreachable = 7,
  kProhibit = 8,
};

// One way of a route that has several. Needs a gateway, a device, or both.
struct RouteHop {
  IpAddress gateway;
  Device device;
  uint32_t weight = 1;  // 1 to 256: its share of the traffic
};

//     netns.add_route({.destination = {"10.1.0.0"_ip4, 16}, .gateway = "10.0.0.1"_ip4});
//     netns.add_route({.gateway = "10.0.0.1"_ip4});   // the default route
struct Route {
  Prefix destination{};          // none: the default route, of the family of the gateway
  IpAddress gateway{};           // none: the destination is on the link
  Device device{};               // none: found by the gateway
  std::vector<RouteHop> hops{};  // in place of gateway and device: several ways (ECMP)
  uint32_t metric = 0;           // the lowest is taken
  uint32_t table = 254;          // RT_TABLE_MAIN
  RouteType type = RouteType::kUnicast;
  std::optional<uint8_t> scope{};  // RT_SCOPE_*; by default as ip-route(8) chooses
  uint8_t protocol = 3;            // RTPROT_BOOT
  IpAddress source{};              // preferred source address
  uint32_t mtu = 0;                // of the path; 0: the device's
};

}  // namespace unetns

#endif  // UNETNS_ROUTE_H_
