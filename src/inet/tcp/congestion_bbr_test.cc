#include "inet/tcp/congestion_bbr.h"

#include <gtest/gtest.h>
#include <linux/inet_diag.h>

#include <set>

#include "inet/tcp/recovery_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Mode = BbrControl::Mode;

class BbrTest : public RecoveryTest {
 protected:
  const BbrControl& bbr() { return dynamic_cast<const BbrControl&>(r->control()); }
  tcp_bbr_info told() {
    const ByteVector bytes = r->control().info();
    EXPECT_EQ(bytes.size(), sizeof(tcp_bbr_info));
    tcp_bbr_info out{};
    std::memcpy(&out, bytes.data(), std::min(bytes.size(), sizeof out));
    return out;
  }
  // A path that gives a segment each millisecond, ten milliseconds long, until the pipe is full.
  void fill() {
    start(config(), "bbr", 10ms);
    left_.clear();
    acked_ = 0;
    last_ = now;
    pump();
    while (bbr().mode() != Mode::kProbeBw) step();
  }
  void pump() {
    while (r->pacing_until() <= now && r->may_send(now) >= kMss) {
      left_.push_back(now);
      send(1);
    }
  }
  // The next segment arrives; what may leave until then leaves.
  void step() {
    const Nanos at = std::max(left_.at(acked_) + 10ms, last_ + 1ms);
    while (r->pacing_until() > now && r->pacing_until() < at) {
      now = r->pacing_until();
      r->on_timer(now);
      pump();
    }
    last_ = now = at;
    ack(++acked_);
    pump();
  }
  uint32_t sent() const { return (r->snd_nxt() - kIss) / kMss; }

  std::vector<Nanos> left_;  // when each segment did
  uint32_t acked_ = 0;
  Nanos last_{};
};

TEST_F(BbrTest, BeginsWithAWindowARoundTripTimesTheGain) {
  start(config(), "bbr", 10ms);
  EXPECT_TRUE(r->governed());
  EXPECT_NEAR(static_cast<double>(r->pacing_rate()), 10 * kMss / 0.01 * 739 / 256 * 0.99, 100);
  tcp_bbr_info i = told();
  EXPECT_EQ(i.bbr_bw_lo, 0u);
  EXPECT_EQ(i.bbr_min_rtt, 10'000u);
  EXPECT_EQ(i.bbr_pacing_gain, 0u);
  EXPECT_EQ(i.bbr_cwnd_gain, 0u);
  send(1);
  now += 10ms;
  ack(1);
  i = told();
  EXPECT_EQ(i.bbr_bw_lo, 100 * kMss);
  EXPECT_EQ(i.bbr_pacing_gain, 739u);
  EXPECT_EQ(i.bbr_cwnd_gain, 739u);
  EXPECT_EQ(info().tcpi_snd_ssthresh, 0x7fffffffu);
}

TEST_F(BbrTest, WithoutARoundTripTimeAMillisecondIsTaken) {
  start(config(), "bbr");
  EXPECT_NEAR(static_cast<double>(r->pacing_rate()), 10 * kMss / 0.001 * 739 / 256 * 0.99, 1000);
  EXPECT_EQ(told().bbr_min_rtt, 0u);
}

TEST_F(BbrTest, IsPacedFromTheFirstSegment) {
  start(config(), "bbr", 10ms);  // 2.86 MB/s, so two segments at once
  EXPECT_EQ(r->may_send(now) / kMss, 2u);
  send(2);
  EXPECT_EQ(r->may_send(now), 0u);
  const Nanos at = r->pacing_until();
  EXPECT_NEAR(static_cast<double>((at - now).count()), 2000 / 2.858e6 * 1e9, 1000);
  EXPECT_EQ(r->deadline(), at);
  now = at;
  EXPECT_EQ(r->on_timer(now), RecoveryTimer::kResend);
  EXPECT_GE(r->may_send(now), 2 * kMss);
}

TEST_F(BbrTest, FindsTheBandwidthAndGoesThroughItsCycle) {
  fill();
  EXPECT_NEAR(bbr().bandwidth(), 1000, 30);
  EXPECT_NEAR(info().tcpi_snd_ssthresh, 10 + 6, 4);  // what the path holds, and three bursts
  std::vector<uint32_t> gains;
  Nanos began = now;
  for (int i = 0; i < 400; ++i) {
    step();
    const uint32_t gain = told().bbr_pacing_gain;
    EXPECT_EQ(told().bbr_cwnd_gain, 512u);
    if (gains.empty() || gains.back() != gain) gains.push_back(gain);
  }
  ASSERT_GE(gains.size(), 6u);
  for (size_t i = 1; i < gains.size(); ++i)
    EXPECT_EQ(gains[i], gains[i - 1] == 256 ? 320u : gains[i - 1] == 320 ? 192u : 256u);
  EXPECT_GT(now, began);
}

// Any phase but the draining one; which, its randomness says.
TEST_F(BbrTest, TheCycleBeginsAnywhere) {
  std::set<uint32_t> begun;
  std::set<int64_t> until_probe;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    rng = SeededRng(seed);
    fill();
    begun.insert(told().bbr_pacing_gain);
    const Nanos began = now;
    while (told().bbr_pacing_gain != 320) step();
    until_probe.insert((now - began) / 10ms);
  }
  EXPECT_EQ(begun, (std::set<uint32_t>{256, 320}));
  EXPECT_GE(until_probe.size(), 5u);
}

// For a round trip no more leaves than arrives; then, and when all is repaired, all is as before.
TEST_F(BbrTest, ALossHoldsTheWindowForARoundTrip) {
  fill();
  for (int i = 0; i < 100; ++i) step();
  const uint32_t before = r->control().cwnd(), lost = acked_;
  const double found = bbr().bandwidth();
  // The next segment does not arrive; those behind it do.
  uint32_t sacked = lost + 1;
  while (info().tcpi_ca_state != TCP_CA_Recovery) {
    ASSERT_LT(sacked, sent());
    now += 1ms;
    ack(lost, {{lost + 1, ++sacked}});
  }
  const uint32_t most = r->board().in_flight() + 1;
  EXPECT_EQ(r->control().cwnd(), most);
  now += 1ms;
  ack(lost, {{lost + 1, ++sacked}});
  EXPECT_LE(r->control().cwnd(), most);
  now = std::max(now, r->pacing_until());
  EXPECT_EQ(resend(1), std::vector<uint32_t>{lost});
  now += 10ms;
  ack(acked_ = sent());
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Open);
  EXPECT_GE(r->control().cwnd(), before);
  EXPECT_GE(bbr().bandwidth(), found * 0.99);
}

TEST_F(BbrTest, ALossThatTheClockFindsHoldsItAsWell) {
  fill();
  for (int i = 0; i < 100; ++i) step();
  now += 1ms;
  ack(acked_, {{acked_ + 1, acked_ + 2}});  // the segment before it may be late, or lost
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Disorder);
  for (int i = 0; i < 5 && info().tcpi_ca_state == TCP_CA_Disorder; ++i) fire();
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Recovery);
  EXPECT_EQ(r->control().cwnd(), r->board().in_flight() + 1);
}

// Version 1 takes no notice of ECN, but the peer is told that its mark was seen.
TEST_F(BbrTest, AMarkOfCongestionLeavesTheWindow) {
  fill();
  for (int i = 0; i < 100; ++i) step();
  const uint32_t before = r->control().cwnd();
  ASSERT_GT(before, r->control().ssthresh());
  now += 1ms;
  EXPECT_TRUE(ack(++acked_, {}, {.ece = true}).reduced);
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_CWR);
  for (int i = 0; i < 100 && info().tcpi_ca_state == TCP_CA_CWR; ++i) {
    step();
    EXPECT_GE(r->control().cwnd(), before - 6);  // it varies with the gain
  }
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Open);
  EXPECT_GE(r->control().cwnd(), before - 6);
}

TEST_F(BbrTest, ATimeoutLeavesOneSegmentUntilTheLossIsRepaired) {
  fill();
  for (int i = 0; i < 100; ++i) step();
  const uint32_t before = r->control().cwnd();
  RecoveryTimer what = RecoveryTimer::kNone;
  for (int i = 0; i < 5 && what != RecoveryTimer::kTimeout; ++i) what = fire();
  ASSERT_EQ(what, RecoveryTimer::kTimeout);
  EXPECT_EQ(r->control().cwnd(), r->board().in_flight() + 1);
  EXPECT_EQ(resend(), std::vector<uint32_t>{acked_});
  now += 10ms;
  ack(++acked_);
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Loss);
  now += 10ms;
  ack(acked_ = sent());
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Open);
  EXPECT_GE(r->control().cwnd(), before);
}

TEST_F(BbrTest, ATimeoutThatOneAckRepairsGivesTheWindowBack) {
  fill();
  for (int i = 0; i < 100; ++i) step();
  now += 10ms;
  ack(acked_ = sent());
  const uint32_t before = r->control().cwnd();
  now += 1s;
  send(1, {}, true);  // it is lost, and so is the probe for it
  RecoveryTimer what = RecoveryTimer::kNone;
  for (int i = 0; i < 5 && what != RecoveryTimer::kTimeout; ++i) {
    what = fire();
    if (what != RecoveryTimer::kProbe) continue;
    const SeqRange probe = r->probe(kMss);
    r->sent(now, probe.start, probe.end, false);
  }
  ASSERT_EQ(what, RecoveryTimer::kTimeout);
  EXPECT_EQ(resend(), std::vector<uint32_t>{acked_});
  now += 10ms;
  ack(sent());
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Open);
  EXPECT_GE(r->control().cwnd(), before);
}

TEST_F(BbrTest, ATimeoutForNothingIsTakenBack) {
  fill();
  for (int i = 0; i < 100; ++i) step();
  const uint32_t before = r->control().cwnd();
  const Nanos left = now;
  RecoveryTimer what = RecoveryTimer::kNone;
  for (int i = 0; i < 5 && what != RecoveryTimer::kTimeout; ++i) what = fire();
  ASSERT_EQ(what, RecoveryTimer::kTimeout);
  resend();
  now += 1ms;
  ack(acked_ = sent(), {}, {.echo = left});  // all of it had only been slow
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Open);
  EXPECT_GE(r->control().cwnd(), before);
}

// Neither the window after idle time (RFC 2861) nor what it paces to.
TEST_F(BbrTest, APauseCostsNoWindow) {
  fill();
  for (int i = 0; i < 100; ++i) step();
  while (r->board().in_flight() > 1) {
    now += 1ms;
    ack(++acked_);
  }
  send(1, {}, true);
  now += 10ms;
  ack(acked_ = sent());
  const uint32_t before = r->control().cwnd();
  now += 5s;
  EXPECT_GE(r->may_send(now), 2 * kMss);
  send(1);
  EXPECT_EQ(r->control().cwnd(), before);
  EXPECT_NEAR(static_cast<double>(r->pacing_rate()), bbr().bandwidth() * kMss * 0.99, 2);
}

TEST_F(BbrTest, MayBeChosenAndLeftOnTheWay) {
  warm_up(10ms, 40);
  EXPECT_FALSE(r->governed());
  r->control().set_ssthresh(30);
  r->set_control(*make_congestion_control("bbr", rng), now);
  EXPECT_EQ(r->control().cwnd(), 40u);
  EXPECT_EQ(r->control().ssthresh(), 0x7fffffffu);
  EXPECT_NEAR(static_cast<double>(r->pacing_rate()), 40 * kMss / 0.01 * 739 / 256 * 0.99, 1000);
  send(2);
  EXPECT_EQ(r->may_send(now), 0u);
  r->set_control(*make_congestion_control("reno", rng), now);
  EXPECT_EQ(r->may_send(now), 38 * kMss);
  EXPECT_TRUE(r->control().info().empty());
}

TEST_F(BbrTest, OneSegmentAtATimeBelowAMegabit) {
  start(config(), "bbr", 300ms);  // 95 kB/s
  EXPECT_EQ(r->least_burst(2), 1u);
  EXPECT_EQ(r->may_send(now), kMss);
  start(config(), "bbr", 10ms);
  EXPECT_EQ(r->least_burst(2), 2u);
  start(config(), "reno", 300ms);
  EXPECT_EQ(r->least_burst(7), 7u);
}

TEST_F(BbrTest, WithoutSackALossIsRepairedAsWell) {
  auto c = config();
  c.sack = false;
  start(c, "bbr", 10ms);
  send(10);
  now += 10ms;
  ack(1);
  for (int i = 0; i < 8; ++i) {
    now += 1ms;
    ack(1);
  }
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Recovery);
  now = std::max(now, r->pacing_until());
  EXPECT_EQ(resend(), std::vector<uint32_t>{1});
  now += 10ms;
  ack(10);
  EXPECT_EQ(r->board().in_flight(), 0u);
  send(1);  // without SACK a recovery ends behind its end (RFC 6582)
  now += 10ms;
  ack(11);
  EXPECT_EQ(info().tcpi_ca_state, TCP_CA_Open);
  EXPECT_GE(r->control().cwnd(), 10u);
}

}  // namespace
}  // namespace unetns
