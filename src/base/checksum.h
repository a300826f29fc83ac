// The Internet checksum: RFC 1071, with the incremental update of RFC 1624.
#ifndef UNETNS_BASE_CHECKSUM_H_
#define UNETNS_BASE_CHECKSUM_H_

#include <cstdint>

#include "base/bytes.h"

namespace unetns {

// A running one's complement sum over pieces of any length: a piece that ends on an odd byte is
// continued by the next one, as if they lay side by side. Numbers are in host order.
class InternetSum {
 public:
  InternetSum& add(Bytes piece);
  // Requires that an even number of bytes came before.
  InternetSum& add_u16(uint16_t v) {
    sum_ += v;
    return *this;
  }
  InternetSum& add_u32(uint32_t v) {
    sum_ += uint64_t{v >> 16} + (v & 0xffff);
    return *this;
  }
  uint16_t folded() const;  // the sum in 16 bits; 0xffff over bytes that hold a right checksum
  uint16_t checksum() const { return static_cast<uint16_t>(~folded()); }  // goes into the header
  // The same for UDP, where 0 means "none" (RFC 768) and the other zero of one's complement is sent
  // instead.
  uint16_t udp_checksum() const {
    const uint16_t c = checksum();
    return c ? c : 0xffff;
  }

 private:
  uint64_t sum_ = 0;
  bool odd_ = false;
};

inline uint16_t internet_checksum(Bytes b) { return InternetSum().add(b).checksum(); }
// Whether bytes that include their checksum field sum up.
inline bool internet_checksum_ok(Bytes b) { return InternetSum().add(b).folded() == 0xffff; }

// The pseudo header of TCP, UDP (RFC 793, RFC 768) and, over IPv6, of every upper layer (RFC 8200
// §8.1): `length` is that of the upper-layer header and data.
inline InternetSum pseudo_header_sum(Bytes src, Bytes dst, uint8_t protocol, uint32_t length) {
  return InternetSum().add(src).add(dst).add_u32(length).add_u16(protocol);
}
// F is V4 or V6 (base/ip_address.h).
template <class F>
InternetSum pseudo_header_sum(const typename F::Address& src, const typename F::Address& dst,
                              uint8_t protocol, uint32_t length) {
  if constexpr (F::Address::kSize == 4)
    return InternetSum()
        .add_u32(src.value())
        .add_u32(dst.value())
        .add_u32(length)
        .add_u16(protocol);
  else
    return pseudo_header_sum(Bytes(src.bytes), Bytes(dst.bytes), protocol, length);
}

// A checksum field after one 16-bit or 32-bit field that it covers has changed: RFC 1624
// equation 3.
uint16_t checksum_update16(uint16_t checksum, uint16_t old_value, uint16_t new_value);
uint16_t checksum_update32(uint16_t checksum, uint32_t old_value, uint32_t new_value);
// The same for a field of any even length at an even offset (an IPv6 address). Requires equal
// sizes.
uint16_t checksum_update(uint16_t checksum, Bytes old_value, Bytes new_value);

}  // namespace unetns

#endif  // UNETNS_BASE_CHECKSUM_H_
