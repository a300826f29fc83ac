#include "inet/ip/ip_options.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

// Record route with room for three addresses, closed by an end of list.
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
  record_timestamp(o, facts, Ipv4Address(1), std::chrono::milliseconds(1234));
  record_timestamp(o, facts, Ipv4Address(1), std::chrono::milliseconds(5678));
  EXPECT_EQ(load_be32(&o[4]), 1234u);
  EXPECT_EQ(o[3], 0x10);
}

TEST(IpOptionsTest, TheSenderCountsNoOverflowOfItsOwn) {
  ByteVector o{68, 8, 9, 0, 0, 0, 0, 0};
  record_timestamp(o, *check_ip_options(o), Ipv4Address(1), std::chrono::hours(1), true);
  EXPECT_EQ(o[3], 0);
}

TEST(IpOptionsTest, OnlyCopiedOptionsGoIntoLaterFragments) {
  ByteVector o = record_route();  // not copied
  o[15] = 1;
  for (uint8_t b : {148, 4, 0, 0}) o.push_back(b);  // router alert: copied
  EXPECT_EQ(copied_options(o), (ByteVector{148, 4, 0, 0}));
}

}  // namespace
}  // namespace unetns
