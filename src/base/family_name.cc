#include "base/family_name.h"

#include <sys/socket.h>

namespace unetns {

std::string family_name(int family) {
  switch (family) {
    case AF_UNSPEC:
      return "AF_UNSPEC";
    case AF_UNIX:
      return "AF_UNIX";
    case AF_INET:
      return "AF_INET";
    case AF_BRIDGE:
      return "AF_BRIDGE";
    case AF_INET6:
      return "AF_INET6";
    case AF_KEY:
      return "AF_KEY";
    case AF_NETLINK:
      return "AF_NETLINK";
    case AF_PACKET:
      return "AF_PACKET";
    case AF_RDS:
      return "AF_RDS";
    case AF_LLC:
      return "AF_LLC";
    case AF_MPLS:
      return "AF_MPLS";
    case AF_CAN:
      return "AF_CAN";
    case AF_TIPC:
      return "AF_TIPC";
    case AF_BLUETOOTH:
      return "AF_BLUETOOTH";
    case AF_ALG:
      return "AF_ALG";
    case AF_VSOCK:
      return "AF_VSOCK";
    case AF_KCM:
      return "AF_KCM";
    case AF_QIPCRTR:
      return "AF_QIPCRTR";
    case AF_SMC:
      return "AF_SMC";
    case AF_XDP:
      return "AF_XDP";
    case 45:
      return "AF_MCTP";
    case 128:  // families of rtnetlink alone (linux/rtnetlink.h)
      return "RTNL_FAMILY_IPMR";
    case 129:
      return "RTNL_FAMILY_IP6MR";
    default:
      return "AF " + std::to_string(family);
  }
}

}  // namespace unetns
