// What a stream's path tells it: sizes of segments, ICMP errors, settings that change.
#include <linux/rtnetlink.h>
#include <linux/tcp.h>

#include "socket/inet/tcp_fixture.h"

namespace unetns {
namespace {

class TcpPathTest : public TcpSocketTest {
 protected:
  // Client and server, both in `net`.
  std::pair<Ptr, Ptr> joined_by(Net& net, std::string_view to, uint16_t port) {
    Ptr l = listener(net, port);
    Ptr c = tcp(net);
    EXPECT_EQ(connect(*c, to, port), EINPROGRESS);
    env_.settle();
    EXPECT_EQ(connect(*c, to, port), 0);
    return {std::move(c), accept(*l)};
  }
  tcp_info info(TcpSocket& s) {
    tcp_info t{};
    auto value = s.get_option(SystemCaller(), IPPROTO_TCP, TCP_INFO, sizeof t);
    EXPECT_TRUE(value);
    std::memcpy(&t, value->data(), std::min(value->size(), sizeof t));
    return t;
  }
  void route(Net& net, std::string_view dst, uint8_t len, uint8_t type,
             std::map<uint16_t, uint32_t> metrics = {}, std::string_view gateway = {}) {
    RouteConfig r;
    r.dst = IpAddress(ip(dst));
    r.dst_len = len;
    r.type = type;
    r.metrics = std::move(metrics);
    if (!gateway.empty()) {
      NexthopConfig nh;
      nh.gateway = ip(gateway);
      r.nexthops.push_back(nh);
    }
    auto done = inet_->route_add(net, r, NLM_F_CREATE | NLM_F_REPLACE);
    EXPECT_TRUE(done) << done.error().code;
  }
};

TEST_F(TcpPathTest, TwoSegmentsFitIntoThePeersWindow) {
  auto [c, s] = joined_by(*a_, "127.0.0.1", 7001);
  ASSERT_NE(s, nullptr);
  EXPECT_EQ(info(*c).tcpi_snd_mss, 32741u);
  EXPECT_EQ(info(*s).tcpi_snd_mss, 32768u);
  EXPECT_EQ(info(*c).tcpi_advmss, 65483u);
  EXPECT_EQ(info(*c).tcpi_pmtu, 65535u);
}

TEST_F(TcpPathTest, ARouteSaysWhatMssIsAnnounced) {
  route(*a_, "10.0.2.0", 24, RTN_UNICAST, {{RTAX_ADVMSS, 600}}, "10.0.1.254");
  auto [c, s] = joined(7002);
  EXPECT_EQ(info(*s).tcpi_snd_mss, 588u);
  EXPECT_EQ(info(*c).tcpi_snd_mss, 1448u);
}

TEST_F(TcpPathTest, AListenersAnswerHasTheRoutesMss) {
  route(*b_, "10.0.1.0", 24, RTN_UNICAST, {{RTAX_ADVMSS, 700}}, "10.0.2.254");
  auto [c, s] = joined(7003);
  EXPECT_EQ(info(*c).tcpi_snd_mss, 688u);
  EXPECT_EQ(info(*s).tcpi_advmss, 688u);
}

TEST_F(TcpPathTest, WhatIcmpSaysOfTheSynIsQueued) {
  route(*r_, "10.7.1.0", 24, RTN_UNREACHABLE);
  Ptr c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.7.1.1", 80), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(get(*c, SOL_SOCKET, SO_ERROR), EHOSTUNREACH);
  EXPECT_TRUE(c->poll() & POLLERR);
  auto m = c->receive(MSG_ERRQUEUE);
  ASSERT_TRUE(m);
  EXPECT_EQ(load<sock_extended_err>(m->extended_err.data()).ee_errno, uint32_t{EHOSTUNREACH});
  EXPECT_EQ(load<sockaddr_in>(m->name.bytes.data()).sin_port, to_be16(80));
  EXPECT_FALSE(c->control_for(*m).empty());
  EXPECT_EQ(code(c->receive(MSG_ERRQUEUE)), EAGAIN);
}

TEST_F(TcpPathTest, AnIcmpErrorInsideOfConnectIsSoft) {
  route(*r_, "10.7.1.0", 24, RTN_UNREACHABLE);
  Ptr c = tcp(*a_);
  ASSERT_EQ(set(*c, IPPROTO_TCP, TCP_SYNCNT, 1), 0);
  EXPECT_EQ(connect(*c, "10.7.1.1", 80), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(c->tcp_state(), TcpState::kSynSent);
  EXPECT_TRUE(c->poll() & POLLERR);
  EXPECT_EQ(c->error(), 0);
  EXPECT_EQ(get(*c, SOL_SOCKET, SO_ERROR), EHOSTUNREACH);
  EXPECT_EQ(c->tcp_state(), TcpState::kSynSent);
  env_.advance(std::chrono::milliseconds(1100));  // that of the second SYN ends it
  EXPECT_EQ(c->tcp_state(), TcpState::kClose);
  EXPECT_EQ(connect(*c, "10.7.1.1", 80), EHOSTUNREACH);
}

TEST_F(TcpPathTest, AConnectionThatStandsOnlyTellsOfErrors) {
  auto [c, s] = joined(7004);
  route(*r_, "10.0.2.1", 32, RTN_UNREACHABLE);
  EXPECT_EQ(send(*c, "lost"), 0);
  env_.settle();
  EXPECT_EQ(c->tcp_state(), TcpState::kEstablished);
  EXPECT_FALSE(c->poll() & POLLERR);
  EXPECT_EQ(get(*c, SOL_SOCKET, SO_ERROR), EHOSTUNREACH);
  EXPECT_EQ(get(*c, SOL_SOCKET, SO_ERROR), 0);
}

TEST_F(TcpPathTest, TriesOfAConnectDoubleFromASecond) {
  for (const auto& [count, seconds] : {std::pair{1, 3}, std::pair{2, 7}}) {
    Ptr c = tcp(*a_);
    ASSERT_EQ(set(*c, IPPROTO_TCP, TCP_SYNCNT, count), 0);
    route(*r_, "10.7.3.0", 24, RTN_BLACKHOLE);
    EXPECT_EQ(connect(*c, "10.7.3.1", 80), EINPROGRESS);
    env_.advance(std::chrono::milliseconds(seconds * 1000 - 100));
    EXPECT_EQ(c->tcp_state(), TcpState::kSynSent);
    env_.advance(std::chrono::milliseconds(200));
    EXPECT_EQ(c->take_error(), ETIMEDOUT);
  }
}

TEST_F(TcpPathTest, AListenerFollowsTheSysctls) {
  Ptr l = listener(*b_, 7005);
  for (const char* name : {"tcp_timestamps", "tcp_sack", "tcp_window_scaling"})
    ASSERT_TRUE(inet_->sysctl_set(*b_, name, {0}));
  Ptr c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7005), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(info(*c).tcpi_options, 0);
  Ptr s = accept(*l);
  ASSERT_NE(s, nullptr);
  EXPECT_EQ(info(*s).tcpi_options, 0);
}

TEST_F(TcpPathTest, AListenerOnADeviceIsReachedFromItsOwnHostByTheDevicesAddress) {
  Ptr l = tcp(*b_);
  const char dev_name[] = "eth0";
  ASSERT_TRUE(l->set_option(SystemCaller(), SOL_SOCKET, SO_BINDTODEVICE, bytes_of(dev_name)));
  ASSERT_EQ(bind(*l, "0.0.0.0", 7010), 0);
  ASSERT_TRUE(l->listen(5));
  for (const auto& [address, err] :
       {std::pair{"127.0.0.1", ECONNREFUSED}, std::pair{"10.0.2.1", 0}}) {
    Ptr c = tcp(*b_);
    EXPECT_EQ(connect(*c, address, 7010), EINPROGRESS);
    env_.settle();
    EXPECT_EQ(connect(*c, address, 7010), err) << address;
    if (err != 0) continue;
    Ptr s = accept(*l);
    ASSERT_NE(s, nullptr);
    EXPECT_EQ(send(*c, "hello"), 0);
    EXPECT_EQ(send(*s, "you"), 0);
    EXPECT_EQ(receive(*s), "hello");
    EXPECT_EQ(receive(*c), "you");
  }
}

TEST_F(TcpPathTest, ReservedPortsAreNotChosen) {
  ASSERT_TRUE(inet_->sysctl_set(*b_, "ip_local_port_range", {5000, 5003}));
  stack_->ip().reserved_ports(*b_) = *PortRanges::parse("5000,5002-5003");
  Ptr l = listener(*b_, 7011);
  Ptr c = tcp(*b_), d = tcp(*b_), asks = tcp(*b_);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7011), EINPROGRESS);
  EXPECT_EQ(port_of(*c), 5001);
  EXPECT_EQ(bind(*d, "0.0.0.0", 0), EADDRINUSE);
  EXPECT_EQ(bind(*asks, "0.0.0.0", 5000), 0);
}

TEST_F(TcpPathTest, NodelayPushesWhatACorkHeld) {
  auto [c, s] = joined(7006);
  ASSERT_EQ(set(*c, IPPROTO_TCP, TCP_CORK, 1), 0);
  EXPECT_EQ(send(*c, "x"), 0);
  EXPECT_EQ(s->readable(), 0u);
  ASSERT_EQ(set(*c, IPPROTO_TCP, TCP_NODELAY, 1), 0);
  EXPECT_EQ(s->readable(), 1u);
  EXPECT_EQ(send(*c, "y"), 0);
  EXPECT_EQ(s->readable(), 1u) << "corked still";
}

TEST_F(TcpPathTest, LingerInTheOptionsIsObeyed) {
  auto [c, s] = joined(7007);
  c->options().linger = {1, 0};
  c->close();
  EXPECT_EQ(s->take_error(), ECONNRESET);
}

TEST_F(TcpPathTest, BuffersAreToldAsTheyHaveGrown) {
  auto [c, s] = joined(7008);
  const int before = get(*s, SOL_SOCKET, SO_RCVBUF);
  EXPECT_EQ(before, 131072);
  for (int i = 0; i < 2000; i++) {
    (void)c->write(Packet::allocate(pool_, Packet::kHeadroom, 60'000), false, false);
    env_.advance(std::chrono::milliseconds(1));
    while (s->read(SIZE_MAX)) {
    }
  }
  EXPECT_GT(get(*s, SOL_SOCKET, SO_RCVBUF), before);
  EXPECT_GT(get(*c, SOL_SOCKET, SO_SNDBUF), 16384);
}

}  // namespace
}  // namespace unetns
