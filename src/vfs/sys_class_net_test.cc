#include <gmock/gmock.h>

#include "link/tun_device.h"
#include "vfs/vfs_fixture.h"

namespace unetns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

class SysClassNetTest : public VfsTest {
 protected:
  std::string attribute(std::string_view name) {
    return read("/sys/class/net/eth0/" + std::string(name));
  }
  int set(std::string_view name, std::string_view text) {
    return write("/sys/class/net/eth0/" + std::string(name), text);
  }
  void up() { ASSERT_TRUE(netdevs_->change_flags(*eth0_, IFF_UP, IFF_UP)); }
};

TEST_F(SysClassNetTest, ADirectoryForEachDeviceOfTheNamespace) {
  EXPECT_THAT(list("/sys/class/net"), IsSupersetOf({"eth0", "eth1"}));
  NetRef other = *registry_.create();
  EXPECT_EQ(files_->stat(*other, "/sys/class/net/eth0").error().code, ENOENT);
}

TEST_F(SysClassNetTest, AttributesAreInTheKernelsFormat) {
  EXPECT_EQ(attribute("address"), "02:00:00:00:00:10\n");
  EXPECT_EQ(attribute("broadcast"), "ff:ff:ff:ff:ff:ff\n");
  EXPECT_EQ(attribute("addr_len"), "6\n");
  EXPECT_EQ(attribute("type"), "1\n");
  EXPECT_EQ(attribute("mtu"), "1500\n");
  EXPECT_EQ(attribute("flags"), "0x1002\n");
  EXPECT_EQ(attribute("iflink"), attribute("ifindex"));
  EXPECT_EQ(attribute("uevent"), "INTERFACE=eth0\nIFINDEX=" + attribute("ifindex"));
  EXPECT_EQ(attribute("ifalias"), "");
}

TEST_F(SysClassNetTest, ADeviceThatIsDownHasNoCarrierToTell) {
  EXPECT_EQ(attribute("carrier"), "errno 22");
  EXPECT_EQ(attribute("dormant"), "errno 22");
  EXPECT_EQ(attribute("operstate"), "down\n");
  up();
  EXPECT_EQ(attribute("carrier"), "1\n");
  EXPECT_EQ(attribute("flags"), "0x1003\n");
}

TEST_F(SysClassNetTest, ADeviceThatHasNoSpeedDoesNotInventOne) {
  up();
  EXPECT_EQ(attribute("speed"), "errno 22");
  EXPECT_EQ(attribute("duplex"), "errno 22");
}

TEST_F(SysClassNetTest, MtuIsParsedAndCheckedAsTheKernelDoes) {
  for (auto text : {"1400", "1400\n", "0x500", "01400"}) EXPECT_EQ(set("mtu", text), 0) << text;
  EXPECT_EQ(attribute("mtu"), "768\n");
  for (auto text : {" 1400", "x", "67", "70000", "1400 ", "-1", "1500\n\n"})
    EXPECT_EQ(set("mtu", text), EINVAL) << text;
  EXPECT_EQ(attribute("mtu"), "768\n");
}

TEST_F(SysClassNetTest, TxQueueLenHas32Bits) {
  EXPECT_EQ(set("tx_queue_len", "4294967295"), 0);
  EXPECT_EQ(attribute("tx_queue_len"), "-1\n");
  EXPECT_EQ(set("tx_queue_len", "4294967296"), ERANGE);
  EXPECT_EQ(set("tx_queue_len", "18446744073709551616"), ERANGE);
}

TEST_F(SysClassNetTest, AliasLosesOneNewline) {
  EXPECT_EQ(set("ifalias", "a b\n"), 0);
  EXPECT_EQ(attribute("ifalias"), "a b\n");
  EXPECT_EQ(set("ifalias", "\n"), 0);
  EXPECT_EQ(attribute("ifalias"), "");
}

TEST_F(SysClassNetTest, FlagsBringADeviceUpAndDown) {
  EXPECT_EQ(set("flags", "0x1003"), 0);
  EXPECT_TRUE(eth0_->up());
  EXPECT_EQ(set("flags", "0x1002"), 0);
  EXPECT_FALSE(eth0_->up());
}

TEST_F(SysClassNetTest, StatisticsAreCounters) {
  eth0_->stats.tx_dropped = 3;
  EXPECT_EQ(attribute("statistics/tx_dropped"), "3\n");
  EXPECT_EQ(attribute("statistics/rx_crc_errors"), "0\n");
  EXPECT_EQ(set("statistics/tx_dropped", "0"), EACCES);
  EXPECT_EQ(list("/sys/class/net/eth0/statistics").size(), 24u);
}

TEST_F(SysClassNetTest, OrdinaryUsersMayNotWrite) {
  PlainCaller user;
  EXPECT_EQ(files_->write(*net_, user, "/sys/class/net/eth0/mtu", "1400").error().code, EACCES);
}

TEST_F(VfsTest, OnlyTunAndTapHaveOwnerGroupAndFlags) {
  TunKind kind(*netdevs_);
  NetDevice& tap = **make_tun_device(kind, *net_, "tap0", 0, IFF_TAP | IFF_NO_PI);
  EXPECT_EQ(read("/sys/class/net/tap0/tun_flags"), "0x1002\n");
  EXPECT_EQ(read("/sys/class/net/tap0/owner"), "-1\n");
  tap.owner_gid = 12345;
  TunOps::of(tap)->persist = true;
  EXPECT_EQ(read("/sys/class/net/tap0/group"), "12345\n");
  EXPECT_EQ(read("/sys/class/net/tap0/tun_flags"), "0x1802\n");
  EXPECT_EQ(read("/sys/class/net/eth0/tun_flags"), "errno 2");
  EXPECT_THAT(list("/sys/class/net/tap0"), ::testing::Contains("owner"));
  EXPECT_THAT(list("/sys/class/net/eth0"), ::testing::Not(::testing::Contains("owner")));
  netdevs_->unregister_device(tap);  // the kind goes first
}

}  // namespace
}  // namespace unetns
