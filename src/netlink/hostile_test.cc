// What no well-behaved program sends.
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

using HostileNetlinkTest = NetlinkTest;

TEST_F(HostileNetlinkTest, SeveralRequestsInOneDatagramAreAnsweredInOrder) {
  Talker t = talker(*a);
  ByteVector both = t.build(RTM_GETLINK, 0, link_header(1));
  const ByteVector second = t.build(RTM_GETLINK, NLM_F_ACK, link_header(99));
  both.insert(both.end(), second.begin(), second.end());
  ASSERT_TRUE(t.send(both).has_value());
  const auto got = t.read();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].type(), RTM_NEWLINK);
  EXPECT_EQ(got[0].header.nlmsg_seq, 1u);
  EXPECT_EQ(got[1].error(), ENODEV);
  EXPECT_EQ(got[1].header.nlmsg_seq, 2u);
}

TEST_F(HostileNetlinkTest, LengthsThatLieAreIgnored) {
  Talker t = talker(*a);
  for (uint32_t length : {0u, 15u, 1000u, 0xffffffffu}) {
    ByteVector data = t.build(RTM_GETLINK, NLM_F_ACK, link_header(1));
    store<uint32_t>(data.data(), length);
    EXPECT_TRUE(t.send(data).has_value());
    EXPECT_TRUE(t.read().empty()) << length;
  }
  EXPECT_TRUE(t.send(ByteVector(7)).has_value());
  EXPECT_TRUE(t.read().empty());
}

TEST_F(HostileNetlinkTest, UnknownTypesAreNotSupported) {
  Talker t = talker(*a);
  for (uint16_t type :
       {uint16_t{999}, uint16_t{150}, uint16_t{RTM_GETMULTICAST}, uint16_t{RTM_GETNEXTHOP},
        uint16_t{RTM_NEWRULE}, uint16_t{RTM_GETADDR}, uint16_t{0xffff}})
    EXPECT_EQ(t.ack(type, 0, link_header()).code, EOPNOTSUPP) << type;
}

TEST_F(HostileNetlinkTest, ControlMessagesAndNonRequestsAreOnlyAcknowledged) {
  Talker t = talker(*a);
  for (uint16_t type : {NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE})
    EXPECT_EQ(t.ack(type, 0, link_header()).code, 0);
  ByteVector data = t.build(RTM_GETLINK, NLM_F_ACK, link_header(1));
  store<uint16_t>(data.data() + 6, NLM_F_ACK);
  ASSERT_TRUE(t.send(data).has_value());
  const auto got = t.read();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].error(), 0);
}

TEST_F(HostileNetlinkTest, WithoutTheCapabilityNothingChanges) {
  caller.lacks = {CAP_NET_ADMIN};
  Talker t = talker(*a);
  for (uint16_t type : {RTM_NEWLINK, RTM_DELLINK, RTM_SETLINK, RTM_NEWADDR, RTM_NEWROUTE,
                        RTM_NEWNEIGH, RTM_NEWNSID, RTM_NEWLINKPROP})
    EXPECT_EQ(t.ack(type, NLM_F_CREATE, link_header(1)).code, EPERM) << type;
  EXPECT_EQ(t.ask(RTM_GETLINK, 0, link_header(1)).size(), 1u);
}

TEST_F(HostileNetlinkTest, AShortHeaderIsNamed) {
  Talker t = talker(*a);
  const uint32_t four = AF_INET;
  EXPECT_EQ(t.ack(RTM_GETLINK, 0, four).message, "Invalid header for get link");
  EXPECT_EQ(t.ack(RTM_NEWLINK, 0, four).message, "Invalid header length");
  for (uint16_t type : {RTM_NEWADDR, RTM_NEWROUTE, RTM_NEWNEIGH, RTM_DELLINK, RTM_NEWLINKPROP})
    EXPECT_EQ(t.ack(type, 0, four).code, EINVAL) << type;
}

TEST_F(HostileNetlinkTest, OnlyOneDumpRunsAtATime) {
  for (int i = 0; i < 20; i++) add_link(*a, "d" + std::to_string(i), "dummy");
  Talker t = talker(*a);
  const auto dump = t.build(RTM_GETLINK, NLM_F_DUMP, link_header());
  ASSERT_TRUE(t.send(dump).has_value());
  ASSERT_TRUE(t.send(dump).has_value());
  int done = 0, busy = 0;
  for (const NlMessage& m : t.read()) {
    done += m.type() == NLMSG_DONE;
    busy += m.type() == NLMSG_ERROR && m.error() == EBUSY;
  }
  EXPECT_EQ(done, 1);
  EXPECT_EQ(busy, 1);
}

TEST_F(HostileNetlinkTest, AnswersNobodyReadsAreBounded) {
  Talker t = talker(*a);
  const ByteVector request = t.build(RTM_GETLINK, NLM_F_ACK, link_header(1));
  for (int i = 0; i < 2000; i++) ASSERT_TRUE(t.send(request).has_value());
  EXPECT_LT(t.read().size(), 1000u);
}

TEST_F(HostileNetlinkTest, EveryCutAndEveryBitFlipIsSurvived) {
  Talker t = talker(*a);
  const ByteVector original =
      t.build(RTM_NEWLINK, kNew | NLM_F_ACK, link_header(), [](NlWriter& out) {
        out.str(IFLA_IFNAME, "v0");
        const size_t info = out.nest_begin(IFLA_LINKINFO);
        out.str(IFLA_INFO_KIND, "veth");
        const size_t data = out.nest_begin(IFLA_INFO_DATA);
        const size_t peer = out.nest_begin(1);
        const ifinfomsg header{};
        // struct ifinfomsg stands bare in front of the attributes of the peer.
        out.cut(peer + 4);
        out.append_message(bytes_of(header));
        out.str(IFLA_IFNAME, "v1");
        out.nest_end(peer);
        out.nest_end(data);
        out.nest_end(info);
      });
  for (size_t bit = 0; bit < original.size() * 8; bit++) {
    ByteVector bent = original;
    bent[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    (void)t.send(bent);
    t.read();
    env.settle();
  }
  for (size_t n = 16; n <= original.size(); n++) {
    ByteVector cut(original.begin(), original.begin() + static_cast<ptrdiff_t>(n));
    store<uint32_t>(cut.data(), static_cast<uint32_t>(n));
    (void)t.send(cut);
    t.read();
  }
}

}  // namespace
}  // namespace unetns
