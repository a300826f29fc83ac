#include "inet/tcp/scoreboard.h"

#include <gtest/gtest.h>

#include <map>

#include "env/rng.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

constexpr uint32_t kMss = 1000;

void send(Scoreboard& b, uint32_t start, uint32_t end, Nanos at) {
  SentRange r;
  r.start = start;
  r.end = end;
  r.first_sent = r.last_sent = at;
  b.append(r);
}
uint32_t sack(Scoreboard& b, uint32_t s, uint32_t e) {
  uint32_t bytes = 0;
  b.sack({s, e}, [&](const SentRange& piece) { bytes += piece.size(); });
  return bytes;
}
uint32_t ack(Scoreboard& b, uint32_t una) {
  uint32_t bytes = 0;
  b.ack(una, [&](const SentRange& piece, uint32_t) { bytes += piece.size(); });
  return bytes;
}

TEST(Scoreboard, ALargeSendIsOneRange) {
  Scoreboard b(kMss);
  send(b, 0, 64000, 1s);
  send(b, 64000, 128000, 1s);
  EXPECT_EQ(b.ranges(), 1u);
  EXPECT_EQ(b.out().segments, 128u);
  EXPECT_EQ(b.memory(), 0u);
  send(b, 128000, 129000, 2s);  // at another time
  EXPECT_EQ(b.ranges(), 2u);
}

TEST(Scoreboard, SmallSegmentsCountOneEach) {
  Scoreboard b(kMss);
  for (uint32_t i = 0; i < 5; ++i) send(b, i, i + 1, 1s);
  EXPECT_EQ(b.out().segments, 5u);
  EXPECT_EQ(b.in_flight_bytes(), 5u);
}

TEST(Scoreboard, SacksSplitAndJoinAgain) {
  Scoreboard b(kMss);
  send(b, 0, 10000, 1s);
  EXPECT_EQ(sack(b, 2000, 4000), 2000u);
  EXPECT_EQ(b.ranges(), 3u);
  EXPECT_EQ(sack(b, 2000, 4000), 0u);  // known
  EXPECT_EQ(sack(b, 3000, 6000), 2000u);
  EXPECT_EQ(b.ranges(), 3u);
  EXPECT_EQ(sack(b, 7000, 8000), 1000u);
  EXPECT_EQ(b.ranges(), 5u);
  EXPECT_EQ(sack(b, 1000, 9000), 3000u);
  EXPECT_EQ(b.ranges(), 3u);
  EXPECT_EQ(b.in_flight(), 2u);
  EXPECT_EQ(ack(b, 10000), 10000u);
  EXPECT_EQ(b.out().bytes, 0u);
  EXPECT_EQ(b.sacked().segments, 0u);
}

TEST(Scoreboard, GivesItsMemoryBackWhenNothingIsInFlight) {
  Scoreboard b(kMss);
  for (uint32_t i = 0; i < 100; ++i) send(b, i * kMss, (i + 1) * kMss, i * 1ms);
  EXPECT_GT(b.memory(), 0u);
  ack(b, 100 * kMss);
  EXPECT_EQ(b.memory(), 0u);
  EXPECT_TRUE(b.empty());
}

TEST(Scoreboard, AFloodOfTinyHolesDoesNotMakeMoreRangesThanSegments) {
  Scoreboard b(kMss);
  send(b, 0, 100 * kMss, 1s);
  for (uint32_t i = 0; i + 1 < 100 * kMss; i += 2) sack(b, i, i + 1);
  EXPECT_EQ(b.ranges(), 1u);  // not one segment arrived whole
  ack(b, 100 * kMss);
  EXPECT_EQ(b.out().segments, 0u);
  EXPECT_EQ(b.out().bytes, 0u);
}

TEST(Scoreboard, AckingBytesIsNotAckingSegments) {
  Scoreboard b(kMss);
  send(b, 0, 10 * kMss, 1s);
  uint32_t segments = 0;
  for (uint32_t una = 1; una <= 3 * kMss; ++una)
    b.ack(una, [&](const SentRange&, uint32_t n) { segments += n; });
  EXPECT_EQ(segments, 3u);
}

TEST(Scoreboard, KnowsTheBordersOfSegmentsAfterAPartialAck) {
  Scoreboard b(kMss);
  send(b, 0, 10 * kMss, 1s);
  ack(b, 500);
  EXPECT_EQ(b.out().segments, 10u);
  EXPECT_EQ(sack(b, 3000, 5000), 2000u);
  EXPECT_EQ(b.in_flight(), 8u);
  b.set_mss(700);  // what left before keeps its segments
  EXPECT_EQ(sack(b, 6000, 7000), 1000u);
  EXPECT_EQ(b.in_flight(), 7u);
}

TEST(Scoreboard, WhatWaitsIsGivenOutInOrderAndTogether) {
  Scoreboard b(kMss);
  for (uint32_t i = 0; i < 10; ++i) send(b, i * kMss, (i + 1) * kMss, i * 1ms);
  b.mark_lost(5);
  b.mark_lost(2);
  b.mark_lost(3);
  EXPECT_EQ(b.next_waiting(65536), (SackBlock{2000, 4000}));
  EXPECT_EQ(b.next_waiting(1500), (SackBlock{2000, 3500}));
  b.retransmitted(2000, 4000, 1s, {});
  EXPECT_EQ(b.next_waiting(65536), (SackBlock{5000, 6000}));
  EXPECT_EQ(b.in_flight(), 9u);
  b.retransmitted(5000, 6000, 1s, {});
  EXPECT_EQ(b.next_waiting(65536), std::nullopt);
  b.mark_lost(b.find(2000));  // the retransmission as well
  EXPECT_EQ(b.next_waiting(1000), (SackBlock{2000, 3000}));
}

TEST(Scoreboard, ForgetsSacksThatWereTakenBack) {
  Scoreboard b(kMss);
  send(b, 0, 5000, 1s);
  sack(b, 0, 3000);
  b.forget_sacks();
  EXPECT_EQ(b.in_flight(), 5u);
  b.mark_all_lost();
  EXPECT_EQ(b.next_waiting(65536), (SackBlock{0, 5000}));
}

// Against a plain array of bytes, across the wrap of sequence numbers.
TEST(Scoreboard, CountsAsAPlainModelDoes) {
  SeededRng rng(7);
  for (uint32_t turn = 0; turn < 30; ++turn) {
    Scoreboard b(10);
    const uint32_t base = 0xffffff80u;
    uint32_t una = 0, nxt = 0;
    std::map<uint32_t, int> state;  // 0 in flight, 1 SACKed, 2 waits, 3 sent again
    for (int step = 0; step < 300; ++step) {
      const uint32_t s = una + rng.below(nxt - una + 1), e = s + rng.below(60);
      switch (rng.below(6)) {
        case 0:
        case 1: {
          const uint32_t n = 1 + rng.below(50);
          send(b, base + nxt, base + nxt + n, Nanos(step));
          for (uint32_t i = 0; i < n; ++i) state[nxt++] = 0;
          break;
        }
        case 2:
          b.sack({base + s, base + e}, [&](const SentRange& piece) {
            ASSERT_TRUE(piece.start - base >= s && piece.end - base <= e);
            for (uint32_t k = piece.start - base; k < piece.end - base; ++k) {
              ASSERT_NE(state[k], 1);
              state[k] = 1;
            }
          });
          break;
        case 3:
          if (!b.empty()) {
            const uint32_t i = rng.below(b.ranges());
            if (b[i].candidate()) {
              for (uint32_t k = b[i].start - base; k < b[i].end - base; ++k) state[k] = 2;
              b.mark_lost(i);
            }
          }
          break;
        case 4:
          if (auto w = b.next_waiting(35)) {
            for (uint32_t k = w->start - base; k < w->end - base; ++k) {
              EXPECT_EQ(state[k], 2);
              state[k] = 3;
            }
            b.retransmitted(w->start, w->end, Nanos(step), {});
          }
          break;
        case 5:
          if (rng.below(3) == 0) {
            ack(b, base + s);
            state.erase(state.begin(), state.lower_bound(s));
            una = s;
          }
      }
      uint32_t sacked = 0, lost = 0, again = 0;
      for (auto& [k, v] : state) {
        sacked += v == 1;
        lost += v == 2 || v == 3;
        again += v == 3;
      }
      ASSERT_EQ(b.sacked().bytes, sacked);
      ASSERT_EQ(b.out().bytes, nxt - una);
      ASSERT_EQ(b.lost().bytes, lost);
      ASSERT_EQ(b.retrans().bytes, again);
      uint32_t segments = 0;
      for (uint32_t i = 0; i < b.ranges(); ++i) {
        segments += b[i].segments();
        ASSERT_EQ(b[i].end, i + 1 < b.ranges() ? b[i + 1].start : base + nxt);
      }
      ASSERT_EQ(b.out().segments, segments);
    }
  }
}

}  // namespace
}  // namespace unetns
