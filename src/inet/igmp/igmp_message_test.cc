#include "inet/igmp/igmp_message.h"

#include <gtest/gtest.h>

#include "base/checksum.h"

namespace unetns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(IgmpMessage, TheFormOfAQueryTellsItsVersion) {
  EXPECT_EQ(parse_igmp_query(ByteVector{0x11, 0, 0, 0, 0, 0, 0, 0})->version, 1);
  const auto v2 = parse_igmp_query(ByteVector{0x11, 100, 0, 0, 239, 1, 1, 1});
  EXPECT_EQ(v2->version, 2);
  EXPECT_EQ(v2->max_response, seconds(10));
  const auto v3 =
      parse_igmp_query(ByteVector{0x11, 1, 0, 0, 239, 1, 1, 1, 2, 10, 0, 1, 10, 0, 0, 1});
  ASSERT_TRUE(v3);
  EXPECT_EQ(v3->version, 3);
  EXPECT_EQ(v3->robustness, 2);
  EXPECT_EQ(v3->interval, seconds(10));
  EXPECT_EQ(v3->sources, std::vector<Ipv4Address>{Ipv4Address(0x0a000001)});
}

TEST(IgmpMessage, LargeCodesAreFloatingPoint) {
  const auto q = parse_igmp_query(ByteVector{0x11, 0x80, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0});
  EXPECT_EQ(q->max_response, milliseconds(12800));
  EXPECT_EQ(q->interval, seconds(31744));
}

TEST(IgmpMessage, MalformedQueriesAreNone) {
  EXPECT_FALSE(parse_igmp_query(ByteVector{0x11, 0, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(parse_igmp_query(ByteVector{0x11, 1, 0, 0, 0, 0, 0, 0, 0})) << "9 bytes";
  EXPECT_FALSE(parse_igmp_query(ByteVector{0x11, 1, 0, 0, 10, 0, 0, 1})) << "no group";
  EXPECT_FALSE(parse_igmp_query(ByteVector{0x11, 1, 0, 0, 239, 1, 1, 1, 0, 0, 0, 1}))
      << "fewer sources than it says";
  EXPECT_FALSE(parse_igmp_query(ByteVector{0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 0, 0, 1}))
      << "sources of all groups";
  EXPECT_FALSE(parse_igmp_query(ByteVector{0x16, 0, 0, 0, 239, 1, 1, 1}));
}

TEST(IgmpMessage, ReportsAreWellFormed) {
  const ByteVector report = igmp_v3_report(
      {{IgmpRecordType::kToExclude, Ipv4Address(0xef010101), {Ipv4Address(0x0a000009)}}});
  EXPECT_EQ(internet_checksum(report), 0);
  EXPECT_EQ(report.size(), 20u);
  EXPECT_EQ(report[8], 4);
  EXPECT_EQ(load_be16(&report[6]), 1);
  const ByteVector v2 = igmp_group_message(IgmpType::kV2Report, Ipv4Address(0xef010101));
  EXPECT_EQ(internet_checksum(v2), 0);
  EXPECT_EQ(parse_igmp_report(v2), Ipv4Address(0xef010101));
  EXPECT_FALSE(parse_igmp_report(igmp_group_message(IgmpType::kLeave, Ipv4Address(0xef010101))));
}

}  // namespace
}  // namespace unetns
