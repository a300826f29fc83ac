#include "socket/inet/raw_socket.h"

#include <linux/icmp.h>

#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

using RawSocketTest = InetSocketTest;

TEST_F(RawSocketTest, EchoIsAnsweredAndDeliveredWithItsIpHeader) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  ASSERT_EQ(send(*s, echo_request(42, 1), "10.0.2.1"), 0);
  auto m = s->receive(0);
  ASSERT_TRUE(m);
  const auto header = Ipv4View::parse(m->data);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->ttl(), 63);
  EXPECT_EQ(header->src(), ip("10.0.2.1"));
  const auto icmp = IcmpView::parse(header->payload());
  ASSERT_TRUE(icmp);
  EXPECT_EQ(icmp->type(), IcmpType::kEchoReply);
  EXPECT_EQ(icmp->echo_id(), 42);
  EXPECT_TRUE(icmp->checksum_ok());
}

TEST_F(RawSocketTest, EverySocketOfTheProtocolGetsACopy) {
  auto first = make(*b_, SOCK_RAW, IPPROTO_UDP), second = make(*b_, SOCK_RAW, IPPROTO_UDP);
  auto other = make(*b_, SOCK_RAW, 200);
  auto server = make(*b_);
  ASSERT_EQ(bind(*server, "0.0.0.0", 7), 0);
  send(*make(*a_), "x", "10.0.2.1", 7);
  EXPECT_EQ(receive(*first).size(), 29u);
  EXPECT_EQ(receive(*second).size(), 29u);
  EXPECT_EQ(receive(*server), "x");
  EXPECT_EQ(receive(*other), "errno 11");
}

TEST_F(RawSocketTest, BoundAndConnectedSocketsAreSelective) {
  auto bound = make(*b_, SOCK_RAW, 200), connected = make(*b_, SOCK_RAW, 200);
  ASSERT_EQ(bind(*bound, "127.0.0.1"), 0);
  ASSERT_EQ(connect(*connected, "10.0.1.1"), 0);
  send(*make(*a_, SOCK_RAW, 200), "x", "10.0.2.1");
  EXPECT_EQ(receive(*bound), "errno 11");
  EXPECT_EQ(receive(*connected).substr(20), "x");
}

TEST_F(RawSocketTest, AReplyThatItTookIsNoDrop) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  send(*s, echo_request(1, 1), "10.0.2.1");
  EXPECT_EQ(drops_[DropReason::kIcmpIgnored], 0);
}

TEST_F(RawSocketTest, ProtocolsBeyondThoseOfPacketsHearNothing) {
  auto s = make(*a_, SOCK_RAW, 256);
  EXPECT_EQ(port_of(*s), 256);
  EXPECT_EQ(send(*make(*b_, SOCK_RAW, 254), "x", "10.0.1.1"), 0);
  EXPECT_EQ(receive(*s), "errno 11");
  EXPECT_EQ(code(family_->create(*a_, root_, SOCK_RAW, 263)), EINVAL);
}

TEST_F(RawSocketTest, IcmpFilterKeepsTypesAway) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  EXPECT_EQ(set(*s, SOL_RAW, ICMP_FILTER, 1 << ICMP_ECHOREPLY), 0);
  EXPECT_EQ(get(*s, SOL_RAW, ICMP_FILTER), 1);
  send(*s, echo_request(1, 1), "10.0.2.1");
  EXPECT_EQ(receive(*s), "errno 11");
  EXPECT_EQ(set(*make(*a_, SOCK_RAW, 99), SOL_RAW, ICMP_FILTER, 1), EOPNOTSUPP);
}

TEST_F(RawSocketTest, AProgramMayBringItsOwnHeader) {
  auto hearer = make(*b_, SOCK_RAW, 200);
  auto s = make(*a_, SOCK_RAW, IPPROTO_RAW);
  EXPECT_EQ(get(*s, SOL_IP, IP_HDRINCL), 1);
  ByteVector packet(21, 0);
  Ipv4Header h;
  h.total_length = 21;
  h.ttl = 9;
  h.protocol = 200;
  h.src = ip("10.0.1.77");  // not ours: that is what the option is for
  h.dst = ip("10.0.2.1");
  h.emit(packet);
  store_be16(&packet[2], 0);   // filled in by the stack
  store_be16(&packet[10], 0);  // the same
  ASSERT_EQ(send(*s, packet, "10.0.2.1"), 0);
  auto m = hearer->receive(0);
  ASSERT_TRUE(m);
  const auto view = Ipv4View::parse(m->data);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->src(), ip("10.0.1.77"));
  EXPECT_EQ(view->ttl(), 8);
  EXPECT_EQ(view->total_length(), 21);
  EXPECT_NE(view->id(), 0);
  EXPECT_TRUE(view->checksum_ok());
  EXPECT_EQ(send(*s, "short", "10.0.2.1"), EINVAL);
}

TEST_F(RawSocketTest, RawSocketsNeedPrivilegeAndAProtocol) {
  TestCaller user;
  user.privileged = false;
  EXPECT_EQ(code(family_->create(*a_, user, SOCK_RAW, IPPROTO_ICMP)), EPERM);
  EXPECT_EQ(code(family_->create(*a_, root_, SOCK_RAW, 0)), EPROTONOSUPPORT);
}

TEST_F(RawSocketTest, AnUnknownProtocolIsRefusedByIcmp) {
  auto icmp = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  send(*make(*a_, SOCK_RAW, 222), "x", "10.0.2.1");
  const std::string error = receive(*icmp);
  ASSERT_EQ(error.size(), 20u + 8 + 20 + 1);
  EXPECT_EQ(error[20], 3);
  EXPECT_EQ(error[21], 2);
  EXPECT_EQ(stack_->ip().stats(*b_).in_unknown_protos, 1u);
}

TEST_F(RawSocketTest, AnExpiredTtlIsToldByTheRouter) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  set(*s, SOL_IP, IP_TTL, 1);
  set(*s, SOL_IP, IP_RECVERR, 1);
  send(*s, echo_request(7, 3), "10.0.2.1");
  auto m = s->receive(MSG_ERRQUEUE);
  ASSERT_TRUE(m);
  const auto e = load<sock_extended_err>(m->extended_err.data());
  EXPECT_EQ(e.ee_errno, static_cast<uint32_t>(EHOSTUNREACH));
  EXPECT_EQ(e.ee_type, 11);
  EXPECT_EQ(load<sockaddr_in>(m->extended_err.data() + sizeof e).sin_addr.s_addr,
            ip("10.0.1.254").be());
  EXPECT_EQ(m->data, echo_request(7, 3)) << "the ICMP message of ours that was quoted";
}

TEST_F(RawSocketTest, ARecordedRouteNamesEveryHopThereAndBack) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  ByteVector rr(40, 0);
  rr[0] = 1;  // as ping -R aligns it
  rr[1] = 7;
  rr[2] = 39;
  rr[3] = 4;
  ASSERT_EQ(code(s->set_option(root_, SOL_IP, IP_OPTIONS, rr)), 0);
  ASSERT_EQ(send(*s, echo_request(1, 1), "10.0.2.1"), 0);
  auto m = s->receive(0);
  ASSERT_TRUE(m);
  const auto view = Ipv4View::parse(m->data);
  ASSERT_EQ(view->header_size(), 60u);
  std::vector<std::string> hops;
  for (size_t at = 3; at + 1 < view->options()[2]; at += 4)
    hops.push_back(to_string(Ipv4Address::from(&view->options()[at])));
  EXPECT_THAT(hops, testing::ElementsAre("10.0.1.1", "10.0.2.254", "10.0.2.1", "10.0.2.1",
                                         "10.0.1.254", "10.0.1.1"));
}

TEST_F(RawSocketTest, AnUnansweredNeighbourMakesTheHostUnreachable) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  set(*s, SOL_IP, IP_RECVERR, 1);
  send(*s, echo_request(7, 3), "10.0.1.99");
  env_.advance(std::chrono::seconds(5));
  auto m = s->receive(MSG_ERRQUEUE);
  ASSERT_TRUE(m);
  const auto e = load<sock_extended_err>(m->extended_err.data());
  EXPECT_EQ(e.ee_errno, static_cast<uint32_t>(EHOSTUNREACH));
  EXPECT_EQ(e.ee_code, 1);
  EXPECT_EQ(load<sockaddr_in>(m->extended_err.data() + sizeof e).sin_addr.s_addr,
            ip("10.0.1.1").be());
}

}  // namespace
}  // namespace unetns
