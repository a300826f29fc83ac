#include "runtime/lacking.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/family_name.h"
#include "machine/machine.h"
#include "netlink/netlink_layer.h"
#include "runtime/option_name.h"
#include "runtime/unsupported.h"

namespace unetns {
namespace {

constexpr int kMptcp = 262;  // IPPROTO_MPTCP

std::string type_name(int type) {
  switch (type) {
    case SOCK_STREAM:
      return "SOCK_STREAM";
    case SOCK_DGRAM:
      return "SOCK_DGRAM";
    case SOCK_RAW:
      return "SOCK_RAW";
    case SOCK_SEQPACKET:
      return "SOCK_SEQPACKET";
    case SOCK_DCCP:
      return "SOCK_DCCP";
    default:
      return std::to_string(type);
  }
}

const char* netlink_name(int protocol) {
  switch (protocol) {
    case NETLINK_SOCK_DIAG:
      return "NETLINK_SOCK_DIAG";
    case NETLINK_NFLOG:
      return "NETLINK_NFLOG";
    case NETLINK_XFRM:
      return "NETLINK_XFRM";
    case NETLINK_SELINUX:
      return "NETLINK_SELINUX";
    case NETLINK_ISCSI:
      return "NETLINK_ISCSI";
    case NETLINK_AUDIT:
      return "NETLINK_AUDIT";
    case NETLINK_FIB_LOOKUP:
      return "NETLINK_FIB_LOOKUP";
    case NETLINK_CONNECTOR:
      return "NETLINK_CONNECTOR";
    case NETLINK_NETFILTER:
      return "NETLINK_NETFILTER";
    case NETLINK_RDMA:
      return "NETLINK_RDMA";
    case NETLINK_CRYPTO:
      return "NETLINK_CRYPTO";
    default:
      return nullptr;
  }
}

std::string protocol_name(int domain, int protocol) {
  const char* name = nullptr;
  if (domain == AF_NETLINK) name = netlink_name(protocol);
  if (domain == AF_INET || domain == AF_INET6) switch (protocol) {
      case IPPROTO_ICMPV6:
        name = "IPPROTO_ICMPV6";
        break;
      case IPPROTO_SCTP:
        name = "IPPROTO_SCTP";
        break;
      case IPPROTO_DCCP:
        name = "IPPROTO_DCCP";
        break;
      case IPPROTO_UDPLITE:
        name = "IPPROTO_UDPLITE";
        break;
      case kMptcp:
        name = "IPPROTO_MPTCP";
        break;
      case IPPROTO_TCP:
        name = "IPPROTO_TCP";
        break;
      case IPPROTO_UDP:
        name = "IPPROTO_UDP";
        break;
      default:
        break;
    }
  return name ? name : std::to_string(protocol);
}

// Of the sockets of AF_INET and AF_INET6 that are not here: whether Linux has them.
bool linux_has_inet(int domain, int type, int protocol) {
  switch (type) {
    case SOCK_STREAM:
      return protocol == IPPROTO_SCTP || protocol == kMptcp;
    case SOCK_SEQPACKET:
      return protocol == 0 || protocol == IPPROTO_SCTP;
    case SOCK_DGRAM:
      return protocol == IPPROTO_UDPLITE || (domain == AF_INET6 && protocol == IPPROTO_ICMPV6);
    case SOCK_RAW:
      return domain == AF_INET6 && protocol != 0;
    case SOCK_DCCP:
      return true;
    default:
      return false;
  }
}

// Whether a socket of Linux has options of that level at all.
bool linux_has_level(const Socket& socket, int level) {
  if (level == SOL_SOCKET) return true;
  switch (socket.domain()) {
    case AF_INET:
    case AF_INET6:
      if (level == SOL_IPV6) return socket.domain() == AF_INET6;
      return level == SOL_IP || (socket.type() == SOCK_STREAM && level == IPPROTO_TCP) ||
             (socket.type() == SOCK_DGRAM && level == IPPROTO_UDP);
    case AF_NETLINK:
      return level == SOL_NETLINK;
    case AF_PACKET:
      return level == SOL_PACKET;
    default:
      return false;
  }
}

// Options of IPPROTO_IPV6 that Linux refuses to sockets of other types in the same way.
bool of_raw_or_datagram(int name) {
  switch (name) {
    case IPV6_CHECKSUM:
    case IPV6_NEXTHOP:
    case IPV6_MULTICAST_IF:
    case IPV6_MULTICAST_HOPS:
    case IPV6_ROUTER_ALERT:
    case IPV6_HDRINCL:
      return true;
    default:
      return false;
  }
}

const char* ioctl_name(unsigned request) {
  switch (request) {
    case SIOCETHTOOL:
      return "SIOCETHTOOL";
    case SIOCGIFBR:
      return "SIOCGIFBR";
    case SIOCSIFBR:
      return "SIOCSIFBR";
    case SIOCBRADDBR:
      return "SIOCBRADDBR";
    case SIOCBRDELBR:
      return "SIOCBRDELBR";
    case SIOCBRADDIF:
      return "SIOCBRADDIF";
    case SIOCBRDELIF:
      return "SIOCBRDELIF";
    case SIOCGIFVLAN:
      return "SIOCGIFVLAN";
    case SIOCSIFVLAN:
      return "SIOCSIFVLAN";
    case SIOCBONDENSLAVE:
      return "SIOCBONDENSLAVE";
    case SIOCBONDRELEASE:
      return "SIOCBONDRELEASE";
    case SIOCBONDINFOQUERY:
      return "SIOCBONDINFOQUERY";
    case SIOCSHWTSTAMP:
      return "SIOCSHWTSTAMP";
    case SIOCGHWTSTAMP:
      return "SIOCGHWTSTAMP";
    case SIOCDEVPRIVATE:  // what programs for tunnels ask
      return "SIOCGETTUNNEL";
    case SIOCDEVPRIVATE + 1:
      return "SIOCADDTUNNEL";
    case SIOCDEVPRIVATE + 2:
      return "SIOCDELTUNNEL";
    case SIOCDEVPRIVATE + 3:
      return "SIOCCHGTUNNEL";
    default:
      return nullptr;
  }
}

}  // namespace

void note_lacking(Kernel& machine, Unsupported& unsupported) {
  machine.netlink().on_unsupported = [&unsupported](const std::string& what) {
    unsupported.note(what);
  };
}

std::optional<std::string> lacking_socket(int domain, int type, int protocol, int error) {
  if (error != EAFNOSUPPORT && error != EPROTONOSUPPORT && error != ESOCKTNOSUPPORT)
    return std::nullopt;
  if (domain <= AF_UNSPEC || domain >= AF_MAX) return std::nullopt;
  if ((domain == AF_INET || domain == AF_INET6) && !linux_has_inet(domain, type, protocol))
    return std::nullopt;
  if (domain == AF_PACKET) return std::nullopt;  // all of its types are here
  if (domain == AF_NETLINK && (error != EPROTONOSUPPORT || protocol < 0 || protocol >= MAX_LINKS))
    return std::nullopt;
  std::string text = fmt::format("socket({}, {}", family_name(domain), type_name(type));
  if (protocol != 0 || domain == AF_NETLINK) text += ", " + protocol_name(domain, protocol);
  return text + ")";
}

std::optional<std::string> lacking_option(const Socket& socket, const char* call, int level,
                                          int name, int error) {
  const bool upper_layer = level == IPPROTO_TCP && (name == TCP_ULP || name == TCP_CONGESTION);
  if (upper_layer && error == ENOENT) return fmt::format("{}({})", call, option_name(level, name));
  if (error == EOPNOTSUPP && level == SOL_SOCKET && name == SO_ZEROCOPY)
    return fmt::format("{}({})", call, option_name(level, name));
  if (error != ENOPROTOOPT || !linux_has_level(socket, level)) return std::nullopt;
  if (level == SOL_IP && (name == IP_HDRINCL || name == IP_NODEFRAG)) return std::nullopt;
  if (level == SOL_IPV6 && of_raw_or_datagram(name)) return std::nullopt;
  return fmt::format("{}({})", call, option_name(level, name));
}

std::optional<std::string> lacking_ioctl(unsigned request, int error) {
  const bool unknown =
      error == ENOTTY || error == ENOPKG || (error == EOPNOTSUPP && request == SIOCETHTOOL);
  // Above those that ask for a socket's owner, mark and stamps.
  if (!unknown || request < SIOCADDRT || request > SIOCDEVPRIVATE + 15 || request == SIOCOUTQNSD)
    return std::nullopt;
  const char* name = ioctl_name(request);
  return name ? fmt::format("ioctl({})", name) : fmt::format("ioctl({:#x}) on a socket", request);
}

}  // namespace unetns
