// Settings: who shares with whom, what fans out, what is announced.
#include <linux/netconf.h>

#include "inet/inet_layer_fixture.h"

namespace unetns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConfTest : public InetLayerTest {
 protected:
  ConfTest() {
    log_.netconf = true;
    log_.take();
  }
  int32_t get(Net& net, std::string_view dev, std::string_view name) {
    return inet_->conf_get(net, dev, name).value_or(-1);
  }
};

TEST_F(ConfTest, FreshDefaults) {
  EXPECT_EQ(get(*a_, "all", "accept_source_route"), 0);
  EXPECT_EQ(get(*a_, "default", "accept_source_route"), 1);
  EXPECT_EQ(get(*a_, "lo", "accept_redirects"), 1);
  EXPECT_EQ(get(*a_, "lo", "igmpv2_unsolicited_report_interval"), 10000);
  EXPECT_EQ(inet_->devconf(lo(*a_)).size(), static_cast<size_t>(IPV4_DEVCONF_MAX));
  EXPECT_EQ(outcome(inet_->conf_get(*a_, "nope", "rp_filter")), "ENOENT");
  EXPECT_EQ(outcome(inet_->conf_get(*a_, "lo", "nope")), "ENOENT");
  EXPECT_EQ(outcome(inet_->conf_set(*a_, "lo", "mc_forwarding", 1)), "EACCES");
}

TEST_F(ConfTest, DefaultReachesTheDevicesThatHaveNoSettingsOfTheirOwn) {
  device(*a_, "untouched");
  NetDevice& v0 = device(*a_, "v0");
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  device(*a_, "set");
  ASSERT_TRUE(inet_->conf_set(*a_, "set", "rp_filter", 77));
  device(*a_, "other");
  ASSERT_TRUE(inet_->conf_set(*a_, "other", "arp_ignore", 1));
  ASSERT_TRUE(inet_->conf_set(*a_, "default", "rp_filter", 2));
  device(*a_, "v1");
  EXPECT_EQ(get(*a_, "untouched", "rp_filter"), 2);
  EXPECT_EQ(get(*a_, "v0", "rp_filter"), 0) << "it has an address";
  EXPECT_EQ(get(*a_, "set", "rp_filter"), 77);
  EXPECT_EQ(get(*a_, "other", "rp_filter"), 2);
  EXPECT_EQ(get(*a_, "v1", "rp_filter"), 2);
  ASSERT_TRUE(inet_->conf_set(*a_, "v1", "rp_filter", 1));
  EXPECT_EQ(get(*a_, "default", "rp_filter"), 2);
  EXPECT_EQ(inet_->routes().devconf(v0, IPV4_DEVCONF_RP_FILTER), 0);
}

TEST_F(ConfTest, ForwardingOfDefaultDoesNotReachDevices) {
  device(*a_, "v0");
  ASSERT_TRUE(inet_->conf_set(*a_, "default", "forwarding", 1));
  EXPECT_EQ(get(*a_, "v0", "forwarding"), 0);
}

TEST_F(ConfTest, ANewNamespaceHasTheFirstOnesPresentSettings) {
  ASSERT_TRUE(inet_->conf_set(*init_, "all", "forwarding", 1));
  ASSERT_TRUE(inet_->conf_set(*a_, "default", "rp_filter", 1));
  b_ = make_net();
  EXPECT_EQ(get(*b_, "all", "forwarding"), 1);
  EXPECT_EQ(get(*b_, "lo", "forwarding"), 1);
  EXPECT_EQ(get(*b_, "default", "rp_filter"), 0) << "not those of other namespaces";
  ASSERT_TRUE(inet_->conf_set(*b_, "all", "forwarding", 0));
  EXPECT_EQ(get(*init_, "all", "forwarding"), 1);
}

TEST_F(ConfTest, ForwardingOfAllFansOutAndIsAnnouncedInOrder) {
  device(*a_, "v1");
  device(*a_, "v0");
  log_.take();
  ASSERT_TRUE(inet_->sysctl_set(*a_, "ip_forward", {1}));
  EXPECT_THAT(log_.take(), ElementsAre("netconf -1 attr 2 forwarding 1 rp_filter 0",
                                       "netconf -2 attr 2 forwarding 1 rp_filter 0",
                                       "netconf 1 attr 2 forwarding 1 rp_filter 0",
                                       "netconf 2 attr 2 forwarding 1 rp_filter 0",
                                       "netconf 3 attr 2 forwarding 1 rp_filter 0"));
  ASSERT_TRUE(inet_->sysctl_set(*a_, "ip_forward", {1}));
  EXPECT_THAT(log_.take(), IsEmpty()) << "nothing changed";
  ASSERT_TRUE(inet_->conf_set(*a_, "v0", "forwarding", 0));
  EXPECT_THAT(log_.take(), ElementsAre("netconf 3 attr 2 forwarding 0 rp_filter 0"));
  ASSERT_TRUE(inet_->sysctl_set(*a_, "ip_forward", {0}));
  EXPECT_THAT(log_.take(), ::testing::Contains("netconf 3 attr 2 forwarding 0 rp_filter 0"))
      << "told of all, changed or not";
  ASSERT_TRUE(inet_->sysctl_set(*a_, "ip_forward", {1}));
  EXPECT_EQ(*inet_->sysctl_get(*a_, "ip_forward"), std::vector<int64_t>{1});
}

TEST_F(ConfTest, DevicesAreAnnouncedAsTheyComeAndGo) {
  NetDevice& v0 = device(*a_, "v0");
  EXPECT_THAT(log_.take(), ElementsAre("netconf 2 attr -1 forwarding 0 rp_filter 0"));
  netdevs_->unregister_device(v0);
  EXPECT_THAT(log_.take(), ElementsAre("Deleted netconf 2 attr -1 forwarding 0 rp_filter 0"));
}

TEST_F(ConfTest, WithTooSmallAnMtuADeviceIsNoneOfIpv4s) {
  NetDevice& own = lo(*a_);
  ASSERT_TRUE(inet_->conf_set(*a_, "lo", "rp_filter", 2));
  log_.take();
  ASSERT_TRUE(netdevs_->set_mtu(own, 67));
  EXPECT_THAT(log_.take(), ElementsAre("Deleted netconf 1 attr -1 forwarding 0 rp_filter 2"));
  EXPECT_TRUE(inet_->devconf(own).empty());
  EXPECT_EQ(outcome(inet_->conf_get(*a_, "lo", "rp_filter")), "ENOENT");
  EXPECT_EQ(outcome(inet_->netconf_get(*a_, own.ifindex())), "ENODEV");
  ASSERT_TRUE(netdevs_->set_mtu(own, 66));
  EXPECT_THAT(log_.take(), IsEmpty());
  ASSERT_TRUE(netdevs_->set_mtu(own, 1500));
  EXPECT_THAT(log_.take(), ElementsAre("netconf 1 attr -1 forwarding 0 rp_filter 0"))
      << "a new one, with the settings of new ones";
}

TEST_F(ConfTest, NoDeviceIsCalledLikeTheSettingsOfAll) {
  NetDevice& v0 = device(*a_, "v0");
  log_.take();
  EXPECT_EQ(outcome(netdevs_->rename(v0, "all")), "EINVAL");
  EXPECT_EQ(v0.name(), "v0");
  EXPECT_EQ(netdevs_->by_name(*a_, "all"), nullptr);
  EXPECT_EQ(netdevs_->by_name(*a_, "v0"), &v0);
}

TEST_F(ConfTest, AMovedDeviceStartsWithTheTargetsDefault) {
  NetDevice& v0 = device(*a_, "v0");
  ASSERT_TRUE(inet_->conf_set(*a_, "v0", "rp_filter", 2));
  b_ = make_net();
  ASSERT_TRUE(netdevs_->move(v0, *b_));
  EXPECT_EQ(get(*b_, "v0", "rp_filter"), 0);
}

TEST_F(ConfTest, SysctlsAreCheckedAndReadBack) {
  auto set = [&](std::string_view name, std::vector<int64_t> v) {
    return outcome(inet_->sysctl_set(*a_, name, v));
  };
  EXPECT_EQ(set("ip_default_ttl", {0}), "EINVAL");
  EXPECT_EQ(set("ip_default_ttl", {256}), "EINVAL");
  EXPECT_EQ(set("ip_default_ttl", {99}), "ok");
  EXPECT_EQ(inet_->ip_settings(*a_).default_ttl, 99);
  EXPECT_EQ(inet_->ip_settings(*init_).default_ttl, 64);
  EXPECT_EQ(inet_->sysctl(*a_, Ipv4Sysctl::kIpDefaultTtl), 99);
  EXPECT_EQ(set("ip_local_port_range", {5000, 4000}), "EINVAL");
  EXPECT_EQ(set("ip_local_port_range", {5000}), "EINVAL");
  EXPECT_EQ(set("ip_local_port_range", {5000, 6000}), "ok");
  EXPECT_EQ(*inet_->sysctl_get(*a_, "ip_local_port_range"), (std::vector<int64_t>{5000, 6000}));
  EXPECT_EQ(set("ping_group_range", {0, 2147483647}), "ok");
  EXPECT_EQ(inet_->ip_settings(*a_).ping_group_max, 2147483647);
  EXPECT_EQ(set("ping_group_range", {5, 4}), "ok");
  EXPECT_EQ(*inet_->sysctl_get(*a_, "ping_group_range"), (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(set("nope", {1}), "ENOENT");
}

TEST_F(ConfTest, AnIdleNamespaceCostsNextToNothing) {
  EXPECT_LE(sizeof(InetNet), 64u);
  b_ = make_net();
  EXPECT_EQ(lo(*b_).inet[0], nullptr) << "nothing is kept for a loopback that is down";
}

}  // namespace
}  // namespace unetns
