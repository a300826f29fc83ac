// NameFormat: how a socket of TCP or UDP writes addresses and reads those of programs: as struct
// sockaddr_in, or as struct sockaddr_in6, where an IPv4 address is a mapped one (RFC 3493 §3.7).
#ifndef UNETNS_SOCKET_INET_NAME_FORMAT_H_
#define UNETNS_SOCKET_INET_NAME_FORMAT_H_

#include <netinet/in.h>

#include "base/ip_address.h"
#include "base/result.h"
#include "inet/demux/socket_scope.h"
#include "netns/caller.h"
#include "socket/inet/inet_parts.h"
#include "socket/message.h"

namespace unetns {

class Socket;

// What names of a program come to, where IPv4 carries it.
struct InetName {
  Ipv4Address address;
  uint16_t port = 0;
  SocketScope scope{};  // of bind(2)
};

class NameFormat {
 public:
  explicit NameFormat(int family) : scope_(bare(family)) {}

  int family() const { return scope_.inet6 ? AF_INET6 : AF_INET; }
  bool inet6() const { return scope_.inet6; }
  // Of the socket as it is bound; before that, as bind(2) to the wildcard address would make it.
  const SocketScope& scope() const { return scope_; }
  bool v6_only() const { return scope_.inet6 && !scope_.ipv4; }
  void set_v6_only(bool on) { scope_ = SocketScope::any(on); }
  void bound(const SocketScope& scope) { scope_ = scope; }
  void become_ipv4() { scope_ = {}; }  // IPV6_ADDRFORM

  // Names of others, and of packets.
  SockAddr name(const Ipv4Address& address, uint16_t port) const;
  // The socket's own: while it has no address it is ::, unless it was bound to ::ffff:0.0.0.0.
  SockAddr own_name(const Ipv4Address& address, uint16_t port) const;
  // As struct sock_extended_err is followed by it; nothing of 0.0.0.0.
  ByteVector offender(const Ipv4Address& address) const;
  static Ipv4Address address_of(const SockAddr& name);
  // Whether what a program gave is of IPv4, be it good or not.
  static bool is_ipv4(Bytes name);

  // bind(2): EINVAL (short, IPV6_V6ONLY and a mapped one, no scope), EAFNOSUPPORT, and
  // EADDRNOTAVAIL for addresses of IPv6, since no device has one. The address itself is not looked
  // at; that ports below ip_unprivileged_port_start are refused before any address, is.
  Result<InetName> to_bind(const Socket& socket, const InetParts& parts, const Caller& caller,
                           bool is_bound, Bytes name) const;
  // connect(2). `local` is the socket's address, which decides between the families. EINVAL,
  // EAFNOSUPPORT; ENETUNREACH and EADDRNOTAVAIL for addresses of IPv6.
  Result<InetName> to_connect(const Socket& socket, const Ipv4Address& local, Bytes name) const;
  // sendto(2) of a datagram socket, whose name is not empty. The same, and EDESTADDRREQ.
  Result<InetName> to_send(const Socket& socket, const Ipv4Address& local, bool connected,
                           Bytes name) const;

 private:
  static SocketScope bare(int family) {
    return family == AF_INET6 ? SocketScope::any(false) : SocketScope{};
  }
  // Whether its address is of IPv4: then it reaches no other.
  bool has_ipv4(const Ipv4Address& local) const {
    return !scope_.ipv6 || (scope_.ipv4 && !local.is_zero());
  }
  Result<InetName> bind_inet6(const Socket& socket, const InetParts& parts, const Caller& caller,
                              bool is_bound, Bytes name) const;
  Result<InetName> reach(const sockaddr_in6& to, const Ipv4Address& local) const;

  SocketScope scope_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_NAME_FORMAT_H_
