#include "packet/wire/udp.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

const Ipv4Address kA(0x0a000001), kB(0x0a000002);

TEST(Udp, WhatIsEmittedIsParsed) {
  ByteVector b(8 + 13, 0x33);
  UdpHeader{1234, 53}.emit_datagram<V4>(b, kA, kB);
  auto v = UdpView::parse(b);
  ASSERT_TRUE(v);
  EXPECT_EQ(v->src_port(), 1234);
  EXPECT_EQ(v->dst_port(), 53);
  EXPECT_EQ(v->length(), 21);
  EXPECT_EQ(v->payload().size(), 13u);
  EXPECT_TRUE(v->checksum_ok<V4>(kA, kB));
  ByteVector again(8);
  v->header().emit(again);
  EXPECT_TRUE(std::equal(again.begin(), again.end(), b.begin()));
}

TEST(Udp, TheChecksumCoversPayloadAndAddresses) {
  ByteVector b(20, 0x33);
  UdpHeader{1, 2}.emit_datagram<V4>(b, kA, kB);
  EXPECT_FALSE(UdpView::parse(b)->checksum_ok<V4>(kA, Ipv4Address(0x0a000003)));
  b.back() ^= 4;
  EXPECT_FALSE(UdpView::parse(b)->checksum_ok<V4>(kA, kB));
}

TEST(Udp, TheChecksumWorksOverIpv6) {
  Ipv6Address s, d;
  s.bytes[15] = 1;
  d.bytes[15] = 2;
  ByteVector b(9);
  UdpHeader{1, 2}.emit_datagram<V6>(b, s, d);
  EXPECT_TRUE(UdpView::parse(b)->checksum_ok<V6>(s, d));
}

TEST(Udp, ZeroMeansNoChecksum) {
  ByteVector b(8);
  UdpHeader{1, 2, 8, 0}.emit(b);
  EXPECT_TRUE(UdpView::parse(b)->checksum_ok<V4>(kA, kB));
}

TEST(Udp, AChecksumThatComesOutZeroIsSentAsAllOnes) {
  ByteVector b(10);
  // Find the payload word that makes the sum 0xffff.
  UdpHeader{1, 2}.emit_datagram<V4>(b, kA, kB);
  store_be16(b.data() + 8, UdpView::parse(b)->checksum());
  UdpHeader{1, 2}.emit_datagram<V4>(b, kA, kB);
  EXPECT_EQ(UdpView::parse(b)->checksum(), 0xffff);
  EXPECT_TRUE(UdpView::parse(b)->checksum_ok<V4>(kA, kB));
}

TEST(Udp, ALengthShorterThanTheSegmentCutsThePayload) {
  ByteVector b(30);
  UdpHeader{1, 2, 12, 0}.emit(b);
  EXPECT_EQ(UdpView::parse(b)->payload().size(), 4u);
}

TEST(Udp, WrongLengthsAreMalformed) {
  ByteVector b(20);
  for (size_t n = 0; n < 8; n++)
    EXPECT_EQ(UdpView::parse(Bytes(b).first(n)).error(), DropReason::kUdpMalformed);
  for (uint16_t length : {0, 7, 21, 65535}) {
    UdpHeader{1, 2, length, 0}.emit(b);
    EXPECT_EQ(UdpView::parse(b).error(), DropReason::kUdpMalformed) << length;
  }
}

TEST(Udp, ThePayloadMayLieInFragments) {
  ByteVector b(8);
  UdpHeader{1, 2, 1000, 0}.emit(b);
  auto v = UdpView::parse(b, 1000);
  ASSERT_TRUE(v);
  EXPECT_EQ(v->payload_size(), 992u);
  EXPECT_TRUE(v->payload().empty());
}

}  // namespace
}  // namespace unetns
