#include "base/checksum.h"

namespace unetns {
namespace {

uint16_t fold(uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

// The folded sum of whole 16-bit words in host order; a last odd byte counts as the high half of a
// word. Sums in native order eight bytes at a time and swaps once at the end (RFC 1071 §2, byte
// order independence).
uint16_t block_sum(const uint8_t* p, size_t n) {
  uint64_t low = 0, high = 0;  // each takes 32-bit halves: no carry is lost below 2^32 of them
  while (n >= 16) {
    const uint64_t a = load<uint64_t>(p), b = load<uint64_t>(p + 8);
    low += (a & 0xffffffff) + (b & 0xffffffff);
    high += (a >> 32) + (b >> 32);
    p += 16;
    n -= 16;
  }
  while (n >= 4) {
    low += load<uint32_t>(p);
    p += 4;
    n -= 4;
  }
  if (n > 0) {
    uint8_t tail[4] = {};
    std::memcpy(tail, p, n);
    low += load<uint32_t>(tail);
  }
  return to_be16(fold(uint64_t{fold(low)} + fold(high)));
}

}  // namespace

InternetSum& InternetSum::add(Bytes piece) {
  if (piece.empty()) return *this;
  const uint16_t s = block_sum(piece.data(), piece.size());
  // Moved by one byte, a sum has its halves exchanged (RFC 1071 §2).
  sum_ += odd_ ? static_cast<uint16_t>(s << 8 | s >> 8) : s;
  odd_ ^= piece.size() & 1;
  return *this;
}

uint16_t InternetSum::folded() const { return fold(sum_); }

uint16_t checksum_update16(uint16_t checksum, uint16_t old_value, uint16_t new_value) {
  const uint64_t sum =
      uint64_t{static_cast<uint16_t>(~checksum)} + static_cast<uint16_t>(~old_value) + new_value;
  return static_cast<uint16_t>(~fold(sum));
}

uint16_t checksum_update32(uint16_t checksum, uint32_t old_value, uint32_t new_value) {
  checksum = checksum_update16(checksum, static_cast<uint16_t>(old_value >> 16),
                               static_cast<uint16_t>(new_value >> 16));
  return checksum_update16(checksum, static_cast<uint16_t>(old_value),
                           static_cast<uint16_t>(new_value));
}

uint16_t checksum_update(uint16_t checksum, Bytes old_value, Bytes new_value) {
  for (size_t i = 0; i + 1 < old_value.size() && i + 1 < new_value.size(); i += 2)
    checksum = checksum_update16(checksum, load_be16(&old_value[i]), load_be16(&new_value[i]));
  return checksum;
}

}  // namespace unetns
