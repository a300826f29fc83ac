// How losses are found and repaired, by SACK, by time and by counting.
#include "inet/tcp/recovery_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Segments = std::vector<uint32_t>;

using RecoveryLoss = RecoveryTest;

TEST_F(RecoveryLoss, ThreeSackedSegmentsMarkTheHoleAtOnce) {
  start(config(), "reno", 100ms);
  send(10);
  now += 100ms;
  ack(0, {{1, 2}});
  ack(0, {{1, 3}});
  EXPECT_EQ(resend(), Segments{});
  EXPECT_TRUE(ack(0, {{1, 4}}).reduced);
  EXPECT_EQ(resend(), Segments{0});
  EXPECT_EQ(r->control().ssthresh(), 5u);
  EXPECT_EQ(info().tcpi_ca_state, 3);
  EXPECT_EQ(info().tcpi_lost, 1u);
  EXPECT_EQ(info().tcpi_retrans, 1u);
  EXPECT_EQ(info().tcpi_sacked, 3u);
}

TEST_F(RecoveryLoss, LimitedTransmitSendsNewDataForDuplicates) {  // RFC 3042
  start(config(), "reno", 100ms);
  send(10);
  EXPECT_EQ(r->may_send(now), 0u);
  now += 100ms;
  ack(0, {{1, 2}});
  EXPECT_EQ(r->may_send(now), kMss);
}

TEST_F(RecoveryLoss, RackMarksByTimeAndNotByCount) {
  start(config(), "reno", 100ms);
  send(3, 1ms);
  now += 100ms;
  ack(0, {{2, 3}});  // one segment only, but sent 2 ms later than the first
  EXPECT_EQ(resend(), Segments{});
  // The window is a quarter of the smallest round trip; the second left 1 ms before.
  EXPECT_EQ(r->deadline(), now + 25ms - 1ms);
  EXPECT_EQ(fire(), RecoveryTimer::kResend);
  EXPECT_EQ(info().tcpi_lost, 2u);
  EXPECT_EQ(resend(1), Segments{0});
}

TEST_F(RecoveryLoss, ALostRetransmissionIsFoundByTimeToo) {
  start(config(), "reno", 100ms);
  send(10);
  now += 100ms;
  ack(0, {{1, 8}});
  ASSERT_EQ(resend(), Segments{0});
  send(1);
  now += 100ms;
  ack(0, {{1, 11}});  // sent after the retransmission, and arrived
  EXPECT_EQ(resend(), Segments{0});
  EXPECT_EQ(info().tcpi_total_retrans, 2u);
}

TEST_F(RecoveryLoss, WhatLeftInTheSameTickBeforeTheRetransmissionSaysNothingOfIt) {
  start(config(), "reno", 100ms);
  send(10);
  now += 100ms;
  ack(0, {{1, 8}});
  send(2);
  ASSERT_EQ(resend(), Segments{0});
  now += 100ms;
  ack(0, {{1, 11}});
  EXPECT_EQ(resend(), Segments{});
  ack(0, {{1, 12}});
  EXPECT_EQ(resend(), Segments{});
  ack(12);
  EXPECT_EQ(info().tcpi_total_retrans, 1u);
}

// The ack of what had arrived long before got lost: what it would have measured is gone with it.
TEST_F(RecoveryLoss, TheAckOfARetransmissionMeasuresNothingBesides) {
  start(config(), "reno", 10ms);
  send(3);
  while (fire() != RecoveryTimer::kTimeout) now += 1ms;
  ASSERT_EQ(resend(1), Segments{0});
  now += 10ms;
  ack(1, {{2, 3}});
  EXPECT_EQ(info().tcpi_rtt, 10'000u);
  EXPECT_EQ(info().tcpi_rto, 420'000u);  // doubled until one is measured
}

TEST_F(RecoveryLoss, TheAckOfADuplicateMeasuresNothing) {
  auto c = config();
  c.timestamps = true;
  start(c, "reno", 10ms);
  const Nanos first = now;
  send(2);
  while (fire() != RecoveryTimer::kTimeout) now += 1ms;
  ASSERT_EQ(resend(1), Segments{0});
  now += 10ms;
  ack(2, {}, {.dsack = segments(0, 1), .echo = first});
  EXPECT_EQ(info().tcpi_rtt, 10'000u);
  EXPECT_EQ(info().tcpi_rto, 420'000u);  // doubled until one is measured
}

TEST_F(RecoveryLoss, SeveralHolesAreRepairedInOneRound) {
  start(config(), "reno", 100ms);
  r->control().set_cwnd(20);
  send(20);
  now += 100ms;
  ack(0, {{1, 3}, {4, 6}, {7, 20}});
  Segments all;
  while (all.size() < 3) {
    const auto some = resend();
    if (some.empty()) break;
    all.insert(all.end(), some.begin(), some.end());
  }
  EXPECT_EQ(all, (Segments{0, 3, 6}));
  now += 100ms;
  ack(20);
  EXPECT_EQ(info().tcpi_ca_state, 0);
  EXPECT_EQ(r->control().cwnd(), 10u);
}

TEST_F(RecoveryLoss, PrrLetsOutInProportion) {
  start(config(), "reno", 100ms);
  r->control().set_cwnd(100);
  send(100);
  now += 100ms;
  uint32_t out = 0;
  for (uint32_t i = 2; i <= 100; ++i) {
    ack(0, {{1, i}});
    out += static_cast<uint32_t>(resend().size());
    while (r->may_send(now) >= kMss) {
      send(1);
      ++out;
    }
  }
  // 100 down to 50: every second delivered segment lets one out; limited transmit gave two more.
  EXPECT_NEAR(out, 52, 2);
  EXPECT_NEAR(r->in_flight(), 50 * kMss, 2 * kMss);
}

TEST_F(RecoveryLoss, ReorderingWidensTheWindow) {
  start(config(), "reno", 100ms);
  send(10);
  now += 100ms;
  ack(0, {{1, 2}});
  ack(2);  // the first came late, nobody sent it again
  EXPECT_EQ(info().tcpi_reord_seen, 1u);
  ack(2, {{3, 10}});  // seven above: yet not at once lost
  EXPECT_EQ(resend(), Segments{});
  EXPECT_EQ(fire(), RecoveryTimer::kResend);
  EXPECT_EQ(resend(), Segments{2});
}

TEST_F(RecoveryLoss, DsacksWidenItFurther) {
  start(config(), "reno", 100ms);
  uint32_t base = 0;
  Nanos waits[3];
  for (int round = 0; round < 3; ++round) {
    send(10);
    now += 100ms;
    ack(base, {{base + 1, base + 2}});
    ack(base + 2);
    ack(base + 2, {{base + 3, base + 10}});
    waits[round] = *r->deadline() - now;
    ASSERT_EQ(fire(), RecoveryTimer::kResend);
    resend();
    now += 10ms;
    ack(base + 10);
    now += 90ms;
    ack(base + 10, {}, {.dsack = segments(base + 2, base + 3)});
    base += 10;
  }
  EXPECT_EQ(waits[0], 25ms);
  EXPECT_EQ(waits[1], 50ms);
  EXPECT_EQ(waits[2], 75ms);
}

TEST_F(RecoveryLoss, WithoutRackSackedSegmentsAreCounted) {  // RFC 6675
  auto c = config();
  c.rack = false;
  start(c, "reno", 100ms);
  send(10);
  now += 100ms;
  ack(0, {{1, 2}, {3, 4}});
  EXPECT_EQ(resend(), Segments{});
  ack(0, {{1, 2}, {3, 5}});
  EXPECT_EQ(resend(), Segments{0});
}

TEST_F(RecoveryLoss, WithoutSackDuplicatesAreCounted) {  // RFC 6582
  auto c = config();
  c.sack = false;
  start(c, "reno", 100ms);
  send(10);
  now += 100ms;
  ack(0);
  ack(0);
  EXPECT_EQ(resend(), Segments{});
  ack(0);
  EXPECT_EQ(resend(), Segments{0});
  EXPECT_EQ(r->control().ssthresh(), 5u);
  // A partial ack shows the next hole.
  now += 100ms;
  ack(4);
  EXPECT_EQ(resend(), Segments{4});
  now += 100ms;
  ack(10);
  EXPECT_EQ(info().tcpi_ca_state, 3);  // until more is acknowledged
  EXPECT_EQ(r->control().cwnd(), 5u);
  // Late duplicates of the old window are no new loss.
  send(5);
  ack(10);
  ack(10);
  ack(10);
  EXPECT_EQ(resend(), Segments{});
}

TEST_F(RecoveryLoss, WindowUpdatesAreNoDuplicates) {
  auto c = config();
  c.sack = false;
  start(c, "reno", 100ms);
  send(10);
  for (int i = 0; i < 10; ++i) {
    AckFacts f;
    f.now = now;
    f.ack = kIss;
    f.window_changed = true;
    r->acked(f);
  }
  EXPECT_EQ(resend(), Segments{});
}

TEST_F(RecoveryLoss, AFloodOfSacksStaysBounded) {
  start(config(), "reno", 100ms);
  r->control().set_cwnd(2000);
  r->sent(now, kIss, kIss + 2000 * kMss, false);
  now += 100ms;
  for (uint32_t i = 0; i < 2000 * kMss; i += 997) {
    const SackBlock blocks[4] = {{kIss + i, kIss + i + 1},
                                 {kIss + i + 3, kIss + i + 5},
                                 {kIss + i / 2, kIss + i / 2 + 1},
                                 {kIss + i, kIss + i + 2 * kMss}};
    AckFacts f;
    f.now = now;
    f.ack = kIss;
    f.sacks = blocks;
    r->acked(f);
    EXPECT_LE(r->board().ranges(), 2000u);
  }
  EXPECT_LE(r->memory(), 4096 * sizeof(SentRange) + 200);
}

}  // namespace
}  // namespace unetns
