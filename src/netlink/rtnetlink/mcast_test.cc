// Multicast groups through rtnetlink: a device that is up is in the all-hosts group (RFC 1112).
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

constexpr uint16_t kNewMulticast = 56, kDelMulticast = 57;
constexpr int kGroup = 37;  // RTNLGRP_IPV4_MCADDR

class McastTest : public NetlinkTest {
 protected:
  McastTest() : index(add_link(*a, "d0", "dummy")) {}
  static std::string group_of(const NlMessage& m) {
    return IpAddress::from_bytes(AF_INET, m.attrs(sizeof(ifaddrmsg)).bytes(IFA_MULTICAST))
        ->to_string();
  }
  int index;
};

TEST_F(McastTest, ComesAndGoesWithTheDevice) {
  Talker watcher = talker(*a);
  ASSERT_TRUE(watcher.bind().has_value());
  ASSERT_TRUE(watcher.option(NETLINK_ADD_MEMBERSHIP, kGroup).has_value());
  up(*a, index);
  auto heard = watcher.read();
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].type(), kNewMulticast);
  EXPECT_EQ(heard[0].fixed<ifaddrmsg>().ifa_index, static_cast<uint32_t>(index));
  EXPECT_EQ(group_of(heard[0]), "224.0.0.1");
  NetDevice* dev = netdevs->by_index(*a, index);
  ASSERT_TRUE(netdevs->change_flags(*dev, 0, IFF_UP).has_value());
  heard = watcher.read();
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].type(), kDelMulticast);
}

TEST_F(McastTest, IsDumpedForAFamilyThatThereIs) {
  up(*a, index);
  Talker t = talker(*a);
  const auto dumped = t.ask(RTM_GETMULTICAST, NLM_F_DUMP, ifaddrmsg{.ifa_family = AF_INET});
  ASSERT_EQ(dumped.size(), 2u);
  EXPECT_EQ(dumped[0].type(), RTM_GETMULTICAST);
  EXPECT_EQ(group_of(dumped[0]), "224.0.0.1");
  EXPECT_EQ(dumped[1].type(), NLMSG_DONE);
  EXPECT_EQ(t.ack(RTM_GETMULTICAST, NLM_F_DUMP, ifaddrmsg{}).code, EOPNOTSUPP);
}

}  // namespace
}  // namespace unetns
