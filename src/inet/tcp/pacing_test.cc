#include "inet/tcp/pacing.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kRate = 125'000'000;  // a gigabit a second

// Where waking up takes half as long as a send is worth.
TEST(Pacing, ATimerThatIsLateDoesNotLowerTheRate) {
  Pacing pacing;
  Nanos now = 1000s;
  const Nanos begin = now;
  for (int i = 0; i < 1000; ++i) {
    pacing.on_sent(now, 62'500, kRate);  // half a millisecond's worth
    ASSERT_TRUE(pacing.wants_wake());
    EXPECT_TRUE(pacing.blocks(now));
    now = pacing.until() + 250us;
    EXPECT_FALSE(pacing.blocks(now));
    pacing.woken();
  }
  EXPECT_NEAR(static_cast<double>((now - begin).count()), 500e6, 1e6);
}

// What was missed for longer than a burst may last is gone.
TEST(Pacing, APauseDoesNotSaveUp) {
  for (const bool woken : {false, true}) {
    Pacing pacing;
    Nanos now = 1000s;
    pacing.on_sent(now, 62'500, kRate);
    now += 5s;
    if (woken) pacing.woken();
    int sent = 0;
    for (; !pacing.blocks(now); ++sent) pacing.on_sent(now, 62'500, kRate);
    EXPECT_LE(sent, 3);
  }
}

TEST(Pacing, TheFirstSendTakesItsTime) {
  Pacing pacing;
  pacing.on_sent(1s, 125'000, kRate);
  EXPECT_EQ(pacing.until(), 1s + 1ms);
}

TEST(Pacing, AQuantumIsAMillisecondsWorth) {
  EXPECT_EQ(Pacing::quantum(10'240'000, 1000), 10'000u);
  EXPECT_EQ(Pacing::quantum(1'000, 1000), 2000u);
  EXPECT_EQ(Pacing::quantum(1'000, 1000, 1), 1000u);
  EXPECT_EQ(Pacing::quantum(~uint64_t{0}, 1000), 65'000u);  // a part of one would cut others
  EXPECT_EQ(Pacing::quantum(1'000, 65'000), 130'000u);      // where one segment is as large
}

}  // namespace
}  // namespace unetns
