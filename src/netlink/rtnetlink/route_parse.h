// Reads RTM_{NEW,DEL,GET}ROUTE into what InetControl takes (ip-route(8)).
#ifndef UNETNS_NETLINK_RTNETLINK_ROUTE_PARSE_H_
#define UNETNS_NETLINK_RTNETLINK_ROUTE_PARSE_H_

#include <linux/rtnetlink.h>

#include "inet/control.h"
#include "netlink/request.h"

namespace unetns {

class Rtnetlink;

PolicyTable route_policy(int family);

struct RouteRequest {
  InetControl* control;
  rtmsg header;
  AttrSet attrs;
};
Result<RouteRequest> parse_route_request(Rtnetlink& rt, const NlRequest& request,
                                         Strictness strictness, const char* short_text = "");
// For RTM_NEWROUTE and, with `deleting`, RTM_DELROUTE.
Result<RouteConfig> route_config(const NlRequest& request, const RouteRequest& in, bool deleting);
// The address of attribute `id`, none when absent; too short a one is refused.
Result<IpAddress> route_address(const RouteRequest& in, uint16_t id);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_ROUTE_PARSE_H_
