#include "socket/inet/inet6_ioctl.h"

#include <linux/capability.h>
#include <linux/sockios.h>

namespace unetns {

std::optional<Result<int>> inet6_ioctl(const Caller& caller, unsigned long request) {
  switch (request) {
    case SIOCADDRT:
    case SIOCDELRT:
    case SIOCSIFADDR:
    case SIOCDIFADDR:
      return Result<int>(fail(caller.capable(CAP_NET_ADMIN) ? ENODEV : EPERM));
    case SIOCGIFADDR:
    case SIOCGIFDSTADDR:
    case SIOCSIFDSTADDR:
    case SIOCGIFBRDADDR:
    case SIOCSIFBRDADDR:
    case SIOCGIFNETMASK:
    case SIOCSIFNETMASK:
    case SIOCGARP:
    case SIOCSARP:
    case SIOCDARP:
    case SIOCGIFPFLAGS:
    case SIOCSIFPFLAGS:
      return Result<int>(fail(ENOTTY));
    default:
      return std::nullopt;
  }
}

}  // namespace unetns
