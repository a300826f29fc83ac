#include "inet/tcp/recovery.h"

#include "inet/tcp/recovery_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Segments = std::vector<uint32_t>;

TEST_F(RecoveryTest, BeginsWithTenSegments) {
  start(config());
  EXPECT_EQ(r->may_send(now), 10 * kMss);
  send(10);
  EXPECT_EQ(r->may_send(now), 0u);
  EXPECT_EQ(r->in_flight(), 10 * kMss);
}

TEST_F(RecoveryTest, ASynLostTwiceMakesTheStartSmall) {
  start(config());
  r->handshake_done(now, {}, 1);
  EXPECT_EQ(r->may_send(now), 10 * kMss);
  EXPECT_EQ(r->rto(), 3s);  // nothing was measured
  r->handshake_done(now, {}, 2);
  EXPECT_EQ(r->may_send(now), kMss);
}

TEST_F(RecoveryTest, TheHandshakeMayRunOverIt) {
  auto c = config();
  LossRecovery syn(c, *make_congestion_control("cubic", rng));
  syn.sent(now, kIss, kIss + 1, true);
  EXPECT_EQ(syn.deadline(), now + 1s);
  now += 1s;
  EXPECT_EQ(syn.on_timer(now), RecoveryTimer::kTimeout);
  auto again = syn.next_lost(now, 1000);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), 1u);
  syn.sent(now, again->start, again->end, true);
  EXPECT_EQ(syn.deadline(), now + 2s);
  AckFacts f;
  f.now = now += 50ms;
  f.ack = kIss + 1;
  EXPECT_EQ(syn.acked(f).acked, 1u);
  EXPECT_FALSE(syn.rtt().measured());  // Karn
  EXPECT_EQ(syn.deadline(), std::nullopt);
  syn.handshake_done(now, {}, 0);
  EXPECT_EQ(syn.may_send(now), 10 * kMss);
}

TEST_F(RecoveryTest, IsSmallWhenIdle) {
  warm_up(10ms, 100, "cubic");
  EXPECT_EQ(r->deadline(), std::nullopt);
  EXPECT_LE(sizeof(LossRecovery) + r->memory(), 536u);
}

TEST_F(RecoveryTest, EachAckInSlowStartLetsTwiceAsMuchOut) {
  start(config(), "cubic", 10ms);
  send(10);
  now += 10ms;
  const AckResult result = ack(2);
  EXPECT_EQ(result.acked, 2 * kMss);
  EXPECT_TRUE(result.advanced);
  EXPECT_EQ(r->may_send(now), 4 * kMss);
}

TEST_F(RecoveryTest, OneAckForALargeSendCountsEverySegment) {
  start(config(), "cubic", 20us);
  r->sent(now, kIss, kIss + 10 * kMss, false);
  now += 20us;
  ack(10);
  EXPECT_EQ(r->may_send(now), 20 * kMss);
}

TEST_F(RecoveryTest, TheWindowDoesNotGrowWhenTheApplicationDoesNotUseIt) {
  start(config(), "reno", 10ms);
  for (uint32_t i = 1; i <= 50; ++i) {
    send(1, {}, true);
    now += 10ms;
    ack(i);
  }
  EXPECT_EQ(r->control().cwnd(), 10u);
}

TEST_F(RecoveryTest, OrWhenThePeersWindowHoldsItBack) {
  start(config(), "reno", 10ms);
  r->window_limited(true);
  uint32_t next = 0;
  for (int i = 0; i < 20; ++i) {
    send(3);
    now += 10ms;
    ack(next += 3);
  }
  EXPECT_LE(r->control().cwnd(), 10u);
}

TEST_F(RecoveryTest, IdleTimeTakesTheWindowBackByHalves) {  // RFC 2861
  warm_up(10ms, 160);
  const Nanos rto = r->rto();
  now += rto - 10ms;  // since the last was sent
  EXPECT_EQ(r->may_send(now), 160 * kMss);
  now += 1ms;
  EXPECT_EQ(r->may_send(now), 80 * kMss);
  now += rto;
  EXPECT_EQ(r->may_send(now), 40 * kMss);
  now += 100 * rto;
  EXPECT_EQ(r->may_send(now), 10 * kMss);
  send(1);
  EXPECT_EQ(r->control().cwnd(), 10u);
}

TEST_F(RecoveryTest, UnlessTheSysctlSaysNo) {
  auto c = config();
  c.slow_start_after_idle = false;
  start(c);
  r->control().set_cwnd(100);
  send(1, {}, true);
  ack(1);
  now += 100s;
  EXPECT_EQ(r->may_send(now), 100 * kMss);
}

TEST_F(RecoveryTest, ThePacingRateIsAShareOfTheWindowARoundTrip) {
  auto c = config();
  start(c, "reno", 100ms);
  EXPECT_EQ(info().tcpi_pacing_rate, 2 * 10 * kMss * 10);
  r->control().set_ssthresh(10);
  EXPECT_EQ(info().tcpi_pacing_rate, 1.2 * 10 * kMss * 10);
  c.pacing_ss_ratio = 50;
  c.pacing_ca_ratio = 1000;
  start(c, "reno", 100ms);
  EXPECT_EQ(info().tcpi_pacing_rate, 0.5 * 10 * kMss * 10);
  r->control().set_ssthresh(10);
  EXPECT_EQ(info().tcpi_pacing_rate, 10 * 10 * kMss * 10);
}

TEST_F(RecoveryTest, ReorderingIsBelievedUpToALimit) {
  for (const uint16_t most : {300, 12}) {
    auto c = config();
    c.max_reordering = most;
    start(c, "reno", 100ms);
    r->control().set_cwnd(50);
    send(40);
    now += 100ms;
    ack(0, {{30, 31}});
    ack(0, {{5, 6}, {30, 31}});
    EXPECT_EQ(info().tcpi_reordering, std::min<uint16_t>(most, 26));
  }
}

TEST_F(RecoveryTest, EcnReducesOnceAWindow) {
  uint32_t next = warm_up(10ms, 100);
  send(100);
  now += 10ms;
  EXPECT_TRUE(ack(next + 1, {}, {.ece = true}).reduced);
  const uint32_t ssthresh = r->control().ssthresh();
  EXPECT_NEAR(ssthresh, 50, 1);
  for (uint32_t i = 2; i <= 100; ++i) {
    EXPECT_FALSE(ack(next + i, {}, {.ece = true}).reduced);
    EXPECT_EQ(r->control().ssthresh(), ssthresh);
    if (r->may_send(now) >= kMss) send(1);
  }
  EXPECT_EQ(r->next_lost(now, kMss), std::nullopt);
  now += 10ms;
  ack(next + 101);
  EXPECT_EQ(r->control().cwnd(), ssthresh);
  send(10);
  EXPECT_TRUE(ack(next + 103, {}, {.ece = true}).reduced);  // the next window
}

TEST_F(RecoveryTest, AnAckOfNothingSentDoesNothing) {
  start(config(), "reno", 10ms);
  send(5);
  ack(9);
  EXPECT_EQ(r->snd_una(), seq(0));
  ack(0, {{7, 9}, {3, 1}});
  EXPECT_EQ(r->in_flight(), 5 * kMss);
}

TEST_F(RecoveryTest, ChangingTheAlgorithmKeepsTheWindow) {
  warm_up(10ms, 64);
  r->set_control(*make_congestion_control("cubic", rng), now);
  EXPECT_EQ(r->control().name(), "cubic");
  EXPECT_EQ(r->control().cwnd(), 64u);
}

TEST_F(RecoveryTest, InfoTellsWhatTheKernelWouldTellOfAFreshConnection) {
  start(config(), "cubic", 30ms);
  const tcp_info i = info();
  EXPECT_EQ(i.tcpi_snd_cwnd, 10u);
  EXPECT_EQ(i.tcpi_snd_ssthresh, 0x7fffffffu);
  EXPECT_EQ(i.tcpi_rtt, 30000u);
  EXPECT_EQ(i.tcpi_rttvar, 15000u);
  EXPECT_EQ(i.tcpi_rto, 230000u);
  EXPECT_EQ(i.tcpi_reordering, 3u);
  EXPECT_EQ(i.tcpi_delivered, 1u);
  EXPECT_EQ(i.tcpi_min_rtt, 30000u);
  EXPECT_EQ(i.tcpi_max_pacing_rate, ~uint64_t{0});
}

TEST_F(RecoveryTest, MeasuresTheDeliveryRate) {
  start(config(), "reno", 10ms);
  uint32_t next = 0;
  for (int i = 0; i < 10; ++i) {
    send(10);
    now += 10ms;
    ack(next += 10);
  }
  EXPECT_NEAR(static_cast<double>(info().tcpi_delivery_rate), 1e6, 1e4);  // 10 kB in 10 ms
}

TEST_F(RecoveryTest, PacingHoldsSendsApart) {
  auto c = config();
  c.max_pacing_rate = 1'000'000;
  start(c, "reno", 1ms);
  EXPECT_EQ(r->may_send(now), 2 * kMss);  // not the whole window at once
  send(2);
  EXPECT_EQ(r->may_send(now), 0u);
  EXPECT_EQ(r->pacing_until(), now + 2ms);
  EXPECT_EQ(r->deadline(), now + 2ms);
  EXPECT_EQ(fire(), RecoveryTimer::kResend);
  EXPECT_EQ(r->may_send(now), 2 * kMss);
}

TEST_F(RecoveryTest, WithoutARateNothingIsPaced) {
  start(config(), "reno", 1ms);
  send(10);
  EXPECT_EQ(r->pacing_until(), 0ns);
}

}  // namespace
}  // namespace unetns
