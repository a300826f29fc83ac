#include "socket/inet/name_format.h"

#include <linux/capability.h>

#include "inet/demux/mapped_address.h"
#include "inet/ip/ipv4_stack.h"
#include "netdev/netdev_layer.h"
#include "socket/inet/inet_name.h"
#include "socket/socket.h"

namespace unetns {
namespace {

constexpr size_t kShortInet6 = 24;  // without the scope id (RFC 2133), still taken

// As much of it as is there.
sockaddr_in6 load_inet6(Bytes name) {
  sockaddr_in6 out{};
  std::memcpy(&out, name.data(), std::min(name.size(), sizeof out));
  return out;
}

Ipv6Address address_in(const sockaddr_in6& name) {
  return Ipv6Address::from(bytes_of(name.sin6_addr).data());
}

sa_family_t family_of(Bytes name) { return load<sa_family_t>(name.data()); }

SockAddr inet6_name(const Ipv6Address& address, uint16_t port) {
  sockaddr_in6 out{};
  out.sin6_family = AF_INET6;
  out.sin6_port = to_be16(port);
  std::memcpy(&out.sin6_addr, address.bytes.data(), sizeof out.sin6_addr);
  return SockAddr::of(out);
}

InetName of_inet(const sockaddr_in& name) {
  return {Ipv4Address::from_be(name.sin_addr.s_addr), to_be16(name.sin_port)};
}

bool is_link_local_group(const Ipv6Address& address) {
  return address.is_multicast() && (address.bytes[1] & 0x0f) == 2;
}

// Addresses of one link, without that link: which one is meant?
bool lacks_scope(const Socket& socket, const sockaddr_in6& name) {
  return name.sin6_scope_id == 0 && socket.options().bound_ifindex == 0;
}

}  // namespace

// ---- written

SockAddr NameFormat::name(const Ipv4Address& address, uint16_t port) const {
  return inet6() ? inet6_name(mapped(address), port) : inet_name(address, port);
}

SockAddr NameFormat::own_name(const Ipv4Address& address, uint16_t port) const {
  if (inet6() && !has_ipv4(address)) return inet6_name({}, port);
  return name(address, port);
}

ByteVector NameFormat::offender(const Ipv4Address& address) const {
  ByteVector out(inet6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
  if (!address.is_zero()) {
    const SockAddr written = name(address, 0);
    std::copy_n(written.bytes.begin(), out.size(), out.begin());
  }
  return out;
}

Ipv4Address NameFormat::address_of(const SockAddr& name) {
  if (name.len >= sizeof(sockaddr_in6) && family_of(name.view()) == AF_INET6)
    return unmapped(address_in(load_inet6(name.view()))).value_or(Ipv4Address());
  return Ipv4Address::from(name.bytes.data() + offsetof(sockaddr_in, sin_addr));
}

bool NameFormat::is_ipv4(Bytes name) {
  if (name.size() < sizeof(sa_family_t)) return false;
  if (family_of(name) != AF_INET6) return family_of(name) == AF_INET;
  return name.size() >= kShortInet6 && unmapped(address_in(load_inet6(name)));
}

// ---- read

Result<InetName> NameFormat::to_bind(const Socket& socket, const InetParts& parts,
                                     const Caller& caller, bool is_bound, Bytes name) const {
  if (inet6()) return bind_inet6(socket, parts, caller, is_bound, name);
  if (name.size() < sizeof(sockaddr_in)) return fail(EINVAL);
  const auto in = load<sockaddr_in>(name.data());
  // AF_UNSPEC with the wildcard address has always been taken for AF_INET.
  if (in.sin_family != AF_INET && (in.sin_family != AF_UNSPEC || in.sin_addr.s_addr != 0))
    return fail(EAFNOSUPPORT);
  return of_inet(in);
}

Result<InetName> NameFormat::bind_inet6(const Socket& socket, const InetParts& parts,
                                        const Caller& caller, bool is_bound, Bytes name) const {
  if (name.size() < kShortInet6) return fail(EINVAL);
  const sockaddr_in6 in = load_inet6(name);
  if (in.sin6_family != AF_INET6) return fail(EAFNOSUPPORT);
  const Ipv6Address address = address_in(in);
  if (address.is_multicast() && socket.type() == SOCK_STREAM) return fail(EINVAL);
  const uint16_t port = to_be16(in.sin6_port);
  if (port != 0 && port < parts.stack.ip().settings(socket.net()).unprivileged_port_start &&
      !caller.capable(CAP_NET_BIND_SERVICE))
    return fail(EACCES);
  if (is_bound) return fail(EINVAL);
  if (address.is_zero()) return InetName{{}, port, SocketScope::any(v6_only())};
  if (const auto ipv4 = unmapped(address)) {
    if (v6_only()) return fail(EINVAL);
    return InetName{*ipv4, port, SocketScope::mapped()};
  }
  if (address.is_link_local() || is_link_local_group(address)) {
    if (lacks_scope(socket, in)) return fail(EINVAL);
    if (in.sin6_scope_id != 0 &&
        !parts.netdevs.by_index(socket.net(), static_cast<int>(in.sin6_scope_id)))
      return fail(ENODEV);
  }
  return fail(EADDRNOTAVAIL);
}

// What an AF_INET6 name leads to, if it is none that only one of the calls refuses.
Result<InetName> NameFormat::reach(const sockaddr_in6& to, const Ipv4Address& local) const {
  const uint16_t port = to_be16(to.sin6_port);
  const Ipv6Address address = address_in(to);
  if (const auto ipv4 = unmapped(address)) {
    if (v6_only()) return fail(ENETUNREACH);
    return InetName{*ipv4, port};
  }
  if (!has_ipv4(local)) return fail(EADDRNOTAVAIL);  // no device has an address to send from
  if (!address.is_zero()) return fail(ENETUNREACH);
  return InetName{Ipv4Address(INADDR_LOOPBACK), port};
}

Result<InetName> NameFormat::to_connect(const Socket& socket, const Ipv4Address& local,
                                        Bytes name) const {
  const bool stream = socket.type() == SOCK_STREAM;
  if (!inet6() || (!stream && family_of(name) == AF_INET)) {
    if (v6_only()) return fail(EAFNOSUPPORT);
    if (name.size() < sizeof(sockaddr_in)) return fail(EINVAL);
    const auto in = load<sockaddr_in>(name.data());
    if (in.sin_family != AF_INET) return fail(EAFNOSUPPORT);
    return of_inet(in);
  }
  if (name.size() < kShortInet6) return fail(EINVAL);
  const sockaddr_in6 to = load_inet6(name);
  if (to.sin6_family != AF_INET6) return fail(EAFNOSUPPORT);
  const Ipv6Address address = address_in(to);
  if (stream && address.is_multicast()) return fail(ENETUNREACH);
  const bool of_link = address.is_link_local() || (!stream && is_link_local_group(address));
  if (of_link && lacks_scope(socket, to)) return fail(EINVAL);
  return reach(to, local);
}

Result<InetName> NameFormat::to_send(const Socket& socket, const Ipv4Address& local, bool connected,
                                     Bytes name) const {
  if (!inet6()) {
    if (name.size() < sizeof(sockaddr_in)) return fail(EINVAL);
    const auto in = load<sockaddr_in>(name.data());
    const bool unspec = in.sin_family == AF_UNSPEC && socket.protocol() != IPPROTO_ICMP;
    if (in.sin_family != AF_INET && !unspec) return fail(EAFNOSUPPORT);
    return of_inet(in);
  }
  if (name.size() < sizeof(sa_family_t)) return fail(EINVAL);
  switch (family_of(name)) {
    case AF_INET:
      if (v6_only()) return fail(ENETUNREACH);
      if (name.size() < sizeof(sockaddr_in)) return fail(EINVAL);
      return of_inet(load<sockaddr_in>(name.data()));
    case AF_INET6: {
      if (name.size() < kShortInet6) return fail(EINVAL);
      const sockaddr_in6 to = load_inet6(name);
      if (to.sin6_port == 0 && !(v6_only() && unmapped(address_in(to)))) return fail(EINVAL);
      return reach(to, local);
    }
    case AF_UNSPEC:  // as if none were given, but then the peer's is one of IPv6
      return fail(connected ? ENETUNREACH : EDESTADDRREQ);
    default:
      return fail(EINVAL);
  }
}

}  // namespace unetns
