// Who hears of what, in which order, and what the messages say of their cause.
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class NotifyTest : public NetlinkTest {
 protected:
  Talker listener(Net& net, std::initializer_list<int> groups) {
    Talker t = talker(net);
    EXPECT_TRUE(t.bind().has_value());
    for (int group : groups) EXPECT_TRUE(t.option(NETLINK_ADD_MEMBERSHIP, group).has_value());
    return t;
  }
  static std::vector<uint16_t> types(const std::vector<NlMessage>& messages) {
    std::vector<uint16_t> out;
    for (const NlMessage& m : messages) out.push_back(m.type());
    return out;
  }
  using Types = std::vector<uint16_t>;
};

TEST_F(NotifyTest, ANewLinkIsAnnouncedWithAllFlagsChanged) {
  Talker t = listener(*a, {RTNLGRP_LINK});
  add_link(*a, "d0", "dummy");
  const auto got = t.read();
  ASSERT_EQ(types(got), Types{RTM_NEWLINK});
  EXPECT_EQ(got[0].fixed<ifinfomsg>().ifi_change, 0xffffffffu);
  EXPECT_EQ(got[0].header.nlmsg_seq, 0u);
  EXPECT_EQ(got[0].header.nlmsg_pid, 0u);
}

TEST_F(NotifyTest, OtherNamespacesHearNothing) {
  Talker t = listener(*b, {RTNLGRP_LINK});
  add_link(*a, "d0", "dummy");
  EXPECT_TRUE(t.read().empty());
}

TEST_F(NotifyTest, OtherGroupsHearNothing) {
  Talker t = listener(*a, {RTNLGRP_NEIGH});
  add_link(*a, "d0", "dummy");
  EXPECT_TRUE(t.read().empty());
}

TEST_F(NotifyTest, AnUnboundMemberHearsNothing) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.option(NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK).has_value());
  add_link(*a, "d0", "dummy");
  EXPECT_TRUE(t.read().empty());
}

TEST_F(NotifyTest, WhoChangesAndListensHearsTheChangeBeforeTheAck) {
  const int index = add_link(*a, "d0", "dummy");
  Talker t = listener(*a, {RTNLGRP_LINK});
  const auto got = t.ask(RTM_SETLINK, NLM_F_ACK, link_header(index, IFF_UP, IFF_UP));
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(got.front().type(), RTM_NEWLINK);
  EXPECT_EQ(got.back().type(), NLMSG_ERROR);
}

TEST_F(NotifyTest, AnAddressNamesItsRequestAndItsRoutesDoNot) {
  const int index = add_link(*a, "d0", "dummy");
  up(*a, index);
  Talker t = listener(*a, {RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE});
  Talker actor = talker(*a);
  const ifaddrmsg h{AF_INET, 24, 0, 0, static_cast<uint32_t>(index)};
  ASSERT_EQ(
      actor
          .ack(RTM_NEWADDR, kNew, h,
               [](NlWriter& out) { out.put(IFA_LOCAL, IpAddress::parse("10.0.0.1")->bytes()); })
          .code,
      0);
  const auto got = t.read();
  ASSERT_GE(got.size(), 3u);
  EXPECT_EQ(got[0].type(), RTM_NEWADDR);
  EXPECT_EQ(got[0].header.nlmsg_seq, actor.seq);
  EXPECT_EQ(got[0].header.nlmsg_pid, actor.port());
  EXPECT_EQ(got[1].type(), RTM_NEWROUTE);
  EXPECT_EQ(got[1].header.nlmsg_seq, 0u);
  EXPECT_EQ(got[1].header.nlmsg_flags, NLM_F_CREATE | NLM_F_EXCL);
}

TEST_F(NotifyTest, EchoIsAnAnswerAndNotASecondCopy) {
  const int index = add_link(*a, "d0", "dummy");
  up(*a, index);
  Talker t = listener(*a, {RTNLGRP_IPV4_IFADDR});
  const ifaddrmsg h{AF_INET, 24, 0, 0, static_cast<uint32_t>(index)};
  const auto got = t.ask(RTM_NEWADDR, kNew | NLM_F_ECHO | NLM_F_ACK, h, [](NlWriter& out) {
    out.put(IFA_LOCAL, IpAddress::parse("10.0.0.1")->bytes());
  });
  EXPECT_EQ(types(got), (Types{RTM_NEWADDR, NLMSG_ERROR}));
}

TEST_F(NotifyTest, AMoveIsADeletionHereAndANewLinkThere) {
  const int index = add_link(*a, "d0", "dummy");
  Talker here = listener(*a, {RTNLGRP_LINK, RTNLGRP_NSID}), there = listener(*b, {RTNLGRP_LINK});
  Talker actor = talker(*a);
  ASSERT_EQ(actor
                .ack(RTM_SETLINK, 0, link_header(index),
                     [](NlWriter& out) { out.u32(IFLA_NET_NS_FD, 6); })
                .code,
            0);
  const auto left = here.read();
  ASSERT_EQ(types(left), (Types{RTM_NEWNSID, RTM_DELLINK}));
  const AttrSet attrs = left[1].attrs(sizeof(ifinfomsg));
  EXPECT_EQ(attrs.s32(IFLA_NEW_NETNSID, -9), nsids->lookup(*a, *b));
  EXPECT_EQ(attrs.s32(IFLA_NEW_IFINDEX), netdevs->by_name(*b, "d0")->ifindex());
  EXPECT_EQ(types(there.read()), Types{RTM_NEWLINK});
}

TEST_F(NotifyTest, AllNamespacesWithAnIdAreHeardByWhoAsksForIt) {
  Talker t = listener(*a, {RTNLGRP_LINK});
  ASSERT_TRUE(t.option(NETLINK_LISTEN_ALL_NSID, 1).has_value());
  add_link(*b, "d0", "dummy");
  EXPECT_TRUE(t.read().empty());  // b has no id in a yet
  ASSERT_TRUE(nsids->assign(*a, *b, 4).has_value());
  add_link(*b, "d1", "dummy");
  auto message = t->receive(0);
  ASSERT_TRUE(message.has_value());
  const ByteVector control = t->control_for(*message);
  ASSERT_EQ(control.size(), CMSG_SPACE(sizeof(int)));
  EXPECT_EQ(load<cmsghdr>(control.data()).cmsg_type, NETLINK_LISTEN_ALL_NSID);
  EXPECT_EQ(load<int>(control.data() + CMSG_LEN(0)), 4);
}

TEST_F(NotifyTest, PktinfoTellsTheGroup) {
  Talker t = listener(*a, {RTNLGRP_LINK});
  ASSERT_TRUE(t.option(NETLINK_PKTINFO, 1).has_value());
  add_link(*a, "d0", "dummy");
  auto message = t->receive(0);
  ASSERT_TRUE(message.has_value());
  const ByteVector control = t->control_for(*message);
  ASSERT_EQ(control.size(), CMSG_SPACE(sizeof(nl_pktinfo)));
  EXPECT_EQ(load<uint32_t>(control.data() + CMSG_LEN(0)), uint32_t{RTNLGRP_LINK});
  EXPECT_EQ(load<sockaddr_nl>(message->name.bytes.data()).nl_groups, 1u);
}

TEST_F(NotifyTest, ADyingNamespaceLosesItsId) {
  ASSERT_TRUE(nsids->assign(*a, *b, 4).has_value());
  Talker t = listener(*a, {RTNLGRP_NSID});
  caller.fds.erase(6);
  b = NetRef();
  env.settle();
  registry.run_cleanup();
  EXPECT_EQ(types(t.read()), Types{RTM_DELNSID});
}

}  // namespace
}  // namespace unetns
