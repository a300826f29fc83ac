// The policy of RTM_{NEW,DEL,GET,SET}LINK, and what these requests share: naming a device and a
// namespace.
#ifndef UNETNS_NETLINK_RTNETLINK_LINK_POLICY_H_
#define UNETNS_NETLINK_RTNETLINK_LINK_POLICY_H_

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "netdev/netdev_layer.h"
#include "netlink/request.h"

namespace unetns {

class Rtnetlink;

PolicyTable link_policy();
PolicyTable link_info_policy();

struct LinkRequest {
  ifinfomsg header;
  AttrSet attrs;
};
Result<LinkRequest> parse_link_request(const NlRequest& request,
                                       Strictness strictness = Strictness::kLiberal);

// The device that the index or else IFLA_IFNAME / IFLA_ALT_IFNAME names in `net`; null: none such.
// EINVAL when the request names nothing.
Result<NetDevice*> named_device(const Rtnetlink& rt, Net& net, const LinkRequest& link);
// The same, ENODEV when there is none.
Result<NetDevice*> require_device(const Rtnetlink& rt, Net& net, const LinkRequest& link);

// The namespace that IFLA_NET_NS_PID, IFLA_NET_NS_FD or IFLA_TARGET_NETNSID names, or an empty
// reference. The caller needs CAP_NET_ADMIN.
Result<NetRef> named_net(const NsidLayer& nsids, Net& net, const Caller& caller,
                         const AttrSet& attrs);

// IFLA_NET_NS_PID and IFLA_NET_NS_FD, where a namespace is named by its id alone.
Result<void> refuse_named_net(const AttrSet& attrs);

// For IFLA_TARGET_NETNSID, IFA_TARGET_NETNSID … of questions: `net` itself when absent.
Result<Net*> target_net(const Rtnetlink& rt, const NlRequest& request, const AttrSet& attrs,
                        uint16_t id);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_LINK_POLICY_H_
