// A link-layer address: up to 32 bytes (MAX_ADDR_LEN), 6 for Ethernet.
#ifndef UNETNS_BASE_MAC_ADDRESS_H_
#define UNETNS_BASE_MAC_ADDRESS_H_

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace unetns {

struct MacAddress {  // Ethernet only; what the packet path uses
  std::array<uint8_t, 6> bytes{};
  auto operator<=>(const MacAddress&) const = default;
  bool is_multicast() const { return bytes[0] & 1; }  // includes broadcast
  bool is_broadcast() const { return *this == broadcast(); }
  bool is_zero() const { return *this == MacAddress{}; }
  static MacAddress broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }
  static MacAddress from(const uint8_t* p) {
    MacAddress a;
    std::memcpy(a.bytes.data(), p, 6);
    return a;
  }
  std::string to_string() const;  // aa:bb:cc:dd:ee:ff
};

// What a device or neighbour entry carries: length and bytes.
struct LinkLayerAddress {
  uint8_t len = 0;
  std::array<uint8_t, 32> bytes{};
  LinkLayerAddress() = default;
  LinkLayerAddress(const MacAddress& m) : len(6) {
    std::memcpy(bytes.data(), m.bytes.data(), 6);
  }  // NOLINT
  static LinkLayerAddress from(Bytes b) {
    LinkLayerAddress a;
    a.len = static_cast<uint8_t>(b.size() < 32 ? b.size() : 32);
    std::memcpy(a.bytes.data(), b.data(), a.len);
    return a;
  }
  Bytes view() const { return {bytes.data(), len}; }
  MacAddress mac() const { return MacAddress::from(bytes.data()); }
  bool operator==(const LinkLayerAddress& o) const {
    return len == o.len && std::memcmp(bytes.data(), o.bytes.data(), len) == 0;
  }
};

}  // namespace unetns

#endif  // UNETNS_BASE_MAC_ADDRESS_H_
