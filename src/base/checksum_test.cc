#include "base/checksum.h"

#include <gtest/gtest.h>

#include "base/ip_address.h"

namespace unetns {
namespace {

// RFC 1071 §4.1, word by word.
uint16_t reference(Bytes b) {
  uint32_t sum = 0;
  for (size_t i = 0; i < b.size(); i += 2)
    sum += static_cast<uint32_t>(b[i] << 8 | (i + 1 < b.size() ? b[i + 1] : 0));
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

ByteVector pattern(size_t n) {
  ByteVector v(n);
  uint32_t x = 12345;
  for (auto& b : v) b = static_cast<uint8_t>((x = x * 1664525 + 1013904223) >> 24);
  return v;
}

TEST(Checksum, TheExampleOfRfc1071) {
  const uint8_t b[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(InternetSum().add(b).folded(), 0xddf2);
}

TEST(Checksum, EveryLengthAgreesWithTheDefinition) {
  const ByteVector v = pattern(300);
  for (size_t n = 0; n <= v.size(); n++)
    EXPECT_EQ(internet_checksum(Bytes(v).first(n)), reference(Bytes(v).first(n))) << n;
}

TEST(Checksum, BytesOfAllOnesLoseNoCarry) {
  const ByteVector v(70000, 0xff);
  EXPECT_EQ(internet_checksum(v), 0);
  EXPECT_EQ(InternetSum().add(v).folded(), 0xffff);
}

TEST(Checksum, PiecesOfOddLengthChainAsIfSideBySide) {
  const ByteVector v = pattern(64);
  for (size_t a = 0; a < 20; a++)
    for (size_t b = a; b < 40; b++) {
      InternetSum sum;
      sum.add(Bytes(v).first(a)).add(Bytes(v).subspan(a, b - a)).add(Bytes(v).subspan(b));
      EXPECT_EQ(sum.checksum(), reference(v)) << a << " " << b;
    }
}

TEST(Checksum, BytesWithTheirChecksumSumUp) {
  ByteVector v = pattern(40);
  store_be16(v.data() + 10, 0);
  store_be16(v.data() + 10, internet_checksum(v));
  EXPECT_TRUE(internet_checksum_ok(v));
  v[3] ^= 1;
  EXPECT_FALSE(internet_checksum_ok(v));
}

TEST(Checksum, UdpSendsTheOtherZero) {
  const uint8_t ones[] = {0xff, 0xff};
  EXPECT_EQ(InternetSum().add(ones).checksum(), 0);
  EXPECT_EQ(InternetSum().add(ones).udp_checksum(), 0xffff);
}

TEST(Checksum, PseudoHeaderIsThatOfTheRfc) {
  const Ipv4Address a(0x0a000001), b(0x0a000002);
  // RFC 768: source, destination, zero, protocol, length.
  const uint8_t v4[] = {10, 0, 0, 1, 10, 0, 0, 2, 0, 17, 0, 9};
  EXPECT_EQ(pseudo_header_sum<V4>(a, b, 17, 9).checksum(), reference(v4));
  // RFC 8200 §8.1: source, destination, 32-bit length, 24 zero bits, next header.
  Ipv6Address s, d;
  s.bytes[0] = 0xfe;
  d.bytes[15] = 7;
  ByteVector v6;
  v6.insert(v6.end(), s.bytes.begin(), s.bytes.end());
  v6.insert(v6.end(), d.bytes.begin(), d.bytes.end());
  v6.insert(v6.end(), {0, 1, 0, 9, 0, 0, 0, 58});
  EXPECT_EQ(pseudo_header_sum<V6>(s, d, 58, 0x10009).checksum(), reference(v6));
}

TEST(Checksum, AnIncrementalUpdateEqualsARecomputation) {
  ByteVector v = pattern(40);
  store_be16(v.data(), 0);
  uint16_t c = internet_checksum(v);
  for (uint32_t i = 0; i < 2000; i++) {
    const uint32_t old32 = load_be32(v.data() + 8), new32 = old32 * 2654435761u + i;
    store_be32(v.data() + 8, new32);
    c = checksum_update32(c, old32, new32);
    const uint16_t old16 = load_be16(v.data() + 20), new16 = static_cast<uint16_t>(old16 + 40503);
    store_be16(v.data() + 20, new16);
    c = checksum_update16(c, old16, new16);
    ASSERT_EQ(c, internet_checksum(v));
  }
}

TEST(Checksum, TheCornerCaseOfRfc1624Section4) {
  // 0xdd2f, field 0x5555 becomes 0x3285: the sum is 0x0000, not 0xffff.
  EXPECT_EQ(checksum_update16(0xdd2f, 0x5555, 0x3285), 0x0000);
}

TEST(Checksum, AFieldOfSixteenBytesIsUpdatedAsAWhole) {
  ByteVector v = pattern(48);
  const ByteVector old(v.begin() + 8, v.begin() + 24);
  const uint16_t c = internet_checksum(v);
  const ByteVector fresh = pattern(99);
  std::copy(fresh.begin() + 50, fresh.begin() + 66, v.begin() + 8);
  EXPECT_EQ(checksum_update(c, old, Bytes(v).subspan(8, 16)), internet_checksum(v));
}

}  // namespace
}  // namespace unetns
