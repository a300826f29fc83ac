// Addresses through rtnetlink.
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class AddrTest : public NetlinkTest {
 protected:
  AddrTest() : index(add_link(*a, "d0", "dummy")), t(talker(*a)) { up(*a, index); }
  ifaddrmsg header(uint8_t len = 24, int ifindex = -1, uint8_t family = AF_INET) {
    return {family, len, 0, 0, static_cast<uint32_t>(ifindex < 0 ? index : ifindex)};
  }
  static Talker::Fill local(const char* address) {
    return [=](NlWriter& out) { out.put(IFA_LOCAL, IpAddress::parse(address)->bytes()); };
  }
  int index;
  Talker t;
};

TEST_F(AddrTest, AnAddressIsAddedShownAndDeleted) {
  ASSERT_EQ(t.ack(RTM_NEWADDR, kNew, header(),
                  [&](NlWriter& out) {
                    local("10.0.0.1")(out);
                    out.put(IFA_BROADCAST, IpAddress::parse("10.0.0.255")->bytes());
                  })
                .code,
            0);
  auto got = t.ask(RTM_GETADDR, NLM_F_DUMP, header(0, 0));
  ASSERT_EQ(got.size(), 2u);
  const AttrSet attrs = got[0].attrs(sizeof(ifaddrmsg));
  EXPECT_EQ(got[0].fixed<ifaddrmsg>().ifa_prefixlen, 24);
  std::vector<uint16_t> order;
  for (const auto& e : attrs.entries()) order.push_back(e.id);
  EXPECT_EQ(order, (std::vector<uint16_t>{IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST, IFA_LABEL,
                                          IFA_FLAGS, IFA_CACHEINFO}));
  EXPECT_EQ(attrs.str(IFA_LABEL), "d0");
  EXPECT_EQ(attrs.u32(IFA_FLAGS), uint32_t{IFA_F_PERMANENT});
  EXPECT_EQ(t.ack(RTM_DELADDR, 0, header(), local("10.0.0.1")).code, 0);
  EXPECT_EQ(t.ask(RTM_GETADDR, NLM_F_DUMP, header(0, 0)).size(), 1u);
}

TEST_F(AddrTest, RefusalsAreInTheWordsOfTheKernel) {
  EXPECT_EQ(t.ack(RTM_NEWADDR, kNew, header()).message, "ipv4: Local address is not supplied");
  EXPECT_EQ(t.ack(RTM_NEWADDR, kNew, header(33), local("1.2.3.4")).message,
            "ipv4: Invalid prefix length");
  const Error nodev = t.ack(RTM_NEWADDR, kNew, header(24, 99), local("1.2.3.4"));
  EXPECT_EQ(nodev.code, ENODEV);
  EXPECT_EQ(nodev.message, "ipv4: Device not found");
  EXPECT_EQ(t.ack(RTM_DELADDR, 0, header(24, 99), local("1.2.3.4")).message,
            "ipv4: Device not found");
  const Error cut =
      t.ack(RTM_NEWADDR, kNew, header(), [](NlWriter& out) { out.u16(IFA_LOCAL, 1); });
  EXPECT_EQ(cut.code, ERANGE);
  EXPECT_EQ(cut.offset, 24u);
  EXPECT_EQ(t.ack(RTM_NEWADDR, kNew, header(),
                  [&](NlWriter& out) {
                    local("1.2.3.4")(out);
                    out.object(IFA_CACHEINFO, ifa_cacheinfo{5, 2, 0, 0});
                  })
                .message,
            "ipv4: address lifetime invalid");
  EXPECT_EQ(t.ack(RTM_DELADDR, 0, header(), local("9.9.9.9")).code, EADDRNOTAVAIL);
}

TEST_F(AddrTest, AFamilyThatDoesNotExistIsNotSupported) {
  for (uint8_t family : {uint8_t{AF_INET6}, uint8_t{77}, uint8_t{AF_UNSPEC}})
    EXPECT_EQ(t.ack(RTM_NEWADDR, kNew, header(24, -1, family), local("1.2.3.4")).code, EOPNOTSUPP);
  add_addr(*a, index, "10.0.0.1", 24);
  // Its dump is the dump of all families, as in a kernel without it.
  EXPECT_EQ(t.ask(RTM_GETADDR, NLM_F_DUMP, header(0, 0, AF_INET6)).size(), 2u);
}

TEST_F(AddrTest, StrictDumpsFilterByDevice) {
  const int other = add_link(*a, "d1", "dummy");
  add_addr(*a, index, "10.0.0.1", 24);
  add_addr(*a, other, "10.0.1.1", 24);
  EXPECT_EQ(t.ask(RTM_GETADDR, NLM_F_DUMP, header(0, other)).size(), 3u);
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  const auto got = t.ask(RTM_GETADDR, NLM_F_DUMP, header(0, other));
  ASSERT_EQ(got.size(), 2u);
  EXPECT_TRUE(got[0].header.nlmsg_flags & NLM_F_DUMP_FILTERED);
  EXPECT_EQ(t.ack(RTM_GETADDR, NLM_F_DUMP, header(0, 99)).code, ENODEV);
  EXPECT_EQ(t.ack(RTM_GETADDR, NLM_F_DUMP, header(2, 0)).message,
            "ipv4: Invalid values in header for address dump request");
  EXPECT_EQ(t.ack(RTM_GETADDR, NLM_F_DUMP, header(0, 0), local("1.2.3.4")).message,
            "ipv4: Unsupported attribute in dump request");
  EXPECT_EQ(t.ack(RTM_GETADDR, NLM_F_DUMP, rtgenmsg{AF_INET}).message,
            "ipv4: Invalid header for address dump request");
}

TEST_F(AddrTest, AnotherNamespaceIsShownByItsId) {
  add_addr(*b, add_link(*b, "d0", "dummy"), "10.5.0.1", 24);
  ASSERT_TRUE(nsids->assign(*a, *b, 4).has_value());
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  const auto got = t.ask(RTM_GETADDR, NLM_F_DUMP, header(0, 0),
                         [](NlWriter& out) { out.s32(IFA_TARGET_NETNSID, 4); });
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].attrs(8).s32(IFA_TARGET_NETNSID), 4);
}

}  // namespace
}  // namespace unetns
