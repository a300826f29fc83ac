#include "socket/inet/tcp_socket.h"

#include <linux/tcp.h>

#include "socket/inet/tcp_fixture.h"

namespace unetns {
namespace {

using std::chrono::seconds;

TEST_F(TcpSocketTest, AConnectionCarriesBytesBothWays) {
  auto [c, s] = joined();
  EXPECT_EQ(send(*c, "hello"), 0);
  EXPECT_EQ(receive(*s), "hello");
  EXPECT_EQ(send(*s, "you too"), 0);
  EXPECT_EQ(receive(*c), "you too");
  EXPECT_EQ(receive(*c), "errno 11");
  EXPECT_EQ(port_of(*s), 7000);
  EXPECT_EQ(to_be16(from(*s->peer_name()).sin_port), port_of(*c));
  EXPECT_EQ(c->state(), StreamState::kConnected);
}

TEST_F(TcpSocketTest, ConnectSaysOnceHowItEnded) {
  auto l = listener(*b_, 7000);
  auto c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), EINPROGRESS);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), 0);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), EISCONN);
  EXPECT_EQ(connect(*l, "10.0.2.1", 7000), EISCONN);
}

TEST_F(TcpSocketTest, NobodyListeningRefuses) {
  auto c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7999), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(c->poll() & (POLLIN | POLLOUT | POLLERR | POLLHUP),
            uint32_t{POLLIN | POLLOUT | POLLERR | POLLHUP});
  EXPECT_EQ(connect(*c, "10.0.2.1", 7999), ECONNREFUSED);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7999), EINPROGRESS) << "it may try again";
  env_.settle();
  EXPECT_EQ(get(*c, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7999), ECONNABORTED);
}

TEST_F(TcpSocketTest, WhereNoRouteLeadsNoConnectionGoes) {
  EXPECT_EQ(connect(*tcp(*init_), "10.0.2.1", 7000), ENETUNREACH);
  EXPECT_EQ(connect(*tcp(*a_), "224.0.0.1", 7000), ENETUNREACH);
  EXPECT_EQ(connect(*tcp(*a_), "10.0.1.255", 7000), ENETUNREACH);
  auto c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.0.1.77", 7000), EINPROGRESS);
  env_.advance(seconds(5));
  EXPECT_EQ(get(*c, SOL_SOCKET, SO_ERROR), EHOSTUNREACH) << "no neighbour answers";
}

TEST_F(TcpSocketTest, ASocketMayConnectToItself) {
  auto c = tcp(*a_);
  EXPECT_EQ(bind(*c, "127.0.0.1", 7000), 0);
  EXPECT_EQ(connect(*c, "127.0.0.1", 7000), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(c->state(), StreamState::kConnected);
  EXPECT_EQ(send(*c, "echo"), 0);
  EXPECT_EQ(receive(*c), "echo");
}

TEST_F(TcpSocketTest, TheEndOfTheStreamIsAnEmptyMessage) {
  auto [c, s] = joined();
  send(*c, "last");
  EXPECT_TRUE(c->shutdown(SHUT_WR));
  env_.settle();
  EXPECT_FALSE(s->at_eof()) << "not all is read";
  EXPECT_EQ(receive(*s), "last");
  EXPECT_TRUE(s->at_eof());
  EXPECT_EQ(receive(*s), "");
  EXPECT_EQ(send(*c, "x"), EPIPE);
  EXPECT_EQ(send(*s, "still"), 0);
  EXPECT_EQ(receive(*c), "still");
}

TEST_F(TcpSocketTest, AnOrphanSendsWhatIsQueuedAndGoes) {
  auto [c, s] = joined();
  const std::string much(10000, 'x');
  EXPECT_EQ(send(*c, much), 0);
  c->close();
  c.reset();
  env_.settle();
  EXPECT_EQ(receive_all(*s).size(), much.size());
  EXPECT_TRUE(s->at_eof());
  s.reset();
  env_.settle();
  EXPECT_EQ(stack_->tcp().orphan_count(), 0u);
  EXPECT_EQ(stack_->tcp().use(*a_).time_waits, 1u);
  env_.advance(seconds(61));
  EXPECT_EQ(stack_->tcp().use(*a_).time_waits, 0u);
}

TEST_F(TcpSocketTest, AnOrphanKeepsItsNamespaceUntilItsPeerTookAll) {
  auto [c, s] = joined();
  NetdevLayer& devs = *netdevs_;
  const std::string much(200000, 'x');
  ASSERT_TRUE(devs.change_flags(dev(*r_, "eth1"), 0, IFF_UP));
  send(*c, much);
  c.reset();
  const uint64_t id = a_->id();
  a_ = NetRef();
  env_.settle();
  EXPECT_NE(registry_.find(id), nullptr);
  ASSERT_TRUE(devs.change_flags(dev(*r_, "eth1"), IFF_UP, IFF_UP));
  std::string got;
  for (int i = 0; i < 100 && !s->at_eof(); i++) {
    env_.advance(seconds(1));
    got += receive_all(*s);
  }
  EXPECT_GT(got.size(), 16000u);
  s.reset();
  env_.advance(seconds(1));
  EXPECT_EQ(registry_.find(id), nullptr) << "TIME-WAIT holds nothing";
}

TEST_F(TcpSocketTest, LingerOfZeroResets) {
  auto [c, s] = joined();
  const struct linger now { 1, 0 };
  EXPECT_TRUE(c->set_option(root_, SOL_SOCKET, SO_LINGER, bytes_of(now)));
  c.reset();
  env_.settle();
  EXPECT_EQ(receive(*s), "errno 104");
  EXPECT_EQ(receive(*s), "");
  EXPECT_EQ(send(*s, "x"), EPIPE);
  EXPECT_TRUE(s->was_reset());
  EXPECT_EQ(s->state(), StreamState::kClosed);
}

TEST_F(TcpSocketTest, AcceptedSocketsInheritOptions) {
  auto l = listener(*b_, 7000);
  set(*l, IPPROTO_TCP, TCP_NODELAY, 1);
  set(*l, IPPROTO_TCP, TCP_KEEPIDLE, 33);
  set(*l, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(*l, SOL_IP, IP_TOS, 0x10);
  auto c = tcp(*a_);
  connect(*c, "10.0.2.1", 7000);
  env_.settle();
  auto s = accept(*l);
  EXPECT_EQ(get(*s, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(get(*s, IPPROTO_TCP, TCP_KEEPIDLE), 33);
  EXPECT_EQ(get(*s, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(get(*s, SOL_IP, IP_TOS), 0x10);
}

TEST_F(TcpSocketTest, DisconnectMakesItFresh) {
  auto [c, s] = joined();
  sockaddr_in none{};
  none.sin_family = AF_UNSPEC;
  EXPECT_TRUE(c->connect(root_, bytes_of(none)));
  EXPECT_EQ(c->state(), StreamState::kFresh);
  env_.settle();
  EXPECT_EQ(receive(*s), "errno 104");
  EXPECT_EQ(connect(*c, "10.0.2.1", 7999), EINPROGRESS);
}

TEST_F(TcpSocketTest, DisconnectOfALiveConnectionLeavesAnErrorThatAConnectForgets) {
  sockaddr_in none{};
  none.sin_family = AF_UNSPEC;
  auto [c, s] = joined();
  EXPECT_TRUE(c->connect(root_, bytes_of(none)));
  EXPECT_EQ(c->error(), ECONNRESET);
  Ptr l = listener(*b_, 7001);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7001), EINPROGRESS);
  EXPECT_TRUE(c->connect(root_, bytes_of(none)));  // of one that was not there yet
  EXPECT_EQ(c->take_error(), ECONNRESET);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7001), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(c->error(), 0);
  EXPECT_EQ(c->state(), StreamState::kConnected);
  EXPECT_TRUE(l->connect(root_, bytes_of(none)));  // a listener has no connection
  EXPECT_EQ(l->error(), 0);
}

TEST_F(TcpSocketTest, TheNextConnectionGoesItsOwnWay) {
  sockaddr_in none{};
  none.sin_family = AF_UNSPEC;
  auto [c, s] = joined();  // by the link to b
  EXPECT_TRUE(c->connect(root_, bytes_of(none)));
  Ptr l = listener(*a_, 7001);
  EXPECT_EQ(connect(*c, "127.0.0.1", 7001), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(c->state(), StreamState::kConnected);
}

TEST_F(TcpSocketTest, ALevelThatIsNotItsOwnIsNotSupportedOnlyWhereItAsks) {
  Ptr s = tcp(*a_);
  const int one = 1;
  EXPECT_EQ(s->get_option(root_, 77, 1, 4).error().code, EOPNOTSUPP);
  EXPECT_EQ(code(s->set_option(root_, 77, 1, bytes_of(one))), ENOPROTOOPT);
}

TEST_F(TcpSocketTest, MuchDataArrivesWhole) {
  auto [c, s] = joined();
  std::string sent, got;
  uint32_t n = 0;
  for (int round = 0; round < 3000 && got.size() < 3'000'000; round++) {
    if (sent.size() < 3'000'000 && c->send_room() != 0) {
      std::string piece(std::min<size_t>(c->send_room(), 30000), 0);
      for (char& x : piece) x = static_cast<char>(n++ * 7 >> 3);
      EXPECT_EQ(send(*c, piece), 0);
      sent += piece;
    }
    got += receive_all(*s);
    env_.advance(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(got.size(), sent.size());
  EXPECT_TRUE(got == sent);
}

TEST_F(TcpSocketTest, AFreshSocketAnswersAsLinuxDoes) {
  auto c = tcp(*a_);
  EXPECT_EQ(c->poll() & (POLLOUT | POLLHUP), uint32_t{POLLOUT | POLLHUP});
  EXPECT_EQ(send(*c, "x"), EPIPE);
  EXPECT_EQ(receive(*c), "errno 107");
  EXPECT_EQ(receive(*c, MSG_OOB), "errno 22");
  EXPECT_EQ(code(c->shutdown(SHUT_RD)), ENOTCONN);
  EXPECT_EQ(code(c->accept()), EINVAL);
  EXPECT_EQ(code(c->peer_name()), ENOTCONN);
}

TEST_F(TcpSocketTest, PathsNarrowByIcmpAreFollowed) {
  ASSERT_TRUE(netdevs_->set_mtu(dev(*r_, "eth1"), 800));
  auto [c, s] = joined();
  const std::string much(20000, 'x');
  EXPECT_EQ(send(*c, much), 0);
  env_.advance(seconds(3));
  EXPECT_EQ(receive_all(*s).size(), much.size());
  EXPECT_EQ(get(*c, SOL_IP, IP_MTU), 800);
}

}  // namespace
}  // namespace unetns
