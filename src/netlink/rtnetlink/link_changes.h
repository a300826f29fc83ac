// What RTM_SETLINK and RTM_NEWLINK do to a device that exists.
#ifndef UNETNS_NETLINK_RTNETLINK_LINK_CHANGES_H_
#define UNETNS_NETLINK_RTNETLINK_LINK_CHANGES_H_

#include "netlink/rtnetlink/link_policy.h"

namespace unetns {

// Applies all changes of the request in the kernel's order; what went before a failing one stays.
Result<void> apply_link_changes(Rtnetlink& rt, NlRequest& request, NetDevice& dev,
                                const LinkRequest& link);
// IFLA_AF_SPEC, looked at before any change: families that do not exist, or have nothing to do with
// the device (`dev` null: it is still to be made), are EAFNOSUPPORT.
Result<void> check_af_spec(const Rtnetlink& rt, const NetDevice* dev, const LinkRequest& link,
                           ParseNotes* notes);
// The per-device settings that it holds, checked before. True when it speaks of any family.
Result<bool> apply_af_spec(Rtnetlink& rt, NetDevice& dev, const LinkRequest& link);
// Checks that come before any change. `dev` null: a device that is still to be made.
Result<void> check_link_request(const Rtnetlink& rt, const NetDevice* dev, const LinkRequest& link,
                                ParseNotes* notes);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_LINK_CHANGES_H_
