#include "inet/icmp/rate_limit.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(IcmpGlobalLimitTest, ABurstThenTheRate) {
  IcmpGlobalLimit limit;
  Nanos now = seconds(5);
  int sent = 0;
  for (int i = 0; i < 100; i++) sent += limit.allow(now, 1000, 50);
  EXPECT_EQ(sent, 50);
  sent = 0;
  for (int i = 0; i < 1000; i++) sent += limit.allow(now += milliseconds(1), 100, 50);
  EXPECT_NEAR(sent, 100, 1);
}

TEST(IcmpGlobalLimitTest, ItHoldsASecondsWorthAtMostAndNothingOfNothing) {
  const auto at_once = [](int per_second, int burst) {
    IcmpGlobalLimit limit;
    int sent = 0;
    for (int i = 0; i < 500; i++) sent += limit.allow(seconds(100), per_second, burst);
    return sent;
  };
  EXPECT_EQ(at_once(1000, 50), 50);
  EXPECT_EQ(at_once(40, 200), 40);
  EXPECT_EQ(at_once(0, 50), 0);
  EXPECT_EQ(at_once(1000, 0), 1) << "one whenever it would be filled";
}

template <class F>
class IcmpPeerLimitTest : public ::testing::Test {
 protected:
  static typename F::Address addr(uint32_t n) {
    typename F::Address a;
    store_be32(a.bytes.data(), n);
    return a;
  }
  int burst(uint32_t peer, Nanos now, int tries = 20) {
    int sent = 0;
    for (int i = 0; i < tries; i++) sent += limit_.allow(addr(peer), now, seconds(1));
    return sent;
  }
  IcmpPeerLimit<F> limit_;
};
using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(IcmpPeerLimitTest, Families);

TYPED_TEST(IcmpPeerLimitTest, SixAtOnceThenOnePerInterval) {
  EXPECT_EQ(this->burst(1, seconds(10)), 6);
  EXPECT_EQ(this->burst(1, seconds(11)), 1);
  EXPECT_EQ(this->burst(1, seconds(13)), 2);
  EXPECT_EQ(this->burst(1, seconds(100)), 6);
}

TYPED_TEST(IcmpPeerLimitTest, WithALongIntervalAFreshPeerHasAMinutesWorth) {
  int sent = 0;
  for (int i = 0; i < 20; i++) sent += this->limit_.allow(this->addr(1), seconds(9), seconds(60));
  EXPECT_EQ(sent, 1);
}

TYPED_TEST(IcmpPeerLimitTest, RouteErrorsAreOneASecondAndUseTheSameBucket) {
  int sent = 0;
  for (int i = 0; i < 20; i++) sent += this->limit_.allow_route_error(this->addr(1), seconds(9));
  EXPECT_EQ(sent, 5);
  EXPECT_FALSE(this->limit_.allow(this->addr(1), seconds(9), seconds(1)));
  EXPECT_TRUE(this->limit_.allow_route_error(this->addr(1), seconds(10)));
}

TYPED_TEST(IcmpPeerLimitTest, RedirectsComeMoreAndMoreSeldomThenNoMore) {
  std::vector<int64_t> at;
  for (Nanos now = seconds(100); now < seconds(140); now += milliseconds(10))
    if (this->limit_.allow_redirect(this->addr(1), now))
      at.push_back((now - seconds(100)) / milliseconds(1));
  EXPECT_EQ(at, (std::vector<int64_t>{0, 40, 120, 280, 600, 1240, 2520, 5080, 10200}));
  EXPECT_TRUE(this->limit_.allow_redirect(this->addr(1), seconds(161))) << "after a silence";
}

TYPED_TEST(IcmpPeerLimitTest, PeersDoNotShare) {
  EXPECT_EQ(this->burst(1, seconds(10)), 6);
  EXPECT_EQ(this->burst(2, seconds(10)), 6);
}

TYPED_TEST(IcmpPeerLimitTest, ZeroMeansNoLimitAndMemoryIsBounded) {
  EXPECT_TRUE(this->limit_.allow(this->addr(1), seconds(1), Nanos{}));
  for (uint32_t i = 0; i < 20'000; i++) this->burst(i, seconds(10), 1);
  EXPECT_LE(this->limit_.size(), IcmpPeerLimit<TypeParam>::kMaxPeers);
}

}  // namespace
}  // namespace unetns
