// BBR over a simulated link: what it is for. The bandwidth of the bottleneck is found, with next to
// no queue, and losses that tell of no congestion cost little.
#include <gtest/gtest.h>

#include "inet/tcp/congestion_bbr.h"
#include "inet/tcp/recovery_sim.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Mode = BbrControl::Mode;

LossRecovery::Config config(bool sack = true) {
  LossRecovery::Config c;
  c.iss = 0xfff00000u;  // wraps on the way
  c.mss = 1448;
  c.sack = sack;
  c.timestamps = true;
  return c;
}

// Of what arrived since `before`.
double mbit(const RecoverySim& sim, Nanos length, uint64_t before = 0) {
  return static_cast<double>(sim.received() - before) * 8e3 / static_cast<double>(length.count());
}

const BbrControl& bbr(RecoverySim& sim) {
  return dynamic_cast<const BbrControl&>(sim.sender().control());
}

// 100 Mbit/s and 20 ms are 250 kB in flight; the queue would take four times as much.
TEST(BbrSim, FillsThePipeAndNotTheQueue) {
  for (bool gso : {false, true}) {
    double queue[2];
    for (bool model : {false, true}) {
      RecoverySim sim(config(), SimLink{}, model ? "bbr" : "reno");
      sim.ack_every_send = gso;
      sim.run(3s);
      sim.queue().forget();
      const uint64_t before = sim.received();
      sim.run(9s);
      queue[model] = sim.queue().mean();
      EXPECT_GT(mbit(sim, 9s, before), model ? 92 : 80) << gso;
      if (!model) continue;
      EXPECT_EQ(sim.dropped(), 0u);
      EXPECT_EQ(sim.timeouts(), 0u);
      EXPECT_EQ(sim.duplicates(), 0u);
      EXPECT_EQ(bbr(sim).mode(), Mode::kProbeBw);
      EXPECT_NEAR(bbr(sim).bandwidth(), 12.5e6 / 1500, 12.5e6 / 1500 * 0.03);
      EXPECT_NEAR(static_cast<double>(bbr(sim).min_rtt().count()), 20.1e6, 0.3e6);
    }
    EXPECT_LT(queue[1], 50'000) << gso;  // four milliseconds, a fifth of what the pipe holds
    EXPECT_GT(queue[0], 8 * queue[1]) << gso;
  }
}

TEST(BbrSim, RandomLossesDoNotSlowItDown) {
  for (double loss : {0.01, 0.05})
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      SimLink link;
      link.loss = loss;
      RecoverySim sim(config(), link, "bbr", seed), cubic(config(), link, "cubic", seed);
      sim.run(20s);
      cubic.run(20s);
      EXPECT_GT(mbit(sim, 20s), loss < 0.02 ? 90 : 80) << loss << ' ' << seed;
      EXPECT_LT(mbit(cubic, 20s), 15) << loss << ' ' << seed;
      EXPECT_LE(sim.timeouts(), 1u) << loss << ' ' << seed;
    }
}

TEST(BbrSim, EveryTenSecondsItLooksForTheShortestRoundTrip) {
  RecoverySim sim(config(), SimLink{}, "bbr");
  sim.begin();
  std::vector<Nanos> begun;
  Nanos spent{};
  Mode last = Mode::kStartup;
  while (sim.next() < 61s) {
    const Nanos before = sim.now();
    sim.step();
    if (last == Mode::kProbeRtt) spent += sim.now() - before;
    const Mode mode = bbr(sim).mode();
    if (mode == Mode::kProbeRtt && last != mode) begun.push_back(sim.now());
    if (last == Mode::kProbeRtt && mode == last && sim.now() - begun.back() > 100ms) {
      EXPECT_LE(sim.sender().board().out().segments, 5u);
    }
    last = mode;
  }
  // Shorter ones are seen now and then without it, and put it off.
  ASSERT_GE(begun.size(), 2u);
  ASSERT_LE(begun.size(), 6u);
  for (size_t i = 1; i < begun.size(); ++i) EXPECT_GT(begun[i] - begun[i - 1], 10s);
  const Nanos each = spent / static_cast<int64_t>(begun.size());
  EXPECT_GT(each, 200ms);
  EXPECT_LT(each, 280ms);
}

// The path grows longer: without PROBE_RTT it would be believed to be short for ever.
TEST(BbrSim, ALongerPathIsLearnt) {
  RecoverySim sim(config(), SimLink{}, "bbr");
  sim.run(3s);
  sim.link().delay = 30ms;
  sim.run(15s);
  EXPECT_NEAR(static_cast<double>(bbr(sim).min_rtt().count()), 60.1e6, 1e6);
  const uint64_t before = sim.received();
  sim.run(5s);
  EXPECT_GT(mbit(sim, 5s, before), 90);
}

TEST(BbrSim, AFasterAndASlowerLinkAreFound) {
  SimLink link;
  link.rate = 2.5e6;
  RecoverySim sim(config(), link, "bbr");
  sim.run(3s);
  EXPECT_NEAR(bbr(sim).bandwidth(), 2.5e6 / 1500, 2.5e6 / 1500 * 0.05);
  sim.link().rate = 12.5e6;
  sim.run(3s);
  EXPECT_NEAR(bbr(sim).bandwidth(), 12.5e6 / 1500, 12.5e6 / 1500 * 0.05);
  sim.link().rate = 2.5e6;
  sim.run(5s);
  EXPECT_NEAR(bbr(sim).bandwidth(), 2.5e6 / 1500, 2.5e6 / 1500 * 0.05);
}

// A tenth of what the pipe holds, where Reno gives half of the link away.
TEST(BbrSim, AShallowBufferIsEnough) {
  SimLink link;
  link.queue = 25'000;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    RecoverySim sim(config(), link, "bbr", seed);
    sim.run(20s);
    EXPECT_GT(mbit(sim, 20s), 90) << seed;
    EXPECT_EQ(sim.timeouts(), 0u);
    EXPECT_EQ(sim.duplicates(), 0u);
  }
}

// Acks that come all ten milliseconds: half a round trip's at once.
TEST(BbrSim, AcksInBurstsDoNotStallIt) {
  for (Nanos every : {5ms, 10ms, 20ms}) {
    SimLink link;
    link.ack_every = every;
    RecoverySim sim(config(), link, "bbr");
    sim.run(9s);
    EXPECT_GT(mbit(sim, 9s), 88) << every.count();
    EXPECT_EQ(sim.dropped(), 0u);
  }
}

// They may wait longer than the round trip takes, as on a radio link: a window of twice what the
// path holds would be used up long before.
TEST(BbrSim, AcksThatWaitLongerThanARoundTripDoNotStallIt) {
  SimLink link;
  link.delay = 1ms;
  link.ack_every = 12ms;
  RecoverySim sim(config(), link, "bbr");
  sim.run(9s);
  EXPECT_GT(mbit(sim, 9s), 80);
  EXPECT_EQ(sim.timeouts(), 0u);
}

// 10 segments a round trip say nothing of the path: what was found before holds.
TEST(BbrSim, AProgramWithLittleToSendDoesNotLowerTheEstimate) {
  RecoverySim sim(config(), SimLink{}, "bbr");
  sim.run(3s, 20'000'000);
  ASSERT_EQ(sim.received(), 20'000'000u);
  const double found = bbr(sim).bandwidth();
  EXPECT_GT(found, 12.5e6 / 1500 * 0.95);
  for (int i = 0; i < 300; ++i) sim.run(20ms, 10 * 1448);
  EXPECT_GE(bbr(sim).bandwidth(), found * 0.99);
  // And so does what is found at the end of it.
  const uint64_t before = sim.received();
  sim.run(1s);
  EXPECT_GT(mbit(sim, 1s, before), 85);
}

// A window after a pause is as it was: no slow start, and no burst either.
TEST(BbrSim, APauseTakesNothing) {
  RecoverySim sim(config(), SimLink{}, "bbr");
  sim.run(3s, 20'000'000);
  sim.run(5s, 0);
  const uint32_t cwnd = sim.sender().control().cwnd();
  const uint64_t before = sim.received();
  sim.queue().forget();
  sim.run(500ms);
  EXPECT_GE(sim.sender().control().cwnd(), cwnd * 9 / 10);
  EXPECT_GT(mbit(sim, 500ms, before), 85);
  EXPECT_EQ(sim.dropped(), 0u);
  EXPECT_LT(sim.queue().mean(), 60'000);
}

TEST(BbrSim, TwoShareTheLink) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    RecoverySim a(config(), SimLink{}, "bbr", seed), b(config(), SimLink{}, "bbr", seed + 10);
    b.share(a);
    a.begin();
    b.begin();
    uint64_t half[2] = {0, 0};
    for (bool second : {false, true}) {
      const Nanos end = a.now() + (second ? 60s : 30s);
      while (std::min(a.next(), b.next()) < end) (a.next() <= b.next() ? a : b).step();
      if (second) break;
      half[0] = a.received();
      half[1] = b.received();
    }
    const double one = mbit(a, 60s, half[0]), two = mbit(b, 60s, half[1]);
    EXPECT_GT(one + two, 90) << seed;
    EXPECT_GT(std::min(one, two), 25) << seed << ": " << one << ' ' << two;
    EXPECT_EQ(a.timeouts() + b.timeouts(), 0u);
  }
}

// After everything in flight was lost the window comes back as soon as the loss is repaired.
TEST(BbrSim, ATimeoutTakesTheWindowNotForLong) {
  RecoverySim sim(config(), SimLink{}, "bbr");
  sim.run(3s);
  sim.blackout = true;
  sim.run(1s);
  EXPECT_GE(sim.timeouts(), 1u);
  EXPECT_LE(sim.sender().control().cwnd(), 4u);
  sim.blackout = false;
  sim.run(2s);
  const uint64_t before = sim.received();
  sim.run(2s);
  EXPECT_GT(mbit(sim, 2s, before), 85);
}

TEST(BbrSim, AHundredthOfAMegabitIsNoProblem) {
  SimLink link;
  link.rate = 16'000;  // a segment needs 94 ms
  link.queue = 30'000;
  RecoverySim sim(config(), link, "bbr");
  sim.run(60s);
  EXPECT_GT(mbit(sim, 60s), 0.128 * 0.85);
  EXPECT_LT(sim.queue().mean(), 15'000);
}

TEST(BbrSim, ALocalPathIsFilled) {
  SimLink link;
  link.rate = 5e9;  // 40 Gbit/s
  link.delay = 2us;
  link.queue = 1 << 23;
  link.window = 1 << 22;
  RecoverySim sim(config(), link, "bbr");
  sim.ack_every_send = true;
  sim.run(20ms);
  EXPECT_GT(mbit(sim, 20ms), 30000);
}

}  // namespace
}  // namespace unetns
