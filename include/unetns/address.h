// Addresses as values: Ipv4Address, Ipv6Address, IpAddress (either), MacAddress, Prefix,
// SocketAddress.
//
// All are small, copied freely, compared by ==, and hold their bytes in network order. None of them
// owns memory. Texts are those of inet_pton(3). Literals are checked when the program is compiled:
//
//     using namespace unetns::literals;
//     Prefix lan{"10.0.0.1"_ip4, 24};
//     MacAddress gateway = "02:00:00:00:00:01"_mac;
#ifndef UNETNS_ADDRESS_H_
#define UNETNS_ADDRESS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "unetns/result.h"

namespace unetns {

// An address and how many of its first bits name the network: "10.0.0.1/24". Bits behind them may
// be set, as in the address of an interface (ip-address(8)); network() clears them, as a route
// wants it. Without an address (family() is AF_UNSPEC) it means "all addresses".
struct Prefix {
  IpAddress address;
  uint8_t length = 0;

  Prefix() = default;
  Prefix(const IpAddress& a, uint8_t bits) : address(a), length(bits) {}
  // A text without "/LENGTH" is that of a single host. EINVAL: it is none.
  static Result<Prefix> parse(std::string_view text);

  int family() const { return address.family(); }
  Prefix network() const;
  bool contains(const IpAddress& a) const;  // false for one of the other family
  std::string to_string() const;
  bool operator==(const Prefix&) const = default;
};

// Where a socket is, or its peer: an address and a port (host order). Raw and ping sockets have no
// ports; there it is 0, or the identifier of an echo (icmp(7)).
struct SocketAddress {
  IpAddress address;
  uint16_t port = 0;

  SocketAddress() = default;
  SocketAddress(const IpAddress& a, uint16_t p) : address(a), port(p) {}
  std::string to_string() const;  // "10.0.0.1:80", "[2001:db8::1]:80"
  bool operator==(const SocketAddress&) const = default;
};

// "aa:bb:cc:dd:ee:ff". EINVAL: it is none.
Result<MacAddress> parse_mac(std::string_view text);

namespace detail {

// Not constexpr: naming it in a constant expression is the error that the compiler shows.
void this_is_no_address();

consteval int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace detail

namespace literals {

consteval Ipv4Address operator""_ip4(const char* text, size_t length) {
  Ipv4Address a;
  size_t part = 0, digits = 0, value = 0;
  for (size_t i = 0; i <= length; i++) {
    if (i == length || text[i] == '.') {
      if (digits == 0 || value > 255 || part > 3) detail::this_is_no_address();
      a.bytes[part++] = static_cast<uint8_t>(value);
      digits = value = 0;
    } else {
      if (text[i] < '0' || text[i] > '9' || ++digits > 3) detail::this_is_no_address();
      value = value * 10 + static_cast<size_t>(text[i] - '0');
    }
  }
  if (part != 4) detail::this_is_no_address();
  return a;
}

// The groups of RFC 4291 §2.2, without a dotted IPv4 tail.
consteval Ipv6Address operator""_ip6(const char* text, size_t length) {
  uint16_t groups[8] = {};
  size_t count = 0, gap = 8, i = 0;
  if (length >= 2 && text[0] == ':' && text[1] == ':') {
    gap = 0;
    i = 2;
  }
  while (i < length) {
    size_t digits = 0;
    unsigned value = 0;
    for (; i < length && text[i] != ':'; i++, digits++) {
      const int digit = detail::hex_digit(text[i]);
      if (digit < 0) detail::this_is_no_address();
      value = value * 16 + static_cast<unsigned>(digit);
    }
    if (digits == 0 || digits > 4 || count == 8) detail::this_is_no_address();
    groups[count++] = static_cast<uint16_t>(value);
    if (i == length) break;
    if (++i == length) detail::this_is_no_address();  // a single colon at the end
    if (text[i] == ':') {
      if (gap != 8) detail::this_is_no_address();
      gap = count;
      i++;
    }
  }
  if (gap == 8 ? count != 8 : count > 7) detail::this_is_no_address();
  Ipv6Address a;
  for (size_t g = 0; g < count; g++) {
    const size_t place = g < gap ? g : 8 - count + g;
    a.bytes[place * 2] = static_cast<uint8_t>(groups[g] >> 8);
    a.bytes[place * 2 + 1] = static_cast<uint8_t>(groups[g]);
  }
  return a;
}

consteval MacAddress operator""_mac(const char* text, size_t length) {
  MacAddress mac;
  if (length != 17) detail::this_is_no_address();
  for (size_t i = 0; i < 6; i++) {
    const int high = detail::hex_digit(text[i * 3]), low = detail::hex_digit(text[i * 3 + 1]);
    if (high < 0 || low < 0 || (i < 5 && text[i * 3 + 2] != ':')) detail::this_is_no_address();
    mac.bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return mac;
}

}  // namespace literals
}  // namespace unetns

#endif  // UNETNS_ADDRESS_H_
