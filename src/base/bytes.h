// Spans of bytes, and loads and stores in network byte order that never care about alignment.
#ifndef UNETNS_BASE_BYTES_H_
#define UNETNS_BASE_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace unetns {

using Bytes = std::span<const uint8_t>;
using MutableBytes = std::span<uint8_t>;
using ByteVector = std::vector<uint8_t>;

template <class T>
T load(const uint8_t* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
void store(uint8_t* p, T v) {
  std::memcpy(p, &v, sizeof v);
}
inline uint16_t to_be16(uint16_t v) {
  return std::endian::native == std::endian::little ? __builtin_bswap16(v) : v;
}
inline uint32_t to_be32(uint32_t v) {
  return std::endian::native == std::endian::little ? __builtin_bswap32(v) : v;
}
inline uint16_t load_be16(const uint8_t* p) { return to_be16(load<uint16_t>(p)); }
inline uint32_t load_be32(const uint8_t* p) { return to_be32(load<uint32_t>(p)); }
inline void store_be16(uint8_t* p, uint16_t v) { store<uint16_t>(p, to_be16(v)); }
inline void store_be32(uint8_t* p, uint32_t v) { store<uint32_t>(p, to_be32(v)); }

template <class T>
Bytes bytes_of(const T& v) {
  return {reinterpret_cast<const uint8_t*>(&v), sizeof v};
}
template <class T>
MutableBytes mutable_bytes_of(T& v) {
  return {reinterpret_cast<uint8_t*>(&v), sizeof v};
}

}  // namespace unetns

#endif  // UNETNS_BASE_BYTES_H_
