// Addresses and the routes that come and go with them. Expectations are transcripts of `ip monitor`
// on Linux 6.18.
#include "inet/inet_layer_fixture.h"

namespace unetns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AddressTest : public InetLayerTest {
 protected:
  AddressTest() : v0(device(*a_, "v0")) { log_.take(); }
  NetDevice& v0;
};

TEST_F(AddressTest, LoopbackGetsItsAddressWhenItComesUp) {
  up(lo(*a_));
  EXPECT_THAT(
      log_.take(),
      ElementsAre("lo inet 127.0.0.1/8 scope host",
                  "local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1",
                  "local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1",
                  "broadcast 127.255.255.255 dev lo table local proto kernel scope link src "
                  "127.0.0.1"));
}

TEST_F(AddressTest, LoopbackGetsItsAddressThoughItHasAnother) {
  ASSERT_TRUE(add_addr(lo(*a_), "10.0.0.1/24"));
  log_.take();
  up(lo(*a_));
  EXPECT_EQ(log_.take().front(), "lo inet 127.0.0.1/8 scope host");
}

TEST_F(AddressTest, LoopbackThatWasDownKeepsItsAddressAndLocalRoutes) {
  up(lo(*a_));
  log_.take();
  down(lo(*a_));
  EXPECT_THAT(log_.take(), IsEmpty());
  EXPECT_THAT(
      routes(*a_, RT_TABLE_LOCAL),
      ElementsAre("local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1",
                  "local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1"));
  up(lo(*a_));
  EXPECT_THAT(log_.take(), ElementsAre("broadcast 127.255.255.255 dev lo table local proto kernel "
                                       "scope link src 127.0.0.1"));
}

TEST_F(AddressTest, LoopbackWithoutAddressGetsItAgain) {
  up(lo(*a_));
  log_.take();
  ASSERT_TRUE(del_addr(lo(*a_), "127.0.0.1/8"));
  EXPECT_THAT(
      log_.take(),
      ElementsAre("Deleted lo inet 127.0.0.1/8 scope host",
                  "Deleted local 127.0.0.0/8 dev lo table local proto kernel scope host src "
                  "127.0.0.1",
                  "Deleted broadcast 127.255.255.255 dev lo table local proto kernel scope "
                  "link src 127.0.0.1",
                  "Deleted local 127.0.0.1 dev lo table local proto kernel scope host src "
                  "127.0.0.1"));
  down(lo(*a_));
  up(lo(*a_));
  EXPECT_EQ(addresses(*a_).size(), 1u);
}

TEST_F(AddressTest, OnADeviceThatIsDownOnlyTheLocalRouteComes) {
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  EXPECT_THAT(
      log_.take(),
      ElementsAre("v0 inet 10.0.0.1/24 scope global",
                  "local 10.0.0.1 dev v0 table local proto kernel scope host src 10.0.0.1"));
  up(v0);
  EXPECT_THAT(log_.take(),
              ElementsAre("10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1",
                          "broadcast 10.0.0.255 dev v0 table local proto kernel scope link src "
                          "10.0.0.1"));
}

TEST_F(AddressTest, ASecondAddressOfTheSubnetIsSecondaryAndHasTheFirstAsSource) {
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  log_.take();
  ASSERT_TRUE(add_addr(v0, "10.0.0.2/24"));
  EXPECT_THAT(
      log_.take(),
      ElementsAre("v0 inet 10.0.0.2/24 scope global secondary",
                  "local 10.0.0.2 dev v0 table local proto kernel scope host src 10.0.0.1"));
}

TEST_F(AddressTest, ABroadcastAddressGivenComesBeforeTheSubnet) {
  up(v0);
  AddrConfig c = addr(v0, "10.9.0.1/24");
  c.broadcast = ip("10.9.0.255");
  ASSERT_TRUE(inet_->addr_add(*a_, c, NLM_F_CREATE | NLM_F_EXCL));
  EXPECT_THAT(log_.take(),
              ElementsAre("v0 inet 10.9.0.1/24 brd 10.9.0.255 scope global",
                          "local 10.9.0.1 dev v0 table local proto kernel scope host src 10.9.0.1",
                          "broadcast 10.9.0.255 dev v0 table local proto kernel scope link src "
                          "10.9.0.1",
                          "10.9.0.0/24 dev v0 proto kernel scope link src 10.9.0.1"));
}

TEST_F(AddressTest, HostPairAndPeerAddressesHaveNoBroadcast) {
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.1.0.1/32"));
  ASSERT_TRUE(add_addr(v0, "10.2.0.1/31"));
  AddrConfig peer = addr(v0, "10.3.0.1/32");
  peer.address = ip("10.3.0.9");
  ASSERT_TRUE(inet_->addr_add(*a_, peer, NLM_F_CREATE | NLM_F_EXCL));
  EXPECT_THAT(log_.take(),
              ElementsAre("v0 inet 10.1.0.1/32 scope global",
                          "local 10.1.0.1 dev v0 table local proto kernel scope host src 10.1.0.1",
                          "v0 inet 10.2.0.1/31 scope global",
                          "local 10.2.0.1 dev v0 table local proto kernel scope host src 10.2.0.1",
                          "10.2.0.0/31 dev v0 proto kernel scope link src 10.2.0.1",
                          "v0 inet 10.3.0.1 peer 10.3.0.9/32 scope global",
                          "local 10.3.0.1 dev v0 table local proto kernel scope host src 10.3.0.1",
                          "10.3.0.9 dev v0 proto kernel scope link src 10.3.0.1"));
}

TEST_F(AddressTest, NoPrefixRouteLeavesOutTheSubnetOnly) {
  up(v0);
  AddrConfig c = addr(v0, "10.5.0.1/24");
  c.flags = IFA_F_NOPREFIXROUTE;
  ASSERT_TRUE(inet_->addr_add(*a_, c, NLM_F_CREATE | NLM_F_EXCL));
  EXPECT_THAT(log_.take(),
              ElementsAre("v0 inet 10.5.0.1/24 scope global noprefixroute",
                          "local 10.5.0.1 dev v0 table local proto kernel scope host src 10.5.0.1",
                          "broadcast 10.5.0.255 dev v0 table local proto kernel scope link src "
                          "10.5.0.1"));
}

TEST_F(AddressTest, NarrowerScopesStandFirstAndSecondariesLast) {
  AddrConfig link = addr(v0, "10.6.0.1/24");
  link.scope = RT_SCOPE_LINK;
  link.label = "v0:x";
  link.route_priority = 77;
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  ASSERT_TRUE(add_addr(v0, "10.0.0.2/24"));
  ASSERT_TRUE(add_addr(v0, "10.1.0.1/32"));
  ASSERT_TRUE(inet_->addr_add(*a_, link, NLM_F_CREATE | NLM_F_EXCL));
  EXPECT_THAT(addresses(*a_),
              ElementsAre("v0 inet 10.6.0.1/24 metric 77 scope link v0:x",
                          "v0 inet 10.0.0.1/24 scope global", "v0 inet 10.1.0.1/32 scope global",
                          "v0 inet 10.0.0.2/24 scope global secondary"));
}

TEST_F(AddressTest, APrimaryTakesItsSecondariesAlong) {
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.1.0.1/32"));
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  ASSERT_TRUE(add_addr(v0, "10.0.0.3/24"));
  log_.take();
  ASSERT_TRUE(del_addr(v0, "10.0.0.1/24"));
  EXPECT_THAT(
      log_.take(),
      ElementsAre(
          "Deleted v0 inet 10.0.0.3/24 scope global secondary",
          "Deleted local 10.0.0.3 dev v0 table local proto kernel scope host src 10.0.0.1",
          "Deleted v0 inet 10.0.0.1/24 scope global",
          "Deleted 10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1",
          "Deleted broadcast 10.0.0.255 dev v0 table local proto kernel scope link src "
          "10.0.0.1",
          "Deleted local 10.0.0.1 dev v0 table local proto kernel scope host src 10.0.0.1"));
}

TEST_F(AddressTest, ASecondaryIsPromotedWhenThatIsAskedFor) {
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  ASSERT_TRUE(add_addr(v0, "10.0.0.2/24"));
  ASSERT_TRUE(inet_->conf_set(*a_, "v0", "promote_secondaries", 1));
  log_.take();
  ASSERT_TRUE(del_addr(v0, "10.0.0.1/24"));
  EXPECT_THAT(
      log_.take(),
      ElementsAre("Deleted local 10.0.0.2 dev v0 table local proto kernel scope host src 10.0.0.1",
                  "Deleted v0 inet 10.0.0.1/24 scope global",
                  "Deleted 10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1",
                  "Deleted broadcast 10.0.0.255 dev v0 table local proto kernel scope link src "
                  "10.0.0.1",
                  "Deleted local 10.0.0.1 dev v0 table local proto kernel scope host src 10.0.0.1",
                  "v0 inet 10.0.0.2/24 scope global",
                  "local 10.0.0.2 dev v0 table local proto kernel scope host src 10.0.0.2",
                  "10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.2",
                  "broadcast 10.0.0.255 dev v0 table local proto kernel scope link src 10.0.0.2"));
}

TEST_F(AddressTest, RoutesThatPreferTheAddressGoWithIt) {
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  ASSERT_TRUE(add_addr(v0, "10.0.0.2/24"));
  RouteConfig r = route("2.0.0.0/8", {}, &v0);
  r.prefsrc = ip("10.0.0.2");
  ASSERT_TRUE(add_route(*a_, r));
  log_.take();
  ASSERT_TRUE(del_addr(v0, "10.0.0.2/24"));
  EXPECT_THAT(
      log_.take(),
      ElementsAre("Deleted v0 inet 10.0.0.2/24 scope global secondary",
                  "Deleted local 10.0.0.2 dev v0 table local proto kernel scope host src 10.0.0.1",
                  "Deleted 2.0.0.0/8 dev v0 scope link src 10.0.0.2"));
}

TEST_F(AddressTest, TheLastAddressTakesAllRoutesOfTheDeviceSilently) {
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  ASSERT_TRUE(add_route(*a_, route("default", "10.0.0.99")));
  log_.take();
  ASSERT_TRUE(del_addr(v0, "10.0.0.1/24"));
  EXPECT_EQ(log_.take().size(), 4u);
  EXPECT_THAT(routes(*a_, 0), IsEmpty());
}

TEST_F(AddressTest, DownSaysNothingOfRoutesAndUnregisterOnlyOfTheLocalOne) {
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  ASSERT_TRUE(add_route(*a_, route("default", "10.0.0.99")));
  log_.take();
  down(v0);
  EXPECT_THAT(log_.take(), IsEmpty());
  EXPECT_THAT(routes(*a_, 0), ElementsAre("local 10.0.0.1 dev v0 table local proto kernel scope "
                                          "host src 10.0.0.1"));
  netdevs_->unregister_device(v0);  // it has no name by then
  EXPECT_THAT(log_.take(),
              ElementsAre("Deleted v0 inet 10.0.0.1/24 scope global",
                          "Deleted local 10.0.0.1 dev if2 table local proto kernel scope host src "
                          "10.0.0.1"));
  EXPECT_THAT(routes(*a_, 0), IsEmpty());
}

TEST_F(AddressTest, AMovedDeviceArrivesWithoutAnything) {
  b_ = make_net();
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  log_.take();
  log_.only = b_.get();
  ASSERT_TRUE(netdevs_->move(v0, *b_));
  EXPECT_THAT(log_.take(), IsEmpty());
  EXPECT_THAT(routes(*a_, 0), IsEmpty());
  EXPECT_THAT(addresses(*b_), IsEmpty());
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  EXPECT_EQ(routes(*b_, 0).size(), 1u);
}

TEST_F(AddressTest, ErrorsHaveTheKernelsTexts) {
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  auto add = [&](AddrConfig c, uint16_t flags = NLM_F_CREATE | NLM_F_EXCL) {
    return outcome(inet_->addr_add(*a_, c, flags));
  };
  AddrConfig c = addr(v0, "10.0.0.2/24");
  c.prefix_len = 33;
  EXPECT_EQ(add(c), "EINVAL ipv4: Invalid prefix length");
  c = addr(v0, "10.0.0.2/24");
  c.local = IpAddress();
  EXPECT_EQ(add(c), "EINVAL ipv4: Local address is not supplied");
  c = addr(v0, "10.0.0.2/24");
  c.ifindex = 99;
  EXPECT_EQ(add(c), "ENODEV ipv4: Device not found");
  EXPECT_EQ(outcome(inet_->addr_del(*a_, c)), "ENODEV ipv4: Device not found");
  c = addr(v0, "10.0.0.2/24");
  c.valid_lft = 0;
  EXPECT_EQ(add(c), "EINVAL ipv4: address lifetime invalid");
  c.valid_lft = 10;
  c.preferred_lft = 20;
  EXPECT_EQ(add(c), "EINVAL ipv4: address lifetime invalid");
  EXPECT_EQ(add(addr(v0, "10.0.0.1/24")), "EEXIST ipv4: Address already assigned");
  EXPECT_EQ(add(addr(v0, "10.0.0.1/24"), NLM_F_CREATE), "EEXIST ipv4: Address already assigned");
  EXPECT_EQ(add(addr(v0, "10.0.0.1/24"), NLM_F_CREATE | NLM_F_REPLACE), "ok");
  c = addr(v0, "10.0.0.2/24");
  c.scope = RT_SCOPE_LINK;
  EXPECT_EQ(add(c), "EINVAL ipv4: Invalid scope value");
  EXPECT_EQ(outcome(del_addr(v0, "9.9.9.9/24")), "EADDRNOTAVAIL ipv4: Address not found");
  EXPECT_EQ(outcome(del_addr(v0, "10.0.0.1/26")), "EADDRNOTAVAIL ipv4: Address not found");
  EXPECT_EQ(outcome(add_addr(v0, "0.0.0.0/32")), "ok") << "accepted and forgotten";
  EXPECT_EQ(addresses(*a_).size(), 1u);
}

TEST_F(AddressTest, LifetimesRunOut) {
  up(v0);
  AddrConfig c = addr(v0, "10.0.0.1/24");
  c.valid_lft = 100;
  c.preferred_lft = 50;
  ASSERT_TRUE(inet_->addr_add(*a_, c, NLM_F_CREATE | NLM_F_EXCL));
  env_.advance(std::chrono::seconds(7));
  EXPECT_THAT(addresses(*a_), ElementsAre("v0 inet 10.0.0.1/24 scope global dynamic 93/43"));
  log_.take();
  env_.advance(std::chrono::seconds(43));
  EXPECT_THAT(log_.take(), ElementsAre("v0 inet 10.0.0.1/24 scope global deprecated dynamic 50/0"));
  env_.advance(std::chrono::seconds(50));
  EXPECT_EQ(log_.take().size(), 4u);
  EXPECT_THAT(addresses(*a_), IsEmpty());
}

TEST_F(AddressTest, ReplacingMakesALimitedLifetimePermanent) {
  AddrConfig c = addr(v0, "10.0.0.1/24");
  c.valid_lft = c.preferred_lft = 100;
  ASSERT_TRUE(inet_->addr_add(*a_, c, NLM_F_CREATE | NLM_F_EXCL));
  c.valid_lft = c.preferred_lft = kInfiniteLifetime;
  ASSERT_TRUE(inet_->addr_add(*a_, c, NLM_F_CREATE | NLM_F_REPLACE));
  env_.advance(std::chrono::seconds(1000));
  EXPECT_THAT(addresses(*a_), ElementsAre("v0 inet 10.0.0.1/24 scope global"));
}

TEST_F(AddressTest, LabelsFollowTheNameOfTheDevice) {
  AddrConfig c = addr(v0, "10.0.0.1/24");
  c.label = "v0:web";
  ASSERT_TRUE(inet_->addr_add(*a_, c, NLM_F_CREATE | NLM_F_EXCL));
  ASSERT_TRUE(add_addr(v0, "10.0.1.2/24"));
  c = addr(v0, "10.0.2.2/24");
  c.label = "v0:x";
  ASSERT_TRUE(inet_->addr_add(*a_, c, NLM_F_CREATE | NLM_F_EXCL));
  ASSERT_TRUE(netdevs_->rename(v0, "eth7"));
  EXPECT_THAT(addresses(*a_), ElementsAre("eth7 inet 10.0.0.1/24 scope global",
                                          "eth7 inet 10.0.1.2/24 scope global eth7:2",
                                          "eth7 inet 10.0.2.2/24 scope global eth7:x"))
      << "the first one loses its own";
}

TEST_F(AddressTest, ADeviceWithTooSmallAnMtuLosesIpv4) {
  v0.min_mtu = 0;
  up(v0);
  ASSERT_TRUE(add_addr(v0, "10.0.0.1/24"));
  ASSERT_TRUE(netdevs_->set_mtu(v0, 60));
  EXPECT_THAT(addresses(*a_), IsEmpty());
  EXPECT_EQ(outcome(add_addr(v0, "10.0.0.1/24")), "ENOBUFS");
}

}  // namespace
}  // namespace unetns
