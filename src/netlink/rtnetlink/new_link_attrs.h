// IFLA_* newer than the uapi headers this may be built with (Linux 6.18's if_link.h).
#ifndef UNETNS_NETLINK_RTNETLINK_NEW_LINK_ATTRS_H_
#define UNETNS_NETLINK_RTNETLINK_NEW_LINK_ATTRS_H_

#include <cstdint>

namespace unetns {

inline constexpr uint16_t kIflaDevlinkPort = 62, kIflaGsoIpv4MaxSize = 63, kIflaGroIpv4MaxSize = 64,
                          kIflaDpllPin = 65, kIflaMaxPacingOffloadHorizon = 66,
                          kIflaNetnsImmutable = 67, kIflaHeadroom = 68, kIflaTailroom = 69;

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_NEW_LINK_ATTRS_H_
