// What is sent, segment by segment, as tests/conformance/scenarios/tcp-wire-* found it on Linux.
#include <gtest/gtest.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck, kRst = TcpFlag::kRst,
                  kFin = TcpFlag::kFin, kPsh = TcpFlag::kPsh;

TEST(TcpSegments, DataAndFinOfASynAckAreForThePeerToSendAgain) {
  TcpHand h;
  h.w.open_a();
  h.give(TcpHand::make(5000, 1001, kSyn | kAck | kFin), 20);
  EXPECT_EQ(h.last().ack, 5001u);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
}

TEST(TcpSegments, ASynAckThatEchoesAStampWeNeverSentIsReset) {
  TcpHand h;
  h.w.open_a();
  TcpSegmentIn s = TcpHand::make(5000, 1001, kSyn | kAck);
  s.options.has_ts = true;
  s.options.ts_val = 7;
  s.options.ts_ecr = h.out.back().options.ts_val - 5000;
  h.give(std::move(s));
  EXPECT_EQ(h.last().flags, kRst);
  EXPECT_EQ(h.w.a->state(), TcpState::kSynSent);
}

TEST(TcpSegments, AFinBehindAHoleIsSacked) {
  TcpHand h;
  h.connect(TcpHand::sack());
  h.give(TcpHand::make(5011, 1001, kAck | kFin));
  TcpSegmentOut s = h.last();
  ASSERT_EQ(s.options.sack_count, 1);
  EXPECT_EQ(s.options.sack[0].start, 5011u);
  EXPECT_EQ(s.options.sack[0].end, 5012u);
  h.give(TcpHand::make(5001, 1001, kAck), 10);
  EXPECT_EQ(h.last().ack, 5012u);
  EXPECT_EQ(h.w.a->state(), TcpState::kCloseWait);
}

TEST(TcpSegments, AFinThatComesAgainIsTold) {
  TcpHand h;
  h.connect(TcpHand::sack());
  h.give(TcpHand::make(5001, 1001, kAck | kFin));
  h.out.clear();
  h.give(TcpHand::make(5001, 1001, kAck | kFin));
  const TcpSegmentOut s = h.last();
  ASSERT_EQ(s.options.sack_count, 1);
  EXPECT_EQ(s.options.sack[0].start, 5001u);
  EXPECT_EQ(s.options.sack[0].end, 5002u);
}

TEST(TcpSegments, DataBehindTheFinIsIgnored) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5001, 1001, kAck | kFin));
  h.w.run(1s);
  h.out.clear();
  h.give(TcpHand::make(5002, 1001, kAck), 10);
  EXPECT_TRUE(h.out.empty());
}

TEST(TcpSegments, DataAcrossTheFinEndsTheConnectionWithAnError) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5001, 1001, kAck | kFin));
  h.give(TcpHand::make(5000, 1001, kAck), 20);
  EXPECT_EQ(h.last().flags & kRst, kRst);
  EXPECT_EQ(h.w.a->state(), TcpState::kClose);
  EXPECT_EQ(h.w.a->error(), EPIPE);
}

TEST(TcpSegments, DataForAClosedEndEndsTheConnectionWithAnError) {
  for (const bool orphan : {false, true}) {
    TcpHand h;
    h.connect();
    h.w.a->shutdown_send(h.w.now);
    h.w.a->stop_reading();
    if (orphan) h.w.a->close(h.w.now);
    h.give(TcpHand::make(5001, 1002, kAck), 10);
    EXPECT_EQ(h.w.a->state(), TcpState::kClose);
    EXPECT_EQ(h.w.a->error(), orphan ? 0 : ECONNRESET);
  }
}

TEST(TcpSegments, TheResetBehindWhatWasSackedIsTaken) {
  TcpHand h;
  h.connect(TcpHand::sack());
  h.give(TcpHand::make(5101, 1001, kAck), 100);
  h.give(TcpHand::make(5150, 0, kRst));
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  h.give(TcpHand::make(5201, 0, kRst));
  EXPECT_EQ(h.w.a->state(), TcpState::kClose);
}

TEST(TcpSegments, AnAckFromBeforeAllThatWasAckedIsChallenged) {
  TcpHand h;
  h.w.a.settings.invalid_ratelimit_ms = 0;
  h.connect();
  h.give(TcpHand::make(5001, 900, kAck), 10);
  EXPECT_EQ(h.last().ack, 5001u);
  EXPECT_EQ(h.w.a->readable(), 0u);
}

TEST(TcpSegments, APacketOfManySegmentsEndsWithAPush) {
  TcpHand h;
  h.connect();
  h.w.a->write(h.w.now, h.w.data(0, 40 * 1460), false, false);
  ASSERT_GE(h.out.size(), 2u);
  EXPECT_LE(TcpHand::size(h.out[0]), 5 * 1460u);  // half of the window
  EXPECT_TRUE(h.out[0].flags & kPsh);
}

TEST(TcpSegments, MoreHoldsBackOnlyUntilAnAckComes) {
  TcpHand h;
  h.connect();
  h.w.a->write(h.w.now, h.w.data(0, 10), false, false);
  h.w.a->write(h.w.now, h.w.data(10, 10), true, false);
  h.w.now += 5ms;
  ASSERT_EQ(h.out.size(), 1u);
  h.ack(1011);
  ASSERT_EQ(h.out.size(), 2u);
  EXPECT_FALSE(h.out[1].flags & kPsh);
}

TEST(TcpSegments, NoResetWhereBothHaveSaidThatTheyAreDone) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5001, 1001, kAck | kFin));
  h.w.a->shutdown_send(h.w.now);
  h.out.clear();
  h.w.a->abort(h.w.now);
  EXPECT_TRUE(h.out.empty());
}

}  // namespace
}  // namespace unetns
