#include "packet/wire/icmp.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

TEST(Icmp, WhatIsEmittedIsParsed) {
  ByteVector b(64, 0x5a);
  IcmpHeader::echo_request(0x1234, 7).emit_message(b);
  auto v = IcmpView::parse(b);
  ASSERT_TRUE(v);
  EXPECT_EQ(v->type(), IcmpType::kEchoRequest);
  EXPECT_EQ(v->echo_id(), 0x1234);
  EXPECT_EQ(v->echo_sequence(), 7);
  EXPECT_TRUE(v->checksum_ok());
  EXPECT_TRUE(v->is_echo());
  EXPECT_FALSE(v->is_error());
  EXPECT_EQ(v->payload().size(), 56u);
  ByteVector again(8);
  v->header().emit(again);
  EXPECT_TRUE(std::equal(again.begin(), again.end(), b.begin()));
}

TEST(Icmp, TheErrorsCarryTheirFieldWhereTheRfcSays) {
  ByteVector b(8 + 28);
  IcmpHeader::dest_unreachable(IcmpUnreachable::kFragmentationNeeded, 1400).emit_message(b);
  EXPECT_EQ(IcmpView::parse(b)->mtu(), 1400);
  EXPECT_EQ(load_be16(&b[4]), 0);
  IcmpHeader::parameter_problem(0, 20).emit_message(b);
  EXPECT_EQ(IcmpView::parse(b)->pointer(), 20);
  EXPECT_EQ(b[4], 20);
  IcmpHeader::redirect(IcmpRedirect::kHost, Ipv4Address(0x0a000001)).emit_message(b);
  EXPECT_EQ(IcmpView::parse(b)->gateway().value(), 0x0a000001u);
  IcmpHeader::time_exceeded(IcmpTimeExceeded::kTtl).emit_message(b);
  EXPECT_EQ(IcmpView::parse(b)->rest(), 0u);
  EXPECT_TRUE(IcmpView::parse(b)->checksum_ok());
}

TEST(Icmp, ErrorsAreTheTypesOfRfc1122) {
  ByteVector b(8);
  int errors = 0;
  for (int type = 0; type < 256; type++) {
    b[0] = static_cast<uint8_t>(type);
    errors += IcmpView::parse(b)->is_error();
  }
  EXPECT_EQ(errors, 5);
}

TEST(Icmp, AnOddLengthIsSummedToo) {
  ByteVector b(8 + 13, 0x77);
  IcmpHeader::echo_reply(1, 2).emit_message(b);
  EXPECT_TRUE(IcmpView::parse(b)->checksum_ok());
  b.back() ^= 1;
  EXPECT_FALSE(IcmpView::parse(b)->checksum_ok());
}

TEST(Icmp, LessThanAHeaderIsMalformed) {
  for (size_t n = 0; n < 8; n++)
    EXPECT_EQ(IcmpView::parse(ByteVector(n)).error(), DropReason::kIcmpMalformed);
}

}  // namespace
}  // namespace unetns
