#include "host/host_rng.h"

#include <gtest/gtest.h>

#include <set>

#include "host/host_clock.h"

namespace unetns {
namespace {

TEST(HostRngTest, ValuesDoNotRepeatAcrossBlocks) {
  HostRng rng;
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(rng.u64());
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(HostRngTest, FillsRequestsOfAnySize) {
  HostRng rng;
  for (size_t n : {0u, 1u, 511u, 512u, 513u, 5000u}) {
    ByteVector v(n + 1, 0xaa);
    rng.fill(MutableBytes(v).first(n));
    EXPECT_EQ(v[n], 0xaa);
  }
}

TEST(HostClockTest, MonotonicNeverGoesBackAndRealtimeIsOfThisCentury) {
  HostClock clock;
  const Nanos a = clock.monotonic();
  EXPECT_GE(clock.monotonic(), a);
  EXPECT_GT(clock.realtime(), std::chrono::seconds(1'600'000'000));
}

}  // namespace
}  // namespace unetns
