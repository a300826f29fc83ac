// ARP between two namespaces joined by a cable.
#include "inet/inet_layer_fixture.h"
#include "packet/wire/ethernet.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ArpTest : public InetLayerTest, public EtherTypeHandler, public NeighFailure {
 protected:
  ArpTest() : v0(device(*a_, "v0")), v1(make_other()) {
    connect(v0, v1);
    up(v0);
    up(v1);
    EXPECT_TRUE(add_addr(v0, "10.0.0.1/24"));
    EXPECT_TRUE(add_addr(v1, "10.0.0.2/24"));
    netdevs_->register_ethertype(EtherType::kIpv4, *this);
    inet_->set_neigh_failure(this);
    log_.take();
  }
  NetDevice& make_other() {
    b_ = make_net();
    return device(*b_, "v1");
  }
  void receive(NetDevice& dev, Packet p) override {
    got.push_back(fmt::format("{} {} {}", dev.name(), p.size(), static_cast<int>(p.meta().type)));
  }
  void unreachable(NetDevice& dev, Packet p) override {
    got.push_back(fmt::format("unreachable by {}: {}", dev.name(), p.size()));
  }
  void send(std::string_view dst) {
    inet_->neighbours().output(v0, ip(dst), ip_packet("10.0.0.1", dst));
  }
  Lines take() { return std::exchange(got, {}); }
  NetDevice &v0, &v1;
  Lines got;
};

TEST_F(ArpTest, ResolvesAndDeliversAndTheOtherSideRemembersWhoAsked) {
  send("10.0.0.2");
  EXPECT_THAT(take(), ElementsAre("v1 28 0"));
  EXPECT_THAT(neighbours(*a_), ElementsAre("10.0.0.2 dev v0 lladdr 02:00:00:00:00:02 REACHABLE"));
  EXPECT_THAT(neighbours(*b_), ElementsAre("10.0.0.1 dev v1 lladdr 02:00:00:00:00:01 STALE"));
}

TEST_F(ArpTest, NobodyThereGivesBackThePacketAfterThreeSeconds) {
  send("10.0.0.77");
  env_.advance(2900ms);
  EXPECT_THAT(take(), IsEmpty());
  env_.advance(200ms);
  EXPECT_THAT(take(), ElementsAre("unreachable by v0: 28"));
  EXPECT_THAT(neighbours(*a_), ElementsAre("10.0.0.77 dev v0 FAILED"));
}

TEST_F(ArpTest, WhatHasNoEffectIsDroppedForAReason) {
  send("10.0.0.77");  // for nobody there
  env_.advance(3100ms);
  EXPECT_EQ(b_->drops(DropReason::kArpIgnored), 3u);
  ASSERT_TRUE(inet_->conf_set(*b_, "all", "arp_ignore", 8));
  send("10.0.0.2");
  EXPECT_EQ(b_->drops(DropReason::kArpIgnored), 4u);
  EXPECT_EQ(a_->drops(DropReason::kArpIgnored), 0u);
  ASSERT_TRUE(inet_->conf_set(*b_, "all", "arp_ignore", 0));
  env_.advance(1s);  // asked again, and answered
  EXPECT_EQ(b_->drops(DropReason::kArpIgnored), 4u);
  EXPECT_EQ(a_->drops(DropReason::kArpIgnored), 0u);
}

TEST_F(ArpTest, BroadcastAndMulticastNeedNoQuestion) {
  send("10.0.0.255");
  send("255.255.255.255");
  send("224.0.0.5");
  EXPECT_THAT(take(), ElementsAre("v1 28 1", "v1 28 1", "v1 28 2"));
  EXPECT_THAT(neighbours(*a_), IsEmpty());
}

TEST_F(ArpTest, DevicesWithoutArpSendAtOnce) {
  ASSERT_TRUE(netdevs_->change_flags(v0, IFF_NOARP, IFF_NOARP));
  send("10.0.0.2");
  EXPECT_THAT(take(), ElementsAre("v1 28 3")) << "to its own address, as Linux does";
  EXPECT_THAT(neighbours(*a_), IsEmpty());
}

TEST_F(ArpTest, AnAddressOfAnotherDeviceIsAnsweredUnlessIgnored) {
  up(lo(*b_));
  ASSERT_TRUE(add_addr(lo(*b_), "10.0.0.3/32"));
  send("10.0.0.3");
  EXPECT_THAT(take(), ElementsAre("v1 28 0"));
  ASSERT_TRUE(add_addr(lo(*b_), "10.0.0.4/32"));
  ASSERT_TRUE(inet_->conf_set(*b_, "all", "arp_ignore", 1));
  send("10.0.0.4");
  EXPECT_THAT(take(), IsEmpty());
  send("10.0.0.2");
  EXPECT_THAT(take(), ElementsAre("v1 28 0"));
}

TEST_F(ArpTest, ARouterAnswersForWhatItIsProxyOf) {
  NetDevice& out = device(*b_, "out");
  up(out);
  ASSERT_TRUE(add_addr(out, "20.0.0.1/24"));
  ASSERT_TRUE(inet_->sysctl_set(*b_, "ip_forward", {1}));
  send("20.0.0.9");
  EXPECT_THAT(take(), IsEmpty());
  NeighConfig proxy;
  proxy.ifindex = v1.ifindex();
  proxy.dst = ip("20.0.0.9");
  proxy.flags = NTF_PROXY;
  ASSERT_TRUE(inet_->neigh_add(*b_, proxy, NLM_F_CREATE));
  env_.advance(2s);
  EXPECT_THAT(take(), ElementsAre("v1 28 0"));
  ASSERT_TRUE(inet_->conf_set(*b_, "v1", "proxy_arp", 1));
  send("20.0.0.10");
  EXPECT_THAT(take(), IsEmpty()) << "its owner comes first";
  env_.advance(1s);
  EXPECT_THAT(take(), ElementsAre("v1 28 0"));
  send("20.0.0.11");
  down(v1);
  env_.advance(1s);
  EXPECT_THAT(take(), IsEmpty()) << "what waits is forgotten with the device";
}

TEST_F(ArpTest, AGratuitousReplyReplacesAKnownAddressOnly) {
  send("10.0.0.2");
  ASSERT_TRUE(netdevs_->set_address(v1, MacAddress{{2, 0, 0, 0, 0, 0x99}}));
  ASSERT_TRUE(inet_->conf_set(*b_, "v1", "arp_notify", 1));
  down(v1);
  up(v1);
  EXPECT_THAT(neighbours(*a_), ElementsAre("10.0.0.2 dev v0 lladdr 02:00:00:00:00:99 STALE"));
  ASSERT_TRUE(add_addr(v1, "10.0.0.50/32"));
  EXPECT_EQ(neighbours(*a_).size(), 1u) << "strangers are not taken in";
  ASSERT_TRUE(inet_->conf_set(*a_, "v0", "arp_accept", 1));
  ASSERT_TRUE(add_addr(v1, "10.0.0.51/32"));
  EXPECT_EQ(neighbours(*a_).size(), 1u) << "a new address alone is not announced";
  down(v1);
  up(v1);
  EXPECT_THAT(neighbours(*a_), Contains("10.0.0.51 dev v0 lladdr 02:00:00:00:00:99 STALE"));
}

TEST_F(ArpTest, MalformedPacketsAreDroppedWithAReason) {
  auto inject = [&](ByteVector arp) {
    ByteVector frame(14, 0xff);
    store_be16(frame.data() + 12, EtherType::kArp);
    frame.insert(frame.end(), arp.begin(), arp.end());
    netdevs_->receive(v0, Packet::copy_of(pool_, frame));
  };
  inject({});
  inject(ByteVector(27, 0));
  inject(ByteVector(28, 0xff));
  EXPECT_EQ(a_->drops(DropReason::kArpMalformed), 3u);
}

TEST_F(ArpTest, NeighboursGoWithTheDevicesLinkAddressAndState) {
  send("10.0.0.2");
  NeighConfig fixed;
  fixed.ifindex = v0.ifindex();
  fixed.dst = ip("10.0.0.55");
  fixed.lladdr = MacAddress{{2, 0, 0, 0, 0, 5}};
  fixed.state = NUD_PERMANENT;
  ASSERT_TRUE(inet_->neigh_add(*a_, fixed, NLM_F_CREATE | NLM_F_EXCL));
  carrier(v0, false);
  EXPECT_THAT(neighbours(*a_), ElementsAre("10.0.0.55 dev v0 lladdr 02:00:00:00:00:05 PERMANENT"));
  carrier(v0, true);
  log_.take();
  down(v0);
  EXPECT_THAT(log_.take(),
              ElementsAre("Deleted 10.0.0.55 dev v0 lladdr 02:00:00:00:00:05 PERMANENT"));
}

}  // namespace
}  // namespace unetns
