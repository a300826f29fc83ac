#include "inet/tcp/windowed_max.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

TEST(WindowedMax, ForgetsWhatIsOlderThanTheWindow) {
  WindowedMax<10> max;
  EXPECT_EQ(max.best(), 0);
  max.update(5, 100);
  max.update(6, 70);
  max.update(6, 50);
  for (uint32_t round = 7; round < 15; ++round) {
    max.update(round, 10);
    EXPECT_EQ(max.best(), 100) << round;
  }
  max.update(15, 10);
  EXPECT_EQ(max.best(), 70);
  max.update(16, 10);
  EXPECT_EQ(max.best(), 10);
}

TEST(WindowedMax, ForgetsAllAfterALongWhile) {
  WindowedMax<10> max;
  max.update(3, 100);
  max.update(0x80000000u, 1);
  EXPECT_EQ(max.best(), 1);
}

TEST(WindowedMax, TheCountOfRoundsMayWrap) {
  WindowedMax<10> max;
  max.update(0xfffffff0u, 1);
  max.update(0xfffffffeu, 100);
  for (uint32_t i = 1; i < 10; ++i) {
    max.update(0xfffffffeu + i, 1);
    EXPECT_EQ(max.best(), 100) << i;
  }
  max.update(0xfffffffeu + 10, 1);
  EXPECT_EQ(max.best(), 1);
}

TEST(WindowedMax, ALargerOneCountsAtOnce) {
  WindowedMax<10> max;
  for (uint32_t i = 0; i < 30; ++i) {
    max.update(i, i * 2);
    EXPECT_EQ(max.best(), i * 2);
  }
}

}  // namespace
}  // namespace unetns
