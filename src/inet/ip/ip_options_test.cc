#include "inet/ip/ip_options.h"

#include <gtest/gtest.h>
#include <netinet/ip.h>

#include <algorithm>

namespace unetns {
namespace {

// Record route with room for three addresses, closed by an end of list.
bool ours(const Ipv4Address& a) { return a == Ipv4Address(1); }
ByteVector record_route() { return {7, 15, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; }

TEST(IpOptionsTest, WellFormedOptionsAreFound) {
  const auto facts = check_ip_options(record_route());
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->record_route, 0);
  const auto padded = check_ip_options(ByteVector{1, 1, 68, 8, 5, 0, 0, 0, 0, 0});
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->timestamp, 2);
}

TEST(IpOptionsTest, MalformedOptionsTellTheOctetAtFault) {
  EXPECT_EQ(check_ip_options(ByteVector{7}).error(), 0) << "no length";
  EXPECT_EQ(check_ip_options(ByteVector{7, 1}).error(), 0) << "length below 2";
  EXPECT_EQ(check_ip_options(ByteVector{7, 40, 4}).error(), 0) << "beyond the header";
  EXPECT_EQ(check_ip_options(ByteVector{7, 3, 3}).error(), 2) << "pointer below 4";
  EXPECT_EQ(check_ip_options(ByteVector{7, 7, 6, 0, 0, 0, 0}).error(), 2) << "half a slot";
  EXPECT_EQ(check_ip_options(ByteVector{7, 3, 4, 7, 3, 4}).error(), 3) << "twice";
}

TEST(IpOptionsTest, RoutersRecordThemselvesWhileThereIsRoom) {
  ByteVector o = record_route();
  const auto facts = *check_ip_options(o);
  for (uint32_t i = 1; i <= 4; i++) unetns::record_route(o, facts, Ipv4Address(i));
  EXPECT_EQ(o[2], 16);
  EXPECT_EQ(load_be32(&o[3]), 1u);
  EXPECT_EQ(load_be32(&o[11]), 3u);
}

TEST(IpOptionsTest, FullTimestampsCountTheOverflow) {
  ByteVector o{68, 8, 5, 0, 0, 0, 0, 0};
  const auto facts = *check_ip_options(o);
  record_timestamp(o, facts, Ipv4Address(1), std::chrono::milliseconds(1234), ours);
  record_timestamp(o, facts, Ipv4Address(1), std::chrono::milliseconds(5678), ours);
  EXPECT_EQ(load_be32(&o[4]), 1234u);
  EXPECT_EQ(o[3], 0x10);
}

TEST(IpOptionsTest, TheSenderCountsNoOverflowOfItsOwn) {
  ByteVector o{68, 8, 9, 0, 0, 0, 0, 0};
  record_timestamp(o, *check_ip_options(o), Ipv4Address(1), std::chrono::hours(1), ours, true);
  EXPECT_EQ(o[3], 0);
}

TEST(IpOptionsTest, TimesAreNotedForNamedAddressesOfOursOnly) {
  ByteVector o{68, 12, 5, 3, 0, 0, 0, 1, 0, 0, 0, 0};
  record_timestamp(o, *check_ip_options(o), Ipv4Address(9), std::chrono::milliseconds(77), ours);
  EXPECT_EQ(load_be32(&o[8]), 77u);
  ByteVector other{68, 12, 5, 3, 0, 0, 0, 2, 0, 0, 0, 0};
  record_timestamp(other, *check_ip_options(other), Ipv4Address(9), std::chrono::hours(1), ours);
  EXPECT_EQ(other[2], 5) << "not ours";
}

TEST(IpOptionsTest, WhatPacketsMayAndProgramsMayNot) {
  const ByteVector flag2{68, 8, 5, 2, 0, 0, 0, 0};
  EXPECT_EQ(check_ip_options(flag2).error(), 3);
  EXPECT_EQ(read_ip_options(flag2, true).error, -1);
  const ByteVector full{68, 8, 9, 0xf0, 0, 0, 0, 0};
  EXPECT_EQ(read_ip_options(full, true).error, 3) << "the overflow overflows";
}

TEST(IpOptionsTest, WhatStandsBeforeAFaultIsStillKnown) {
  const auto r = read_ip_options(ByteVector{7, 7, 4, 0, 0, 0, 0, 7, 7, 4, 0, 0, 0, 0}, true);
  EXPECT_EQ(r.error, 7);
  EXPECT_EQ(r.facts.record_route, 0);
}

TEST(IpOptionsTest, AnAnswerGoesTheSourceRouteBack) {
  const Ipv4Address sender(99);
  // Passed by 1 and 2; a third hop was not used.
  ByteVector o{131, 15, 12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3};
  const auto echoed = echoed_options(o, *check_ip_options(o), sender);
  EXPECT_EQ(echoed.first_hop, Ipv4Address(2));
  EXPECT_EQ(echoed.bytes, (ByteVector{131, 11, 4, 0, 0, 0, 1, 0, 0, 0, 99, 0}));
  o[2] = 4;
  EXPECT_FALSE(echoed_options(o, *check_ip_options(o), sender).first_hop) << "none was passed";
}

TEST(IpOptionsTest, OnlyCopiedOptionsGoIntoLaterFragments) {
  ByteVector o = record_route();  // not copied
  o[15] = 1;
  for (uint8_t b : {148, 4, 0, 0}) o.push_back(b);  // router alert: copied
  ByteVector expected(o.size(), IPOPT_NOP);
  std::copy_n(o.end() - 4, 4, expected.end() - 4);
  EXPECT_EQ(copied_options(o), expected) << "the others turn into no-operations";
}

}  // namespace
}  // namespace unetns
