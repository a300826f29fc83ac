// Listeners: backlogs, floods, groups, what may bind where.
#include <linux/tcp.h>
#include <malloc.h>

#include "socket/inet/tcp_fixture.h"

namespace unetns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TcpListenTest : public TcpSocketTest {
 protected:
  // A connection attempt; whether it came to an end at once.
  Ptr dial(uint16_t port) {
    Ptr c = tcp(*a_);
    EXPECT_EQ(connect(*c, "10.0.2.1", port), EINPROGRESS);
    env_.settle();
    return c;
  }
};

TEST_F(TcpListenTest, TheAcceptQueueHoldsOneMoreThanTheBacklog) {
  auto l = listener(*b_, 7000, 2);
  std::vector<Ptr> clients;
  for (int i = 0; i < 5; i++) clients.push_back(dial(7000));
  EXPECT_EQ(l->accept_queue(), 3u);
  EXPECT_EQ(l->poll() & POLLIN, uint32_t{POLLIN});
  EXPECT_GT(mibs(*b_)[TcpMib::kListenOverflows], 0u);
  while (accept(*l)) {
  }
  env_.advance(seconds(10));
  EXPECT_EQ(l->accept_queue(), 2u) << "the others get in when there is room";
  EXPECT_EQ(code(l->accept()), 0);
  EXPECT_EQ(code(l->accept()), 0);
  EXPECT_EQ(code(l->accept()), EAGAIN);
}

TEST_F(TcpListenTest, AFullSynQueueAnswersWithCookiesAndStillServes) {
  auto l = listener(*b_, 7000, 8);
  for (uint16_t i = 0; i < 1000; i++) forge("10.0.1.99", static_cast<uint16_t>(10000 + i), 7000);
  EXPECT_GT(mibs(*b_)[TcpMib::kSyncookiesSent], 900u);
  EXPECT_LE(stack_->tcp().use(*b_).in_use, 1u);
  auto c = dial(7000);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), 0);
  EXPECT_EQ(send(*c, "served"), 0);
  auto s = accept(*l);
  ASSERT_TRUE(s);
  EXPECT_EQ(receive(*s), "served");
  EXPECT_EQ(mibs(*b_)[TcpMib::kSyncookiesRecv], 1u);
  env_.advance(seconds(200));
  size_t records = 0;
  stack_->tcp().for_each(*b_, [&](const TcpRecord<V4>&) { records++; });
  EXPECT_LE(records, 2u) << "half-open ones are given up";
}

TEST_F(TcpListenTest, WithoutCookiesAFullSynQueueDrops) {
  ASSERT_TRUE(inet_->sysctl_set(*b_, "tcp_syncookies", {0}));
  auto l = listener(*b_, 7000, 8);
  for (uint16_t i = 0; i < 100; i++) forge("10.0.1.99", static_cast<uint16_t>(10000 + i), 7000);
  EXPECT_EQ(mibs(*b_)[TcpMib::kTCPReqQFullDrop], 92u);
  EXPECT_EQ(mibs(*b_)[TcpMib::kSyncookiesSent], 0u);
}

TEST_F(TcpListenTest, GuessedAcksMakeNoConnection) {
  auto l = listener(*b_, 7000);
  for (uint32_t i = 0; i < 100; i++) forge("10.0.1.99", 5000, 7000, TcpFlag::kAck, i, i * 77777);
  EXPECT_EQ(l->accept_queue(), 0u);
  EXPECT_EQ(mibs(*b_)[TcpMib::kOutRsts], 100u);
}

TEST_F(TcpListenTest, APortScanIsAnsweredAndLeavesNothing) {
  for (uint16_t p = 1; p < 5000; p++) forge("10.0.1.99", 999, p);
  EXPECT_EQ(mibs(*b_)[TcpMib::kOutRsts], 4999u);
  EXPECT_EQ(stack_->tcp().use(*b_).allocated, 0u);
}

TEST_F(TcpListenTest, ClosingAListenerResetsWhoWaits) {
  auto l = listener(*b_, 7000);
  auto c = dial(7000);
  l.reset();
  env_.settle();
  EXPECT_EQ(receive(*c), "errno 104");
  EXPECT_EQ(stack_->tcp().use(*b_).allocated, 0u);
}

TEST_F(TcpListenTest, AReusePortGroupSharesConnections) {
  std::vector<Ptr> group, clients;
  for (int i = 0; i < 4; i++) {
    group.push_back(tcp(*b_));
    set(*group.back(), SOL_SOCKET, SO_REUSEPORT, 1);
    ASSERT_EQ(bind(*group.back(), "0.0.0.0", 7000), 0);
    ASSERT_EQ(code(group.back()->listen(100)), 0);
  }
  for (int i = 0; i < 100; i++) clients.push_back(dial(7000));
  for (const Ptr& l : group) EXPECT_GT(l->accept_queue(), 5u);
}

TEST_F(TcpListenTest, TheMostSpecificListenerGetsTheConnection) {
  auto any = listener(*b_, 7000);
  auto other = tcp(*b_);
  EXPECT_EQ(bind(*other, "10.0.2.1", 7000), EADDRINUSE);
  any.reset();
  auto exact = listener(*b_, 7000, 5, "10.0.2.1"), lo = listener(*b_, 7000, 5, "127.0.0.1");
  auto c = dial(7000);
  EXPECT_EQ(exact->accept_queue(), 1u);
  EXPECT_EQ(lo->accept_queue(), 0u);
}

TEST_F(TcpListenTest, BindingFollowsTheRulesOfLinux) {
  auto l = listener(*b_, 7000);
  EXPECT_EQ(bind(*tcp(*b_), "0.0.0.0", 7000), EADDRINUSE);
  EXPECT_EQ(bind(*tcp(*b_), "10.9.9.9", 7001), EADDRNOTAVAIL);
  EXPECT_EQ(bind(*l, "0.0.0.0", 7002), EINVAL);
  auto r = tcp(*b_);
  set(*r, SOL_SOCKET, SO_REUSEADDR, 1);
  EXPECT_EQ(bind(*r, "0.0.0.0", 7000), EADDRINUSE) << "one listens";
  root_.privileged = false;
  EXPECT_EQ(bind(*tcp(*b_), "0.0.0.0", 80), EACCES);
  root_.privileged = true;
  auto x = tcp(*b_), y = tcp(*b_);
  set(*x, SOL_SOCKET, SO_REUSEADDR, 1);
  set(*y, SOL_SOCKET, SO_REUSEADDR, 1);
  EXPECT_EQ(bind(*x, "0.0.0.0", 7003), 0);
  EXPECT_EQ(bind(*y, "0.0.0.0", 7003), 0);
  EXPECT_EQ(code(x->listen(1)), 0);
  EXPECT_EQ(code(y->listen(1)), EADDRINUSE);
}

TEST_F(TcpListenTest, APortInTimeWaitNeedsReuseAddr) {
  auto l = listener(*b_, 7000);
  auto c = dial(7000);
  auto s = accept(*l);
  s.reset();
  env_.settle();
  c.reset();
  l.reset();
  env_.settle();
  EXPECT_EQ(stack_->tcp().use(*b_).time_waits, 1u);
  EXPECT_EQ(bind(*tcp(*b_), "0.0.0.0", 7000), EADDRINUSE);
  // Those that were accepted take SO_REUSEADDR from their listener.
  env_.advance(seconds(61));
  EXPECT_EQ(bind(*tcp(*b_), "0.0.0.0", 7000), 0);
}

TEST_F(TcpListenTest, EphemeralPortsServeEachPeerAnew) {
  ASSERT_TRUE(inet_->sysctl_set(*a_, "ip_local_port_range", {5000, 5003}));
  auto l = listener(*b_, 7000), l2 = listener(*b_, 7001);
  std::vector<Ptr> clients;
  for (int i = 0; i < 4; i++) clients.push_back(dial(7000));
  EXPECT_EQ(connect(*tcp(*a_), "10.0.2.1", 7000), EADDRNOTAVAIL);
  for (int i = 0; i < 4; i++) clients.push_back(dial(7001));
  EXPECT_EQ(bind(*tcp(*a_), "0.0.0.0", 0), EADDRINUSE);
}

TEST_F(TcpListenTest, BindAddressNoPortPutsOffThePort) {
  auto l = listener(*b_, 7000);
  auto c = tcp(*a_);
  set(*c, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  EXPECT_EQ(bind(*c, "10.0.1.1", 0), 0);
  EXPECT_EQ(port_of(*c), 0);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), EINPROGRESS);
  EXPECT_NE(port_of(*c), 0);
}

TEST_F(TcpListenTest, DeferredAcceptWaitsForData) {
  auto l = tcp(*b_);
  set(*l, IPPROTO_TCP, TCP_DEFER_ACCEPT, 3);
  EXPECT_EQ(bind(*l, "0.0.0.0", 7000), 0);
  EXPECT_EQ(code(l->listen(5)), 0);
  auto c = dial(7000);
  EXPECT_EQ(c->state(), StreamState::kConnected);
  EXPECT_EQ(l->accept_queue(), 0u);
  send(*c, "data");
  EXPECT_EQ(l->accept_queue(), 1u);
}

TEST_F(TcpListenTest, FastOpenBringsDataWithTheSyn) {
  ASSERT_TRUE(inet_->sysctl_set(*b_, "tcp_fastopen", {3}));
  auto l = listener(*b_, 7000);
  set(*l, IPPROTO_TCP, TCP_FASTOPEN, 5);
  const std::string text = "early";
  const Bytes data(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  for (int round = 0; round < 2; round++) {
    auto c = tcp(*a_);
    const SockAddr to = name("10.0.2.1", 7000);
    auto sent =
        c->send(root_, {.data = data, .name = to.view(), .control = {}, .flags = MSG_FASTOPEN});
    EXPECT_EQ(code(sent), round == 0 ? EINPROGRESS : 0);
    env_.settle();
    if (round == 0) send(*c, text);  // without a cookie none of it was taken
    env_.settle();
    auto s = accept(*l);
    ASSERT_TRUE(s);
    EXPECT_EQ(receive(*s), "early");
  }
  EXPECT_EQ(mibs(*b_)[TcpMib::kTCPFastOpenPassive], 1u) << "the first only fetches the cookie";
}

TEST_F(TcpListenTest, FastOpenConnectWaitsForDataOnceTheCookieIsKnown) {
  ASSERT_TRUE(inet_->sysctl_set(*b_, "tcp_fastopen", {3}));
  Ptr l = listener(*b_, 7000);
  set(*l, IPPROTO_TCP, TCP_FASTOPEN, 5);
  Ptr first = tcp(*a_);
  set(*first, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
  EXPECT_EQ(connect(*first, "10.0.2.1", 7000), EINPROGRESS);
  env_.settle();
  ASSERT_NE(accept(*l), nullptr);
  Ptr c = tcp(*a_);
  set(*c, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), 0);
  env_.settle();
  EXPECT_TRUE(c->is_late());
  EXPECT_EQ(c->tcp_state(), TcpState::kSynSent);
  EXPECT_TRUE(c->poll() & POLLOUT);
  EXPECT_EQ(accept(*l), nullptr);
  EXPECT_EQ(send(*c, "with the SYN"), 0);
  EXPECT_FALSE(c->is_late());
  env_.settle();
  Ptr s = accept(*l);
  ASSERT_NE(s, nullptr);
  EXPECT_EQ(receive(*s), "with the SYN");
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), EISCONN);
  EXPECT_EQ(mibs(*a_)[TcpMib::kTCPFastOpenActive], 1u);
}

TEST_F(TcpListenTest, ALateConnectIsGivenUpWithoutASegment) {
  ASSERT_TRUE(inet_->sysctl_set(*a_, "tcp_fastopen", {5}));  // no cookie needed
  Ptr c = tcp(*a_);
  set(*c, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7001), 0);
  const uint64_t sent = mibs(*a_)[TcpMib::kOutSegs];
  EXPECT_EQ(code(c->shutdown(SHUT_WR)), 0);
  EXPECT_EQ(get(*c, SOL_SOCKET, SO_ERROR), ECONNRESET);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7001), 0);
  c.reset();
  env_.settle();
  EXPECT_EQ(mibs(*a_)[TcpMib::kOutSegs], sent);
}

TEST_F(TcpListenTest, FastOpenIsForAsManyHandshakesAtATimeAsTheListenerSays) {
  ASSERT_TRUE(inet_->sysctl_set(*b_, "tcp_fastopen", {3}));
  auto l = listener(*b_, 7000);
  set(*l, IPPROTO_TCP, TCP_FASTOPEN, 1);
  const uint8_t byte = 'x';
  std::vector<Ptr> clients;
  const auto open = [&] {
    clients.push_back(tcp(*a_));
    const SockAddr to = name("10.0.2.1", 7000);
    const auto sent = clients.back()->send(
        root_, {.data = Bytes(&byte, 1), .name = to.view(), .control = {}, .flags = MSG_FASTOPEN});
    EXPECT_EQ(code(sent), clients.size() == 1 ? EINPROGRESS : 0);
  };
  for (int i = 0; i < 5; i++) {  // the first fetches the cookie; none is accepted
    open();
    env_.settle();
  }
  EXPECT_EQ(mibs(*b_)[TcpMib::kTCPFastOpenPassive], 4u);
  EXPECT_EQ(mibs(*b_)[TcpMib::kTCPFastOpenListenOverflow], 0u);
  l.reset();  // with connections that nobody will accept
  env_.settle();
}

TEST_F(TcpListenTest, WhatClosedSocketsHoldIsBounded) {
  stack_->tcp().set_memory_limits({.pressure = 100'000, .high = 200'000});
  auto l = listener(*b_, 7000, 100);
  std::vector<Ptr> servers;
  const std::string text(8000, 'x');
  for (int i = 0; i < 50; i++) {
    auto c = dial(7000);
    servers.push_back(accept(*l));
    ASSERT_TRUE(servers.back());
    for (int k = 0; k < 20 && c->send_room() != 0; k++) send(*c, text);
    env_.settle();
    c.reset();
    env_.settle();
  }
  EXPECT_LE(stack_->tcp().memory(), 200'000u + 50 * 20'000u);
  EXPECT_GT(mibs(*a_)[TcpMib::kTCPAbortOnMemory] + mibs(*b_)[TcpMib::kTCPRcvQDrop], 0u);
  servers.clear();
  l.reset();
  env_.advance(std::chrono::minutes(10));
  EXPECT_EQ(stack_->tcp().memory(), 0u);
}

TEST_F(TcpListenTest, ADeadNamespaceTakesHandshakesAndTimeWaitsAlong) {
  auto l = listener(*b_, 7000);
  auto c = dial(7000);
  auto s = accept(*l);
  for (uint16_t i = 0; i < 5; i++) forge("10.0.1.99", static_cast<uint16_t>(10000 + i), 7000);
  s.reset();
  env_.settle();
  c.reset();
  env_.settle();
  EXPECT_EQ(stack_->tcp().use(*b_).time_waits, 1u);
  const uint64_t id = b_->id();
  l.reset();
  b_ = NetRef();
  env_.settle();
  EXPECT_EQ(registry_.find(id), nullptr);
}

TEST_F(TcpListenTest, AnIdleConnectionIsSmall) {
  constexpr size_t kMany = 5000;
  auto l = listener(*b_, 7000, 10000);
  std::vector<Ptr> ends;
  ends.reserve(2 * kMany);
  const auto before = mallinfo2().uordblks;
  for (size_t i = 0; i < kMany; i++) {
    ends.push_back(dial(7000));
    ends.push_back(accept(*l));
    ASSERT_TRUE(ends.back());
  }
  env_.advance(seconds(3));
  const size_t each = (mallinfo2().uordblks - before) / ends.size();
  RecordProperty("bytes", static_cast<int>(each));
  printf("%zu bytes for each end (socket %zu, endpoint %zu, time-wait %zu)\n", each,
         sizeof(TcpSocket), sizeof(TcpEndpoint<V4>), sizeof(TcpWaiting<V4>));
  EXPECT_LE(each, 2048u);
  EXPECT_EQ(stack_->tcp().mibs(*b_)[TcpMib::kCurrEstab], kMany);
}

}  // namespace
}  // namespace unetns
