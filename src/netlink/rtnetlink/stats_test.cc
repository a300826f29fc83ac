#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class StatsTest : public NetlinkTest {
 protected:
  static if_stats_msg header(int index, uint32_t mask) {
    if_stats_msg h{};
    h.ifindex = static_cast<uint32_t>(index);
    h.filter_mask = mask;
    return h;
  }
  Talker t = talker(*a);
};

TEST_F(StatsTest, WhatTheMaskNamesIsTold) {
  const auto got = t.ask(RTM_GETSTATS, 0, header(1, IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].type(), RTM_NEWSTATS);
  EXPECT_EQ(got[0].fixed<if_stats_msg>().ifindex, 1u);
  const AttrSet attrs = got[0].attrs(sizeof(if_stats_msg));
  EXPECT_EQ(attrs.bytes(IFLA_STATS_LINK_64).size(), sizeof(rtnl_link_stats64));
  EXPECT_FALSE(attrs.has(IFLA_STATS_AF_SPEC));
}

TEST_F(StatsTest, ADumpTellsOfEachDevice) {
  add_link(*a, "d0", "dummy");
  const auto got = t.ask(RTM_GETSTATS, NLM_F_DUMP, header(0, 1));
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[2].type(), NLMSG_DONE);
}

TEST_F(StatsTest, RefusalsAreInTheWordsOfTheKernel) {
  EXPECT_EQ(t.ack(RTM_GETSTATS, 0, header(1, 0)).message, "Filter mask must be set for stats get");
  EXPECT_EQ(t.ack(RTM_GETSTATS, 0, header(0, 1)).code, EINVAL);
  EXPECT_EQ(t.ack(RTM_GETSTATS, 0, header(99, 1)).code, ENODEV);
  EXPECT_EQ(t.ack(RTM_GETSTATS, 0, uint32_t{0}).message, "Invalid header for stats dump");
  const auto unflagged = [](NlWriter& out) {
    out.nest_end(out.nest_begin(IFLA_STATS_GET_FILTERS));
  };
  EXPECT_EQ(t.ack(RTM_GETSTATS, 0, header(1, 1), unflagged).message, "NLA_F_NESTED is missing");
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  EXPECT_EQ(t.ack(RTM_GETSTATS, 0, header(1, 1u << 20)).message,
            "Invalid stats requested through filter mask");
}

}  // namespace
}  // namespace unetns
