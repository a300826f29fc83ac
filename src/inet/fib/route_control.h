// RouteControl: changes and shows the routes of IPv4 namespaces (ip-route(8)), with the kernel's
// checks, errors and messages.
#ifndef UNETNS_INET_FIB_ROUTE_CONTROL_H_
#define UNETNS_INET_FIB_ROUTE_CONTROL_H_

#include <functional>

#include "inet/inet_state.h"

namespace unetns {

class RouteControl {
 public:
  explicit RouteControl(InetContext& context) : context_(context) {}

  Result<void> add(Net& net, const RouteConfig& config, uint16_t nlm_flags);
  Result<void> del(Net& net, const RouteConfig& match);
  void for_each(Net& net, uint32_t table, const std::function<void(const RouteConfig&)>& fn) const;

  bool table_exists(Net& net, uint32_t table) const;

  // The routes that an address brings: protocol kernel, in table local or main by type.
  struct Connected {
    uint8_t type;
    Ipv4Address prefix;
    uint8_t prefix_len;
    Ipv4Address prefsrc;
    uint32_t priority = 0;
  };
  void add_connected(NetDevice& dev, const Connected& route);
  void del_connected(NetDevice& dev, const Connected& route);
  // Address `a` is gone: so are the routes that prefer it as source.
  void prefsrc_gone(Net& net, const Ipv4Address& a, const NetDevice* leaving = nullptr);

  RouteConfig describe(const Route<V4>& route) const {
    return describe(route, route.node->prefix, route.node->len);
  }

 private:
  RouteConfig describe(const Route<V4>& route, const Ipv4Address& prefix, uint8_t len) const;
  Result<void> insert(Net& net, const Ipv4Address& dst, uint8_t len, uint32_t table,
                      std::unique_ptr<Route<V4>> route, uint16_t nlm_flags);
  // `why`: set when what was asked for can't be matched.
  bool matches(const Route<V4>& route, const RouteConfig& match, std::string* why) const;
  void tell(Net& net, const RouteConfig& route, bool deleted, uint16_t nlm_flags) const;
  static RouteConfig connected_config(const NetDevice& dev, const Connected& route);
  InetContext& context_;
};

// Turns what was asked for into a route, or says as the kernel does why it can't be.
Result<std::unique_ptr<Route<V4>>> make_route(InetContext& context, Net& net,
                                              const RouteConfig& config);
// The checks that additions and deletions share: prefix, tos, type.
Result<void> check_route_key(const RouteConfig& config);
// The key, and what else does not concern the ways.
Result<void> check_route_head(const RouteConfig& config);

}  // namespace unetns

#endif  // UNETNS_INET_FIB_ROUTE_CONTROL_H_
