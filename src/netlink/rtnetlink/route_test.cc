// Routes and rules through rtnetlink.
#include <linux/fib_rules.h>

#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class RouteTest : public NetlinkTest {
 protected:
  RouteTest() : index(add_link(*a, "d0", "dummy")), t(talker(*a)) {
    up(*a, index);
    add_addr(*a, index, "10.0.0.1", 24);
  }
  static rtmsg header(uint8_t dst_len = 0) {
    rtmsg h{};
    h.rtm_family = AF_INET;
    h.rtm_dst_len = dst_len;
    h.rtm_table = RT_TABLE_MAIN;
    h.rtm_protocol = RTPROT_BOOT;
    h.rtm_type = RTN_UNICAST;
    return h;
  }
  static rtmsg question(uint8_t dst_len = 0) {
    rtmsg h{};
    h.rtm_family = AF_INET;
    h.rtm_dst_len = dst_len;
    return h;
  }
  static void put(NlWriter& out, uint16_t id, const char* address) {
    out.put(id, IpAddress::parse(address)->bytes());
  }
  Talker::Fill via(const char* dst, const char* gateway) {
    return [=](NlWriter& out) {
      put(out, RTA_DST, dst);
      put(out, RTA_GATEWAY, gateway);
    };
  }
  std::vector<NlMessage> table(uint32_t id) {
    auto got =
        t.ask(RTM_GETROUTE, NLM_F_DUMP, question(), [=](NlWriter& out) { out.u32(RTA_TABLE, id); });
    std::erase_if(got, [](const NlMessage& m) { return m.type() != RTM_NEWROUTE; });
    return got;
  }
  int index;
  Talker t;
};

TEST_F(RouteTest, ARouteIsAddedShownAndDeleted) {
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  ASSERT_EQ(t.ack(RTM_NEWROUTE, kNew, header(16),
                  [&](NlWriter& out) {
                    via("10.7.0.0", "10.0.0.2")(out);
                    out.u32(RTA_PRIORITY, 5);
                    const size_t metrics = out.nest_begin(RTA_METRICS);
                    out.u32(RTAX_MTU, 1300);
                    out.nest_end(metrics);
                  })
                .code,
            0);
  const auto routes = table(RT_TABLE_MAIN);
  ASSERT_EQ(routes.size(), 2u);  // with the connected one
  const AttrSet attrs = routes[1].attrs(sizeof(rtmsg));
  std::vector<uint16_t> order;
  for (const auto& e : attrs.entries()) order.push_back(e.id);
  EXPECT_EQ(order, (std::vector<uint16_t>{RTA_TABLE, RTA_DST, RTA_PRIORITY, RTA_METRICS,
                                          RTA_GATEWAY, RTA_OIF}));
  EXPECT_EQ(attrs.s32(RTA_OIF), index);
  EXPECT_EQ(t.ack(RTM_DELROUTE, 0, header(16), via("10.7.0.0", "10.0.0.2")).code, 0);
  EXPECT_EQ(t.ack(RTM_DELROUTE, 0, header(16), via("10.7.0.0", "10.0.0.2")).code, ESRCH);
}

TEST_F(RouteTest, MultipathRoutesKeepTheirLegs) {
  ASSERT_EQ(t.ack(RTM_NEWROUTE, kNew, header(16),
                  [&](NlWriter& out) {
                    put(out, RTA_DST, "10.7.0.0");
                    const size_t paths = out.nest_begin(RTA_MULTIPATH);
                    for (const char* gateway : {"10.0.0.2", "10.0.0.3"}) {
                      const rtnexthop hop{
                          .rtnh_len = 16, .rtnh_flags = 0, .rtnh_hops = 1, .rtnh_ifindex = index};
                      out.append_message(bytes_of(hop));
                      put(out, RTA_GATEWAY, gateway);
                    }
                    out.nest_end(paths);
                  })
                .code,
            0);
  const auto got = t.ask(RTM_GETROUTE, NLM_F_DUMP, question());
  bool found = false;
  for (const NlMessage& m : got) {
    if (m.type() != RTM_NEWROUTE || !m.attrs(12).has(RTA_MULTIPATH)) continue;
    found = true;
    const Bytes paths = m.attrs(12).bytes(RTA_MULTIPATH);
    ASSERT_EQ(paths.size(), 32u);
    const auto second = load<rtnexthop>(paths.data() + 16);
    EXPECT_EQ(second.rtnh_len, 16);
    EXPECT_EQ(second.rtnh_hops, 1);
    EXPECT_EQ(second.rtnh_ifindex, index);
  }
  EXPECT_TRUE(found);
}

TEST_F(RouteTest, RefusalsAreInTheWordsOfTheKernel) {
  const auto refused = [&](rtmsg h, Talker::Fill fill = {}) {
    return t.ack(RTM_NEWROUTE, kNew, h, fill).message;
  };
  EXPECT_EQ(refused(header(33)), "Invalid prefix length");
  rtmsg type = header();
  type.rtm_type = 50;
  EXPECT_EQ(refused(type), "Invalid route type");
  const uint8_t rtvia[] = {AF_INET, 0, 1, 2, 3, 4, 5}, other[] = {77, 0, 1, 2, 3, 4};
  EXPECT_EQ(refused(header(), [&](NlWriter& out) { out.put(RTA_VIA, rtvia); }),
            "Invalid IPv4 address in RTA_VIA");
  EXPECT_EQ(refused(header(), [&](NlWriter& out) { out.put(RTA_VIA, other); }),
            "Unsupported address family in RTA_VIA");
  EXPECT_EQ(refused(header(), [&](NlWriter& out) { out.put(RTA_VIA, Bytes(rtvia, 1)); }),
            "Invalid attribute length for RTA_VIA");
  EXPECT_EQ(refused(header(),
                    [&](NlWriter& out) {
                      put(out, RTA_GATEWAY, "1.2.3.4");
                      out.put(RTA_VIA, Bytes(rtvia, 6));
                    }),
            "Nexthop configuration can not contain both GATEWAY and VIA");
  const auto metric = [&](uint16_t id, size_t size) {
    return refused(header(), [&](NlWriter& out) {
      out.s32(RTA_OIF, index);
      const size_t nest = out.nest_begin(RTA_METRICS);
      out.put(id, ByteVector(size));
      out.nest_end(nest);
    });
  };
  EXPECT_EQ(metric(99, 4), "Invalid metric type");
  EXPECT_EQ(metric(2, 1), "Invalid attribute in metrics");
  EXPECT_EQ(refused(header(), [](NlWriter& out) { out.u32(RTA_NH_ID, 5); }),
            "Nexthop id does not exist");
  EXPECT_EQ(refused(header(), [](NlWriter& out) { out.put(RTA_MULTIPATH, {}); }),
            "Attribute failed policy validation");
  rtmsg v6 = header();
  v6.rtm_family = AF_INET6;
  EXPECT_EQ(t.ack(RTM_NEWROUTE, kNew, v6).code, EOPNOTSUPP);
}

TEST_F(RouteTest, StrictDumpsFilter) {
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  for (const NlMessage& m : table(RT_TABLE_LOCAL))
    EXPECT_EQ(m.attrs(12).u32(RTA_TABLE), uint32_t{RT_TABLE_LOCAL});
  const Error none =
      t.ack(RTM_GETROUTE, NLM_F_DUMP, question(), [](NlWriter& out) { out.u32(RTA_TABLE, 77); });
  EXPECT_EQ(none.code, ENOENT);
  EXPECT_EQ(none.message, "ipv4: FIB table does not exist");
  EXPECT_EQ(t.ack(RTM_GETROUTE, NLM_F_DUMP, question(3)).message,
            "Invalid values in header for FIB dump request");
  EXPECT_EQ(
      t.ack(RTM_GETROUTE, NLM_F_DUMP, question(), [](NlWriter& out) { out.s32(RTA_OIF, 99); }).code,
      ENODEV);
  EXPECT_EQ(
      t.ack(RTM_GETROUTE, NLM_F_DUMP, question(), [](NlWriter& out) { out.u32(RTA_GATEWAY, 1); })
          .message,
      "Unsupported attribute in dump request");
}

TEST_F(RouteTest, GetAnswersWithTheWayOfOnePacket) {
  rtmsg h = question(32);
  h.rtm_flags = RTM_F_LOOKUP_TABLE;
  const auto got = t.ask(RTM_GETROUTE, 0, h, [](NlWriter& out) { put(out, RTA_DST, "10.0.0.2"); });
  ASSERT_EQ(got.size(), 1u);
  const AttrSet attrs = got[0].attrs(sizeof(rtmsg));
  EXPECT_EQ(got[0].type(), RTM_NEWROUTE);
  EXPECT_EQ(attrs.s32(RTA_OIF), index);
  EXPECT_EQ(IpAddress::from_bytes(AF_INET, attrs.bytes(RTA_PREFSRC)), IpAddress::parse("10.0.0.1"));
  EXPECT_TRUE(got[0].fixed<rtmsg>().rtm_flags & RTM_F_CLONED);
  EXPECT_EQ(
      t.ack(RTM_GETROUTE, 0, question(32), [](NlWriter& out) { put(out, RTA_DST, "8.8.8.8"); })
          .code,
      ENETUNREACH);
  EXPECT_EQ(t.ack(RTM_GETROUTE, 0, question(32),
                  [](NlWriter& out) {
                    put(out, RTA_DST, "10.0.0.2");
                    out.s32(RTA_IIF, 99);
                  })
                .code,
            ENODEV);
}

TEST_F(RouteTest, TheDefaultRulesAreShown) {
  const auto got = t.ask(RTM_GETRULE, NLM_F_DUMP, fib_rule_hdr{.family = AF_INET});
  ASSERT_EQ(got.size(), 4u);
  EXPECT_FALSE(got[0].attrs(12).has(FRA_PRIORITY));
  EXPECT_EQ(got[1].attrs(12).u32(FRA_PRIORITY), 32766u);
  EXPECT_EQ(got[2].attrs(12).u32(FRA_TABLE), uint32_t{RT_TABLE_DEFAULT});
  EXPECT_EQ(t.ack(RTM_GETRULE, NLM_F_DUMP, fib_rule_hdr{.family = AF_INET6}).code, EAFNOSUPPORT);
}

}  // namespace
}  // namespace unetns
