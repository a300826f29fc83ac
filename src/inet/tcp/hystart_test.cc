#include "inet/tcp/hystart.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Phase = HyStart::Phase;

// One round of `acks` with this RTT; sequence numbers count rounds.
Phase round(HyStart& h, uint32_t& seq, Nanos rtt, int acks = 10) {
  Phase p{};
  for (int i = 1; i <= acks; ++i) {
    ++seq;
    p = h.on_acked(rtt, seq, seq + 10);
  }
  return p;
}

TEST(HyStart, StaysInSlowStartWhileRoundTripsStayTheSame) {
  HyStart h;
  uint32_t seq = 0;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(round(h, seq, 20ms), Phase::kSlowStart);
  EXPECT_EQ(h.growth(45), 45u);
}

TEST(HyStart, NoiseBelowFourMillisecondsDoesNotCount) {
  HyStart h;
  uint32_t seq = 0;
  for (int i = 0; i < 10; ++i) {
    round(h, seq, 10us);
    EXPECT_EQ(round(h, seq, 3900us), Phase::kSlowStart);
  }
}

TEST(HyStart, LongerRoundsLeadThroughAConservativePhaseToTheEnd) {
  HyStart h;
  uint32_t seq = 0;
  round(h, seq, 40ms);
  round(h, seq, 40ms);
  EXPECT_EQ(round(h, seq, 46ms, 9), Phase::kConservative);  // more than 40 / 8
  EXPECT_EQ(h.growth(8), 2u);                               // a quarter
  EXPECT_EQ(h.growth(3), 0u);
  EXPECT_EQ(h.growth(1), 1u);
  int rounds = 0;
  while (round(h, seq, 50ms) == Phase::kConservative) ASSERT_LT(++rounds, 10);
  EXPECT_EQ(h.phase(), Phase::kDone);
  EXPECT_LE(rounds, 5);
}

TEST(HyStart, GoesBackWhenItWasNoise) {
  HyStart h;
  uint32_t seq = 0;
  round(h, seq, 40ms);
  round(h, seq, 40ms);
  round(h, seq, 46ms, 9);
  ASSERT_EQ(h.phase(), Phase::kConservative);
  round(h, seq, 41ms);
  EXPECT_EQ(round(h, seq, 41ms), Phase::kSlowStart);
}

TEST(HyStart, NeedsEightSamples) {
  HyStart h;
  uint32_t seq = 0;
  round(h, seq, 40ms);
  round(h, seq, 40ms);
  round(h, seq, 40ms, 1);
  h = {};
  seq = 0;
  for (uint32_t i = 1; i <= 20; ++i)  // rounds of five acks
    EXPECT_EQ(h.on_acked(i < 10 ? 40ms : 400ms, 10 * i, 10 * i + 50), Phase::kSlowStart);
}

}  // namespace
}  // namespace unetns
