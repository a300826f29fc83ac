// Names of rtnetlink's messages.
#ifndef UNETNS_NETLINK_RTNETLINK_MESSAGE_NAME_H_
#define UNETNS_NETLINK_RTNETLINK_MESSAGE_NAME_H_

#include <cstdint>
#include <string>

namespace unetns {

std::string message_name(uint16_t type);  // "RTM_NEWRULE"; a number without a name as "message 300"

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_MESSAGE_NAME_H_
