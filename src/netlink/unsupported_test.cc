// What the layer tells of that programs asked for in vain.
#include <gmock/gmock.h>
#include <linux/genetlink.h>

#include "netlink/netlink_fixture.h"
#include "netlink/rtnetlink/message_name.h"

namespace unetns {
namespace {

using ::testing::ElementsAre;

class UnsupportedTest : public NetlinkTest {
 protected:
  UnsupportedTest() {
    netlink->on_unsupported = [this](const std::string& what) { told.push_back(what); };
  }
  std::vector<std::string> told;
};

TEST_F(UnsupportedTest, MessagesWithoutAHandlerAreToldByName) {
  Talker t = talker(*a);
  EXPECT_EQ(t.ack(RTM_NEWRULE, 0, rtmsg{.rtm_family = AF_INET}).code, EOPNOTSUPP);
  EXPECT_EQ(t.ack(RTM_NEWQDISC, 0, tcmsg{}).code, EOPNOTSUPP);
  EXPECT_EQ(t.ack(RTM_MAX + 4, 0, rtgenmsg{}).code, EOPNOTSUPP);
  EXPECT_THAT(told, ElementsAre("rtnetlink RTM_NEWRULE (family AF_INET)", "rtnetlink RTM_NEWQDISC",
                                "rtnetlink " + message_name(RTM_MAX + 4)));
}

TEST_F(UnsupportedTest, FamiliesThatAreNotServedAreTold) {
  Talker t = talker(*a);
  EXPECT_NE(t.ack(RTM_NEWADDR, 0, ifaddrmsg{.ifa_family = AF_INET6, .ifa_index = 1}).code, 0);
  t.ask(RTM_GETRULE, NLM_F_DUMP, rtmsg{.rtm_family = AF_INET6});
  EXPECT_THAT(told, ElementsAre("rtnetlink RTM_NEWADDR (family AF_INET6)",
                                "rtnetlink RTM_GETRULE (family AF_INET6)"));
}

TEST_F(UnsupportedTest, KindsOfLinksThatDoNotExistAreTold) {
  Talker t = talker(*a);
  t.ack(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, link_header(), named("br0", "bridge"));
  t.ack(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, link_header(), named("x"));  // no kind at all
  EXPECT_THAT(told, ElementsAre("link kind bridge"));
}

TEST_F(UnsupportedTest, GenericFamiliesAreToldByName) {
  Talker t(*netlink, *a, caller, NETLINK_GENERIC);
  const auto named = [](const char* name) {
    return [name](NlWriter& out) { out.str(CTRL_ATTR_FAMILY_NAME, name); };
  };
  const genlmsghdr get{.cmd = CTRL_CMD_GETFAMILY, .version = 1, .reserved = 0};
  EXPECT_EQ(t.ack(GENL_ID_CTRL, 0, get, named("ethtool")).code, ENOENT);
  t.ask(GENL_ID_CTRL, 0, get, named("nlctrl"));
  EXPECT_THAT(told, ElementsAre("generic netlink family ethtool"));
}

TEST_F(UnsupportedTest, WhatLinuxRefusesAsWellIsNotTold) {
  Talker t = talker(*a);
  EXPECT_EQ(t.ack(RTM_GETADDR, 0, ifaddrmsg{.ifa_family = AF_INET}).code, EOPNOTSUPP);
  EXPECT_EQ(t.ack(RTM_DELLINK, 0, link_header(1)).code, EOPNOTSUPP);  // the loopback device
  caller.lacks.insert(CAP_NET_ADMIN);
  EXPECT_EQ(t.ack(RTM_NEWRULE, 0, rtmsg{.rtm_family = AF_INET}).code, EPERM);
  EXPECT_THAT(told, ElementsAre());
}

TEST(MessageNameTest, TypesComeInFours) {
  EXPECT_EQ(message_name(RTM_NEWLINK), "RTM_NEWLINK");
  EXPECT_EQ(message_name(RTM_SETDCB), "RTM_SETDCB");
  EXPECT_EQ(message_name(RTM_GETMULTICAST), "RTM_GETMULTICAST");
  EXPECT_EQ(message_name(RTM_GETNSID), "RTM_GETNSID");
  EXPECT_EQ(message_name(RTM_DELNEXTHOP), "RTM_DELNEXTHOP");
  EXPECT_EQ(message_name(RTM_GETTUNNEL), "RTM_GETTUNNEL");
  EXPECT_EQ(message_name(3), "message 3");
  EXPECT_EQ(message_name(300), "message 300");
}

}  // namespace
}  // namespace unetns
