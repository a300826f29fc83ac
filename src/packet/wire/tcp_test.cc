#include "packet/wire/tcp.h"

#include <gtest/gtest.h>

#include "env/rng.h"

namespace unetns {
namespace {

ByteVector emitted(const TcpHeader& h, const TcpOptions& o) {
  ByteVector b(TcpHeader::kMinSize + o.size());
  h.emit(b, o);
  return b;
}

TcpOptions syn_options() {
  TcpOptions o;
  o.mss = 1460;
  o.sack_permitted = o.has_ts = o.has_wscale = true;
  o.ts_val = 0x01020304;
  o.wscale = 7;
  return o;
}

TEST(TcpWireFormat, ASynOfLinuxLooksLikeThis) {
  const ByteVector b = emitted({1, 2, 3, 0, TcpFlag::kSyn}, syn_options());
  const ByteVector want = {2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7};
  EXPECT_EQ(ByteVector(b.begin() + 20, b.end()), want);
  EXPECT_EQ(b[12], 0xa0);
}

TEST(TcpWireFormat, WhatIsEmittedIsParsed) {
  const ByteVector b = emitted(
      {1000, 80, 0xfffffff0, 7, TcpFlag::kSyn | TcpFlag::kEce, 500, 0x1234, 9}, syn_options());
  auto v = TcpView::parse(b, b.size() + 5);
  ASSERT_TRUE(v);
  EXPECT_EQ(v->src_port(), 1000);
  EXPECT_EQ(v->dst_port(), 80);
  EXPECT_EQ(v->seq(), 0xfffffff0u);
  EXPECT_EQ(v->ack(), 7u);
  EXPECT_EQ(v->flags(), TcpFlag::kSyn | TcpFlag::kEce);
  EXPECT_EQ(v->window(), 500);
  EXPECT_EQ(v->checksum(), 0x1234);
  EXPECT_EQ(v->urgent(), 9);
  EXPECT_EQ(v->options(), syn_options());
}

TEST(TcpWireFormat, EveryCombinationOfOptionsSurvives) {
  SeededRng rng(3);
  for (int i = 0; i < 20000; i++) {
    const bool syn = rng.below(2);
    TcpOptions o;
    if (syn) {
      o.mss = static_cast<uint16_t>(rng.below(3) * 700);
      o.sack_permitted = rng.below(2);
      o.has_wscale = rng.below(2);
      if (o.has_wscale) o.wscale = static_cast<uint8_t>(rng.below(15));
      o.has_fastopen = rng.below(2);
      if (o.has_fastopen) o.fastopen_len = static_cast<uint8_t>(rng.below(2) ? 8 : 0);
      for (int k = 0; k < o.fastopen_len; k++) o.fastopen[k] = static_cast<uint8_t>(rng.u32());
    }
    o.has_ts = rng.below(2);
    if (o.has_ts) o.ts_val = rng.u32(), o.ts_ecr = rng.u32();
    if (!syn) {
      o.sack_count = static_cast<uint8_t>(rng.below(o.has_ts ? 4 : 5));
      for (int k = 0; k < o.sack_count; k++) o.sack[k] = {rng.u32(), rng.u32()};
    }
    ASSERT_LE(o.size(), TcpOptions::kMaxSize);
    ASSERT_EQ(o.size() % 4, 0u);
    ByteVector b(o.size());
    tcp_emit_options(o, b);
    ASSERT_EQ(tcp_parse_options(b, syn), o) << i;
  }
}

TEST(TcpWireFormat, SackBlocksThatDontFitAreLeftOut) {
  TcpOptions o;
  o.has_ts = true;
  o.sack_count = 4;
  for (uint32_t i = 0; i < 4; i++) o.sack[i] = {i * 10, i * 10 + 5};
  EXPECT_EQ(o.size(), 40u);
  ByteVector b(40);
  tcp_emit_options(o, b);
  EXPECT_EQ(tcp_parse_options(b, false).sack_count, 3);
}

TEST(TcpWireFormat, OptionsOfASynCountInASynOnly) {
  ByteVector b(20);
  tcp_emit_options(syn_options(), b);
  const TcpOptions o = tcp_parse_options(b, false);
  EXPECT_TRUE(o.has_ts);
  EXPECT_EQ(o.mss, 0);
  EXPECT_FALSE(o.has_wscale || o.sack_permitted);
}

TEST(TcpWireFormat, AScaleAbove14ReadsAs14) {
  const ByteVector b = {3, 3, 200, 0};
  EXPECT_EQ(tcp_parse_options(b, true).wscale, 14);
}

TEST(TcpWireFormat, UnknownAndBrokenOptionsArePassedOver) {
  const ByteVector unknown = {99, 4, 1, 2, 2, 4, 5, 0xb4};
  EXPECT_EQ(tcp_parse_options(unknown, true).mss, 1460);
  const ByteVector wrong_length = {2, 3, 5, 3, 3, 9, 0};
  EXPECT_EQ(tcp_parse_options(wrong_length, true).mss, 0);
  const ByteVector outside = {2, 5, 5, 0xb4};
  EXPECT_EQ(tcp_parse_options(outside, true).mss, 0);
  const ByteVector zero = {2, 0, 5, 0xb4};
  EXPECT_EQ(tcp_parse_options(zero, true).mss, 0);
  const ByteVector end = {0, 2, 4, 5, 0xb4};
  EXPECT_EQ(tcp_parse_options(end, true).mss, 0);
}

TEST(TcpWireFormat, NoiseIsParsedWithoutHarm) {
  SeededRng rng(1);
  for (int i = 0; i < 100000; i++) {
    ByteVector b(rng.below(61));
    rng.fill(b);
    if (auto v = TcpView::parse(b, b.size())) (void)v->options();
    b.resize(rng.below(41));
    const TcpOptions o = tcp_parse_options(b, true);
    ASSERT_LE(o.fastopen_len, 16);
    ASSERT_LE(tcp_parse_options(b, false).sack_count, 4);
  }
}

TEST(TcpWireFormat, WrongOffsetsAreMalformed) {
  ByteVector b(30);
  for (size_t n = 0; n < 20; n++)
    EXPECT_EQ(TcpView::parse(Bytes(b).first(n)).error(), DropReason::kPacketTooSmall);
  b[12] = 4 << 4;
  EXPECT_EQ(TcpView::parse(b).error(), DropReason::kTcpMalformed);
  b[12] = 8 << 4;
  EXPECT_EQ(TcpView::parse(b).error(), DropReason::kTcpMalformed);
  EXPECT_EQ(TcpView::parse(b, 100).error(), DropReason::kPacketTooSmall);
  b[12] = 7 << 4;
  EXPECT_TRUE(TcpView::parse(b));
}

TEST(TcpWireFormat, TheChecksumCoversAddressesHeaderAndData) {
  ByteVector b = emitted({1, 2, 3, 4, TcpFlag::kAck, 5}, {});
  b.resize(33, 0x55);
  const Ipv4Address src(0x0a000001), dst(0x0a000002);
  store_be16(b.data() + TcpHeader::kChecksumOffset,
             pseudo_header_sum<V4>(src, dst, IpProtocol::kTcp, 33).add(b).checksum());
  EXPECT_TRUE(TcpView::parse(b)->checksum_ok<V4>(src, dst));
  EXPECT_FALSE(TcpView::parse(b)->checksum_ok<V4>(src, Ipv4Address(0x0a000003)));
  b[32] ^= 1;
  EXPECT_FALSE(TcpView::parse(b)->checksum_ok<V4>(src, dst));
}

TEST(TcpWireFormat, EightQuotedBytesAreEnough) {
  const ByteVector b = emitted({1, 2, 3}, {});
  auto q = TcpQuote::parse(Bytes(b).first(8));
  ASSERT_TRUE(q);
  EXPECT_EQ(q->dst_port, 2);
  EXPECT_EQ(q->seq, 3u);
  EXPECT_FALSE(TcpQuote::parse(Bytes(b).first(7)));
}

}  // namespace
}  // namespace unetns
