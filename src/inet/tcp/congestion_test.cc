#include "inet/tcp/congestion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inet/tcp/congestion_cubic.h"
#include "inet/tcp/congestion_reno.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

CongestionSample ack(uint32_t segments, Nanos now = 1s, Nanos rtt = 100ms) {
  static_assert(std::is_trivially_copyable_v<CongestionSample>);
  CongestionSample s;
  s.now = now;
  s.acked = segments;
  s.rtt = s.srtt = s.min_rtt = rtt;
  return s;
}

// Acks a window's worth, round after round, until `end`.
void run(CongestionControl& c, Nanos& now, Nanos end, Nanos rtt) {
  while (now < end) {
    const uint32_t n = c.cwnd();
    for (uint32_t i = 0; i < n; ++i) c.on_acked(ack(1, now + rtt * i / n, rtt));
    now += rtt;
  }
}

constexpr std::string_view kByAcks[] = {"cubic", "reno"};  // that have no model of the path

TEST(CongestionControl, IsFoundByName) {
  SeededRng rng(1);
  EXPECT_EQ((*make_congestion_control("bbr", rng))->name(), "bbr");
  EXPECT_EQ((*make_congestion_control("cubic", rng))->name(), "cubic");
  EXPECT_EQ((*make_congestion_control("reno", rng))->name(), "reno");
  EXPECT_EQ(make_congestion_control("vegas", rng).error().code, ENOENT);
  EXPECT_EQ(make_congestion_control("", rng).error().code, ENOENT);
  for (auto name : congestion_control_names())
    EXPECT_EQ((*make_congestion_control(name, rng))->name(), name);
}

TEST(CongestionControl, AllBeginWithTenSegmentsAndWithoutThreshold) {
  SeededRng rng(1);
  for (auto name : congestion_control_names()) {
    auto c = *make_congestion_control(name, rng);
    EXPECT_EQ(c->cwnd(), 10u);
    EXPECT_EQ(c->ssthresh(), 0x7fffffffu);
  }
}

TEST(CongestionControl, InSlowStartOneAckOfALargeSendCountsFully) {
  SeededRng rng(1);
  for (auto name : kByAcks) {
    auto c = *make_congestion_control(name, rng);
    c->on_acked(ack(45));
    EXPECT_EQ(c->cwnd(), 55u) << name;
  }
}

TEST(CongestionControl, NothingGrowsThatIsNotUsed) {
  SeededRng rng(1);
  for (auto name : kByAcks) {
    auto c = *make_congestion_control(name, rng);
    auto s = ack(10);
    s.cwnd_limited = false;
    c->on_acked(s);
    c->set_ssthresh(10);
    c->on_acked(s);
    EXPECT_EQ(c->cwnd(), 10u) << name;
  }
}

TEST(CongestionControl, SlowStartStopsAtTheThreshold) {
  RenoControl c;
  c.set_ssthresh(15);
  c.on_acked(ack(10));
  EXPECT_EQ(c.cwnd(), 15u);  // 5 are left, less than a window
}

TEST(RenoControl, GrowsByOneSegmentAWindowAndHalves) {
  RenoControl c;
  c.set_cwnd(20);
  c.set_ssthresh(20);
  for (int i = 0; i < 19; ++i) c.on_acked(ack(1));
  EXPECT_EQ(c.cwnd(), 20u);
  c.on_acked(ack(1));
  EXPECT_EQ(c.cwnd(), 21u);
  EXPECT_EQ(c.reduced(1s), 10u);
  c.set_cwnd(3);
  EXPECT_EQ(c.reduced(1s), 2u);  // never less than two
}

TEST(RenoControl, UndoBringsTheWindowBack) {
  RenoControl c;
  c.set_cwnd(40);
  c.set_ssthresh(c.reduced(1s));
  c.set_cwnd(1);
  c.undo(40, 0x7fffffff);
  EXPECT_EQ(c.cwnd(), 40u);
  EXPECT_EQ(c.ssthresh(), 0x7fffffffu);
}

TEST(CubicControl, ReducesToSeventyPercent) {
  CubicControl c;
  c.set_cwnd(1000);
  EXPECT_EQ(c.reduced(1s), 700u);
  EXPECT_DOUBLE_EQ(c.w_max(), 1000);
}

// Rounding down at each loss would cost a window of a dozen segments some percent of what it gives.
TEST(CubicControl, ReducesSmallWindowsExactly) {
  const auto grown = [](int acks) {
    CubicControl c;
    c.set_cwnd(12);
    c.set_ssthresh(12);
    for (int i = 0; i < acks; ++i) c.on_acked(ack(1, 1s));
    return c;
  };
  int acks = 1;
  while (grown(acks).cwnd() < 13) ++acks;
  EXPECT_EQ(grown(acks - 1).cwnd(), 12u);
  EXPECT_EQ(grown(acks - 1).reduced(1s), 9u);  // of almost 13
  // What is left over counts when the next curve begins: 14 * 0.7 = 9.8.
  CubicControl c;
  c.set_cwnd(14);
  EXPECT_EQ(c.reduced(1s), 9u);
  c.set_ssthresh(9);
  c.set_cwnd(9);
  for (int i = 0; i < 4; ++i) c.on_acked(ack(1, 1s));  // 4 * 0.53 / 9.8
  EXPECT_EQ(c.cwnd(), 10u);
}

TEST(CubicControl, FastConvergenceGivesUpMoreWhenThePeakFell) {
  CubicControl c;
  c.set_cwnd(1000);
  c.reduced(1s);
  c.set_cwnd(800);
  c.reduced(2s);
  EXPECT_DOUBLE_EQ(c.w_max(), 800 * 1.7 / 2);
}

TEST(CubicControl, FollowsItsCurve) {  // RFC 9438, 4.2
  CubicControl c;
  const double w_max = 2000;
  c.set_cwnd(2000);
  c.set_ssthresh(c.reduced(1s));
  c.set_cwnd(c.ssthresh());
  const double k = std::cbrt(w_max * 0.3 / 0.4);
  Nanos now = 10s;
  const Nanos begin = now, rtt = 100ms;
  for (int second = 1; second <= 20; ++second) {
    run(c, now, begin + second * 1s, rtt);
    const double t = static_cast<double>((now - begin).count()) * 1e-9;
    const double curve = 0.4 * std::pow(t - k, 3) + w_max;
    EXPECT_NEAR(c.cwnd(), curve, curve * 0.01 + 2) << "after " << t << " s";
    EXPECT_NEAR(c.k(), k, 0.01);
  }
}

TEST(CubicControl, IsNeverSlowerThanReno) {  // the Reno-friendly region, 4.3
  CubicControl c;
  c.set_cwnd(20);
  c.set_ssthresh(c.reduced(1s));
  c.set_cwnd(14);
  Nanos now = 10s;
  const Nanos rtt = 2ms;
  // From 14 to 20 by 0.53 segments a round, then by one.
  run(c, now, now + rtt * 12, rtt);
  EXPECT_NEAR(c.cwnd(), 20, 1);
  run(c, now, now + rtt * 20, rtt);
  EXPECT_NEAR(c.cwnd(), 40, 2);
}

TEST(CubicControl, GrowsAtMostByHalfARound) {
  CubicControl c;
  c.set_cwnd(100);
  c.set_ssthresh(c.reduced(1s));
  c.set_cwnd(70);
  Nanos now = 10s;
  c.on_acked(ack(1, now));
  now += 100s;  // far up the curve
  for (int i = 0; i < 70; ++i) c.on_acked(ack(1, now));
  EXPECT_LE(c.cwnd(), 70 * 1.66);
  EXPECT_GE(c.cwnd(), 70 * 1.4);
}

TEST(CubicControl, IdleTimeDoesNotLiftTheCurve) {
  CubicControl a, b;
  for (CubicControl* c : {&a, &b}) {
    c->set_cwnd(1000);
    c->set_ssthresh(c->reduced(1s));
    c->set_cwnd(700);
  }
  Nanos now = 10s, later = 10s;
  run(a, now, 12s, 100ms);
  run(b, later, 12s, 100ms);
  b.on_restart(later + 60s, 60s, true);
  later += 60s;
  run(a, now, 13s, 100ms);
  run(b, later, 73s, 100ms);
  EXPECT_EQ(a.cwnd(), b.cwnd());
}

TEST(CubicControl, UndoBringsThePeakBack) {
  CubicControl c;
  c.set_cwnd(1000);
  c.set_ssthresh(c.reduced(1s));
  c.set_cwnd(500);
  c.set_ssthresh(c.reduced(2s));
  c.undo(1000, 900);
  EXPECT_EQ(c.cwnd(), 1000u);
  EXPECT_EQ(c.ssthresh(), 900u);
  EXPECT_DOUBLE_EQ(c.w_max(), 1000);
}

}  // namespace
}  // namespace unetns
