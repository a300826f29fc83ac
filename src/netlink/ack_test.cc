// What NLMSG_ERROR carries, by the options of the socket.
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class AckTest : public NetlinkTest {
 protected:
  NlMessage only(std::vector<NlMessage> messages) {
    EXPECT_EQ(messages.size(), 1u);
    return messages.empty() ? NlMessage{} : messages[0];
  }
  // A request that fails with a text.
  NlMessage failing(Talker& t) {
    return only(t.ask(RTM_NEWLINK, kNew, link_header(), named("x", "foo")));
  }
};

TEST_F(AckTest, ASuccessIsToldOnlyWhenAsked) {
  Talker t = talker(*a);
  EXPECT_TRUE(t.ask(RTM_SETLINK, 0, link_header(1)).empty());
  const NlMessage ack = only(t.ask(RTM_SETLINK, NLM_F_ACK, link_header(1)));
  EXPECT_EQ(ack.type(), NLMSG_ERROR);
  EXPECT_EQ(ack.error(), 0);
  EXPECT_EQ(ack.header.nlmsg_len, 36u);
  EXPECT_EQ(ack.header.nlmsg_flags, NLM_F_CAPPED);
  EXPECT_EQ(ack.header.nlmsg_seq, t.seq);
  EXPECT_EQ(ack.header.nlmsg_pid, t.port());
}

TEST_F(AckTest, AFailureEchoesTheRequestAndThenExplains) {
  Talker t = talker(*a);
  const NlMessage ack = failing(t);
  EXPECT_EQ(ack.error(), EOPNOTSUPP);
  EXPECT_EQ(ack.header.nlmsg_flags, NLM_F_ACK_TLVS);
  EXPECT_EQ(load<nlmsghdr>(ack.body.data() + 4).nlmsg_seq, t.seq);
  EXPECT_EQ(ack.text(), "Unknown device type");
}

TEST_F(AckTest, CapAckLeavesTheRequestOut) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.option(NETLINK_CAP_ACK, 1).has_value());
  const NlMessage ack = failing(t);
  EXPECT_EQ(ack.header.nlmsg_flags, NLM_F_ACK_TLVS | NLM_F_CAPPED);
  EXPECT_EQ(ack.text(), "Unknown device type");
}

TEST_F(AckTest, WithoutExtAckThereIsNoText) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.option(NETLINK_EXT_ACK, 0).has_value());
  const NlMessage ack = failing(t);
  EXPECT_EQ(ack.header.nlmsg_flags, 0);
  EXPECT_EQ(ack.header.nlmsg_len, 20 + load<nlmsghdr>(ack.body.data() + 4).nlmsg_len);
}

TEST_F(AckTest, ABadAttributeIsPointedAt) {
  Talker t = talker(*a);
  const Error error = t.ack(RTM_SETLINK, 0, link_header(1), [](NlWriter& out) {
    out.str(IFLA_IFALIAS, "x");
    out.u16(IFLA_MTU, 5);
  });
  EXPECT_EQ(error.code, ERANGE);
  EXPECT_EQ(error.offset, 40u);
}

TEST_F(AckTest, WhatABadAttributeShouldHaveBeenIsTold) {
  Talker t = talker(*a);
  const NlMessage ack =
      only(t.ask(RTM_SETLINK, 0, link_header(1), [](NlWriter& out) { out.u16(IFLA_MTU, 5); }));
  const AttrSet policy =
      *parse_attrs(ack.ack_attrs().bytes(NLMSGERR_ATTR_POLICY), {}, Strictness::kLiberal);
  EXPECT_EQ(policy.u32(NL_POLICY_TYPE_ATTR_TYPE), uint32_t{NL_ATTR_TYPE_U32});
  EXPECT_EQ(policy.u64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U), 0xffffffffu);
}

TEST_F(AckTest, TrailingBytesAreToldThoughTheRequestIsServed) {
  Talker t = talker(*a);
  ByteVector message = t.build(RTM_SETLINK, NLM_F_ACK, link_header(1));
  message.push_back(9);
  store<uint32_t>(message.data(), static_cast<uint32_t>(message.size()));
  ASSERT_TRUE(t.send(message).has_value());
  const NlMessage ack = only(t.read());
  EXPECT_EQ(ack.error(), 0);
  EXPECT_EQ(ack.text(), "bytes leftover after parsing attributes");
}

TEST_F(AckTest, AMissingAttributeIsNamed) {
  Talker t = talker(*a);
  ndmsg header{};
  header.ndm_family = AF_INET;
  header.ndm_ifindex = 1;
  const NlMessage ack = only(t.ask(RTM_GETNEIGH, 0, header));
  EXPECT_EQ(ack.error(), EINVAL);
  EXPECT_EQ(ack.ack_attrs().u32(NLMSGERR_ATTR_MISS_TYPE), uint32_t{NDA_DST});
}

TEST_F(AckTest, AFailedDumpSaysSoInItsDone) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  const NlMessage done = only(t.ask(RTM_GETLINK, NLM_F_DUMP, link_header(3)));
  EXPECT_EQ(done.type(), NLMSG_DONE);
  EXPECT_EQ(done.error(), EINVAL);
  EXPECT_EQ(done.header.nlmsg_flags, NLM_F_MULTI | NLM_F_ACK_TLVS);
  EXPECT_EQ(done.text(), "Filter by device index not supported for link dumps");
}

}  // namespace
}  // namespace unetns
