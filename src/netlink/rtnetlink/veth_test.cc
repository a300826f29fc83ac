// Pairs: the peer that IFLA_INFO_DATA describes, and links that cross namespaces.
#include <linux/veth.h>

#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class VethLinkTest : public NetlinkTest {
 protected:
  // `ip link add NAME type veth peer …`.
  static Talker::Fill pair(std::string name, Talker::Fill peer, bool cut = false) {
    return [=](NlWriter& out) {
      out.str(IFLA_IFNAME, name);
      const size_t info = out.nest_begin(IFLA_LINKINFO);
      out.str(IFLA_INFO_KIND, "veth");
      const size_t data = out.nest_begin(IFLA_INFO_DATA);
      const size_t nest = out.nest_begin(VETH_INFO_PEER);
      if (!cut) out.append_message(bytes_of(ifinfomsg{}));
      if (peer) peer(out);
      out.nest_end(nest);
      out.nest_end(data);
      out.nest_end(info);
    };
  }
};

TEST_F(VethLinkTest, APairIsMadeInOneNamespace) {
  Talker t = talker(*a);
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), pair("v0", named("v1"))).code, 0);
  const NetDevice* v0 = netdevs->by_name(*a, "v0");
  const NetDevice* v1 = netdevs->by_name(*a, "v1");
  ASSERT_TRUE(v0 && v1);
  const auto got = t.ask(RTM_GETLINK, 0, link_header(v0->ifindex()));
  const AttrSet attrs = got.at(0).attrs(16);
  EXPECT_EQ(attrs.s32(IFLA_LINK), v1->ifindex());
  EXPECT_FALSE(attrs.has(IFLA_LINK_NETNSID));
  const AttrSet info = *parse_nested(attrs, IFLA_LINKINFO, {}, Strictness::kLiberal);
  EXPECT_EQ(info.str(IFLA_INFO_KIND), "veth");
}

TEST_F(VethLinkTest, ThePeerMayStandElsewhere) {
  Talker t = talker(*a);
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(),
                  pair("v0",
                       [](NlWriter& out) {
                         out.str(IFLA_IFNAME, "v1");
                         out.u32(IFLA_NET_NS_FD, 6);
                       }))
                .code,
            0);
  const NetDevice* v1 = netdevs->by_name(*b, "v1");
  ASSERT_NE(v1, nullptr);
  const auto got = t.ask(RTM_GETLINK, 0, link_header(), named("v0"));
  const AttrSet attrs = got.at(0).attrs(16);
  EXPECT_EQ(attrs.s32(IFLA_LINK), v1->ifindex());
  EXPECT_EQ(attrs.s32(IFLA_LINK_NETNSID, -7), nsids->lookup(*a, *b));
}

TEST_F(VethLinkTest, TheOtherEndsNamespaceHasAnIdThoughNobodyListens) {
  Talker t = talker(*a);
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(),
                  pair("v0",
                       [](NlWriter& out) {
                         out.str(IFLA_IFNAME, "v1");
                         out.u32(IFLA_NET_NS_FD, 6);
                       }))
                .code,
            0);
  EXPECT_EQ(nsids->lookup(*a, *b), 0);
  EXPECT_EQ(nsids->lookup(*b, *a), kNsidUnassigned) << "the peer was announced before it had one";
}

TEST_F(VethLinkTest, ThePeerOfADeviceMadeElsewhereStaysHere) {
  Talker t = talker(*a);
  const Talker::Fill link = pair("x0", named("x1"));
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(),
                  [&](NlWriter& out) {
                    link(out);
                    out.u32(IFLA_NET_NS_FD, 6);
                  })
                .code,
            0);
  EXPECT_NE(netdevs->by_name(*b, "x0"), nullptr);
  EXPECT_NE(netdevs->by_name(*a, "x1"), nullptr);
}

TEST_F(VethLinkTest, AnIdCountsForNothingInTheDescriptionOfAPeer) {
  ASSERT_TRUE(nsids->assign(*a, *b, 9).has_value());
  Talker t = talker(*a);
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(),
                  pair("v0", [](NlWriter& out) { out.s32(IFLA_TARGET_NETNSID, 9); }))
                .code,
            0);
  EXPECT_EQ(netdevs->device_count(*b), 1u);
}

TEST_F(VethLinkTest, ABadPeerLeavesNothingBehind) {
  Talker t = talker(*a);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), pair("v0", {}, /*cut=*/true)).code, ERANGE);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), pair("v0", named("lo"))).code, EEXIST);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(),
                  pair("v0", [](NlWriter& out) { out.u32(IFLA_NET_NS_FD, 99); }))
                .code,
            EBADF);
  EXPECT_EQ(netdevs->device_count(*a), 1u);
}

// What is looked at first shows in which error a request with several faults gets.
TEST_F(VethLinkTest, TheKindJudgesBeforeNamesAndNamespacesAreLookedAt) {
  Talker t = talker(*a);
  const auto with = [](const char* kind, Talker::Fill more) {
    return [=](NlWriter& out) {
      named("lo", kind)(out);  // which is there
      more(out);
    };
  };
  const auto short_address = [](NlWriter& out) { out.u8(IFLA_ADDRESS, 2); };
  const auto group_address = [](NlWriter& out) {
    out.put(IFLA_ADDRESS, MacAddress::broadcast().bytes);
    out.u32(IFLA_NET_NS_FD, 99);
  };
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), with("veth", short_address)).code, EINVAL);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), with("veth", group_address)).code,
            EADDRNOTAVAIL);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(-1), with("veth", group_address)).code,
            EADDRNOTAVAIL);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), with("dummy", [](NlWriter& out) {
                    out.s32(IFLA_LINK_NETNSID, 55);
                  })).message,
            "Unknown network namespace id");
}

TEST_F(VethLinkTest, WhatIsWrongWithThePeerIsPointedAt) {
  Talker t = talker(*a);
  const auto bad_mtu = [](NlWriter& out) { out.u16(IFLA_MTU, 1400); };
  const Error error = t.ack(RTM_NEWLINK, kNew, link_header(), pair("lo", bad_mtu));
  EXPECT_EQ(error.code, ERANGE) << "though there is a device of that name";
  // Behind the headers, IFLA_IFNAME, IFLA_LINKINFO, its kind, its data, and the peer's own header.
  EXPECT_EQ(error.offset, 32u + 8 + 4 + 12 + 4 + 4 + 16);
}

TEST_F(VethLinkTest, ANewDeviceHasNoSettingsOfAFamilyYet) {
  Talker t = talker(*a);
  const auto spec = [](uint16_t family) {
    return [=](NlWriter& out) {
      named("d0", "dummy")(out);
      const size_t nest = out.nest_begin(IFLA_AF_SPEC);
      out.nest_end(out.nest_begin(family));
      out.nest_end(nest);
    };
  };
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), spec(AF_INET)).code, EAFNOSUPPORT);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), spec(AF_BRIDGE)).code, EOPNOTSUPP);
  EXPECT_EQ(netdevs->device_count(*a), 1u);
}

TEST_F(VethLinkTest, AnEndMovedAwayIsReportedById) {
  Talker t = talker(*a);
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), pair("v0", named("v1"))).code, 0);
  ASSERT_EQ(t.ack(RTM_SETLINK, 0, link_header(netdevs->by_name(*a, "v1")->ifindex()),
                  [](NlWriter& out) { out.u32(IFLA_NET_NS_FD, 6); })
                .code,
            0);
  const auto got = t.ask(RTM_GETLINK, 0, link_header(), named("v0"));
  const AttrSet attrs = got.at(0).attrs(16);
  EXPECT_TRUE(attrs.has(IFLA_LINK_NETNSID));
  EXPECT_EQ(attrs.s32(IFLA_LINK), netdevs->by_name(*b, "v1")->ifindex());
}

TEST_F(VethLinkTest, ADeviceIsMadeInAnotherNamespace) {
  Talker t = talker(*a);
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(),
                  [](NlWriter& out) {
                    named("d0", "dummy")(out);
                    out.u32(IFLA_NET_NS_FD, 6);
                  })
                .code,
            0);
  EXPECT_EQ(netdevs->by_name(*a, "d0"), nullptr);
  EXPECT_NE(netdevs->by_name(*b, "d0"), nullptr);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(),
                  [](NlWriter& out) {
                    named("d1", "dummy")(out);
                    out.s32(IFLA_LINK_NETNSID, 55);
                  })
                .message,
            "Unknown network namespace id");
}

}  // namespace
}  // namespace unetns
