// SocketAddress as a struct sockaddr, and back.
#ifndef UNETNS_API_SOCKET_NAME_H_
#define UNETNS_API_SOCKET_NAME_H_

#include <netinet/in.h>

#include "socket/message.h"
#include "unetns/address.h"

namespace unetns {

inline SockAddr to_name(const SocketAddress& a) {
  if (a.address.family() == AF_INET6) {
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_port = to_be16(a.port);
    std::memcpy(&name.sin6_addr, a.address.bytes().data(), 16);
    return SockAddr::of(name);
  }
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = to_be16(a.port);
  name.sin_addr.s_addr = a.address.as<V4>().be();
  return SockAddr::of(name);
}

inline SocketAddress from_name(const SockAddr& name) {
  if (name.len >= sizeof(sockaddr_in) && load<sa_family_t>(name.bytes.data()) == AF_INET) {
    const auto in = load<sockaddr_in>(name.bytes.data());
    return {Ipv4Address::from_be(in.sin_addr.s_addr), to_be16(in.sin_port)};
  }
  if (name.len >= sizeof(sockaddr_in6) && load<sa_family_t>(name.bytes.data()) == AF_INET6) {
    const auto in = load<sockaddr_in6>(name.bytes.data());
    return {*IpAddress::from_bytes(AF_INET6, bytes_of(in.sin6_addr)), to_be16(in.sin6_port)};
  }
  return {};
}

}  // namespace unetns

#endif  // UNETNS_API_SOCKET_NAME_H_
