#include <gmock/gmock.h>

#include "vfs/sysctl_value.h"
#include "vfs/vfs_fixture.h"

namespace unetns {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using Values = std::vector<int64_t>;

TEST(SysctlValueTest, TakesWhatTheKernelTakes) {
  const std::pair<std::string_view, int64_t> good[] = {{"1", 1},     {" 1", 1},    {"1 2", 1},
                                                       {"-1", -1},   {"0x10", 16}, {"010", 8},
                                                       {"\t5\n", 5}, {"0", 0}};
  for (auto [text, value] : good) EXPECT_EQ(parse_sysctl(text, 1).value(), Values{value}) << text;
}

TEST(SysctlValueTest, RefusesWhatTheKernelRefuses) {
  using namespace std::string_view_literals;
  for (auto text :
       {"1x"sv, "x"sv, " "sv, "\n"sv, "+1"sv, "1\0"sv, "99999999999999999999999"sv, "0x"sv, "-"sv,
        "0000000000000000000000000000001"sv, "0b1"sv, "- 1"sv, "1\r\n"sv, "08"sv})
    EXPECT_EQ(parse_sysctl(text, 1).error().code, EINVAL) << text;
}

TEST(SysctlValueTest, SeveralAreSeparatedByWhiteSpace) {
  EXPECT_EQ(parse_sysctl("40000 50000 x", 2).value(), (Values{40000, 50000}));
  EXPECT_EQ(parse_sysctl("2000\n", 2).value(), Values{2000});
  EXPECT_FALSE(parse_sysctl("2000,3000", 2));
  EXPECT_FALSE(parse_sysctl("40000 x", 2));
  EXPECT_EQ(format_sysctl({32768, 60999}), "32768\t60999\n");
}

TEST_F(VfsTest, SettingsOfADeviceAreReadAndWritten) {
  EXPECT_EQ(read("/proc/sys/net/ipv4/conf/eth0/tag"), "7\n");
  EXPECT_EQ(write("/proc/sys/net/ipv4/conf/eth0/tag", "0x10\n"), 0);
  EXPECT_EQ(read("/proc/sys/net/ipv4/conf/eth0/tag"), "16\n");
  EXPECT_EQ(write("/proc/sys/net/ipv4/conf/eth0/tag", "2147483648"), EINVAL);
  EXPECT_EQ(write("/proc/sys/net/ipv4/conf/eth0/tag", "-2147483648"), 0);
  EXPECT_EQ(read("/proc/sys/net/ipv4/conf/eth0/tag"), "-2147483648\n");
}

TEST_F(VfsTest, ConfHasADirectoryForEachDeviceWithTheFamily) {
  EXPECT_THAT(list("/proc/sys/net/ipv4/conf"), ElementsAre("all", "default", "eth0"));  // not eth1
  EXPECT_FALSE(files_->stat(*net_, "/proc/sys/net/ipv4/conf/eth1/tag"));
  EXPECT_FALSE(files_->stat(*net_, "/proc/sys/net/ipv4/conf/eth0/nonsense"));
}

TEST_F(VfsTest, McForwardingIsReadOnly) {
  EXPECT_EQ(write("/proc/sys/net/ipv4/conf/eth0/mc_forwarding", "1"), EACCES);
}

TEST_F(VfsTest, ValuesNotGivenKeepTheirOldOnes) {
  control_.sysctls["ip_local_port_range"] = {32768, 60999};
  EXPECT_EQ(write("/proc/sys/net/ipv4/ip_local_port_range", "2000"), 0);
  EXPECT_EQ(read("/proc/sys/net/ipv4/ip_local_port_range"), "2000\t60999\n");
}

TEST_F(VfsTest, WritingNothingChangesNothing) {
  EXPECT_EQ(write("/proc/sys/net/ipv4/conf/eth0/tag", ""), 0);
  EXPECT_EQ(read("/proc/sys/net/ipv4/conf/eth0/tag"), "7\n");
}

TEST_F(VfsTest, ASlashInANameIsADirectory) {
  control_.sysctls["route/min_pmtu"] = {552};
  control_.sysctls["route/mtu_expires"] = {600};
  control_.sysctls["ip_forward"] = {0};
  EXPECT_THAT(list("/proc/sys/net/ipv4"), ElementsAre("conf", "neigh", "ip_forward", "route"));
  EXPECT_THAT(list("/proc/sys/net/ipv4/route"), ElementsAre("min_pmtu", "mtu_expires"));
  EXPECT_EQ(read("/proc/sys/net/ipv4/route/min_pmtu"), "552\n");
  EXPECT_EQ(read("/proc/sys/net/ipv4/rout"), "errno 2");
}

TEST_F(VfsTest, OnlyTheAdministratorWrites) {
  PlainCaller user;
  EXPECT_EQ(files_->write(*net_, user, "/proc/sys/net/ipv4/conf/eth0/tag", "1").error().code,
            EACCES);
}

}  // namespace
}  // namespace unetns
