#include "socket/inet/ping_socket.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class PingSocketTest : public InetSocketTest {
 protected:
  PingSocketTest() { EXPECT_TRUE(inet_->sysctl_set(*a_, "ping_group_range", {0, 100})); }
};

TEST_F(PingSocketTest, OnlyTheGroupsOfTheRangeMayPing) {
  EXPECT_EQ(code(family_->create(*a_, root_, SOCK_DGRAM, IPPROTO_ICMP)), 0);
  EXPECT_EQ(code(family_->create(*b_, root_, SOCK_DGRAM, IPPROTO_ICMP)), EACCES)
      << "nobody by default, root neither";
}

TEST_F(PingSocketTest, RepliesComeBackUnderTheSocketsOwnId) {
  auto s = make(*a_, SOCK_DGRAM, IPPROTO_ICMP);
  ASSERT_EQ(send(*s, echo_request(0x7777, 5), "10.0.2.1"), 0);
  auto m = s->receive(0);
  ASSERT_TRUE(m);
  const auto icmp = IcmpView::parse(m->data);
  ASSERT_TRUE(icmp);
  EXPECT_EQ(icmp->type(), IcmpType::kEchoReply);
  EXPECT_EQ(icmp->echo_id(), port_of(*s)) << "not the one the program wrote";
  EXPECT_EQ(icmp->echo_sequence(), 5);
  EXPECT_TRUE(icmp->checksum_ok());
}

TEST_F(PingSocketTest, RepliesGoToTheSocketOfTheirId) {
  auto first = make(*a_, SOCK_DGRAM, IPPROTO_ICMP), second = make(*a_, SOCK_DGRAM, IPPROTO_ICMP);
  ASSERT_EQ(bind(*first, "0.0.0.0", 1234), 0);
  ASSERT_EQ(bind(*second, "0.0.0.0", 1235), 0);
  auto third = make(*a_, SOCK_DGRAM, IPPROTO_ICMP);
  ASSERT_EQ(set(*third, SOL_SOCKET, SO_REUSEADDR, 0), 0) << "which ping sockets are born with";
  EXPECT_EQ(bind(*third, "0.0.0.0", 1234), EADDRINUSE);
  send(*first, echo_request(0, 1), "127.0.0.1");
  EXPECT_EQ(receive(*first).size(), 16u);
  EXPECT_EQ(receive(*second), "errno 11");
}

TEST_F(PingSocketTest, OnlyEchoRequestsMayBeSent) {
  auto s = make(*a_, SOCK_DGRAM, IPPROTO_ICMP);
  ByteVector reply = echo_request(1, 1);
  reply[0] = 0;
  EXPECT_EQ(send(*s, reply, "127.0.0.1"), EINVAL);
  EXPECT_EQ(send(*s, "short", "127.0.0.1"), EINVAL);
  EXPECT_EQ(send(*s, echo_request(1, 1)), EDESTADDRREQ);
}

TEST_F(PingSocketTest, ErrorsComeToTheSocketWhoseRequestTheyQuote) {
  auto s = make(*a_, SOCK_DGRAM, IPPROTO_ICMP);
  set(*s, SOL_IP, IP_RECVERR, 1);
  set(*s, SOL_IP, IP_TTL, 1);
  send(*s, echo_request(1, 9), "10.0.2.1");
  auto m = s->receive(MSG_ERRQUEUE);
  ASSERT_TRUE(m);
  EXPECT_EQ(load<sock_extended_err>(m->extended_err.data()).ee_type, 11);
  EXPECT_EQ(load_be16(&m->data[6]), 9);
}

TEST_F(PingSocketTest, WhatWaitsIsNotTold) {
  auto s = make(*a_, SOCK_DGRAM, IPPROTO_ICMP);
  int value = 0;
  for (unsigned long request : {SIOCINQ, SIOCOUTQ})
    EXPECT_EQ(s->ioctl(SystemCaller(), request, mutable_bytes_of(value)).error().code, ENOTTY);
}

}  // namespace
}  // namespace unetns
