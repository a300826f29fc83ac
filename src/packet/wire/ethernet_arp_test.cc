#include <gtest/gtest.h>

#include "packet/wire/arp.h"
#include "packet/wire/ethernet.h"

namespace unetns {
namespace {

const MacAddress kA{{2, 0, 0, 0, 0, 1}}, kB{{2, 0, 0, 0, 0, 2}};

TEST(Ethernet, WhatIsEmittedIsParsed) {
  const EthernetHeader h{kB, kA, EtherType::kIpv6};
  ByteVector frame(60);
  h.emit(frame);
  auto v = EthernetView::parse(frame);
  ASSERT_TRUE(v);
  EXPECT_EQ(v->header(), h);
  EXPECT_EQ(v->payload().size(), 46u);
  EXPECT_FALSE(v->is_802_3());
}

TEST(Ethernet, AHeaderAloneIsAFrame) {
  EXPECT_TRUE(EthernetView::parse(ByteVector(14)));
  EXPECT_TRUE(EthernetView::parse(ByteVector(14))->payload().empty());
}

TEST(Ethernet, AnythingShorterIsTooSmall) {
  for (size_t n = 0; n < 14; n++)
    EXPECT_EQ(EthernetView::parse(ByteVector(n)).error(), DropReason::kPacketTooSmall);
}

TEST(Ethernet, ALengthFieldMeans802Dot3) {
  ByteVector frame(60);
  EthernetHeader{kB, kA, 46}.emit(frame);
  EXPECT_TRUE(EthernetView::parse(frame)->is_802_3());
}

const ArpHeader kRequest{
    ArpHeader::kRequest, kA, Ipv4Address(0x0a000001), {}, Ipv4Address(0x0a000002)};

TEST(Arp, WhatIsEmittedIsParsed) {
  ByteVector b(28);
  kRequest.emit(b);
  auto v = ArpView::parse(b);
  ASSERT_TRUE(v);
  EXPECT_EQ(v->header(), kRequest);
}

TEST(Arp, TheBytesAreThoseOfRfc826) {
  ByteVector b(28);
  kRequest.emit(b);
  EXPECT_EQ(b, (ByteVector{0,  1, 8, 0, 6, 4, 0, 1, 2, 0, 0,  0, 0, 1,
                           10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2}));
}

TEST(Arp, PaddingOfAShortFrameIsIgnored) {
  ByteVector b(46, 0xff);
  kRequest.emit(b);
  EXPECT_EQ(ArpView::parse(b)->header(), kRequest);
}

TEST(Arp, OtherHardwareProtocolOrLengthsAreMalformed) {
  ByteVector good(28);
  kRequest.emit(good);
  for (size_t n = 0; n < 28; n++)
    EXPECT_EQ(ArpView::parse(Bytes(good).first(n)).error(), DropReason::kArpMalformed);
  for (size_t i = 0; i < 6; i++) {
    ByteVector bad = good;
    bad[i] ^= 0x40;
    EXPECT_EQ(ArpView::parse(bad).error(), DropReason::kArpMalformed) << i;
  }
  ByteVector odd = good;
  odd[7] = 200;
  EXPECT_TRUE(ArpView::parse(odd)) << "an unknown operation is the receiver's business";
  odd[1] = 6;
  EXPECT_TRUE(ArpView::parse(odd)) << "IEEE 802 is Ethernet";
}

}  // namespace
}  // namespace unetns
