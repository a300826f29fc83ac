// Requests that name all devices of a group at once (`ip link set group 5 up`, `ip link del group
// 5`).
#ifndef UNETNS_NETLINK_RTNETLINK_LINK_GROUP_H_
#define UNETNS_NETLINK_RTNETLINK_LINK_GROUP_H_

#include <vector>

#include "netlink/rtnetlink/link_policy.h"

namespace unetns {

std::vector<int> indexes_of_group(const Rtnetlink& rt, Net& net, uint32_t group);
Result<void> change_link_group(Rtnetlink& rt, NlRequest& request, const LinkRequest& link);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_LINK_GROUP_H_
