// Comparing addresses by their leading bits, one 32-bit word at a time.
#ifndef UNETNS_INET_FIB_PREFIX_BITS_H_
#define UNETNS_INET_FIB_PREFIX_BITS_H_

#include <bit>

#include "base/ip_address.h"

namespace unetns {

// How many leading bits a and b share, at most `limit`.
template <size_t N>
int common_bits(const AddressBytes<N>& a, const AddressBytes<N>& b, int limit) {
  for (int word = 0; word * 32 < limit; word++) {
    const size_t at = static_cast<size_t>(word) * 4;
    const uint32_t diff = load_be32(a.bytes.data() + at) ^ load_be32(b.bytes.data() + at);
    if (diff) {
      const int bits = word * 32 + std::countl_zero(diff);
      return bits < limit ? bits : limit;
    }
  }
  return limit;
}

// Whether the first `len` bits of a and b agree.
template <size_t N>
bool same_prefix(const AddressBytes<N>& a, const AddressBytes<N>& b, int len) {
  for (size_t at = 0; len > 0; len -= 32, at += 4) {
    const uint32_t diff = load_be32(a.bytes.data() + at) ^ load_be32(b.bytes.data() + at);
    if (len >= 32 ? diff != 0 : (diff >> (32 - len)) != 0) return false;
  }
  return true;
}

}  // namespace unetns

#endif  // UNETNS_INET_FIB_PREFIX_BITS_H_
