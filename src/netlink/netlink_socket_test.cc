// Port ids, groups, options and the queue of netlink sockets.
#include "netlink/netlink_socket.h"

#include <poll.h>

#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

using NetlinkSocketTest = NetlinkTest;

TEST_F(NetlinkSocketTest, TheFirstSocketOfAProcessTakesItsPid) {
  Talker first = talker(*a), second = talker(*a);
  ASSERT_TRUE(first.bind().has_value());
  ASSERT_TRUE(second.bind().has_value());
  EXPECT_EQ(first.port(), 100u);
  EXPECT_LT(static_cast<int32_t>(second.port()), -4096);
}

TEST_F(NetlinkSocketTest, PortIdsAreFreeAgainAfterClose) {
  {
    Talker first = talker(*a);
    ASSERT_TRUE(first.bind(77).has_value());
    Talker second = talker(*a);
    EXPECT_EQ(second.bind(77).error().code, EADDRINUSE);
  }
  Talker third = talker(*a);
  EXPECT_TRUE(third.bind(77).has_value());
}

TEST_F(NetlinkSocketTest, NamespacesDoNotSharePortIds) {
  Talker here = talker(*a), there = talker(*b);
  EXPECT_TRUE(here.bind(77).has_value());
  EXPECT_TRUE(there.bind(77).has_value());
}

TEST_F(NetlinkSocketTest, ABoundSocketKeepsItsPortId) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.bind(5).has_value());
  EXPECT_TRUE(t.bind(5).has_value());
  EXPECT_EQ(t.bind(6).error().code, EINVAL);
}

TEST_F(NetlinkSocketTest, BindChecksTheName) {
  Talker t = talker(*a);
  EXPECT_EQ(t->bind(caller, ByteVector(4)).error().code, EINVAL);
  const sockaddr_nl wrong{AF_INET, 0, 0, 0};
  EXPECT_EQ(t->bind(caller, bytes_of(wrong)).error().code, EINVAL);
}

TEST_F(NetlinkSocketTest, OnlySomeTypesAndProtocolsExist) {
  EXPECT_EQ(netlink->create(*a, caller, SOCK_STREAM, 0).error().code, ESOCKTNOSUPPORT);
  for (int protocol : {-1, 1, 3, NETLINK_SOCK_DIAG, NETLINK_NETFILTER, NETLINK_XFRM, 31, 1000})
    EXPECT_EQ(netlink->create(*a, caller, SOCK_RAW, protocol).error().code, EPROTONOSUPPORT);
  for (int protocol : {NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_KOBJECT_UEVENT})
    EXPECT_TRUE(netlink->create(*a, caller, SOCK_DGRAM, protocol).has_value());
}

TEST_F(NetlinkSocketTest, MembershipsAreListed) {
  Talker t = talker(*a);
  EXPECT_TRUE(t.option(NETLINK_ADD_MEMBERSHIP, 1).has_value());
  EXPECT_TRUE(t.option(NETLINK_ADD_MEMBERSHIP, RTNLGRP_STATS).has_value());
  EXPECT_TRUE(t.option(NETLINK_DROP_MEMBERSHIP, 1).has_value());
  auto list = t->get_option(caller, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, 64);
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(*list, (ByteVector{0, 0, 0, 0, 8, 0, 0, 0}));
  EXPECT_EQ(t.option(NETLINK_ADD_MEMBERSHIP, 0).error().code, EINVAL);
  EXPECT_EQ(t.option(NETLINK_ADD_MEMBERSHIP, 200).error().code, EINVAL);
}

TEST_F(NetlinkSocketTest, GroupsOfBindShowInTheName) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.bind(0, 0x11).has_value());
  EXPECT_EQ(load<sockaddr_nl>(t->local_name()->bytes.data()).nl_groups, 0x11u);
  ASSERT_TRUE(t.bind(t.port(), 0).has_value());
  EXPECT_EQ(load<sockaddr_nl>(t->local_name()->bytes.data()).nl_groups, 0u);
}

TEST_F(NetlinkSocketTest, OptionsAreKept) {
  Talker t = talker(*a);
  for (int name : {NETLINK_PKTINFO, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS, NETLINK_CAP_ACK,
                   NETLINK_LISTEN_ALL_NSID, NETLINK_GET_STRICT_CHK}) {
    EXPECT_EQ(load<int>(t->get_option(caller, SOL_NETLINK, name, 4)->data()), 0);
    ASSERT_TRUE(t.option(name, 7).has_value());
    EXPECT_EQ(load<int>(t->get_option(caller, SOL_NETLINK, name, 4)->data()), 1);
  }
  EXPECT_EQ(t.option(99, 1).error().code, ENOPROTOOPT);
  EXPECT_EQ(t->get_option(caller, SOL_NETLINK, 99, 4).error().code, ENOPROTOOPT);
}

TEST_F(NetlinkSocketTest, ListeningToAllNamespacesNeedsTheCapability) {
  caller.lacks = {CAP_NET_BROADCAST};
  Talker t = talker(*a);
  EXPECT_EQ(t.option(NETLINK_LISTEN_ALL_NSID, 1).error().code, EPERM);
}

TEST_F(NetlinkSocketTest, ProgramsTalkToEachOtherByPortId) {
  Talker from(*netlink, *a, caller, NETLINK_USERSOCK), to(*netlink, *a, caller, NETLINK_USERSOCK);
  ASSERT_TRUE(from.bind(1).has_value());
  ASSERT_TRUE(to.bind(2).has_value());
  const sockaddr_nl name{AF_NETLINK, 0, 2, 0};
  const ByteVector data{1, 2, 3};
  ASSERT_TRUE(
      from->send(caller, {.data = data, .name = bytes_of(name), .control = {}}).has_value());
  int one = 1;
  ASSERT_TRUE(to->set_option(caller, SOL_SOCKET, SO_PASSCRED, bytes_of(one)).has_value());
  auto got = to->receive(0);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->data, data);
  EXPECT_EQ(load<sockaddr_nl>(got->name.bytes.data()).nl_pid, 1u);
  const ByteVector control = to->control_for(*got);
  ASSERT_GE(control.size(), CMSG_LEN(sizeof(ucred)));
  EXPECT_EQ(load<cmsghdr>(control.data()).cmsg_type, SCM_CREDENTIALS);
  EXPECT_EQ(load<ucred>(control.data() + CMSG_LEN(0)).pid, 100);
}

TEST_F(NetlinkSocketTest, NobodyAtAPortIdRefuses) {
  Talker t = talker(*a);
  const sockaddr_nl name{AF_NETLINK, 0, 4444, 0};
  const ByteVector data(20);
  EXPECT_EQ(t->send(caller, {.data = data, .name = bytes_of(name), .control = {}}).error().code,
            ECONNREFUSED);
  ASSERT_TRUE(t->connect(caller, bytes_of(name)).has_value());
  EXPECT_EQ(t.send(data).error().code, ECONNREFUSED);
}

TEST_F(NetlinkSocketTest, TalkingToOthersNeedsTheCapability) {
  caller.lacks = {CAP_NET_ADMIN};
  Talker t = talker(*a);
  const sockaddr_nl name{AF_NETLINK, 0, 4444, 0};
  const ByteVector data(20);
  EXPECT_EQ(t->connect(caller, bytes_of(name)).error().code, EPERM);
  EXPECT_EQ(t->send(caller, {.data = data, .name = bytes_of(name), .control = {}}).error().code,
            EPERM);
}

TEST_F(NetlinkSocketTest, SendingIsChecked) {
  Talker t = talker(*a);
  EXPECT_EQ(t.send({}).error().code, ENODATA);
  const ByteVector huge(300000);
  EXPECT_EQ(t.send(huge).error().code, EMSGSIZE);
  EXPECT_EQ(t->receive(0).error().code, EAGAIN);
  EXPECT_EQ(t->shutdown(SHUT_RD).error().code, EOPNOTSUPP);
  EXPECT_EQ(t->listen(1).error().code, EOPNOTSUPP);
}

TEST_F(NetlinkSocketTest, AFullQueueGivesEnobufsOnceUntilItIsEmptied) {
  Talker listener = talker(*a), actor = talker(*a);
  ASSERT_TRUE(listener.bind(0, 1u << (RTNLGRP_LINK - 1)).has_value());
  int small = 1;
  ASSERT_TRUE(listener->set_option(caller, SOL_SOCKET, SO_RCVBUF, bytes_of(small)).has_value());
  for (int i = 0; i < 10; i++) add_link(*a, "d" + std::to_string(i), "dummy");
  EXPECT_TRUE(listener->poll() & POLLERR);
  EXPECT_EQ(listener->receive(0).error().code, ENOBUFS);
  EXPECT_FALSE(listener->poll() & POLLERR);
  add_link(*a, "e", "dummy");
  EXPECT_TRUE(listener->receive(0).has_value());
  listener.read();
  add_link(*a, "f", "dummy");
  EXPECT_EQ(listener.read().size(), 1u);
}

TEST_F(NetlinkSocketTest, NoEnobufsLosesSilently) {
  Talker listener = talker(*a);
  ASSERT_TRUE(listener.bind(0, 1u << (RTNLGRP_LINK - 1)).has_value());
  int small = 1;
  ASSERT_TRUE(listener->set_option(caller, SOL_SOCKET, SO_RCVBUF, bytes_of(small)).has_value());
  ASSERT_TRUE(listener.option(NETLINK_NO_ENOBUFS, 1).has_value());
  for (int i = 0; i < 10; i++) add_link(*a, "d" + std::to_string(i), "dummy");
  EXPECT_TRUE(listener->receive(0).has_value());
}

TEST_F(NetlinkSocketTest, PeekLeavesTheMessage) {
  Talker t = talker(*a);
  ASSERT_TRUE(t.send(t.build(RTM_GETLINK, NLM_F_ACK, link_header(1))).has_value());
  EXPECT_TRUE(t->poll() & POLLIN);
  const auto peeked = t->receive(MSG_PEEK);
  const auto taken = t->receive(0);
  ASSERT_TRUE(peeked && taken);
  EXPECT_EQ(peeked->data, taken->data);
}

TEST_F(NetlinkSocketTest, AnIdleNamespaceHoldsNoTable) {
  // Closing the last socket gives back all that was made for it: a new one starts from the pid
  // again.
  for (int i = 0; i < 3; i++) {
    Talker t = talker(*a);
    ASSERT_TRUE(t.bind(0, 1).has_value());
    EXPECT_EQ(t.port(), 100u);
  }
  EXPECT_FALSE(netlink->has_listeners(*a, NETLINK_ROUTE, 1));
}

TEST_F(NetlinkSocketTest, TheGenericControllerKnowsOnlyItself) {
  Talker t(*netlink, *a, caller, NETLINK_GENERIC);
  const uint32_t get_family = 3;  // struct genlmsghdr: CTRL_CMD_GETFAMILY
  EXPECT_EQ(t.ack(0x10, 0, get_family, [](NlWriter& out) { out.str(2, "nl80211"); }).code, ENOENT);
  auto reply = t.ask(0x10, 0, get_family, [](NlWriter& out) { out.str(2, "nlctrl"); });
  ASSERT_EQ(reply.size(), 1u);
  EXPECT_EQ(reply[0].attrs(4).u16(1), 0x10);
  EXPECT_EQ(t.ack(0x20, 0, get_family).code, ENOENT);
}

}  // namespace
}  // namespace unetns
