// Tells a program what an attribute should have been (NLMSGERR_ATTR_POLICY; linux/netlink.h, enum
// netlink_policy_type_attr).
#ifndef UNETNS_NLMSG_POLICY_FILL_H_
#define UNETNS_NLMSG_POLICY_FILL_H_

#include "nlmsg/policy.h"
#include "nlmsg/writer.h"

namespace unetns {

// Appends nest `id`; nothing for a policy that says nothing.
void put_policy(NlWriter& out, uint16_t id, const AttrPolicy& policy);

}  // namespace unetns

#endif  // UNETNS_NLMSG_POLICY_FILL_H_
