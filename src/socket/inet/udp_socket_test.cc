#include "socket/inet/udp_socket.h"

#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

using UdpSocketTest = InetSocketTest;

TEST_F(UdpSocketTest, DatagramsTravelOverTheLoopback) {
  auto server = make(*a_), client = make(*a_);
  ASSERT_EQ(bind(*server, "127.0.0.1", 5000), 0);
  ASSERT_EQ(send(*client, "hello", "127.0.0.1", 5000), 0);
  EXPECT_EQ(server->poll() & POLLIN, POLLIN);
  auto m = server->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(text(*m), "hello");
  EXPECT_EQ(from(m->name).sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  EXPECT_EQ(to_be16(from(m->name).sin_port), port_of(*client));
  EXPECT_EQ(receive(*server), "errno 11");
}

TEST_F(UdpSocketTest, DatagramsCrossARouterAndAreAnswered) {
  auto server = make(*b_), client = make(*a_);
  ASSERT_EQ(bind(*server, "0.0.0.0", 53), 0);
  ASSERT_EQ(connect(*client, "10.0.2.1", 53), 0);
  ASSERT_EQ(send(*client, "question"), 0);
  auto m = server->receive(0);
  ASSERT_TRUE(m) << m.error().code;
  EXPECT_EQ(m->ttl, 63);
  auto reply = server->send(root_, {.data = bytes_of(uint32_t{0}), .name = m->name.view()});
  env_.settle();
  ASSERT_TRUE(reply);
  EXPECT_EQ(receive(*client).size(), 4u);
  EXPECT_EQ(stack_->ip().stats(*r_).forw_datagrams, 2u);
}

TEST_F(UdpSocketTest, EphemeralPortsLieInTheRangeAndAreDrawnAtRandom) {
  std::set<uint16_t> ports;
  for (int i = 0; i < 20; i++) {
    auto s = make(*a_);
    ASSERT_EQ(bind(*s, "0.0.0.0", 0), 0);
    ports.insert(port_of(*s));
    EXPECT_GE(port_of(*s), 32768);
    EXPECT_LE(port_of(*s), 60999);
  }
  EXPECT_GT(ports.size(), 15u);
}

TEST_F(UdpSocketTest, APortIsTakenUntilItsSocketIsClosed) {
  auto first = make(*a_), second = make(*a_);
  ASSERT_EQ(bind(*first, "0.0.0.0", 7), 0);
  EXPECT_EQ(bind(*second, "127.0.0.1", 7), EADDRINUSE);
  first.reset();
  EXPECT_EQ(bind(*second, "127.0.0.1", 7), 0);
  EXPECT_EQ(bind(*second, "127.0.0.1", 8), EINVAL) << "bound already";
}

TEST_F(UdpSocketTest, DifferentAddressesShareAPort) {
  auto first = make(*a_), second = make(*a_);
  EXPECT_EQ(bind(*first, "127.0.0.1", 7), 0);
  EXPECT_EQ(bind(*second, "10.0.1.1", 7), 0);
}

TEST_F(UdpSocketTest, ReuseAddrLetsSocketsShareAndTheLastBoundReceives) {
  auto first = make(*a_), second = make(*a_);
  set(*first, SOL_SOCKET, SO_REUSEADDR, 1);
  set(*second, SOL_SOCKET, SO_REUSEADDR, 1);
  ASSERT_EQ(bind(*first, "127.0.0.1", 7), 0);
  ASSERT_EQ(bind(*second, "127.0.0.1", 7), 0);
  auto client = make(*a_);
  send(*client, "x", "127.0.0.1", 7);
  EXPECT_EQ(receive(*first), "errno 11");
  EXPECT_EQ(receive(*second), "x");
}

TEST_F(UdpSocketTest, ReusePortSpreadsFlowsOverTheGroup) {
  auto first = make(*a_), second = make(*a_);
  for (auto* s : {&first, &second}) {
    set(**s, SOL_SOCKET, SO_REUSEPORT, 1);
    ASSERT_EQ(bind(**s, "127.0.0.1", 7), 0);
  }
  for (int i = 0; i < 40; i++) send(*make(*a_), "x", "127.0.0.1", 7);
  int counts[2] = {0, 0};
  while (receive(*first) == "x") counts[0]++;
  while (receive(*second) == "x") counts[1]++;
  EXPECT_EQ(counts[0] + counts[1], 40);
  EXPECT_GT(counts[0], 5);
  EXPECT_GT(counts[1], 5);
}

TEST_F(UdpSocketTest, BindChecksFamilyLengthAddressAndPrivilege) {
  auto s = make(*a_);
  SockAddr wrong = name("127.0.0.1", 1);
  wrong.len = 8;
  EXPECT_EQ(code(s->bind(root_, wrong.view())), EINVAL);
  wrong.len = 16;
  wrong.bytes[0] = AF_INET6;
  EXPECT_EQ(code(s->bind(root_, wrong.view())), EAFNOSUPPORT);
  EXPECT_EQ(bind(*s, "10.9.9.9", 5), EADDRNOTAVAIL);
  TestCaller user;
  user.privileged = false;
  EXPECT_EQ(code(s->bind(user, name("0.0.0.0", 80).view())), EACCES);
  EXPECT_EQ(code(s->bind(user, name("0.0.0.0", 8080).view())), 0);
}

TEST_F(UdpSocketTest, SendWithoutDestinationOrRouteFails) {
  auto s = make(*a_);
  EXPECT_EQ(send(*s, "x"), EDESTADDRREQ);
  EXPECT_EQ(send(*s, "x", "127.0.0.1", 0), EINVAL) << "port 0";
  auto lonely = make(*init_);
  EXPECT_EQ(send(*lonely, "x", "10.0.0.1", 9), ENETUNREACH);
  EXPECT_EQ(send(*s, ByteVector(65508), "127.0.0.1", 9), EMSGSIZE);
  EXPECT_EQ(send(*s, ByteVector(65507), "127.0.0.1", 9), 0);
}

TEST_F(UdpSocketTest, BroadcastsNeedTheirOption) {
  auto s = make(*a_), hearer = make(*r_), self = make(*a_);
  ASSERT_EQ(bind(*hearer, "0.0.0.0", 67), 0);
  ASSERT_EQ(bind(*self, "0.0.0.0", 67), 0);
  EXPECT_EQ(send(*s, "x", "10.0.1.255", 67), EACCES);
  EXPECT_EQ(connect(*s, "10.0.1.255", 67), EACCES);
  set(*s, SOL_SOCKET, SO_BROADCAST, 1);
  EXPECT_EQ(send(*s, "x", "10.0.1.255", 67), 0);
  EXPECT_EQ(receive(*hearer), "x");
  EXPECT_EQ(receive(*self), "x") << "broadcasts are heard by their sender's host too";
}

TEST_F(UdpSocketTest, AClosedPortRefusesAConnectedSocket) {
  auto s = make(*a_);
  ASSERT_EQ(connect(*s, "10.0.2.1", 9), 0);
  ASSERT_EQ(send(*s, "x"), 0);
  EXPECT_EQ(s->poll() & POLLERR, POLLERR);
  EXPECT_EQ(receive(*s), "errno 111");
  EXPECT_EQ(receive(*s), "errno 11") << "told once";
  send(*s, "x");
  EXPECT_EQ(send(*s, "x"), ECONNREFUSED) << "the next send may be told instead";
}

TEST_F(UdpSocketTest, AnUnconnectedSocketIsToldOfErrorsOnlyWithRecverr) {
  auto s = make(*a_);
  send(*s, "x", "10.0.2.1", 9);
  EXPECT_EQ(receive(*s), "errno 11");
  set(*s, SOL_IP, IP_RECVERR, 1);
  send(*s, "payload", "10.0.2.1", 9);
  EXPECT_EQ(s->poll() & POLLERR, POLLERR);
  auto m = s->receive(MSG_ERRQUEUE);
  ASSERT_TRUE(m);
  EXPECT_EQ(text(*m), "payload");
  EXPECT_EQ(from(m->name).sin_addr.s_addr, ip("10.0.2.1").be());
  EXPECT_EQ(to_be16(from(m->name).sin_port), 9);
  const auto e = load<sock_extended_err>(m->extended_err.data());
  EXPECT_EQ(e.ee_errno, static_cast<uint32_t>(ECONNREFUSED));
  EXPECT_EQ(e.ee_origin, SO_EE_ORIGIN_ICMP);
  EXPECT_EQ(e.ee_type, 3);
  EXPECT_EQ(e.ee_code, 3);
  const auto offender = load<sockaddr_in>(m->extended_err.data() + sizeof e);
  EXPECT_EQ(offender.sin_addr.s_addr, ip("10.0.2.1").be());
  EXPECT_EQ(s->poll() & POLLERR, 0u) << "reading it clears the pending error";
  EXPECT_EQ(code(s->receive(MSG_ERRQUEUE)), EAGAIN);
}

TEST_F(UdpSocketTest, AConnectedSocketHearsOnlyItsPeer) {
  auto s = make(*a_), peer = make(*a_), other = make(*a_);
  ASSERT_EQ(bind(*peer, "127.0.0.1", 1000), 0);
  ASSERT_EQ(bind(*s, "127.0.0.1", 2000), 0);
  ASSERT_EQ(connect(*s, "127.0.0.1", 1000), 0);
  send(*other, "no", "127.0.0.1", 2000);
  send(*peer, "yes", "127.0.0.1", 2000);
  EXPECT_EQ(receive(*s), "yes");
  EXPECT_EQ(receive(*s), "errno 11");
}

TEST_F(UdpSocketTest, DisconnectingForgetsThePeerAndAnUnboundAddress) {
  auto s = make(*a_);
  EXPECT_EQ(code(s->peer_name()), ENOTCONN);
  ASSERT_EQ(connect(*s, "10.0.2.1", 9), 0);
  EXPECT_EQ(from(*s->local_name()).sin_addr.s_addr, ip("10.0.1.1").be());
  EXPECT_EQ(from(*s->peer_name()).sin_addr.s_addr, ip("10.0.2.1").be());
  sockaddr_in none{};
  EXPECT_EQ(code(s->connect(root_, bytes_of(none))), 0);
  EXPECT_EQ(code(s->peer_name()), ENOTCONN);
  EXPECT_EQ(from(*s->local_name()).sin_addr.s_addr, 0u);
  EXPECT_EQ(port_of(*s), 0);
}

TEST_F(UdpSocketTest, TheReceiveBufferIsBoundedAndDropsAreCounted) {
  auto s = make(*a_), client = make(*a_);
  ASSERT_EQ(bind(*s, "127.0.0.1", 7), 0);
  set(*s, SOL_SOCKET, SO_RCVBUF, 0);
  EXPECT_EQ(get(*s, SOL_SOCKET, SO_RCVBUF), 2304);
  for (int i = 0; i < 10; i++) send(*client, "x", "127.0.0.1", 7);
  int n = 0;
  while (receive(*s) == "x") n++;
  EXPECT_EQ(n, 2);
  EXPECT_EQ(stack_->udp().stats(*a_).rcvbuf_errors, 8u);
  EXPECT_EQ(drops_[DropReason::kSocketRcvbufFull], 8);
}

TEST_F(UdpSocketTest, PeekLeavesTheDatagram) {
  auto s = make(*a_), client = make(*a_);
  ASSERT_EQ(bind(*s, "127.0.0.1", 7), 0);
  send(*client, "x", "127.0.0.1", 7);
  int n = 0;
  EXPECT_EQ(code(s->ioctl(root_, 0x541b, mutable_bytes_of(n))), 0);
  EXPECT_EQ(n, 1);
  EXPECT_EQ(receive(*s, MSG_PEEK), "x");
  EXPECT_EQ(receive(*s), "x");
}

TEST_F(UdpSocketTest, LargeDatagramsAreFragmentedAndReassembled) {
  auto server = make(*b_), client = make(*a_);
  ASSERT_EQ(bind(*server, "0.0.0.0", 7), 0);
  set(*client, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  std::string big(60000, 'x');
  for (size_t i = 0; i < big.size(); i++) big[i] = static_cast<char>(i * 31 >> 3);
  ASSERT_EQ(send(*client, big, "10.0.2.1", 7), 0);
  EXPECT_EQ(receive(*server), big);
  EXPECT_EQ(stack_->ip().stats(*a_).frag_oks, 1u);
  EXPECT_EQ(stack_->ip().stats(*b_).reasm_oks, 1u);
}

TEST_F(UdpSocketTest, ShutdownEndsReadingAndWriting) {
  auto s = make(*a_);
  EXPECT_EQ(code(s->shutdown(SHUT_RD)), ENOTCONN);
  ASSERT_EQ(connect(*s, "127.0.0.1", 9), 0);
  EXPECT_EQ(code(s->shutdown(SHUT_WR)), 0);
  EXPECT_EQ(send(*s, "x"), EPIPE);
  EXPECT_EQ(receive(*s), "") << "end of file";
  EXPECT_EQ(s->poll() & POLLHUP, POLLHUP);
}

}  // namespace
}  // namespace unetns
