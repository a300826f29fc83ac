#include <gtest/gtest.h>
#include <linux/tcp.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kAck = TcpFlag::kAck, kPsh = TcpFlag::kPsh;

TEST(TcpNagle, ASmallSegmentWaitsForTheAckOfAnother) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 10);
  EXPECT_EQ(h.out.size(), 1u);
  h.w.write(h.w.a, 10);
  h.w.write(h.w.a, 10);
  EXPECT_EQ(h.out.size(), 1u);
  h.ack(1011);
  ASSERT_EQ(h.out.size(), 2u);
  EXPECT_EQ(TcpHand::size(h.out[1]), 20u);
}

TEST(TcpNagle, FullSegmentsInFlightDontHoldASmallOne) {  // Minshall's variant
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 1460);
  h.w.write(h.w.a, 10);
  EXPECT_EQ(h.out.size(), 2u);
}

TEST(TcpNagle, NodelaySendsAtOnce) {
  TcpHand h;
  h.w.a.settings.nodelay = true;
  h.connect();
  for (int i = 0; i < 5; i++) h.w.write(h.w.a, 10);
  EXPECT_EQ(h.out.size(), 5u);
}

TEST(TcpNagle, FullSegmentsLeaveAtOnceAndTheRestWaits) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 10);
  h.w.write(h.w.a, 1460 * 3 + 100);
  ASSERT_EQ(h.out.size(), 2u);
  EXPECT_EQ(TcpHand::size(h.out[1]), 1460u * 3);
  EXPECT_EQ(h.out[1].gso_size, 1460);
}

TEST(TcpCork, HoldsWhatIsLessThanASegmentUntilDrawn) {
  TcpHand h;
  h.w.a.settings.cork = true;
  h.connect();
  h.w.write(h.w.a, 1500);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(TcpHand::size(h.out[0]), 1460u);
  h.w.a.settings.cork = false;
  h.w.a->push(h.w.now);
  ASSERT_EQ(h.out.size(), 2u);
  EXPECT_EQ(TcpHand::size(h.out[1]), 40u);
}

TEST(TcpCork, HoldsForATimeoutAtMost) {  // 200 ms in tcp(7), where the peer is near
  TcpHand h;
  h.w.a.settings.cork = true;
  h.connect();
  const Nanos start = h.w.now;
  h.w.write(h.w.a, 100);
  EXPECT_TRUE(h.out.empty());
  h.w.run_until([&] { return !h.out.empty(); }, 5s);
  struct tcp_info info;
  h.w.a->fill_info(start, info);
  EXPECT_EQ(h.w.now - start, std::chrono::microseconds(info.tcpi_rto));
  EXPECT_GE(info.tcpi_rto, 200'000u);
}

TEST(TcpCork, ASegmentOfThePeerLetsMoreGo) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 100, true);
  h.w.now += 10ms;
  h.give(TcpHand::make(5001, 1001, kAck), 10);  // data as expected: only an ack
  EXPECT_EQ(TcpHand::size(h.last()), 0u);
  h.give(TcpHand::make(5101, 1001, kAck), 10);  // ahead of a hole
  EXPECT_EQ(TcpHand::size(h.last()), 100u);
}

TEST(TcpCork, MoreHoldsOneWrite) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 100, true);
  EXPECT_TRUE(h.out.empty());
  h.w.write(h.w.a, 100, false);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(TcpHand::size(h.out[0]), 200u);
  EXPECT_EQ(h.out[0].flags, kAck | kPsh);
}

TEST(TcpUrgent, ThePointerNamesTheByteBehind) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 3, false, true);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_TRUE(h.out[0].flags & TcpFlag::kUrg);
  EXPECT_EQ(h.out[0].urgent, 3);
}

TEST(TcpUrgent, TheUrgentByteIsReadApart) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  EXPECT_EQ(w.b->read_urgent(false).error().code, EINVAL);
  w.write(w.a, 10);
  w.write(w.a, 5, false, true);
  w.write(w.a, 10);
  w.run(1s);
  EXPECT_EQ(w.b.urgents, 1);
  EXPECT_TRUE(w.b->poll() & 2);  // POLLPRI
  EXPECT_EQ(*w.b->read_urgent(true), TcpWire::byte_at(14));
  EXPECT_EQ(w.b->readable(), 14u);
  EXPECT_EQ(w.read(w.b, 14), 14u);
  EXPECT_TRUE(w.b->at_urgent_mark());
  EXPECT_EQ(*w.b->read_urgent(false), TcpWire::byte_at(14));
  EXPECT_EQ(w.b->read_urgent(false).error().code, EINVAL);
  w.b.taken++;
  EXPECT_EQ(w.read(w.b), 10u);
  EXPECT_TRUE(w.b.intact);
  EXPECT_FALSE(w.b->at_urgent_mark());
}

TEST(TcpUrgent, AReadStopsAtTheMark) {
  TcpWire w;
  w.b.settings.oob_inline = true;
  ASSERT_TRUE(w.connect());
  w.write(w.a, 10, false, true);
  w.write(w.a, 10);
  w.run(1s);
  EXPECT_EQ(w.b->read(w.now, 100).size(), 9u);
  EXPECT_TRUE(w.b->at_urgent_mark());
  EXPECT_EQ(w.b->read_urgent(false).error().code, EINVAL);
  w.b.taken = 9;
  EXPECT_EQ(w.read(w.b), 11u);
  EXPECT_TRUE(w.b.intact);
}

TEST(TcpKeepalive, ProbesAnIdlePeerAndGivesUp) {
  TcpHand h;
  h.w.a.settings.keepalive = true;
  h.w.a.settings.keep_idle = 10s;
  h.w.a.settings.keep_interval = 2s;
  h.w.a.settings.keep_count = 3;
  h.connect();
  const Nanos start = h.w.now;
  std::vector<int> at;
  h.w.filter = [&](int, TcpSegmentOut& s) {
    at.push_back(static_cast<int>((h.w.now - start) / 1s));
    EXPECT_EQ(s.seq, s.flags & TcpFlag::kRst ? 1001u : 1000u);
    return false;
  };
  h.w.run(100s);
  EXPECT_EQ(at, (std::vector<int>{10, 12, 14, 16}));
  EXPECT_EQ(h.w.a->take_error(), ETIMEDOUT);
}

TEST(TcpKeepalive, AnAnswerKeepsTheConnection) {
  TcpWire w;
  w.a.settings.keepalive = true;
  w.a.settings.keep_idle = 10s;
  w.a.settings.keep_interval = 5s;
  ASSERT_TRUE(w.connect());
  w.run(1000s);
  EXPECT_TRUE(TcpWire::up(w.a));
  EXPECT_GT(w.a.mibs[TcpMib::kTCPKeepAlive], 50u);
}

TEST(TcpTimeout, DataUnansweredEndsAfterRetries2) {
  TcpHand h;
  h.connect();
  const Nanos start = h.w.now;
  h.w.write(h.w.a, 100);
  h.w.run_until([&] { return h.w.a->state() == TcpState::kClose; }, 3000s);
  EXPECT_EQ(h.w.a->take_error(), ETIMEDOUT);
  EXPECT_GT(h.w.now - start, 900s);
  EXPECT_LT(h.w.now - start, 1100s);
  EXPECT_GT(h.w.a.suspects, 0);
}

TEST(TcpTimeout, UserTimeoutEndsEarlier) {
  TcpHand h;
  h.w.a.settings.user_timeout = 7s;
  h.connect();
  const Nanos start = h.w.now;
  h.w.write(h.w.a, 100);
  h.w.run_until([&] { return h.w.a->state() == TcpState::kClose; }, 3000s);
  EXPECT_EQ(h.w.a->take_error(), ETIMEDOUT);
  EXPECT_EQ((h.w.now - start) / 100ms, 70);
}

TEST(TcpTimeout, ASoftErrorIsToldInItsPlace) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 100);
  h.w.a->icmp_error(h.w.now, EHOSTUNREACH, false, 1001);
  EXPECT_EQ(h.w.a->error(), 0);
  h.w.run(3000s);
  EXPECT_EQ(h.w.a->take_error(), EHOSTUNREACH);
}

TEST(TcpPathMtu, ASmallerOneMeansSmallerSegmentsAtOnce) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 6000);
  h.out.clear();
  h.w.a->path_mtu(h.w.now, 1000);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out[0].seq, 1001u);
  EXPECT_EQ(h.out[0].gso_size, 960);
}

TEST(TcpPathMtu, BlackHolesAreProbedWhenToldTo) {
  TcpWire w;
  w.a.settings.mtu_probing = true;
  ASSERT_TRUE(w.connect());
  w.filter = [&](int, TcpSegmentOut& s) {
    return !s.payload || (s.gso_size ? s.gso_size : s.payload.size()) <= 1100;
  };
  EXPECT_TRUE(w.exchange(50'000, 0, 300s));
  EXPECT_TRUE(w.b.intact);
}

TEST(TcpPathMtu, ATransferGoesOnWhenThePathShrinks) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  uint32_t mtu = 1500;
  w.filter = [&](int, TcpSegmentOut& s) {
    const size_t n = s.payload ? s.payload.size() : 0;
    const size_t size = (s.gso_size ? s.gso_size : n) + 40 + s.options.size();
    if (n == 0 || size <= mtu) return true;
    return false;
  };
  w.exchange(200'000, 0, 10s);
  mtu = 700;
  w.a->write(w.now, w.data(w.a.written, 50'000), false, false);
  w.a.written += 50'000;
  w.a->path_mtu(w.now, mtu);
  EXPECT_TRUE(w.exchange(100'000, 0, 60s));
  EXPECT_TRUE(w.b.intact);
}

TEST(TcpInfo, TellsTheTruth) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  constexpr uint32_t kBytes = 71 * 1448;  // no segment is left alone for a delayed ack
  ASSERT_TRUE(w.exchange(kBytes, 50'000, 10s, kBytes));
  w.run(1s);
  tcp_info info;
  w.a->fill_info(w.now, info);
  EXPECT_EQ(info.tcpi_state, 1);
  EXPECT_EQ(info.tcpi_options & 7, TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE);
  EXPECT_EQ(info.tcpi_snd_mss, 1448u);
  EXPECT_EQ(info.tcpi_advmss, 1448u);
  EXPECT_EQ(info.tcpi_rcv_mss, 1448u);
  EXPECT_EQ(info.tcpi_pmtu, 1500u);
  EXPECT_EQ(info.tcpi_bytes_acked, kBytes + 1);
  EXPECT_EQ(info.tcpi_bytes_received, 50'000u);
  EXPECT_EQ(info.tcpi_bytes_sent, kBytes);
  EXPECT_EQ(info.tcpi_unacked, 0u);
  EXPECT_EQ(info.tcpi_notsent_bytes, 0u);
  EXPECT_EQ(info.tcpi_data_segs_out, kBytes / 1448 + info.tcpi_total_retrans);
  EXPECT_NEAR(info.tcpi_rtt, 10'000u, 2'000u);
  EXPECT_GE(info.tcpi_rto, 200'000u);
  EXPECT_GE(info.tcpi_snd_cwnd, 10u);
  EXPECT_GT(info.tcpi_busy_time, 0u);
  EXPECT_EQ(info.tcpi_last_data_sent / 100, 10u);
}

// The largest packet of a bulk transfer, in segments, while its window is 30 segments.
uint32_t largest_send(Nanos delay, const std::function<void(TcpSettings&)>& set) {
  TcpWire w;
  w.link.delay = delay;
  w.b.settings.window_clamp = 30 * 1448;
  w.a.settings.slow_start_after_idle = false;
  set(w.a.settings);
  EXPECT_TRUE(w.connect());
  EXPECT_TRUE(w.exchange(500'000, 0, 100s));
  w.run(1s);
  w.keep_sent = true;
  EXPECT_TRUE(w.exchange(500'000, 0, 100s));
  uint32_t largest = 0;
  for (const auto& s : w.sent)
    if (s.from == 0) largest = std::max(largest, (s.size + 1447) / 1448);
  return largest;
}

// About a millisecond's worth on slow paths, more to a near peer: tcp_min_tso_segs,
// tcp_tso_rtt_log.
TEST(TcpSend, IsAsLargeAsTheRateIsWorth) {
  EXPECT_EQ(largest_send(50ms, [](TcpSettings&) {}), 2u);
  EXPECT_EQ(largest_send(50ms, [](TcpSettings& s) { s.min_tso_segs = 7; }), 7u);
  EXPECT_GT(largest_send(100us, [](TcpSettings&) {}), 9u);
  EXPECT_GT(largest_send(5ms, [](TcpSettings& s) { s.tso_rtt_log = 14; }), 9u);
}

// tcp_tso_win_divisor: the share of the window for which a send waits.
TEST(TcpSend, WaitsForALargeShareOfTheWindowWhereLargeSendsPay) {
  const auto sends = [](uint8_t divisor) {
    TcpWire w;
    w.link.delay = 100us;
    w.b.settings.window_clamp = 40 * 1448;
    w.a.settings.tso_win_divisor = divisor;
    EXPECT_TRUE(w.connect());
    w.keep_sent = true;
    EXPECT_TRUE(w.exchange(2'000'000, 0, 100s));
    return std::count_if(w.sent.begin(), w.sent.end(), [](const auto& s) { return s.from == 0; });
  };
  EXPECT_LT(3 * sends(3), 2 * sends(0));
}

// tcp_min_snd_mss: what a peer says is too small to be believed.
TEST(TcpSend, SegmentsHaveASmallestSize) {
  for (uint16_t least : {48, 700}) {
    TcpHand h;
    h.w.a.settings.min_snd_mss = least;
    TcpOptions o;
    o.mss = 100;
    h.connect(o);
    h.w.write(h.w.a, 5000);
    ASSERT_FALSE(h.out.empty());
    EXPECT_EQ(h.out[0].gso_size, std::max<uint16_t>(least, 100));
  }
}

TEST(TcpSend, SegmentsNeverExceedAnIpPacket) {
  for (uint32_t mtu : {1500u, 9000u, 65535u}) {
    TcpWire w(20, 1, mtu);
    w.keep_sent = true;
    w.link.split_gso = false;
    ASSERT_TRUE(w.connect());
    ASSERT_TRUE(w.exchange(3'000'000, 0, 30s, 65536));
    uint32_t largest = 0;
    for (auto& s : w.sent) {
      EXPECT_LE(s.size + 20 + 20 + s.options.size(), 65535u);
      largest = std::max(largest, s.size);
      EXPECT_LE(s.gso + 40u + s.options.size(), mtu);
    }
    EXPECT_GT(largest, 50'000u) << mtu;
  }
}

TEST(TcpSend, SackBlocksThatThePeerTakesBackAreSentAgain) {  // RFC 2018 §8
  TcpHand h;
  h.connect(TcpHand::sack());
  h.w.write(h.w.a, 1460 * 4);
  TcpSegmentIn s = TcpHand::make(5001, 1001, kAck);
  s.options.sack_count = 1;
  s.options.sack[0] = {1001 + 1460, 1001 + 1460 * 4};
  h.give(std::move(s));
  h.w.run(1s);
  h.out.clear();
  h.ack(1001 + 1460);  // the first arrived; the rest was thrown away
  h.w.run_until([&] { return !h.out.empty(); }, 10s);
  ASSERT_FALSE(h.out.empty());
  uint32_t seq = 1001 + 1460;
  h.w.run_until(
      [&] {
        for (auto& o : h.out)
          if (o.seq == seq && TcpHand::size(o)) seq += static_cast<uint32_t>(TcpHand::size(o));
        h.out.clear();
        if (seq != 1001 + 1460) h.ack(seq);
        return seq == 1001 + 1460 * 4;
      },
      60s);
  EXPECT_EQ(seq, 1001u + 1460 * 4);
}

TEST(TcpSend, HostileSackBlocksDoNoHarm) {
  TcpHand h;
  h.connect(TcpHand::sack());
  h.w.write(h.w.a, 20'000);
  SeededRng rng(1);
  for (int i = 0; i < 2000; i++) {
    TcpSegmentIn s = TcpHand::make(5001, 1001, kAck);
    s.options.sack_count = static_cast<uint8_t>(rng.below(5));
    for (auto& b : s.options.sack) b = {1001 + rng.below(30'000), 1001 + rng.below(30'000)};
    h.give(std::move(s));
    h.out.clear();
  }
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
}

}  // namespace
}  // namespace unetns
