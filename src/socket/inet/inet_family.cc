#include "socket/inet/inet_family.h"

#include <linux/capability.h>

#include "socket/inet/ping_socket.h"
#include "socket/inet/raw_socket.h"
#include "socket/inet/tcp_socket.h"
#include "socket/inet/udp_socket.h"

namespace unetns {
namespace {
// socket(2) takes the numbers that Linux gives to protocols of its own beyond those of packets, up
// to that of MPTCP, 262.
constexpr int kProtocolEnd = 263;
}  // namespace

bool InetFamily::may_ping(const Net& net, const Caller& caller) const {
  const IpSettings& s = parts_.stack.ip().settings(net);
  const int64_t gid = caller.gid();
  return s.ping_group_min <= gid && gid <= s.ping_group_max;
}

Result<std::unique_ptr<Socket>> InetFamily::create(Net& net, const Caller& caller, int type,
                                                   int protocol) {
  if (protocol < 0 || protocol >= kProtocolEnd) return fail(EINVAL);
  std::unique_ptr<Socket> socket;
  if (type < 0 || type > SOCK_PACKET) return fail(EINVAL);  // there are no others
  switch (type) {
    case SOCK_STREAM:
      if (protocol != 0 && protocol != IPPROTO_TCP) return fail(EPROTONOSUPPORT);
      socket = std::make_unique<TcpSocket>(net, parts_, caller, domain_);
      break;
    case SOCK_DGRAM:
      if (protocol == 0 || protocol == IPPROTO_UDP) {
        socket = std::make_unique<UdpSocket>(net, parts_, caller, domain_);
      } else if (protocol == IPPROTO_ICMP && domain_ == AF_INET) {
        if (!may_ping(net, caller)) return fail(EACCES);
        socket = std::make_unique<PingSocket>(net, parts_, caller);
      } else {
        return fail(EPROTONOSUPPORT);
      }
      break;
    case SOCK_RAW:
      if (domain_ != AF_INET)  // they would be of IPv6 alone
        return fail(protocol == 0 ? EPROTONOSUPPORT : ESOCKTNOSUPPORT);
      if (!caller.capable(CAP_NET_RAW)) return fail(EPERM);
      if (protocol == 0) return fail(EPROTONOSUPPORT);
      socket = std::make_unique<RawSocket>(net, parts_, caller, protocol);
      break;
    default:
      return fail(ESOCKTNOSUPPORT);
  }
  return socket;
}

}  // namespace unetns
