// ioctl(2) of AF_INET6 sockets, where it differs.
#ifndef UNETNS_SOCKET_INET_INET6_IOCTL_H_
#define UNETNS_SOCKET_INET_INET6_IOCTL_H_

#include <optional>

#include "base/result.h"
#include "netns/caller.h"

namespace unetns {

// What they say to requests about addresses, routes and neighbours: those of IPv4 are not theirs,
// and no device has any of IPv6. Nullopt: it is none of these.
std::optional<Result<int>> inet6_ioctl(const Caller& caller, unsigned long request);

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET6_IOCTL_H_
