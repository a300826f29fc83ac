// struct sockaddr_in, from and to addresses.
#ifndef UNETNS_SOCKET_INET_INET_NAME_H_
#define UNETNS_SOCKET_INET_INET_NAME_H_

#include <netinet/in.h>

#include "base/ip_address.h"
#include "socket/message.h"

namespace unetns {

inline sockaddr_in make_sockaddr_in(const Ipv4Address& address, uint16_t port) {
  sockaddr_in s{};
  s.sin_family = AF_INET;
  s.sin_port = to_be16(port);
  s.sin_addr.s_addr = address.be();
  return s;
}
inline SockAddr inet_name(const Ipv4Address& address, uint16_t port) {
  return SockAddr::of(make_sockaddr_in(address, port));
}

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET_NAME_H_
