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
  for (const std::string_view control : congestion_control_names()) {
    for (double loss : {0.0001, 0.001, 0.01, 0.05, 0.1, 0.3}) {
      for (uint64_t seed = 1; seed <= 3; seed++) {
        TcpWire w(GetParam(), seed);
        w.control = control;
        w.link.loss = loss;
        w.a.settings.retries2 = w.b.settings.retries2 = 30;
        ASSERT_TRUE(w.connect()) << loss;
        const uint64_t n = loss > 0.05 ? 100'000 : 1'000'000;
        EXPECT_TRUE(w.exchange(n, n / 2, 3600s))
            << control << ", loss " << loss << " seed " << seed << ": " << w.b.taken << " of " << n
            << ", " << w.a.taken << " of " << n / 2;
        EXPECT_TRUE(w.a.intact && w.b.intact);
        finish(w);
      }
    }
  }
}

// 1 % of all segments lost and a round trip of 20 ms: what the window allows is in flight, nothing
// is sent again for nothing, no timeout is waited for.
TEST_P(TcpTransfer, OnePercentOfLossLeavesWhatTheWindowGives) {
  constexpr int kFlows = 10, kSeconds = 20;
  double mbits = 0;
  uint64_t timeouts = 0;
  for (uint64_t seed = 1; seed <= kFlows; seed++) {
    TcpWire w(GetParam(), seed);
    w.link.delay = 10ms;
    ASSERT_TRUE(w.connect());
    w.link.loss = 0.01;
    w.exchange(1 << 30, 0, std::chrono::seconds(kSeconds), 131072);
    mbits += static_cast<double>(w.b.taken) * 8e-6 / kSeconds;
    timeouts += w.a.mibs[TcpMib::kTCPTimeouts];
    EXPECT_LE(w.a.mibs[TcpMib::kTCPDSACKRecv], 1u) << seed;
  }
  EXPECT_GT(mbits / kFlows, 7.3);
  EXPECT_LE(timeouts, 1u);
}

TEST_P(TcpTransfer, ReorderingAndDuplicationAreSurvived) {
  for (const std::string_view control : congestion_control_names()) {
    for (uint64_t seed = 1; seed <= 5; seed++) {
      TcpWire w(GetParam(), seed);
      w.control = control;
      w.link.loss = 0.01;
      w.link.reorder = 0.2;
      w.link.duplicate = 0.1;
      ASSERT_TRUE(w.connect());
      EXPECT_TRUE(w.exchange(500'000, 500'000, 600s)) << control << seed;
      EXPECT_TRUE(w.a.intact && w.b.intact);
      finish(w);
    }
  }
}

TEST_P(TcpTransfer, SurvivesWithoutOptions) {
  for (int options = 0; options < 24; options++) {
    TcpWire w(GetParam(), 7);
    w.control = congestion_control_names()[static_cast<size_t>(options) / 8];
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

// Whatever moment it is, with whatever in flight or lost.
TEST_P(TcpTransfer, TheAlgorithmMayChangeOnTheWay) {
  const auto names = congestion_control_names();
  for (uint64_t seed = 1; seed <= 10; seed++) {
    TcpWire w(GetParam(), seed);
    w.link.loss = 0.05;
    w.link.reorder = 0.05;
    ASSERT_TRUE(w.connect());
    for (int change = 0; change < 60; change++) {
      w.exchange(100'000, 0, Nanos(std::chrono::milliseconds(w.rng().below(100))));
      w.control = names[w.rng().below(static_cast<uint32_t>(names.size()))];
      w.a->set_control(w.make_control(), w.now);
    }
    EXPECT_TRUE(w.exchange(0, 0, 600s));
    EXPECT_EQ(w.b.taken, w.a.written);
    EXPECT_TRUE(w.b.intact);
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

// One packet's bytes, sent again and again.
TEST(TcpTransferOfMuch, SequenceNumbersThatWrapMakeNothingUrgentAndLoseNothing) {
  TcpWire w;
  w.link.split_gso = false;
  ASSERT_TRUE(w.connect());
  int urgent = 0, small = 0;
  w.filter = [&](int, TcpSegmentOut& s) {
    urgent += (s.flags & TcpFlag::kUrg) != 0;
    return true;
  };
  const Packet piece = w.data(0, 200'000);
  uint64_t written = 0, read = 0;
  const auto move = [&](uint64_t goal) {
    return w.run_until(
        [&] {
          while (written < goal && w.a->send_room() > 0) {
            const size_t n = std::min<uint64_t>(goal - written, piece.size());
            Packet p = Packet::allocate(w.pool, Packet::kHeadroom, 0);
            p.append_shared(piece, 0, n);
            w.a->write(w.now, std::move(p), false, false);
            written += n;
          }
          while (Packet p = w.b->read(w.now, SIZE_MAX)) read += p.size();
          return read == goal;
        },
        100s);
  };
  w.write(w.a, 10, false, true);  // urgent once, long ago
  w.run(1s);
  EXPECT_EQ(urgent, 1);
  EXPECT_TRUE(w.b->read_urgent(false));
  written = 10;
  read = w.read(w.b) + 1;
  constexpr uint64_t kGi = uint64_t{1} << 30;
  for (const uint64_t goal : {2 * kGi - 1000, 2 * kGi + 1000, 4 * kGi - 2, 4 * kGi + 1000}) {
    ASSERT_TRUE(move(goal)) << goal << " " << read;
    w.run(1s);
    EXPECT_EQ(w.a->unacked_or_unsent(), 0u);
    for (int i = 0; i < 3; i++) {  // Nagle's small segments don't wait for one of long ago
      small++;
      ASSERT_TRUE(move(goal + small));
      w.run(1s);
    }
    small = 0;
  }
  EXPECT_EQ(urgent, 1);
  EXPECT_FALSE(w.b->read_urgent(true));
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
