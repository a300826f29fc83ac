// Where packets go: `ip route get` transcripts of Linux 6.18, and what arriving packets are refused
// for.
#include <linux/in_route.h>

#include "inet/inet_layer_fixture.h"

namespace unetns {
namespace {

class RouteGetTest : public InetLayerTest {
 protected:
  RouteGetTest() : v0(device(*a_, "v0")), v2(device(*a_, "v2")) {
    up(lo(*a_));
    up(v0);
    EXPECT_TRUE(add_addr(v0, "10.0.0.1/24"));
    EXPECT_TRUE(add_route(*a_, route("default", "10.0.0.99")));
  }
  void no_way(uint8_t type, const char* prefix) {
    RouteConfig c = route(prefix);
    c.type = type;
    c.scope = RT_SCOPE_UNIVERSE;
    ASSERT_TRUE(add_route(*a_, c));
  }
  std::string get(std::string_view dst, std::string_view src = {}, const NetDevice* iif = nullptr,
                  const NetDevice* oif = nullptr) {
    RouteQuery q;
    q.dst = ip(dst);
    if (!src.empty()) q.src = ip(src);
    if (iif) q.iif = iif->ifindex();
    if (oif) q.oif = oif->ifindex();
    auto a = inet_->route_get(*a_, q);
    if (!a) return outcome(a);
    std::string s = InetLog::text(a->route, *netdevs_, *a_);
    s += " <";
    if (a->route.flags & RTCF_LOCAL) s += "local";
    if (a->route.flags & RTCF_MULTICAST) s += "mc";
    if (a->route.flags & RTCF_BROADCAST) s += ",brd";
    if (a->route.flags & RTCF_DOREDIRECT) s += "redirect";
    return s + ">";
  }
  DropReason refused(std::string_view dst, std::string_view src, NetDevice& dev) {
    FlowKey<V4> key;
    key.dst = ip(dst);
    key.src = ip(src);
    key.iif = dev.ifindex();
    auto r = inet_->routes().input(dev.net(), key);
    return r ? DropReason::kNotSpecified : r.error();
  }
  NetDevice &v0, &v2;
};

TEST_F(RouteGetTest, OwnPacketsTakeTheBestRouteAndItsSource) {
  EXPECT_EQ(get("10.0.0.5"), "10.0.0.5 dev v0 src 10.0.0.1 <>");
  EXPECT_EQ(get("8.8.8.8"), "8.8.8.8 via 10.0.0.99 dev v0 src 10.0.0.1 <>");
  EXPECT_EQ(get("8.8.8.8", "10.0.0.1"), "8.8.8.8 from 10.0.0.1 via 10.0.0.99 dev v0 <>");
}

TEST_F(RouteGetTest, WhatIsOursGoesToTheLoopback) {
  EXPECT_EQ(get("10.0.0.1"), "local 10.0.0.1 dev lo src 10.0.0.1 <local>");
  EXPECT_EQ(get("127.0.0.1"), "local 127.0.0.1 dev lo src 127.0.0.1 <local>");
  EXPECT_EQ(get("0.0.0.0"), "local 0.0.0.0 dev lo src 127.0.0.1 <local>");
}

TEST_F(RouteGetTest, BroadcastAndMulticastAreTold) {
  EXPECT_EQ(get("10.0.0.255"), "broadcast 10.0.0.255 dev v0 src 10.0.0.1 <local,brd>");
  EXPECT_EQ(get("224.1.1.1", {}, nullptr, &v0), "multicast 224.1.1.1 dev v0 src 10.0.0.1 <mc>");
  EXPECT_EQ(get("255.255.255.255", {}, nullptr, &v0),
            "broadcast 255.255.255.255 dev v0 src 10.0.0.1 <local,brd>");
}

TEST_F(RouteGetTest, TypesThatAreNoWayGiveTheirError) {
  no_way(RTN_BLACKHOLE, "2.7.0.0/16");
  no_way(RTN_UNREACHABLE, "2.8.0.0/16");
  no_way(RTN_PROHIBIT, "2.9.0.0/16");
  no_way(RTN_THROW, "2.10.0.0/16");
  EXPECT_EQ(get("2.7.0.1"), "EINVAL");
  EXPECT_EQ(get("2.8.0.1"), "EHOSTUNREACH");
  EXPECT_EQ(get("2.9.0.1"), "EACCES");
  EXPECT_EQ(get("2.10.0.1"), "ENETUNREACH");
}

TEST_F(RouteGetTest, AForeignSourceIsRefused) {
  EXPECT_EQ(get("8.8.8.8", "7.7.7.7"), "ENETUNREACH");
  EXPECT_EQ(get("8.8.8.8", "224.0.0.1"), "EINVAL");
}

TEST_F(RouteGetTest, ANamedDeviceTakesAllToBeOnItsLink) {
  ASSERT_TRUE(del_route(*a_, route("default")));
  EXPECT_EQ(get("8.8.8.8"), "ENETUNREACH");
  EXPECT_EQ(get("8.8.8.8", {}, nullptr, &v0), "8.8.8.8 dev v0 src 10.0.0.1 <>");
  EXPECT_EQ(get("8.8.8.8", {}, nullptr, &v2), "ENETUNREACH") << "it is down";
}

TEST_F(RouteGetTest, ArrivingPacketsNeedForwarding) {
  EXPECT_EQ(get("10.0.0.1", "10.0.0.7", &v0), "local 10.0.0.1 from 10.0.0.7 dev lo <local>");
  EXPECT_EQ(get("8.8.8.8", "7.7.7.7", &v0), "EHOSTUNREACH");
  ASSERT_TRUE(inet_->sysctl_set(*a_, "ip_forward", {1}));
  up(v2);
  EXPECT_EQ(get("8.8.8.8", "7.7.7.7", &v2), "8.8.8.8 from 7.7.7.7 via 10.0.0.99 dev v0 <>");
  EXPECT_EQ(get("8.8.8.8", "10.0.0.9", &v0),
            "8.8.8.8 from 10.0.0.9 via 10.0.0.99 dev v0 <redirect>");
  EXPECT_EQ(get("10.0.0.255", "10.0.0.9", &v0),
            "broadcast 10.0.0.255 from 10.0.0.9 dev lo <local,brd>");
}

TEST_F(RouteGetTest, MartiansAreRefused) {
  EXPECT_EQ(refused("10.0.0.1", "224.0.0.1", v0), DropReason::kIpMartianSource);
  EXPECT_EQ(refused("10.0.0.1", "255.255.255.255", v0), DropReason::kIpMartianSource);
  EXPECT_EQ(refused("10.0.0.1", "0.0.0.0", v0), DropReason::kIpMartianSource);
  EXPECT_EQ(refused("10.0.0.1", "127.0.0.1", v0), DropReason::kIpMartianSource);
  EXPECT_EQ(refused("10.0.0.1", "10.0.0.1", v0), DropReason::kIpMartianSource) << "our own";
  EXPECT_EQ(refused("127.0.0.1", "10.0.0.9", v0), DropReason::kIpMartianDestination);
  EXPECT_EQ(refused("0.0.0.0", "10.0.0.9", v0), DropReason::kIpMartianDestination);
  EXPECT_EQ(refused("255.255.255.255", "0.0.0.0", v0), DropReason::kNotSpecified) << "DHCP";
  EXPECT_EQ(refused("10.0.0.1", "10.0.0.9", v0), DropReason::kNotSpecified);
}

TEST_F(RouteGetTest, AcceptLocalAndRouteLocalnetLetThemIn) {
  ASSERT_TRUE(inet_->conf_set(*a_, "v0", "accept_local", 1));
  EXPECT_EQ(refused("10.0.0.1", "10.0.0.1", v0), DropReason::kNotSpecified);
  ASSERT_TRUE(inet_->conf_set(*a_, "all", "route_localnet", 1));
  EXPECT_EQ(refused("127.0.0.1", "10.0.0.9", v0), DropReason::kNotSpecified);
}

TEST_F(RouteGetTest, StrictReversePathWantsTheSameDeviceLooseAnyRoute) {
  up(v2);
  ASSERT_TRUE(add_addr(v2, "20.0.0.1/24"));
  EXPECT_EQ(refused("10.0.0.1", "10.0.0.9", v2), DropReason::kNotSpecified);
  ASSERT_TRUE(inet_->conf_set(*a_, "v2", "rp_filter", 1));
  EXPECT_EQ(refused("10.0.0.1", "10.0.0.9", v2), DropReason::kIpRpFilter);
  EXPECT_EQ(refused("10.0.0.1", "20.0.0.9", v2), DropReason::kNotSpecified);
  ASSERT_TRUE(inet_->conf_set(*a_, "all", "rp_filter", 2));
  EXPECT_EQ(refused("10.0.0.1", "10.0.0.9", v2), DropReason::kNotSpecified) << "the larger counts";
  ASSERT_TRUE(del_route(*a_, route("default")));
  EXPECT_EQ(refused("10.0.0.1", "99.0.0.9", v2), DropReason::kIpRpFilter);
}

TEST_F(RouteGetTest, AddressTypesFollowTableLocal) {
  RouteLookup<V4>& r = inet_->routes();
  EXPECT_EQ(r.address_type(*a_, ip("10.0.0.1")), RTN_LOCAL);
  EXPECT_EQ(r.address_type(*a_, ip("10.0.0.1"), v2.ifindex()), RTN_UNICAST);
  EXPECT_EQ(r.address_type(*a_, ip("10.0.0.255")), RTN_BROADCAST);
  EXPECT_EQ(r.address_type(*a_, ip("224.0.0.1")), RTN_MULTICAST);
  EXPECT_EQ(r.address_type(*a_, ip("0.0.0.0")), RTN_BROADCAST);
  EXPECT_EQ(r.address_type(*a_, ip("10.0.0.2")), RTN_UNICAST);
}

TEST_F(RouteGetTest, ANamespaceWithoutRoutesReachesNothing) {
  b_ = make_net();
  FlowKey<V4> key;
  key.dst = ip("1.2.3.4");
  EXPECT_EQ(outcome(inet_->routes().output(*b_, key)), "ENETUNREACH");
  key.src = ip("10.0.0.1");
  EXPECT_EQ(outcome(inet_->routes().output(*b_, key)), "ENETUNREACH");
}

TEST_F(RouteGetTest, WhatThePacketPathKnowsIsTold) {
  struct Facts final : PathFacts<V4> {
    bool in_group(Net&, const NetDevice&, const Ipv4Address& group) const override {
      return group.value() == 0xe0000001;
    }
    std::optional<LearntPath<V4>> learnt(Net&, const Ipv4Address& dst, int ifindex) const override {
      LearntPath<V4> p;
      p.dst = dst;
      p.ifindex = ifindex;
      p.remaining = std::chrono::seconds(30);
      if (dst == ip("198.51.100.1")) p.mtu = 1300;
      if (dst == ip("198.51.100.3")) p.gateway = ip("10.0.0.77");
      if (p.mtu == 0 && !p.gateway) return std::nullopt;
      return p;
    }
    void for_each_learnt(Net& net,
                         const std::function<void(const LearntPath<V4>&)>& fn) const override {
      fn(*learnt(net, ip("198.51.100.1"), 2));
    }
  } facts;
  inet_->set_path_facts(&facts);
  EXPECT_THAT(get("224.0.0.1"), ::testing::EndsWith("<localmc>")) << "joined";
  EXPECT_THAT(get("224.0.0.2"), ::testing::EndsWith("<mc>"));
  RouteQuery q;
  q.dst = ip("198.51.100.1");
  const auto narrow = inet_->route_get(*a_, q);
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow->route.metrics.at(RTAX_MTU), 1300u);
  EXPECT_EQ(narrow->expires, 3000u) << "hundredths of a second";
  q.dst = ip("198.51.100.3");
  const auto redirected = inet_->route_get(*a_, q);
  ASSERT_TRUE(redirected);
  EXPECT_TRUE(redirected->route.flags & RTCF_REDIRECTED);
  EXPECT_EQ(redirected->route.nexthops[0].gateway, ip("10.0.0.77"));
  int paths = 0;
  inet_->path_for_each(*a_, [&](const RouteAnswer& p) {
    paths++;
    EXPECT_EQ(p.route.dst, IpAddress(ip("198.51.100.1")));
    EXPECT_EQ(p.route.metrics.at(RTAX_MTU), 1300u);
  });
  EXPECT_EQ(paths, 1);
  q.dst = ip("198.51.100.2");
  EXPECT_TRUE(inet_->route_get(*a_, q)->route.metrics.empty());
  inet_->set_path_facts(nullptr);
}

}  // namespace
}  // namespace unetns
