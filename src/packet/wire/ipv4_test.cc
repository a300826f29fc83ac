#include "packet/wire/ipv4.h"

#include <gtest/gtest.h>

#include "env/rng.h"

namespace unetns {
namespace {

Ipv4Header sample() {
  Ipv4Header h;
  h.tos = 0x10;
  h.total_length = 120;
  h.id = 0xbeef;
  h.dont_fragment = true;
  h.ttl = 63;
  h.protocol = IpProtocol::kUdp;
  h.src = Ipv4Address(0x0a000001);
  h.dst = Ipv4Address(0xc0a80102);
  return h;
}

ByteVector emitted(const Ipv4Header& h) {
  ByteVector b(h.total_length, 0xaa);
  h.emit(b);
  return b;
}

void expect_same(const Ipv4Header& a, const Ipv4Header& b) {
  EXPECT_EQ(a.tos, b.tos);
  EXPECT_EQ(a.total_length, b.total_length);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.dont_fragment, b.dont_fragment);
  EXPECT_EQ(a.more_fragments, b.more_fragments);
  EXPECT_EQ(a.fragment_offset, b.fragment_offset);
  EXPECT_EQ(a.ttl, b.ttl);
  EXPECT_EQ(a.protocol, b.protocol);
  EXPECT_EQ(a.src, b.src);
  EXPECT_EQ(a.dst, b.dst);
  EXPECT_TRUE(std::equal(a.options.begin(), a.options.end(), b.options.begin(), b.options.end()));
}

TEST(Ipv4, WhatIsEmittedIsParsed) {
  const ByteVector b = emitted(sample());
  auto v = Ipv4View::parse(b);
  ASSERT_TRUE(v);
  expect_same(v->header(), sample());
  EXPECT_TRUE(v->checksum_ok());
  EXPECT_EQ(v->payload_size(), 100u);
  EXPECT_EQ(v->payload().size(), 100u);
  EXPECT_FALSE(v->is_fragment());
}

TEST(Ipv4, FragmentFieldsRoundTripInBytes) {
  Ipv4Header h = sample();
  h.dont_fragment = false;
  h.more_fragments = true;
  h.fragment_offset = 65528;
  const ByteVector b = emitted(h);
  auto v = Ipv4View::parse(b);
  expect_same(v->header(), h);
  EXPECT_TRUE(v->is_fragment());
}

TEST(Ipv4, OptionsArePaddedWithEndOfOptions) {
  const ByteVector options = {7, 7, 4, 0, 0, 0, 0};
  Ipv4Header h = sample();
  h.options = options;
  EXPECT_EQ(h.size(), 28u);
  const ByteVector b = emitted(h);
  auto v = Ipv4View::parse(b);
  ASSERT_TRUE(v);
  EXPECT_TRUE(v->checksum_ok());
  EXPECT_EQ(v->options().size(), 8u);
  EXPECT_EQ(v->options()[7], 0);
  EXPECT_EQ(v->payload().size(), 92u);
}

TEST(Ipv4, TheLongestHeaderHasFortyBytesOfOptions) {
  const ByteVector options(40, 1);
  Ipv4Header h = sample();
  h.options = options;
  EXPECT_EQ(Ipv4View::parse(emitted(h))->header_size(), Ipv4Header::kMaxSize);
}

TEST(Ipv4, PaddingBehindTheTotalLengthIsNotPayload) {
  ByteVector b = emitted(sample());
  b.resize(200);
  EXPECT_EQ(Ipv4View::parse(b)->payload().size(), 100u);
}

TEST(Ipv4, ThePayloadMayLieInFragments) {
  const ByteVector b = emitted(sample());
  auto v = Ipv4View::parse(Bytes(b).first(30), 120);
  ASSERT_TRUE(v);
  EXPECT_EQ(v->payload().size(), 10u);
  EXPECT_EQ(v->payload_size(), 100u);
}

TEST(Ipv4, AHeaderCutShortIsTooSmall) {
  const ByteVector options(8, 1);
  Ipv4Header h = sample();
  h.options = options;
  const ByteVector b = emitted(h);
  for (size_t n = 0; n < 28; n++)
    EXPECT_EQ(Ipv4View::parse(Bytes(b).first(n), 120).error(), DropReason::kPacketTooSmall) << n;
}

TEST(Ipv4, WrongVersionOrLengthsAreMalformed) {
  const ByteVector good = emitted(sample());
  for (uint8_t first : {0x65, 0x05, 0xf5, 0x40, 0x44}) {
    ByteVector bad = good;
    bad[0] = first;
    EXPECT_EQ(Ipv4View::parse(bad).error(), DropReason::kIpHeader) << int{first};
  }
  for (uint16_t total : {0, 19, 121, 65535}) {
    ByteVector bad = good;
    store_be16(bad.data() + 2, total);
    EXPECT_EQ(Ipv4View::parse(bad).error(), DropReason::kIpHeader) << total;
  }
}

TEST(Ipv4, AQuoteMayBeCutBehindItsHeader) {
  const ByteVector b = emitted(sample());
  auto v = Ipv4View::parse_quoted(Bytes(b).first(28));
  ASSERT_TRUE(v);
  EXPECT_EQ(v->payload().size(), 8u);
}

TEST(Ipv4, AnyFlippedBitBreaksTheChecksum) {
  const ByteVector good = emitted(sample());
  for (size_t i = 0; i < 20 * 8; i++) {
    ByteVector bad = good;
    bad[i / 8] ^= static_cast<uint8_t>(1 << i % 8);
    auto v = Ipv4View::parse(bad, 0xffff);
    EXPECT_TRUE(!v || !v->checksum_ok()) << i;
  }
}

TEST(Ipv4, ChangingTtlAndTosKeepsTheChecksumRight) {
  ByteVector b = emitted(sample());
  for (int i = 0; i < 256; i++) {
    ipv4_set_ttl(b, static_cast<uint8_t>(i));
    ipv4_set_tos(b, static_cast<uint8_t>(i * 7));
    auto v = Ipv4View::parse(b);
    EXPECT_TRUE(v->checksum_ok());
    EXPECT_EQ(v->ttl(), i);
    EXPECT_EQ(v->tos(), static_cast<uint8_t>(i * 7));
  }
}

TEST(Ipv4, NoisyBytesNeverReachBeyondTheirEnd) {
  SeededRng rng(7);
  for (int i = 0; i < 20000; i++) {
    ByteVector b(rng.below(80));
    rng.fill(b);
    if (!b.empty() && rng.below(2)) b[0] = static_cast<uint8_t>(0x40 | (b[0] & 0x0f));
    if (b.size() > 4 && rng.below(2))
      store_be16(b.data() + 2, static_cast<uint16_t>(rng.below(90)));
    if (auto v = Ipv4View::parse(b)) {
      EXPECT_LE(v->header_size() + v->payload().size(), b.size());
      EXPECT_EQ(v->payload().size(), v->payload_size());
      EXPECT_EQ(v->options().size(), v->header_size() - 20);
    }
  }
}

}  // namespace
}  // namespace unetns
