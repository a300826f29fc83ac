#include "base/ip_address.h"

#include <arpa/inet.h>

namespace unetns {

std::optional<IpAddress> IpAddress::from_bytes(int family, Bytes b) {
  if (family == AF_INET && b.size() == 4)
    return IpAddress(Ipv4Address(Ipv4Address::from(b.data())));
  if (family == AF_INET6 && b.size() == 16)
    return IpAddress(Ipv6Address(Ipv6Address::from(b.data())));
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char buf[INET6_ADDRSTRLEN + 1];
  if (text.empty() || text.size() >= sizeof buf) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(buf, text.data(), text.size());
  buf[text.size()] = '\0';
  uint8_t raw[16];
  if (text.find(':') == std::string_view::npos) {
    if (inet_pton(AF_INET, buf, raw) != 1) return std::nullopt;
    return from_bytes(AF_INET, {raw, 4});
  }
  if (inet_pton(AF_INET6, buf, raw) != 1) return std::nullopt;
  return from_bytes(AF_INET6, {raw, 16});
}

bool IpAddress::is_zero() const {
  for (uint8_t b : bytes_)
    if (b) return false;
  return true;
}

std::string IpAddress::to_string() const {
  if (family_ == AF_INET) return unetns::to_string(as<V4>());
  if (family_ == AF_INET6) return unetns::to_string(as<V6>());
  return {};
}

std::string to_string(const Ipv4Address& a) {
  char buf[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, a.bytes.data(), buf, sizeof buf);
}

std::string to_string(const Ipv6Address& a) {
  char buf[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, a.bytes.data(), buf, sizeof buf);
}

}  // namespace unetns
