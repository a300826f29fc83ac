// IPv4 and IPv6 addresses, and the family traits by which code is written once for both.
//
// The packet path is templated on a family (`V4`, `V6`) and uses F::Address; the control plane
// (rtnetlink, ioctl, /proc) uses IpAddress, which carries its family and erases the type.
#ifndef UNETNS_BASE_IP_ADDRESS_H_
#define UNETNS_BASE_IP_ADDRESS_H_

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace unetns {

template <size_t N>
struct AddressBytes {
  std::array<uint8_t, N> bytes{};  // network order

  static constexpr size_t kSize = N;
  static constexpr int kBits = static_cast<int>(N) * 8;

  auto operator<=>(const AddressBytes&) const = default;
  // By words: what compares arrays of bytes is called for each packet, many times.
  bool operator==(const AddressBytes& o) const { return differing(o) == 0; }
  bool is_zero() const { return differing(AddressBytes()) == 0; }
  bool bit(int i) const { return (bytes[static_cast<size_t>(i) / 8] >> (7 - i % 8)) & 1; }
  // The address with all bits behind the first `len` cleared.
  AddressBytes masked(int len) const {
    AddressBytes out;
    for (size_t i = 0; i < N; i++) {
      int bits = len - static_cast<int>(i) * 8;
      out.bytes[i] = bits >= 8   ? bytes[i]
                     : bits <= 0 ? 0
                                 : static_cast<uint8_t>(bytes[i] & (0xff << (8 - bits)));
    }
    return out;
  }
  bool in_prefix(const AddressBytes& prefix, int len) const {
    return masked(len) == prefix.masked(len);
  }
  static AddressBytes from(const uint8_t* p) {
    AddressBytes a;
    std::memcpy(a.bytes.data(), p, N);
    return a;
  }
  template <class H>
  friend H AbslHashValue(H h, const AddressBytes& a) {
    return H::combine(std::move(h), a.bytes);
  }

 private:
  uint64_t differing(const AddressBytes& o) const {
    const uint8_t *a = bytes.data(), *b = o.bytes.data();
    if constexpr (N == 4) {
      return load<uint32_t>(a) ^ load<uint32_t>(b);
    } else {
      static_assert(N == 16);
      return (load<uint64_t>(a) ^ load<uint64_t>(b)) |
             (load<uint64_t>(a + 8) ^ load<uint64_t>(b + 8));
    }
  }
};

struct Ipv4Address : AddressBytes<4> {
  Ipv4Address() = default;
  Ipv4Address(const AddressBytes<4>& b) : AddressBytes<4>(b) {}  // NOLINT: same thing
  explicit Ipv4Address(uint32_t host_order) { store_be32(bytes.data(), host_order); }
  uint32_t value() const { return load_be32(bytes.data()); }    // host order
  uint32_t be() const { return load<uint32_t>(bytes.data()); }  // as in struct in_addr
  static Ipv4Address from_be(uint32_t be) {
    Ipv4Address a;
    store<uint32_t>(a.bytes.data(), be);
    return a;
  }
  bool is_loopback() const { return bytes[0] == 127; }
  bool is_multicast() const { return (bytes[0] & 0xf0) == 0xe0; }
  bool is_limited_broadcast() const { return value() == 0xffffffff; }
};

struct Ipv6Address : AddressBytes<16> {
  Ipv6Address() = default;
  Ipv6Address(const AddressBytes<16>& b) : AddressBytes<16>(b) {}  // NOLINT: same thing
  bool is_loopback() const {
    for (size_t i = 0; i < 15; i++)
      if (bytes[i]) return false;
    return bytes[15] == 1;
  }
  bool is_multicast() const { return bytes[0] == 0xff; }
  bool is_link_local() const { return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80; }
};

// Family traits: what templates on the packet path take.
struct V4 {
  using Address = Ipv4Address;
  static constexpr int kFamily = AF_INET;
  static constexpr uint16_t kEtherType = 0x0800;
  static constexpr const char* kName = "ipv4";
};
struct V6 {
  using Address = Ipv6Address;
  static constexpr int kFamily = AF_INET6;
  static constexpr uint16_t kEtherType = 0x86dd;
  static constexpr const char* kName = "ipv6";
};

// An address of either family, or none (family AF_UNSPEC). Bytes beyond size() are zero.
class IpAddress {
 public:
  IpAddress() = default;
  IpAddress(const Ipv4Address& a) : family_(AF_INET) {
    std::memcpy(bytes_.data(), a.bytes.data(), 4);
  }  // NOLINT
  IpAddress(const Ipv6Address& a) : family_(AF_INET6) {
    std::memcpy(bytes_.data(), a.bytes.data(), 16);
  }  // NOLINT
  // From raw bytes of an attribute; nullopt unless the length is the family's.
  static std::optional<IpAddress> from_bytes(int family, Bytes b);
  static std::optional<IpAddress> parse(std::string_view text);  // inet_pton(3) syntax

  int family() const { return family_; }
  bool has_value() const { return family_ != AF_UNSPEC; }
  size_t size() const { return family_ == AF_INET ? 4 : family_ == AF_INET6 ? 16 : 0; }
  Bytes bytes() const { return {bytes_.data(), size()}; }
  bool is_zero() const;
  std::string to_string() const;
  template <class F>
  typename F::Address as() const {  // requires: family() is F's, or none (gives zero)
    return typename F::Address(F::Address::from(bytes_.data()));
  }
  bool operator==(const IpAddress&) const = default;

 private:
  std::array<uint8_t, 16> bytes_{};
  int family_ = AF_UNSPEC;
};

std::string to_string(const Ipv4Address& a);
std::string to_string(const Ipv6Address& a);

}  // namespace unetns

#endif  // UNETNS_BASE_IP_ADDRESS_H_
