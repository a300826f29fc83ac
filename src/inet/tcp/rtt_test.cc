#include "inet/tcp/rtt.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

using namespace std::chrono_literals;

RttEstimator fresh() { return {200ms, 120s}; }

TEST(RttEstimator, StartsAtOneSecond) {
  EXPECT_EQ(fresh().rto(), 1s);
  EXPECT_FALSE(fresh().measured());
  EXPECT_EQ(fresh().min_rtt(), 0ns);
}

TEST(RttEstimator, TheFirstSampleSetsTheMeanAndHalfOfItAsDeviation) {  // RFC 6298 (2.2)
  RttEstimator e = fresh();
  e.sample(1s, 400ms, 1, 100);
  EXPECT_EQ(e.srtt(), 400ms);
  EXPECT_EQ(e.rttvar(), 200ms);
  EXPECT_EQ(e.rto(), 400ms + 4 * 200ms);
}

TEST(RttEstimator, LaterSamplesWeighAnEighthAndAQuarter) {  // RFC 6298 (2.3)
  RttEstimator e = fresh();
  e.sample(1s, 400ms, 1, 100);
  e.sample(2s, 800ms, 50, 200);
  EXPECT_EQ(e.srtt(), 450ms);    // 7/8 * 400 + 1/8 * 800
  EXPECT_EQ(e.rttvar(), 250ms);  // 3/4 * 200 + 1/4 * 400
  EXPECT_EQ(e.rto(), 450ms + 4 * 250ms);
}

TEST(RttEstimator, TheDeviationCountsForAtLeastRtoMin) {
  RttEstimator e = fresh();
  e.sample(1s, 20us, 1, 100);
  EXPECT_EQ(e.rto(), 200ms + 20us);
  for (uint32_t i = 0; i < 100; ++i) e.sample(1s, 20us, 100 * i, 100 * (i + 1));
  EXPECT_EQ(e.rto(), 200ms + 20us);
}

TEST(RttEstimator, NeverMoreThanRtoMax) {
  RttEstimator e(200ms, 3s);
  e.sample(1s, 100s, 1, 100);
  EXPECT_EQ(e.rto(), 3s);
}

TEST(RttEstimator, AFasterPathDoesNotBlowUpTheTimeout) {
  RttEstimator e = fresh();
  e.sample(1s, 400ms, 0, 100);
  for (uint32_t i = 1; i < 30; ++i) e.sample(1s, 400ms, 100 * i, 100 * (i + 1));
  const Nanos before = e.rto();
  e.sample(2s, 10ms, 5000, 5100);
  EXPECT_LT(e.rto(), before);
}

TEST(RttEstimator, TheTimeoutFallsSlowlyOnceARound) {
  RttEstimator e = fresh();
  e.sample(1s, 400ms, 0, 100);
  const Nanos first = e.rto();
  // In the same round nothing falls but the mean.
  e.sample(1s, 400ms, 50, 150);
  EXPECT_EQ(e.rto(), first);
  for (uint32_t i = 1; i < 100; ++i) e.sample(1s, 400ms, 200 * i, 200 * (i + 1));
  EXPECT_LT(e.rto(), 610ms);
  EXPECT_GE(e.rto(), 600ms);
}

TEST(RttEstimator, TheSmallestIsForgottenAfterTheWindow) {
  RttEstimator e = fresh();
  e.sample(1000s, 10ms, 0, 1);
  e.sample(1100s, 30ms, 1, 2);
  EXPECT_EQ(e.min_rtt(), 10ms);
  e.sample(1301s, 30ms, 2, 3);
  e.sample(1500s, 30ms, 2, 3);
  EXPECT_EQ(e.min_rtt(), 30ms);
}

TEST(RttEstimator, ZeroCountsAsAMicrosecond) {
  RttEstimator e = fresh();
  e.sample(1s, 0ns, 0, 1);
  EXPECT_TRUE(e.measured());
  EXPECT_EQ(e.srtt(), 1us);
}

}  // namespace
}  // namespace unetns
