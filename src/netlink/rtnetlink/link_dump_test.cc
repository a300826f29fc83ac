// Dumps of links: datagrams, filters, changes meanwhile, strict checking.
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class LinkDumpTest : public NetlinkTest {
 protected:
  std::vector<std::string> names(const std::vector<NlMessage>& messages) {
    std::vector<std::string> out;
    for (const NlMessage& m : messages)
      if (m.type() == RTM_NEWLINK) out.emplace_back(m.attrs(sizeof(ifinfomsg)).str(IFLA_IFNAME));
    return out;
  }
  using Names = std::vector<std::string>;
};

TEST_F(LinkDumpTest, AllDevicesByIndexThenDone) {
  add_link(*a, "d1", "dummy");
  add_link(*a, "d0", "dummy");
  Talker t = talker(*a);
  const auto got = t.ask(RTM_GETLINK, NLM_F_DUMP, link_header());
  EXPECT_EQ(names(got), (Names{"lo", "d1", "d0"}));
  for (const NlMessage& m : got) {
    EXPECT_EQ(m.header.nlmsg_flags, NLM_F_MULTI);
    EXPECT_EQ(m.header.nlmsg_seq, t.seq);
    EXPECT_EQ(m.header.nlmsg_pid, t.port());
  }
  EXPECT_EQ(got.back().type(), NLMSG_DONE);
  EXPECT_EQ(got.back().body.size(), 4u);
  EXPECT_EQ(got.back().error(), 0);
}

TEST_F(LinkDumpTest, DatagramsFitAPage) {
  for (int i = 0; i < 50; i++) add_link(*a, "d" + std::to_string(i), "dummy");
  Talker t = talker(*a);
  EXPECT_EQ(t.ask(RTM_GETLINK, NLM_F_DUMP, link_header()).size(), 52u);
  EXPECT_GT(t.datagrams.size(), 10u);
  for (size_t size : t.datagrams) EXPECT_LE(size, 4096u);
}

TEST_F(LinkDumpTest, AChangeMeanwhileIsFlagged) {
  for (int i = 0; i < 30; i++) add_link(*a, "d" + std::to_string(i), "dummy");
  Talker t = talker(*a);
  ASSERT_TRUE(t.send(t.build(RTM_GETLINK, NLM_F_DUMP, link_header())).has_value());
  netdevs->unregister_device(*netdevs->by_name(*a, "d29"));
  const auto got = t.read();
  EXPECT_EQ(names(got).size(), 30u);
  EXPECT_FALSE(got.front().header.nlmsg_flags & NLM_F_DUMP_INTR);
  EXPECT_TRUE(got[got.size() - 2].header.nlmsg_flags & NLM_F_DUMP_INTR);
}

TEST_F(LinkDumpTest, ABareGenmsgIsEnough) {
  Talker t = talker(*a);
  EXPECT_EQ(names(t.ask(RTM_GETLINK, NLM_F_DUMP, rtgenmsg{})), Names{"lo"});
}

TEST_F(LinkDumpTest, KindAndMasterFilter) {
  add_link(*a, "d0", "dummy");
  Talker t = talker(*a);
  const auto got = t.ask(RTM_GETLINK, NLM_F_DUMP, link_header(), named("", "dummy"));
  EXPECT_EQ(names(got), Names{"d0"});
  EXPECT_TRUE(got[0].header.nlmsg_flags & NLM_F_DUMP_FILTERED);
  EXPECT_EQ(names(t.ask(RTM_GETLINK, NLM_F_DUMP, link_header(),
                        [](NlWriter& out) { out.u32(IFLA_MASTER, 5); })),
            Names{});
}

TEST_F(LinkDumpTest, AnotherNamespaceIsShownByItsId) {
  add_link(*b, "d0", "dummy");
  ASSERT_TRUE(nsids->assign(*a, *b, 4).has_value());
  Talker t = talker(*a);
  const auto got = t.ask(RTM_GETLINK, NLM_F_DUMP, link_header(),
                         [](NlWriter& out) { out.s32(IFLA_TARGET_NETNSID, 4); });
  EXPECT_EQ(names(got), (Names{"lo", "d0"}));
  EXPECT_EQ(got[0].attrs(16).s32(IFLA_TARGET_NETNSID), 4);
}

TEST_F(LinkDumpTest, StrictChecking) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  const auto refused = [&](ifinfomsg header, Talker::Fill fill = {}) {
    const Error error = t.ack(RTM_GETLINK, NLM_F_DUMP, header, fill);
    EXPECT_EQ(error.code, EINVAL);
    return error.message;
  };
  EXPECT_EQ(refused(link_header(3)), "Filter by device index not supported for link dumps");
  EXPECT_EQ(refused(link_header(0, 1)), "Invalid values in header for link dump request");
  EXPECT_EQ(refused(link_header(), [](NlWriter& out) { out.u32(IFLA_MTU, 1); }),
            "Unsupported attribute in link dump request");
  EXPECT_EQ(refused(link_header(), [](NlWriter& out) { out.u32(200, 1); }),
            "Unknown attribute type");
  EXPECT_EQ(refused(link_header(), [](NlWriter& out) { out.s32(IFLA_TARGET_NETNSID, 77); }),
            "Invalid target network namespace id");
  EXPECT_EQ(t.ack(RTM_GETLINK, NLM_F_DUMP, rtgenmsg{}).message, "Invalid header for link dump");
  EXPECT_EQ(t.ack(RTM_GETLINK, 0, link_header(1, 1)).message,
            "Invalid values in header for get link request");
}

TEST_F(LinkDumpTest, QdiscsAreThoseOfDevicesThatWereUp) {
  add_link(*a, "d0", "dummy");
  up(*a, 1);
  Talker t = talker(*a);
  const auto got = t.ask(RTM_GETQDISC, NLM_F_DUMP, tcmsg{});
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].fixed<tcmsg>().tcm_ifindex, 1);
  EXPECT_EQ(got[0].attrs(sizeof(tcmsg)).str(TCA_KIND), "noqueue");
}

}  // namespace
}  // namespace unetns
