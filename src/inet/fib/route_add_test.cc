// ip-route(8): what is taken and what is refused, as Linux 6.18 does.
#include "inet/inet_layer_fixture.h"

namespace unetns {
namespace {

using ::testing::ElementsAre;

class RouteAddTest : public InetLayerTest {
 protected:
  RouteAddTest() : v0(device(*a_, "v0")), v2(device(*a_, "v2")) {
    up(lo(*a_));
    up(v0);
    EXPECT_TRUE(add_addr(v0, "10.0.0.1/24"));
    log_.take();
  }
  std::string add(const RouteConfig& c, uint16_t flags = NLM_F_CREATE | NLM_F_EXCL) {
    return outcome(add_route(*a_, c, flags));
  }
  static RouteConfig onlink(RouteConfig c) {
    c.nexthops[0].flags |= RTNH_F_ONLINK;
    return c;
  }
  static RouteConfig typed(uint8_t type, RouteConfig c, uint8_t scope) {
    c.type = type;
    c.scope = scope;
    return c;
  }
  Lines main_ones() {  // without the connected one
    Lines all = routes(*a_);
    std::erase_if(all, [](const std::string& s) { return s.find("proto kernel") != s.npos; });
    return all;
  }
  NetDevice &v0, &v2;
};

TEST_F(RouteAddTest, PrefixAndTosAreChecked) {
  EXPECT_EQ(add(route("1.0.0.1/8", {}, &v0)), "EINVAL Invalid prefix for given prefix length");
  RouteConfig c = route("1.0.0.0/8", {}, &v0);
  c.dst_len = 33;
  EXPECT_EQ(add(c), "EINVAL Invalid prefix length");
  c = route("1.0.0.0/8", {}, &v0);
  c.tos = 1;
  EXPECT_EQ(add(c), "EINVAL Invalid dsfield (tos): ECN bits must be 0");
}

TEST_F(RouteAddTest, TheDeviceMustBeThereAndUp) {
  EXPECT_EQ(add(route("1.0.0.0/8", {}, &v2)), "ENETDOWN Device for nexthop is not up");
  RouteConfig c = route("1.0.0.0/8", {}, &v0);
  c.nexthops[0].oif = 99;
  EXPECT_EQ(add(c), "ENODEV");
  c.nexthops.clear();
  EXPECT_EQ(add(c), "ENODEV");
}

TEST_F(RouteAddTest, TheGatewayMustBeReachableOnALink) {
  EXPECT_EQ(add(route("1.0.0.0/8", "99.0.0.1")), "ENETUNREACH Nexthop has invalid gateway");
  EXPECT_EQ(add(route("1.0.0.0/8", "10.0.0.255")), "EINVAL Nexthop has invalid gateway");
  EXPECT_EQ(add(route("1.0.0.0/8", "10.0.0.5", &v2)), "ENETUNREACH Nexthop has invalid gateway");
  EXPECT_EQ(add(route("1.0.0.0/8", "10.0.0.5")), "ok");
  EXPECT_EQ(add(route("2.0.0.0/8", "1.2.3.4")), "ENETUNREACH Nexthop has invalid gateway")
      << "a gateway behind a gateway";
  EXPECT_EQ(add(route("3.0.0.0/8", "10.0.0.1")), "ok") << "one of our own";
  EXPECT_THAT(main_ones(),
              ElementsAre("1.0.0.0/8 via 10.0.0.5 dev v0", "3.0.0.0/8 via 10.0.0.1 dev v0"));
}

TEST_F(RouteAddTest, OnlinkTakesAnyGatewayOfTheNamedDevice) {
  EXPECT_EQ(add(onlink(route("1.0.0.0/8", "99.0.0.1"))),
            "ENODEV Nexthop device required for onlink");
  EXPECT_EQ(add(onlink(route("1.0.0.0/8", "99.0.0.1", &v2))), "ENETDOWN Nexthop device is not up");
  EXPECT_EQ(add(onlink(route("1.0.0.0/8", "10.0.0.1", &v0))), "EINVAL Nexthop has invalid gateway");
  EXPECT_EQ(add(typed(RTN_UNICAST, onlink(route("1.0.0.0/8", "10.0.0.4", &v0)), RT_SCOPE_LINK)),
            "EINVAL Nexthop has invalid scope");
  EXPECT_EQ(add(onlink(route("1.0.0.0/8", {}, &v0))),
            "EINVAL Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
  EXPECT_EQ(add(onlink(route("1.0.0.0/8", "99.0.0.1", &v0))), "ok");
  EXPECT_THAT(main_ones(), ElementsAre("1.0.0.0/8 via 99.0.0.1 dev v0 onlink"));
}

TEST_F(RouteAddTest, ScopeFitsTypeAndGateway) {
  EXPECT_EQ(add(typed(RTN_UNICAST, route("1.0.0.0/8", "10.0.0.4"), RT_SCOPE_HOST)),
            "EINVAL Route with host scope can not have a gateway");
  EXPECT_EQ(add(typed(RTN_UNICAST, route("1.0.0.0/8", "10.0.0.4"), RT_SCOPE_LINK)),
            "ENETUNREACH Nexthop has invalid gateway");
  EXPECT_EQ(add(typed(RTN_UNICAST, route("1.0.0.0/8", {}, &v0), RT_SCOPE_NOWHERE)),
            "EINVAL Invalid scope");
  EXPECT_EQ(add(typed(RTN_LOCAL, route("1.0.0.9", {}, &v0), RT_SCOPE_UNIVERSE)),
            "EINVAL Invalid scope");
  EXPECT_EQ(add(typed(99, route("1.0.0.0/8", {}, &v0), RT_SCOPE_LINK)),
            "EINVAL Invalid route type");
  EXPECT_EQ(add(typed(RTN_UNSPEC, route("1.0.0.0/8", {}, &v0), RT_SCOPE_UNIVERSE)),
            "EINVAL Invalid scope");
}

TEST_F(RouteAddTest, TypesThatAreNoWayTakeNoDevice) {
  EXPECT_EQ(add(typed(RTN_BLACKHOLE, route("1.0.0.0/8", {}, &v0), 0)),
            "EINVAL Gateway, device and multipath can not be specified for this route type");
  EXPECT_EQ(add(typed(RTN_BLACKHOLE, route("1.0.0.0/8"), 0)), "ok");
  EXPECT_EQ(add(typed(RTN_PROHIBIT, route("2.0.0.0/8"), 0)), "ok");
  EXPECT_THAT(main_ones(), ElementsAre("blackhole 1.0.0.0/8", "prohibit 2.0.0.0/8"));
}

TEST_F(RouteAddTest, ThePreferredSourceMustBeOurs) {
  RouteConfig c = route("1.0.0.0/8", {}, &v0);
  c.prefsrc = ip("9.9.9.9");
  EXPECT_EQ(add(c), "EINVAL Invalid prefsrc address");
  c.prefsrc = ip("10.0.0.1");
  EXPECT_EQ(add(c), "ok");
}

TEST_F(RouteAddTest, DeadAndLinkdownCanNotBeAskedFor) {
  RouteConfig c = route("1.0.0.0/8", {}, &v0);
  c.flags = RTNH_F_DEAD;
  EXPECT_EQ(add(c), "EINVAL Invalid rtm_flags - can not contain DEAD or LINKDOWN");
}

TEST_F(RouteAddTest, MultipathKeepsWeightsAndEveryLegMustBeGood) {
  RouteConfig c = route("1.0.0.0/8", "10.0.0.4");
  c.nexthops[0].weight = 3;
  c.nexthops.push_back(route("1.0.0.0/8", "10.0.0.5", &v0).nexthops[0]);
  EXPECT_EQ(add(c), "ok");
  EXPECT_THAT(main_ones(), ElementsAre("1.0.0.0/8 nexthop via 10.0.0.4 dev v0 weight 3 nexthop via "
                                       "10.0.0.5 dev v0 weight 1"));
  c.dst = ip("2.0.0.0");
  c.nexthops[1].gateway = ip("99.0.0.1");
  EXPECT_EQ(add(c), "ENETUNREACH Nexthop has invalid gateway");
}

TEST_F(RouteAddTest, FlagsOfTheRequestSayWhatHappensToEquals) {
  const uint16_t kAdd = NLM_F_CREATE | NLM_F_EXCL, kAppend = NLM_F_CREATE | NLM_F_APPEND,
                 kPrepend = NLM_F_CREATE, kReplace = NLM_F_CREATE | NLM_F_REPLACE,
                 kChange = NLM_F_REPLACE;
  auto via = [&](const char* gw) { return route("1.0.0.0/8", gw); };
  EXPECT_EQ(add(via("10.0.0.5"), kAdd), "ok");
  EXPECT_EQ(log_.last_flags, NLM_F_EXCL | NLM_F_CREATE);
  EXPECT_EQ(add(via("10.0.0.6"), kAdd), "EEXIST");
  EXPECT_EQ(add(via("10.0.0.6"), kAppend), "ok");
  EXPECT_EQ(log_.last_flags, NLM_F_APPEND | NLM_F_CREATE);
  EXPECT_EQ(add(via("10.0.0.6"), kAppend), "EEXIST");
  EXPECT_EQ(add(via("10.0.0.7"), kPrepend), "ok");
  EXPECT_EQ(log_.last_flags, NLM_F_CREATE);
  EXPECT_THAT(main_ones(),
              ElementsAre("1.0.0.0/8 via 10.0.0.7 dev v0", "1.0.0.0/8 via 10.0.0.5 dev v0",
                          "1.0.0.0/8 via 10.0.0.6 dev v0"));
  EXPECT_EQ(add(via("10.0.0.8"), kReplace), "ok");
  EXPECT_EQ(log_.last_flags, NLM_F_REPLACE);
  log_.take();
  EXPECT_EQ(add(via("10.0.0.8"), kReplace), "ok");
  EXPECT_TRUE(log_.take().empty()) << "the same again is no news";
  EXPECT_EQ(add(via("10.0.0.6"), kReplace), "EEXIST") << "it is there, further back";
  EXPECT_EQ(add(via("10.0.0.9"), kChange), "ok");
  EXPECT_EQ(main_ones()[0], "1.0.0.0/8 via 10.0.0.9 dev v0");
  EXPECT_EQ(add(route("1.5.0.0/16", "10.0.0.9"), kChange), "ENOENT");
  EXPECT_EQ(add(route("1.5.0.0/16", "10.0.0.9"), 0), "ENOENT");
  EXPECT_EQ(add(route("1.5.0.0/16", "10.0.0.9"), kReplace), "ok");
  EXPECT_EQ(log_.last_flags, NLM_F_EXCL | NLM_F_CREATE);
}

TEST_F(RouteAddTest, ARouteIsDeletedByWhatIsNamed) {
  RouteConfig c = route("1.0.0.0/8", "10.0.0.5");
  c.priority = 7;
  EXPECT_EQ(add(c), "ok");
  c.priority = 3;
  EXPECT_EQ(add(c), "ok");
  auto del = [&](RouteConfig m) { return outcome(del_route(*a_, m)); };
  EXPECT_EQ(del(route("1.0.0.0/8", "10.0.0.77")), "ESRCH");
  RouteConfig m = route("1.0.0.0/8");
  m.priority = 99;
  EXPECT_EQ(del(m), "ESRCH");
  m.priority = 7;
  log_.take();
  EXPECT_EQ(del(m), "ok");
  EXPECT_THAT(log_.take(), ElementsAre("Deleted 1.0.0.0/8 via 10.0.0.5 dev v0 metric 7"));
  EXPECT_EQ(del(route("1.0.0.0/8")), "ok");
  EXPECT_EQ(del(route("1.0.0.0/8")), "ESRCH");
  m.table = 99;
  EXPECT_EQ(del(m), "ESRCH FIB table does not exist");
  EXPECT_EQ(del(route("1.0.0.1/8")), "EINVAL Invalid prefix for given prefix length");
}

TEST_F(RouteAddTest, WithoutCarrierRoutesShowLinkdown) {
  ASSERT_TRUE(add_route(*a_, route("1.0.0.0/8", "10.0.0.5")));
  log_.take();
  carrier(v0, false);
  EXPECT_TRUE(log_.take().empty());
  EXPECT_THAT(routes(*a_),
              ElementsAre("1.0.0.0/8 via 10.0.0.5 dev v0 linkdown",
                          "10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1 linkdown"));
  ASSERT_TRUE(inet_->conf_set(*a_, "v0", "ignore_routes_with_linkdown", 1));
  EXPECT_EQ(routes(*a_)[0], "1.0.0.0/8 via 10.0.0.5 dev v0 dead linkdown");
  carrier(v0, true);
  EXPECT_EQ(routes(*a_)[0], "1.0.0.0/8 via 10.0.0.5 dev v0");
}

}  // namespace
}  // namespace unetns
