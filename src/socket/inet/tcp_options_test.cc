// Options of TCP sockets: what they are at first, what they take, whom they follow.
#include <linux/inet_diag.h>
#include <linux/sockios.h>

#include <linux/tcp.h>
#include <sys/ioctl.h>

#include "socket/inet/tcp_fixture.h"

namespace unetns {
namespace {

class TcpOptionsTest : public TcpSocketTest {
 protected:
  // What an option reads back as after it was set, or the negative errno.
  int set_get(int option, int value) {
    Ptr s = tcp(*a_);
    if (const int err = set(*s, IPPROTO_TCP, option, value)) return -err;
    return get(*s, IPPROTO_TCP, option);
  }
};

// What tcp_* stand for reaches the connections of the namespace, and of it alone. What each does
// there is tested with the connection (src/inet/tcp) and in scenarios.
TEST_F(TcpOptionsTest, EverySettingReachesConnections) {
  const auto now = [this] { return stack_->tcp().default_settings(*a_); };
  const TcpSettings before = now();
  using std::chrono::seconds;
  const auto each = [&](const char* name, std::vector<int64_t> to, auto field, auto wanted) {
    EXPECT_NE(std::invoke(field, before), wanted) << name;
    EXPECT_TRUE(inet_->sysctl_set(*a_, name, to)) << name;
    EXPECT_EQ(std::invoke(field, now()), wanted) << name;
    EXPECT_NE(std::invoke(field, stack_->tcp().default_settings(*b_)), wanted) << name;
  };
  using S = TcpSettings;
  each("tcp_rmem", {5000, 6000, 7000}, &S::rcvbuf, 6000u);
  EXPECT_EQ(now().rcvbuf_max, 7000u);
  each("tcp_wmem", {5000, 6000, 7000}, &S::sndbuf, 6000u);
  EXPECT_EQ(now().sndbuf_max, 7000u);
  each("tcp_sack", {0}, &S::sack, false);
  each("tcp_dsack", {0}, &S::dsack, false);
  each("tcp_timestamps", {0}, &S::timestamps, false);
  each("tcp_window_scaling", {0}, &S::window_scaling, false);
  each("tcp_ecn", {1}, &S::ecn, 1);
  each("tcp_fin_timeout", {7}, &S::linger2, Nanos(seconds(7)));
  each("tcp_keepalive_time", {7}, &S::keep_idle, Nanos(seconds(7)));
  each("tcp_keepalive_intvl", {7}, &S::keep_interval, Nanos(seconds(7)));
  each("tcp_keepalive_probes", {7}, &S::keep_count, 7);
  each("tcp_syn_retries", {3}, &S::syn_retries, 3);
  each("tcp_synack_retries", {3}, &S::synack_retries, 3);
  each("tcp_retries1", {7}, &S::retries1, 7);
  each("tcp_retries2", {7}, &S::retries2, 7);
  each("tcp_orphan_retries", {3}, &S::orphan_retries, 3);
  each("tcp_slow_start_after_idle", {0}, &S::slow_start_after_idle, false);
  each("tcp_mtu_probing", {1}, &S::mtu_probing, true);
  each("tcp_base_mss", {600}, &S::base_mss, 600);
  each("tcp_rfc1337", {1}, &S::rfc1337, true);
  each("tcp_abort_on_overflow", {1}, &S::abort_on_overflow, true);
  each("tcp_notsent_lowat", {9}, &S::notsent_lowat, 9u);
  each("tcp_reordering", {9}, &S::reordering, 9);
  each("tcp_max_reordering", {9}, &S::max_reordering, 9);
  each("tcp_recovery", {0}, &S::rack, false);
  each("tcp_early_retrans", {0}, &S::tlp, false);
  each("tcp_frto", {0}, &S::frto, false);
  each("tcp_invalid_ratelimit", {9}, &S::invalid_ratelimit_ms, 9);
  each("tcp_moderate_rcvbuf", {0}, &S::moderate_rcvbuf, false);
  each("tcp_min_snd_mss", {600}, &S::min_snd_mss, 600);
  each("tcp_min_tso_segs", {9}, &S::min_tso_segs, 9);
  each("tcp_tso_rtt_log", {8}, &S::tso_rtt_log, 8);
  each("tcp_tso_win_divisor", {8}, &S::tso_win_divisor, 8);
  each(
      "tcp_ecn_fallback", {0}, [](const S& t) { return bool(t.ecn_fallback); }, false);
  each(
      "tcp_stdurg", {1}, [](const S& t) { return bool(t.urgent_is_last); }, true);
  each(
      "tcp_workaround_signed_windows", {1}, [](const S& t) { return bool(t.signed_windows); },
      true);
  each(
      "tcp_thin_linear_timeouts", {1}, [](const S& t) { return bool(t.all_thin_linear); }, true);
  each("tcp_mtu_probe_floor", {600}, &S::mtu_probe_floor, 600);
  each("tcp_pacing_ss_ratio", {9}, &S::pacing_ss_ratio, 9);
  each("tcp_pacing_ca_ratio", {9}, &S::pacing_ca_ratio, 9);
}

TEST_F(TcpOptionsTest, ThinLinearTimeoutsAreKeptBeforeAndAfterConnecting) {
  EXPECT_EQ(set_get(TCP_THIN_LINEAR_TIMEOUTS, 1), 1);
  EXPECT_EQ(set_get(TCP_THIN_LINEAR_TIMEOUTS, 2), -EINVAL);
  auto [c, s] = joined(7000);
  EXPECT_EQ(set(*c, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1), 0);
  EXPECT_EQ(get(*c, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS), 1);
}

TEST_F(TcpOptionsTest, AFreshSocketIsThatOfLinux) {
  auto s = tcp(*a_);
  struct {
    int level, option, value;
  } const kFresh[] = {
      {IPPROTO_TCP, TCP_NODELAY, 0},
      {IPPROTO_TCP, TCP_MAXSEG, 536},
      {IPPROTO_TCP, TCP_CORK, 0},
      {IPPROTO_TCP, TCP_KEEPIDLE, 7200},
      {IPPROTO_TCP, TCP_KEEPINTVL, 75},
      {IPPROTO_TCP, TCP_KEEPCNT, 9},
      {IPPROTO_TCP, TCP_SYNCNT, 6},
      {IPPROTO_TCP, TCP_LINGER2, 60},
      {IPPROTO_TCP, TCP_DEFER_ACCEPT, 0},
      {IPPROTO_TCP, TCP_WINDOW_CLAMP, 0},
      {IPPROTO_TCP, TCP_QUICKACK, 1},
      {IPPROTO_TCP, TCP_USER_TIMEOUT, 0},
      {IPPROTO_TCP, TCP_REPAIR, 0},
      {IPPROTO_TCP, TCP_FASTOPEN, 0},
      {IPPROTO_TCP, TCP_NOTSENT_LOWAT, 0},
      {IPPROTO_TCP, TCP_MD5SIG, -ENOPROTOOPT},
      {IPPROTO_TCP, TCP_REPAIR_QUEUE, -EINVAL},
      {IPPROTO_TCP, 99, -ENOPROTOOPT},
      {SOL_SOCKET, SO_SNDBUF, 16384},
      {SOL_SOCKET, SO_RCVBUF, 131072},
      {SOL_SOCKET, SO_PROTOCOL, IPPROTO_TCP},
      {SOL_SOCKET, SO_TYPE, SOCK_STREAM},
      {SOL_SOCKET, SO_ACCEPTCONN, 0},
      {SOL_SOCKET, SO_RCVLOWAT, 1},
      {SOL_IP, IP_TTL, 64},
      {SOL_IP, IP_MTU, -ENOTCONN},
      {SOL_IP, IP_MTU_DISCOVER, 1},
  };
  for (const auto& o : kFresh) EXPECT_EQ(get(*s, o.level, o.option), o.value) << o.option;
  auto name = s->get_option(root_, IPPROTO_TCP, TCP_CONGESTION, 256);
  ASSERT_EQ(name->size(), 16u);
  EXPECT_STREQ(reinterpret_cast<const char*>(name->data()), "cubic");
  auto info = s->get_option(root_, IPPROTO_TCP, TCP_INFO, 500);
  EXPECT_EQ((*info)[0], 7) << "TCP_CLOSE";
}

TEST_F(TcpOptionsTest, ValuesAreBounded) {
  EXPECT_EQ(set_get(TCP_MAXSEG, 1), -EINVAL);
  EXPECT_EQ(set_get(TCP_MAXSEG, 32767), 32767);
  EXPECT_EQ(set_get(TCP_MAXSEG, 0), 536);
  EXPECT_EQ(set_get(TCP_KEEPIDLE, 0), -EINVAL);
  EXPECT_EQ(set_get(TCP_KEEPCNT, 128), -EINVAL);
  EXPECT_EQ(set_get(TCP_LINGER2, 32767), 120);
  EXPECT_EQ(set_get(TCP_LINGER2, -5), -1);
  EXPECT_EQ(set_get(TCP_LINGER2, 0), 60);
  EXPECT_EQ(set_get(TCP_DEFER_ACCEPT, 100), 127);
  EXPECT_EQ(set_get(TCP_DEFER_ACCEPT, 32767), 29887);
  EXPECT_EQ(set_get(TCP_DEFER_ACCEPT, -1), 0);
  EXPECT_EQ(set_get(TCP_WINDOW_CLAMP, 1), 1152);
  EXPECT_EQ(set_get(TCP_FASTOPEN, 32767), 4096);
  EXPECT_EQ(set_get(TCP_FASTOPEN_CONNECT, 100), -EINVAL);
  EXPECT_EQ(set_get(TCP_NODELAY, 100), 1);
}

TEST_F(TcpOptionsTest, TimeoutsHaveLimits) {
  EXPECT_EQ(set_get(44, 999), -EINVAL);
  EXPECT_EQ(set_get(44, 5000), 5000);
  EXPECT_EQ(set_get(44, 120001), -EINVAL);
  EXPECT_EQ(set_get(45, 4000), -EINVAL);
  EXPECT_EQ(set_get(45, 5000), 8000);
  EXPECT_EQ(set_get(45, 200001), -EINVAL);
}

TEST_F(TcpOptionsTest, WhatAProgramDidNotSetFollowsTheNamespace) {
  auto s = tcp(*a_), own = tcp(*a_);
  set(*own, IPPROTO_TCP, TCP_KEEPIDLE, 10);
  ASSERT_TRUE(inet_->sysctl_set(*a_, "tcp_keepalive_time", {600}));
  EXPECT_EQ(get(*s, IPPROTO_TCP, TCP_KEEPIDLE), 600);
  EXPECT_EQ(get(*own, IPPROTO_TCP, TCP_KEEPIDLE), 10);
  EXPECT_EQ(get(*tcp(*b_), IPPROTO_TCP, TCP_KEEPIDLE), 7200);
  ASSERT_TRUE(inet_->sysctl_set(*a_, "tcp_rmem", {4096, 50000, 60000}));
  EXPECT_EQ(get(*tcp(*a_), SOL_SOCKET, SO_RCVBUF), 50000);
}

TEST_F(TcpOptionsTest, CongestionControlIsChosenByName) {
  auto s = tcp(*a_);
  const std::string reno = "reno", none = "nothing";
  auto put = [&](const std::string& n) {
    return code(s->set_option(root_, IPPROTO_TCP, TCP_CONGESTION,
                              {reinterpret_cast<const uint8_t*>(n.data()), n.size()}));
  };
  EXPECT_EQ(put(reno), 0);
  EXPECT_EQ(put(none), ENOENT);
  auto name = s->get_option(root_, IPPROTO_TCP, TCP_CONGESTION, 256);
  EXPECT_STREQ(reinterpret_cast<const char*>(name->data()), "reno");
  EXPECT_TRUE(stack_->tcp().set_congestion(*a_, "reno"));
  name = tcp(*a_)->get_option(root_, IPPROTO_TCP, TCP_CONGESTION, 256);
  EXPECT_STREQ(reinterpret_cast<const char*>(name->data()), "reno");
}

// A model of the path, of who makes one; none as long as nothing was sent.
TEST_F(TcpOptionsTest, TheAlgorithmTellsOfItsModel) {
  const auto choose = [&](TcpSocket& s, std::string_view name) {
    return code(s.set_option(root_, IPPROTO_TCP, TCP_CONGESTION,
                             {reinterpret_cast<const uint8_t*>(name.data()), name.size()}));
  };
  const auto told = [&](TcpSocket& s, size_t max = 100) {
    return *s.get_option(root_, IPPROTO_TCP, TCP_CC_INFO, max);
  };
  auto [c, s] = joined();
  EXPECT_TRUE(told(*c).empty());
  EXPECT_EQ(choose(*c, "bbr"), 0);
  ByteVector bytes = told(*c);
  ASSERT_EQ(bytes.size(), sizeof(tcp_bbr_info));
  EXPECT_EQ(load<tcp_bbr_info>(bytes.data()).bbr_pacing_gain, 0u);
  send(*c, std::string(1000, 'x'));
  bytes = told(*c);
  const auto info = load<tcp_bbr_info>(bytes.data());
  EXPECT_EQ(info.bbr_pacing_gain, 739u);
  EXPECT_EQ(info.bbr_cwnd_gain, 739u);
  EXPECT_EQ(told(*c, 7), ByteVector(bytes.begin(), bytes.begin() + 7));
  EXPECT_EQ(choose(*c, "cubic"), 0);
  EXPECT_TRUE(told(*c).empty());
  auto closed = tcp(*a_);
  EXPECT_EQ(choose(*closed, "bbr"), 0);
  EXPECT_EQ(told(*closed), ByteVector(sizeof(tcp_bbr_info), 0));
}

TEST_F(TcpOptionsTest, TheQueuesAreCounted) {
  auto [c, s] = joined();
  send(*c, std::string(100, 'x'));
  auto count = [&](TcpSocket& t, unsigned long what) {
    int v = -1;
    EXPECT_TRUE(t.ioctl(root_, what, mutable_bytes_of(v)));
    return v;
  };
  EXPECT_EQ(count(*s, SIOCINQ), 100);
  EXPECT_EQ(count(*c, SIOCOUTQ), 0);
  EXPECT_EQ(count(*c, SIOCOUTQNSD), 0);
  auto l = listener(*b_, 7001);
  int v = 0;
  EXPECT_EQ(code(l->ioctl(root_, SIOCINQ, mutable_bytes_of(v))), EINVAL);
}

TEST_F(TcpOptionsTest, TtlAndTosOfASocketAreOnItsSegments) {
  auto [c, s] = joined();
  set(*c, SOL_IP, IP_TTL, 33);
  set(*c, SOL_IP, IP_TOS, 0x13);
  EXPECT_EQ(get(*c, SOL_IP, IP_TOS), 0x10) << "the ECN bits are not the program's";
  set(*s, SOL_IP, IP_MINTTL, 40);
  send(*c, "x");
  EXPECT_EQ(receive(*s), "errno 11") << "it came with 32";
  EXPECT_EQ(mibs(*b_)[TcpMib::kTCPMinTTLDrop], 1u);
}

}  // namespace
}  // namespace unetns
