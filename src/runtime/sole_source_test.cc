#include "runtime/sole_source.h"

#include <gtest/gtest.h>

#include "preload/hot_layout.h"

namespace unetns {
namespace {

const uint64_t kOne = unetns_hot_peer(0x0100000a, 7), kOther = unetns_hot_peer(0x0200000a, 7);

class SoleSourceTest : public ::testing::Test {
 protected:
  int until_told(uint64_t peer) {
    for (int n = 1; n < 100000; n++)
      if (source_.next(peer, false)) return n;
    return -1;
  }
  SoleSource source_;
};

TEST_F(SoleSourceTest, OneThatSentForAWhileIsTold) {
  EXPECT_EQ(source_.told(), 0u);
  EXPECT_FALSE(source_.ever());
  EXPECT_EQ(until_told(kOne), 9);
  EXPECT_EQ(unetns_hot_address(source_.told()), 0x0100000au);
  EXPECT_EQ(unetns_hot_port(source_.told()), 7);
  EXPECT_FALSE(source_.next(kOne, true)) << "nothing changes while it goes on";
}

TEST_F(SoleSourceTest, AnotherEndsIt) {
  until_told(kOne);
  EXPECT_TRUE(source_.next(kOther, true));
  EXPECT_EQ(source_.told(), 0u);
  EXPECT_TRUE(source_.ever());
  EXPECT_FALSE(source_.next(kOther, true));
}

TEST_F(SoleSourceTest, NobodyIsToldWhileOthersMayLieThere) {
  for (int i = 0; i < 100; i++) EXPECT_FALSE(source_.next(kOne, true));
  EXPECT_TRUE(source_.next(kOne, false));
}

TEST_F(SoleSourceTest, SeveralAtOnceAreNobody) {
  for (int i = 0; i < 100; i++) EXPECT_FALSE(source_.next(0, false));
  until_told(kOne);
  EXPECT_TRUE(source_.next(0, false));
}

TEST_F(SoleSourceTest, TheSameAgainIsTellablyAnother) {
  until_told(kOne);
  const uint64_t before = source_.told();
  source_.next(kOther, false);
  until_told(kOne);
  EXPECT_NE(source_.told(), before);
  EXPECT_EQ(unetns_hot_address(source_.told()), unetns_hot_address(before));
}

TEST_F(SoleSourceTest, EachEndDoublesWhatIsNeeded) {
  until_told(kOne);
  source_.next(kOther, false);
  EXPECT_EQ(until_told(kOther), 16);
  source_.next(kOne, false);
  EXPECT_EQ(until_told(kOne), 32);
}

}  // namespace
}  // namespace unetns
