#include <gtest/gtest.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

class TcpTransfer : public ::testing::TestWithParam<uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Families, TcpTransfer, ::testing::Values(20u, 40u));

// After the data both ends close, and nothing is left behind.
void finish(TcpWire& w) {
  w.link.loss = w.link.duplicate = w.link.reorder = 0;
  w.a->close(w.now);
  w.b->close(w.now);
  w.run(300s);
  EXPECT_TRUE(w.a->dead()) << static_cast<int>(w.a->state());
  EXPECT_TRUE(w.b->dead()) << static_cast<int>(w.b->state());
  EXPECT_EQ(w.a->error(), 0);
  EXPECT_EQ(w.b->error(), 0);
}

TEST_P(TcpTransfer, DataArrivesInOrderAndWholeBothWays) {
  TcpWire w(GetParam());
  ASSERT_TRUE(w.connect());
  EXPECT_TRUE(w.exchange(3'000'000, 1'000'000, 60s));
  EXPECT_TRUE(w.a.intact && w.b.intact);
  finish(w);
}

TEST_P(TcpTransfer, GsoPacketsArriveWhole) {
  TcpWire w(GetParam());
  w.link.split_gso = false;
  ASSERT_TRUE(w.connect());
  EXPECT_TRUE(w.exchange(10'000'000, 0, 60s, 65536));
  EXPECT_TRUE(w.b.intact);
  finish(w);
}

TEST_P(TcpTransfer, EveryRateOfLossIsSurvived) {
  for (double loss : {0.0001, 0.001, 0.01, 0.05, 0.1, 0.3}) {
    for (uint64_t seed = 1; seed <= 3; seed++) {
      TcpWire w(GetParam(), seed);
      w.link.loss = loss;
      w.a.settings.retries2 = w.b.settings.retries2 = 30;
      ASSERT_TRUE(w.connect()) << loss;
      const uint64_t n = loss > 0.05 ? 100'000 : 1'000'000;
      EXPECT_TRUE(w.exchange(n, n / 2, 3600s))
          << "loss " << loss << " seed " << seed << ": " << w.b.taken << " of " << n << ", "
          << w.a.taken << " of " << n / 2;
      EXPECT_TRUE(w.a.intact && w.b.intact);
      finish(w);
    }
  }
}

TEST_P(TcpTransfer, ReorderingAndDuplicationAreSurvived) {
  for (uint64_t seed = 1; seed <= 5; seed++) {
    TcpWire w(GetParam(), seed);
    w.link.loss = 0.01;
    w.link.reorder = 0.2;
    w.link.duplicate = 0.1;
    ASSERT_TRUE(w.connect());
    EXPECT_TRUE(w.exchange(500'000, 500'000, 600s)) << seed;
    EXPECT_TRUE(w.a.intact && w.b.intact);
    finish(w);
  }
}

TEST_P(TcpTransfer, SurvivesWithoutOptions) {
  for (int options = 0; options < 8; options++) {
    TcpWire w(GetParam(), 7);
    w.a.settings.sack = options & 1;
    w.a.settings.timestamps = options & 2;
    w.a.settings.window_scaling = options & 4;
    w.link.loss = 0.02;
    w.link.reorder = 0.05;
    ASSERT_TRUE(w.connect());
    EXPECT_TRUE(w.exchange(300'000, 300'000, 600s)) << options;
    EXPECT_TRUE(w.a.intact && w.b.intact);
    finish(w);
  }
}

TEST_P(TcpTransfer, SequenceNumbersMayWrap) {
  for (uint32_t back : {1u, 2u, 1000u, 100'000u}) {
    TcpWire w(GetParam(), 3);
    w.a.iss = w.b.iss = 0u - back;
    w.link.loss = 0.01;
    ASSERT_TRUE(w.connect());
    EXPECT_TRUE(w.exchange(300'000, 300'000, 600s)) << back;
    EXPECT_TRUE(w.a.intact && w.b.intact);
    finish(w);
  }
}

TEST_P(TcpTransfer, SmallWritesShareBuffers) {
  TcpWire w(GetParam());
  ASSERT_TRUE(w.connect());
  w.a.settings.cork = true;
  w.write(w.a, 1000);
  const size_t live = w.pool.live();
  for (int i = 0; i < 400; i++) w.write(w.a, 1);
  EXPECT_LE(w.pool.live(), live + 1);
  w.a.settings.cork = false;
  w.a->push(w.now);
  EXPECT_TRUE(w.exchange(0, 0, 10s));
  w.run(1s);
  w.read(w.b);
  EXPECT_EQ(w.b.taken, 1400u);
  EXPECT_TRUE(w.b.intact);
}

TEST_P(TcpTransfer, AnIdleConnectionIsSmall) {
  TcpWire w(GetParam());
  ASSERT_TRUE(w.connect());
  w.run(10s);
  EXPECT_LE(w.a->memory(), 2048u);
  EXPECT_LE(w.b->memory(), 2048u);
  ASSERT_TRUE(w.exchange(3'000'000, 3'000'000, 100s));
  w.run(10s);
  EXPECT_LE(w.a->memory(), 2048u);
}

}  // namespace
}  // namespace unetns
