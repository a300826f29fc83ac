#include <gtest/gtest.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kAck = TcpFlag::kAck;

TcpOptions options(bool ts) {
  TcpOptions o;
  o.sack_permitted = true;
  o.has_ts = ts;
  return o;
}

TEST(TcpAcks, TheFirstDataIsAckedAtOnce) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(h.out[0].ack, 5101u);
}

// Answers often enough that the connection knows a dialogue.
uint32_t dialogue(TcpHand& h) {
  uint32_t seq = 5001, ack = 1001;
  for (int i = 0; i < 5; i++) {
    h.give(TcpHand::make(seq, ack, kAck), 100);
    seq += 100;
    h.w.read(h.w.a);
    h.w.write(h.w.a, 10);
    ack += 10;
    h.ack(ack);
    h.w.now += 1ms;
  }
  h.out.clear();
  h.give(TcpHand::make(seq, ack, kAck), 100);
  return seq + 100;
}

TEST(TcpAcks, InADialogueAcksWaitForAnAnswerBut40MillisecondsAtMost) {
  TcpHand h;
  h.connect();
  const uint32_t next = dialogue(h);
  EXPECT_TRUE(h.out.empty());
  const Nanos start = h.w.now;
  h.w.run_until([&] { return !h.out.empty(); }, 1s);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(h.out[0].ack, next);
  EXPECT_LE(h.w.now - start, 41ms);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kDelayedACKs], 1u);
}

TEST(TcpAcks, AnAnswerCarriesTheAck) {
  TcpHand h;
  h.connect();
  const uint32_t next = dialogue(h);
  h.w.write(h.w.a, 10);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(h.out[0].ack, next);
  h.w.run(100ms);
  for (auto& s : h.out) EXPECT_TRUE(s.payload);  // no ack by itself
}

TEST(TcpAcks, EveryTwoFullSegmentsAreAcked) {
  TcpHand h;
  h.connect();
  uint32_t seq = dialogue(h);
  const size_t before = h.out.size();
  for (int i = 0; i < 20; i++) {
    h.give(TcpHand::make(seq, 1051, kAck), 1460);
    seq += 1460;
    h.w.read(h.w.a);
  }
  EXPECT_GE(h.out.size() - before, 9u);
  EXPECT_LE(h.out.size() - before, 12u);
}

TEST(TcpAcks, QuickackAcksEverySegment) {
  TcpHand h;
  h.connect();
  uint32_t seq = dialogue(h);
  h.w.a.settings.quickack = true;
  h.w.a->settings_changed(h.w.now);
  h.out.clear();
  for (int i = 0; i < 5; i++) {
    h.give(TcpHand::make(seq, 1051, kAck), 100);
    seq += 100;
  }
  EXPECT_EQ(h.out.size(), 5u);
}

TEST(TcpAcks, DataAheadOfAHoleIsAckedAtOnceWithSack) {
  TcpHand h;
  h.connect(options(false));
  h.give(TcpHand::make(5101, 1001, kAck), 100);
  TcpSegmentOut s = h.last();
  EXPECT_EQ(s.ack, 5001u);
  ASSERT_EQ(s.options.sack_count, 1);
  EXPECT_EQ(s.options.sack[0], (SackBlock{5101, 5201}));
  h.give(TcpHand::make(5301, 1001, kAck), 100);
  s = h.last();
  ASSERT_EQ(s.options.sack_count, 2);  // the latest first
  EXPECT_EQ(s.options.sack[0], (SackBlock{5301, 5401}));
  EXPECT_EQ(s.options.sack[1], (SackBlock{5101, 5201}));
  h.give(TcpHand::make(5201, 1001, kAck), 100);
  s = h.last();
  ASSERT_EQ(s.options.sack_count, 1);
  EXPECT_EQ(s.options.sack[0], (SackBlock{5101, 5401}));
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  s = h.last();
  EXPECT_EQ(s.ack, 5401u);
  EXPECT_EQ(s.options.sack_count, 0);
  EXPECT_EQ(h.w.read(h.w.a), 400u);
  EXPECT_TRUE(h.w.a.intact);
}

TEST(TcpAcks, DuplicatesAreToldByDSack) {  // RFC 2883 §4
  TcpHand h;
  h.connect(options(false));
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  h.last();
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  TcpSegmentOut s = h.last();
  ASSERT_EQ(s.options.sack_count, 1);
  EXPECT_EQ(s.options.sack[0], (SackBlock{5001, 5101}));
  h.give(TcpHand::make(5201, 1001, kAck), 100);
  h.last();
  h.give(TcpHand::make(5201, 1001, kAck), 100);
  s = h.last();
  ASSERT_EQ(s.options.sack_count, 2);
  EXPECT_EQ(s.options.sack[0], (SackBlock{5201, 5301}));
  EXPECT_EQ(s.options.sack[1], (SackBlock{5201, 5301}));
}

TEST(TcpAcks, OverlapsAreCutInEveryWay) {
  SeededRng rng(5);
  for (int round = 0; round < 200; round++) {
    TcpHand h;
    h.connect(options(round & 1));
    const uint32_t total = 2000;
    for (int i = 0; i < 400 && h.w.a->readable() < total; i++) {
      const uint32_t at = rng.below(total), n = 1 + rng.below(std::min(300u, total - at));
      h.give(TcpHand::make(5001 + at, 1001, kAck), n);
      h.out.clear();
    }
    for (uint32_t at = 0; at < total; at += 500) h.give(TcpHand::make(5001 + at, 1001, kAck), 500);
    ASSERT_EQ(h.w.read(h.w.a), total) << round;
    ASSERT_TRUE(h.w.a.intact) << round;
    EXPECT_EQ(h.out.back().ack, 5001 + total);
    EXPECT_EQ(h.out.back().options.sack_count <= 1, true);
  }
}

TEST(TcpPaws, AnOldTimestampIsRefusedAndAcked) {  // RFC 7323 §5.3
  TcpHand h;
  h.connect(options(true));
  h.w.now += 10s;
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  h.out.clear();
  TcpSegmentIn s = TcpHand::make(5101, 1001, kAck);
  s.options.has_ts = true;
  s.options.ts_val = 5;
  h.give(std::move(s), 100);
  EXPECT_EQ(h.w.a->readable(), 100u);
  EXPECT_EQ(h.last().ack, 5101u);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kPAWSEstab], 1u);
}

TEST(TcpPaws, AfterManyDaysAnyTimestampIsTaken) {
  TcpHand h;
  h.connect(options(true));
  h.w.now += 25 * 24h;
  TcpSegmentIn s = TcpHand::make(5001, 1001, kAck);
  s.options.has_ts = true;
  s.options.ts_val = 5;
  h.give(std::move(s), 100);
  EXPECT_EQ(h.w.a->readable(), 100u);
}

TEST(TcpPaws, ASegmentWhoseAckIsImpossibleLeavesNoTimestamp) {  // RFC 5961 §5, RFC 7323 §4.3
  TcpHand h;
  h.connect(options(true));
  TcpSegmentIn s = TcpHand::make(5001, 1001 + 100'000, kAck);
  s.options.has_ts = true;
  s.options.ts_val = static_cast<uint32_t>(h.w.now / 1ms) + 1'000'000'000;
  h.give(std::move(s));
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPChallengeACK], 1u);
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  EXPECT_EQ(h.w.a->readable(), 100u);
}

TEST(TcpPaws, AnOvertakenPureAckIsNotAnswered) {
  TcpHand h;
  h.connect(options(true));
  h.w.now += 10s;
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  h.out.clear();
  TcpSegmentIn s = TcpHand::make(5101, 1001, kAck);
  s.options.has_ts = true;
  s.options.ts_val = 5;
  h.give(std::move(s));
  EXPECT_TRUE(h.out.empty());
}

TEST(TcpAcks, AKeepaliveProbeIsAnswered) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5000, 1001, kAck));
  EXPECT_EQ(h.last().ack, 5001u);
}

TEST(TcpAcks, AckStormsEnd) {
  // Two ends that find each other's acks out of place must fall silent (RFC 5961 §7).
  TcpHand h;
  h.connect();
  for (int i = 0; i < 1000; i++) h.give(TcpHand::make(4000, 900, kAck));
  EXPECT_LE(h.out.size(), 2u);
}

}  // namespace
}  // namespace unetns
