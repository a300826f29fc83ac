// Whole transfers over a simulated link: does the pipe fill, and what do losses cost?
#include "inet/tcp/recovery_sim.h"

#include <gtest/gtest.h>

#include <cmath>

namespace unetns {
namespace {

using namespace std::chrono_literals;

LossRecovery::Config config(bool sack = true) {
  LossRecovery::Config c;
  c.iss = 0xfff00000u;  // wraps on the way
  c.mss = 1448;
  c.sack = sack;
  c.timestamps = true;
  return c;
}

double mbit(const RecoverySim& sim, Nanos length) {
  return static_cast<double>(sim.received()) * 8e3 / static_cast<double>(length.count());
}

TEST(RecoverySim, FillsThePipeWithoutLoss) {
  for (std::string_view control : {"cubic", "reno"})
    for (bool gso : {false, true}) {
      SimLink link;  // 100 Mbit/s, 20 ms
      link.queue = 1 << 22;
      RecoverySim sim(config(), link, control);
      sim.ack_every_send = gso;
      sim.run(5s);
      EXPECT_GT(mbit(sim, 5s), 93) << control << gso;
      EXPECT_EQ(sim.timeouts(), 0u);
      EXPECT_EQ(sim.duplicates(), 0u);
    }
}

TEST(RecoverySim, ALocalPathIsNotThrottled) {
  for (bool gso : {false, true}) {
    SimLink link;
    link.rate = 5e9;  // 40 Gbit/s
    link.delay = 2us;
    link.queue = 1 << 23;
    link.window = 1 << 22;
    RecoverySim sim(config(), link, "cubic");
    sim.ack_every_send = gso;
    sim.run(20ms);
    EXPECT_GT(mbit(sim, 20ms), 38000) << gso;
    EXPECT_EQ(sim.reductions(), 0u) << gso;
  }
}

TEST(RecoverySim, AShortQueueCostsNoTimeouts) {
  for (std::string_view control : {"cubic", "reno"}) {
    SimLink link;
    link.queue = 64 << 10;
    RecoverySim sim(config(), link, control);
    sim.run(10s);
    EXPECT_GT(mbit(sim, 10s), control == "cubic" ? 90 : 80) << control;
    EXPECT_EQ(sim.timeouts(), 0u);
    EXPECT_EQ(sim.duplicates(), 0u);  // not one needless retransmission
  }
}

// Reno's rate by Mathis et al.: MSS / RTT * sqrt(3 / 2p). CUBIC is Reno-friendly here.
TEST(RecoverySim, OnePercentLossGivesWhatTheFormulaSays) {
  const double reno = 1448 * 8 / 0.0201 * std::sqrt(1.5 / 0.01) / 1e6;
  for (std::string_view control : {"cubic", "reno"})
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      SimLink link;
      link.loss = 0.01;
      RecoverySim sim(config(), link, control, seed);
      sim.run(60s);
      EXPECT_GT(mbit(sim, 60s), reno * 0.75) << control;
      EXPECT_LT(mbit(sim, 60s), reno * 1.4) << control;
      EXPECT_LE(sim.timeouts(), 3u);
      EXPECT_LE(sim.duplicates(), 3u);
    }
}

TEST(RecoverySim, ReorderingIsLearnt) {
  SimLink link;
  link.reorder = 0.05;
  link.late = 3ms;
  link.queue = 1 << 22;
  RecoverySim sim(config(), link, "cubic");
  sim.run(10s);
  EXPECT_GT(mbit(sim, 10s), 90);
  EXPECT_LT(sim.duplicates(), 20u);
}

TEST(RecoverySim, EcnKeepsTheQueueWithoutDrops) {
  SimLink link;
  link.mark_above = 100'000;
  RecoverySim sim(config(), link, "cubic");
  sim.run(10s);
  EXPECT_GT(mbit(sim, 10s), 80);
  EXPECT_EQ(sim.dropped(), 0u);
}

TEST(RecoverySim, PacingKeepsToItsRate) {
  auto c = config();
  c.max_pacing_rate = 1'000'000;
  RecoverySim sim(c, SimLink{}, "cubic");
  sim.run(10s);
  EXPECT_NEAR(mbit(sim, 10s), 8, 0.2);
}

// Whatever is lost: all arrives in the end, and the numbers come out even.
TEST(RecoverySim, EveryTransferEnds) {
  for (bool sack : {true, false})
    for (std::string_view control : congestion_control_names())
      for (double loss : {0.02, 0.1, 0.3})
        for (uint64_t seed = 1; seed <= 5; ++seed) {
          SimLink link;
          link.loss = loss;
          link.reorder = 0.05;
          link.late = 30ms;
          RecoverySim sim(config(sack), link, control, seed);
          sim.run(3600s, 200'000);
          ASSERT_EQ(sim.received(), 200'000u) << sack << control << loss << ' ' << seed;
          EXPECT_TRUE(sim.sender().all_acked());
          EXPECT_EQ(sim.sender().in_flight(), 0u);
          EXPECT_EQ(sim.sender().deadline(), std::nullopt);
          EXPECT_EQ(sim.sender().board().memory(), 0u);
        }
}

TEST(RecoverySim, ALostTailIsRepairedByAProbeAndNotByATimeout) {
  RecoverySim sim(config(), SimLink{}, "cubic");
  const uint32_t tail = 0xfff00000u + 19 * 1448;
  int seen = 0;
  sim.drop = [&](uint32_t start, uint32_t) { return start == tail && seen++ == 0; };
  sim.run(10s, 20 * 1448);
  EXPECT_EQ(sim.received(), 20u * 1448);
  EXPECT_EQ(sim.probes(), 1u);
  EXPECT_EQ(sim.timeouts(), 0u);
}

}  // namespace
}  // namespace unetns
