// SocketScope: which packets an address of a socket stands for, so that sockets of both families
// share a table of ports.
#ifndef UNETNS_INET_DEMUX_SOCKET_SCOPE_H_
#define UNETNS_INET_DEMUX_SOCKET_SCOPE_H_

#include <sys/socket.h>

namespace unetns {

// An AF_INET6 socket bound to :: takes the packets of both, unless it has IPV6_V6ONLY; one with a
// mapped address takes those of IPv4 (RFC 3493 §3.7, §5.3).
struct SocketScope {
  bool inet6 : 1 = false;  // the socket's family; of two that fit alike AF_INET's comes first
  bool ipv4 : 1 = true;
  bool ipv6 : 1 = false;

  static constexpr SocketScope of(int family) {
    return family == AF_INET ? SocketScope{} : SocketScope{true, false, true};
  }
  static constexpr SocketScope mapped() { return {true, true, false}; }
  static constexpr SocketScope any(bool v6_only) { return {true, !v6_only, true}; }

  // Of a socket that has such a one's connections by IPv4.
  constexpr SocketScope of_connection() const { return inet6 && ipv4 ? mapped() : *this; }

  bool takes(int family) const { return family == AF_INET ? ipv4 : ipv6; }
  bool overlaps(const SocketScope& o) const { return (ipv4 && o.ipv4) || (ipv6 && o.ipv6); }
  bool operator==(const SocketScope&) const = default;
};

}  // namespace unetns

#endif  // UNETNS_INET_DEMUX_SOCKET_SCOPE_H_
