#include "unetns/address.h"

#include <charconv>

namespace unetns {

Result<Prefix> Prefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return fail(EINVAL, "not an address: " + std::string(text));
  const unsigned bits = static_cast<unsigned>(address->size()) * 8;
  unsigned length = bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc() || end != digits.data() + digits.size() || length > bits)
      return fail(EINVAL, "not a prefix length: " + std::string(text));
  }
  return Prefix(*address, static_cast<uint8_t>(length));
}

Prefix Prefix::network() const {
  switch (family()) {
    case AF_INET:
      return {Ipv4Address(address.as<V4>().masked(length)), length};
    case AF_INET6:
      return {Ipv6Address(address.as<V6>().masked(length)), length};
    default:
      return *this;
  }
}

bool Prefix::contains(const IpAddress& a) const {
  if (family() == AF_UNSPEC) return a.has_value();
  return a.family() == family() && Prefix(a, length).network().address == network().address;
}

std::string Prefix::to_string() const {
  return address.has_value() ? address.to_string() + "/" + std::to_string(length) : "default";
}

std::string SocketAddress::to_string() const {
  const std::string host = address.to_string();
  return (address.family() == AF_INET6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<MacAddress> parse_mac(std::string_view text) {
  MacAddress mac;
  if (text.size() != 17) return fail(EINVAL, "not a MAC address: " + std::string(text));
  for (size_t i = 0; i < 6; i++) {
    const char* at = text.data() + i * 3;
    const auto [end, error] = std::from_chars(at, at + 2, mac.bytes[i], 16);
    if (error != std::errc() || end != at + 2 || (i < 5 && at[2] != ':'))
      return fail(EINVAL, "not a MAC address: " + std::string(text));
  }
  return mac;
}

}  // namespace unetns
