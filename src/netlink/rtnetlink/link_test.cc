// RTM_{NEW,DEL,GET,SET}LINK: one device at a time.
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

using LinkTest = NetlinkTest;

std::vector<uint16_t> ids_of(const AttrSet& set) {
  std::vector<uint16_t> out;
  for (const auto& e : set.entries()) out.push_back(e.id);
  return out;
}

TEST_F(LinkTest, ADeviceIsFoundByIndexNameOrAltname) {
  const int index = add_link(*a, "d0", "dummy");
  Talker t = talker(*a);
  const std::string altname(100, 'x');
  ASSERT_EQ(t.ack(RTM_NEWLINKPROP, NLM_F_CREATE, link_header(index),
                  [&](NlWriter& out) {
                    const size_t list = out.nest_begin(IFLA_PROP_LIST, true);
                    out.str(IFLA_ALT_IFNAME, altname);
                    out.nest_end(list);
                  })
                .code,
            0);
  const auto by_index = t.ask(RTM_GETLINK, 0, link_header(index));
  const auto by_name = t.ask(RTM_GETLINK, 0, link_header(), named("d0"));
  const auto by_altname = t.ask(RTM_GETLINK, 0, link_header(),
                                [&](NlWriter& out) { out.str(IFLA_ALT_IFNAME, altname); });
  for (const auto* got : {&by_index, &by_name, &by_altname}) {
    ASSERT_EQ(got->size(), 1u);
    EXPECT_EQ((*got)[0].type(), RTM_NEWLINK);
    EXPECT_EQ((*got)[0].fixed<ifinfomsg>().ifi_index, index);
  }
}

TEST_F(LinkTest, NamingNothingIsInvalidAndNamingNobodyIsNoDevice) {
  Talker t = talker(*a);
  for (uint16_t type : {RTM_GETLINK, RTM_SETLINK, RTM_DELLINK}) {
    EXPECT_EQ(t.ack(type, 0, link_header()).code, EINVAL) << type;
    EXPECT_EQ(t.ack(type, 0, link_header(99)).code, ENODEV) << type;
    EXPECT_EQ(t.ack(type, 0, link_header(), named("nope")).code, ENODEV) << type;
  }
  EXPECT_EQ(t.ack(RTM_NEWLINK, 0, link_header(), named("nope")).code, ENODEV);
}

TEST_F(LinkTest, LoopbackIsShownAsLinuxShowsIt) {
  Talker t = talker(*a);
  const auto got = t.ask(RTM_GETLINK, 0, link_header(1));
  ASSERT_EQ(got.size(), 1u);
  const AttrSet attrs = got[0].attrs(sizeof(ifinfomsg));
  EXPECT_EQ(got[0].fixed<ifinfomsg>().ifi_type, ARPHRD_LOOPBACK);
  EXPECT_EQ(attrs.str(IFLA_IFNAME), "lo");
  EXPECT_EQ(attrs.u32(IFLA_MTU), 65536u);
  EXPECT_EQ(attrs.str(IFLA_QDISC), "noop");
  EXPECT_FALSE(attrs.has(IFLA_LINK));
  EXPECT_FALSE(attrs.has(IFLA_LINKINFO));
  const std::vector<uint16_t> order = {IFLA_IFNAME,
                                       IFLA_TXQLEN,
                                       IFLA_OPERSTATE,
                                       IFLA_LINKMODE,
                                       67,
                                       IFLA_MTU,
                                       IFLA_MIN_MTU,
                                       IFLA_MAX_MTU,
                                       IFLA_GROUP,
                                       IFLA_PROMISCUITY,
                                       IFLA_ALLMULTI,
                                       IFLA_NUM_TX_QUEUES,
                                       IFLA_GSO_MAX_SEGS,
                                       IFLA_GSO_MAX_SIZE,
                                       IFLA_GRO_MAX_SIZE,
                                       63,
                                       64,
                                       IFLA_TSO_MAX_SIZE,
                                       IFLA_TSO_MAX_SEGS,
                                       66,
                                       IFLA_NUM_RX_QUEUES,
                                       IFLA_CARRIER,
                                       IFLA_CARRIER_CHANGES,
                                       IFLA_CARRIER_UP_COUNT,
                                       IFLA_CARRIER_DOWN_COUNT,
                                       68,
                                       69,
                                       IFLA_PROTO_DOWN,
                                       IFLA_ADDRESS,
                                       IFLA_BROADCAST,
                                       IFLA_STATS64,
                                       IFLA_STATS,
                                       IFLA_XDP,
                                       IFLA_QDISC,
                                       IFLA_AF_SPEC,
                                       IFLA_MAP,
                                       62,
                                       65};
  EXPECT_EQ(ids_of(attrs), order);
  EXPECT_EQ(attrs.bytes(IFLA_STATS64).size(), sizeof(rtnl_link_stats64));
}

TEST_F(LinkTest, StatisticsOfTheDeviceAreToldWhateverTheMaskOfTheRequest) {
  Talker t = talker(*a);
  const auto got = t.ask(RTM_GETLINK, 0, link_header(1),
                         [](NlWriter& out) { out.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS); });
  const AttrSet attrs = got.at(0).attrs(sizeof(ifinfomsg));
  EXPECT_TRUE(attrs.has(IFLA_STATS64));
  EXPECT_TRUE(attrs.has(IFLA_STATS));
}

TEST_F(LinkTest, QdiscIsNoqueueOnceTheDeviceWasUp) {
  const int index = add_link(*a, "d0", "dummy");
  Talker t = talker(*a);
  const auto qdisc = [&] {
    const auto got = t.ask(RTM_GETLINK, 0, link_header(index));
    return std::string(got.at(0).attrs(16).str(IFLA_QDISC));
  };
  EXPECT_EQ(qdisc(), "noop");
  up(*a, index);
  EXPECT_EQ(qdisc(), "noqueue");
  ASSERT_EQ(t.ack(RTM_SETLINK, 0, link_header(index, 0, IFF_UP)).code, 0);
  EXPECT_EQ(qdisc(), "noqueue");
}

TEST_F(LinkTest, AnUnknownKindIsRefusedInWords) {
  Talker t = talker(*a);
  const Error error = t.ack(RTM_NEWLINK, kNew, link_header(), named("x", "foo"));
  EXPECT_EQ(error.code, EOPNOTSUPP);
  EXPECT_EQ(error.message, "Unknown device type");
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), named("x")).message, "Unknown device type");
}

TEST_F(LinkTest, ADeviceThatIsThereIsNotMadeAgain) {
  add_link(*a, "d0", "dummy");
  Talker t = talker(*a);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), named("d0", "dummy")).code, EEXIST);
  EXPECT_EQ(
      t.ack(RTM_NEWLINK, NLM_F_CREATE | NLM_F_REPLACE, link_header(), named("d0", "dummy")).code,
      EOPNOTSUPP);
  EXPECT_EQ(t.ack(RTM_NEWLINK, NLM_F_CREATE, link_header(), named("d0", "dummy")).code, 0);
}

TEST_F(LinkTest, IndexesAndNamesOfNewDevicesAreChecked) {
  Talker t = talker(*a);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(-1), named("x", "dummy")).message,
            "ifindex can't be negative");
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(), named("a/b", "dummy")).code, EINVAL);
  const Error error = t.ack(RTM_NEWLINK, kNew, link_header(), named(std::string(20, 'a'), "dummy"));
  EXPECT_EQ(error.code, ERANGE);
  EXPECT_EQ(error.message, "Attribute failed policy validation");
  EXPECT_EQ(error.offset, 32u);
  EXPECT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(17), named("y", "dummy")).code, 0);
  EXPECT_EQ(netdevs->by_name(*a, "y")->ifindex(), 17);
}

TEST_F(LinkTest, AttributesOfANewDeviceAreApplied) {
  Talker t = talker(*a);
  const MacAddress mac{{2, 0, 0, 0, 0, 9}};
  ASSERT_EQ(t.ack(RTM_NEWLINK, kNew, link_header(0, IFF_UP, IFF_UP),
                  [&](NlWriter& out) {
                    named("d0", "dummy")(out);
                    out.u32(IFLA_MTU, 1400);
                    out.u32(IFLA_GROUP, 3);
                    out.u32(IFLA_TXQLEN, 7);
                    out.object(IFLA_ADDRESS, mac.bytes);
                  })
                .code,
            0);
  const NetDevice* dev = netdevs->by_name(*a, "d0");
  ASSERT_NE(dev, nullptr);
  EXPECT_EQ(dev->mtu, 1400u);
  EXPECT_EQ(dev->group, 3u);
  EXPECT_EQ(dev->tx_queue_len, 7u);
  EXPECT_EQ(dev->address.mac(), mac);
  EXPECT_TRUE(dev->up());
}

TEST_F(LinkTest, EchoGivesTheNewDeviceBeforeTheAck) {
  Talker t = talker(*a);
  const auto got =
      t.ask(RTM_NEWLINK, kNew | NLM_F_ECHO | NLM_F_ACK, link_header(), named("d0", "dummy"));
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].type(), RTM_NEWLINK);
  EXPECT_EQ(got[0].header.nlmsg_seq, t.seq);
  EXPECT_EQ(got[1].type(), NLMSG_ERROR);
}

TEST_F(LinkTest, DeletingTakesTheDeviceAway) {
  const int index = add_link(*a, "d0", "dummy");
  Talker t = talker(*a);
  EXPECT_EQ(t.ack(RTM_DELLINK, 0, link_header(index)).code, 0);
  EXPECT_EQ(netdevs->by_name(*a, "d0"), nullptr);
  EXPECT_EQ(t.ack(RTM_DELLINK, 0, link_header(1)).code, EOPNOTSUPP);
}

TEST_F(LinkTest, AGroupIsChangedAndDeletedAsOne) {
  Talker t = talker(*a);
  const auto of_group = [](NlWriter& out) { out.u32(IFLA_GROUP, 9); };
  for (int i : {add_link(*a, "d0", "dummy"), add_link(*a, "d1", "dummy")})
    ASSERT_EQ(t.ack(RTM_SETLINK, 0, link_header(i), of_group).code, 0);
  add_link(*a, "d2", "dummy");
  EXPECT_EQ(t.ack(RTM_NEWLINK, 0, link_header(0, IFF_UP, IFF_UP), of_group).code, 0);
  EXPECT_TRUE(netdevs->by_name(*a, "d0")->up());
  EXPECT_TRUE(netdevs->by_name(*a, "d1")->up());
  EXPECT_FALSE(netdevs->by_name(*a, "d2")->up());
  EXPECT_EQ(t.ack(RTM_DELLINK, 0, link_header(), of_group).code, 0);
  EXPECT_EQ(netdevs->device_count(*a), 2u);
  EXPECT_EQ(t.ack(RTM_DELLINK, 0, link_header(), of_group).code, ENODEV);
  EXPECT_EQ(
      t.ack(RTM_DELLINK, 0, link_header(), [](NlWriter& out) { out.u32(IFLA_GROUP, 0); }).code,
      EPERM);
}

TEST_F(LinkTest, AltnamesComeAndGo) {
  const int index = add_link(*a, "d0", "dummy");
  Talker t = talker(*a);
  const auto change = [&](uint16_t type, const char* name) {
    return t
        .ack(type, 0, link_header(index),
             [&](NlWriter& out) {
               const size_t list = out.nest_begin(IFLA_PROP_LIST, true);
               out.str(IFLA_ALT_IFNAME, name);
               out.nest_end(list);
             })
        .code;
  };
  EXPECT_EQ(change(RTM_NEWLINKPROP, "other"), 0);
  EXPECT_EQ(change(RTM_NEWLINKPROP, "other"), EEXIST);
  const auto got = t.ask(RTM_GETLINK, 0, link_header(index));
  const AttrSet attrs = got.at(0).attrs(16);
  EXPECT_TRUE(attrs.has(IFLA_PROP_LIST));
  EXPECT_EQ(change(RTM_DELLINKPROP, "other"), 0);
  EXPECT_EQ(change(RTM_DELLINKPROP, "other"), ENOENT);
}

}  // namespace
}  // namespace unetns
