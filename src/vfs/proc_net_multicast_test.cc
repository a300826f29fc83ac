#include <fmt/format.h>
#include <gmock/gmock.h>

#include "vfs/stack_fixture.h"

namespace unetns {
namespace {

class ProcNetMulticastTest : public ProcNetSocketsTest {
 protected:
  static constexpr const char* kTitles =
      "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n";
  Memberships<V4>& groups() { return stack_->ip().memberships(*net_); }
  void up(NetDevice& dev) { ASSERT_TRUE(netdevs_->change_flags(dev, dev.flags | IFF_UP, ~0u)); }
};

TEST_F(ProcNetMulticastTest, ADeviceThatIsDownIsInNoGroup) {
  EXPECT_EQ(read("/proc/net/igmp"), kTitles);
  EXPECT_EQ(read("/proc/net/dev_mcast"), "");
}

TEST_F(ProcNetMulticastTest, OneThatIsUpAndHasIpv4ListensToAllHosts) {
  up(*eth0_);
  up(*eth1_);  // has no settings of IPv4
  EXPECT_EQ(read("/proc/net/igmp"),
            std::string(kTitles) + fmt::format("{}", eth0_->ifindex()) +
                "\teth0      :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n");
  EXPECT_THAT(read("/proc/net/dev_mcast"),
              ::testing::EndsWith("eth0            1     0     01005e000001\n"));
}

TEST_F(ProcNetMulticastTest, JoinedGroupsComeBeforeAllHosts) {
  up(*eth0_);
  const Ipv4Address group(0xef010101);
  groups().join(eth0_->ifindex(), group);
  groups().join(eth0_->ifindex(), group);
  EXPECT_THAT(read("/proc/net/igmp"),
              ::testing::HasSubstr(
                  "     2      V3\n\t\t\t\t010101EF     2 0:00000000\t\t0\n\t\t\t\t010000E0 "));
}

TEST_F(ProcNetMulticastTest, GroupsThatShareALinkAddressAreOneLineOfTwoUsers) {
  up(*eth0_);
  groups().join(eth0_->ifindex(), Ipv4Address(0xe0010101));
  groups().join(eth0_->ifindex(), Ipv4Address(0xe0810101));
  EXPECT_THAT(read("/proc/net/dev_mcast"),
              ::testing::EndsWith(" eth0            2     0     01005e010101\n"));
}

TEST_F(ProcNetMulticastTest, WhoseSendersAreChosenIsToldByGroupAndSource) {
  const std::string titles = "Idx Device        MCA        SRC    INC    EXC\n";
  EXPECT_EQ(read("/proc/net/mcfilter"), titles);
  groups().join(eth0_->ifindex(), Ipv4Address(0xef010101), {false, {Ipv4Address(0x0a000001)}});
  groups().join(eth0_->ifindex(), Ipv4Address(0xef010101), {true, {Ipv4Address(0x0a000002)}});
  const std::string dev = fmt::format("{:3}   eth0", eth0_->ifindex());
  EXPECT_EQ(read("/proc/net/mcfilter"), titles + dev + " 0xef010101 0x0a000001      1      0\n" +
                                            dev + " 0xef010101 0x0a000002      0      1\n");
}

TEST_F(ProcNetMulticastTest, GroupsJoinedLastComeFirst) {
  up(*eth0_);
  groups().join(eth0_->ifindex(), Ipv4Address(0xef010109));
  groups().join(eth0_->ifindex(), Ipv4Address(0xef010101));
  const std::string text = read("/proc/net/igmp");
  EXPECT_LT(text.find("010101EF"), text.find("090101EF"));
}

TEST_F(ProcNetMulticastTest, ForceIgmpVersionIsWhatTheQuerierColumnSays) {
  up(*eth0_);
  control_.conf["eth0"]["force_igmp_version"] = 2;
  EXPECT_THAT(read("/proc/net/igmp"), ::testing::HasSubstr("     V2\n"));
}

}  // namespace
}  // namespace unetns
