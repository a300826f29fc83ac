// IPv4-mapped addresses: ::ffff:a.b.c.d (RFC 4291 §2.5.5.2).
#ifndef UNETNS_INET_DEMUX_MAPPED_ADDRESS_H_
#define UNETNS_INET_DEMUX_MAPPED_ADDRESS_H_

#include <optional>

#include "base/ip_address.h"

namespace unetns {

inline Ipv6Address mapped(const Ipv4Address& address) {
  Ipv6Address out;
  out.bytes[10] = out.bytes[11] = 0xff;
  std::memcpy(&out.bytes[12], address.bytes.data(), address.bytes.size());
  return out;
}

// Nullopt: it is none.
inline std::optional<Ipv4Address> unmapped(const Ipv6Address& address) {
  const Ipv6Address prefix = mapped(Ipv4Address());
  if (std::memcmp(address.bytes.data(), prefix.bytes.data(), 12) != 0) return std::nullopt;
  return Ipv4Address(Ipv4Address::from(&address.bytes[12]));
}

}  // namespace unetns

#endif  // UNETNS_INET_DEMUX_MAPPED_ADDRESS_H_
