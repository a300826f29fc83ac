// Segments out of the ordinary, as random lives of connections (tests/conformance/random-tcp) found
// Linux to answer them.
#include <gtest/gtest.h>
#include <linux/tcp.h>

#include "inet/tcp/tcp_fixture.h"
#include "inet/tcp/time_wait.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck, kRst = TcpFlag::kRst,
                  kFin = TcpFlag::kFin, kUrg = TcpFlag::kUrg, kEce = TcpFlag::kEce,
                  kCwr = TcpFlag::kCwr;

TEST(TcpOddSegments, CrossingSynsOfferAllAgain) {
  TcpHand h;
  h.w.open_a();
  h.give(TcpHand::make(5000, 0, kSyn));
  const TcpSegmentOut s = h.last();
  EXPECT_EQ(s.flags, kSyn | kAck);
  EXPECT_TRUE(s.options.has_ts && s.options.sack_permitted && s.options.has_wscale);
  EXPECT_EQ(s.options.ts_ecr, 0u);
  h.give(TcpHand::make(5000, 0, kSyn));  // again: asks what is wrong
  EXPECT_EQ(h.last().flags, kAck);
}

TEST(TcpOddSegments, CrossingSynsNeedNoAckOfOurs) {
  TcpHand h;
  h.w.open_a();
  h.give(TcpHand::make(5000, 0, kSyn));
  h.out.clear();
  for (uint32_t ack : {999u, 1002u}) {
    h.give(TcpHand::make(5001, ack, kAck));
    EXPECT_EQ(h.last().flags, kRst) << ack;
  }
  h.give(TcpHand::make(5000, 1002, kSyn | kAck));  // no answer to our SYN
  EXPECT_EQ(h.last().flags, kAck);
  EXPECT_EQ(h.w.a->state(), TcpState::kSynRecv);
  h.give(TcpHand::make(5001, 1000, kAck), 10);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  EXPECT_EQ(h.w.a->readable(), 10u);
  struct tcp_info info;
  h.w.a->fill_info(h.w.now, info);
  EXPECT_EQ(info.tcpi_unacked, 1u);
  h.give(TcpHand::make(5011, 1001, kAck));
  h.w.a->fill_info(h.w.now, info);
  EXPECT_EQ(info.tcpi_unacked, 0u);
  EXPECT_EQ(info.tcpi_bytes_acked, 1u);
}

TEST(TcpOddSegments, AFinThatWaitedForTheHandshakeLeavesBeforeDataIsTaken) {
  TcpHand h;
  h.w.open_a();
  h.give(TcpHand::make(5000, 0, kSyn));
  h.w.a->shutdown_send(h.w.now);
  h.out.clear();
  h.give(TcpHand::make(5001, 1001, kAck), 10);
  ASSERT_EQ(h.out.size(), 2u);
  EXPECT_EQ(h.out[0].flags, kFin | kAck);
  EXPECT_EQ(h.out[0].ack, 5001u);
  EXPECT_EQ(h.out[1].ack, 5011u);
}

TEST(TcpOddSegments, WithoutAnAckNothingIsAnswered) {
  TcpHand h;
  h.connect();
  for (uint32_t seq : {5001u, 5001u - 70'000, 5001u + 70'000})
    for (uint8_t flags : {uint8_t{0}, kFin, TcpFlag::kPsh, kUrg})
      h.give(TcpHand::make(seq, 0, flags), 5);
  EXPECT_TRUE(h.out.empty());
  EXPECT_EQ(h.w.a->readable(), 0u);
}

TEST(TcpOddSegments, ExpectedDataIsTakenWhateverItAcknowledges) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 100);
  h.out.clear();
  h.give(TcpHand::make(5001, 1001 - 100'000, kAck), 10);
  EXPECT_EQ(h.w.a->readable(), 10u);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPChallengeACK], 1u);
  EXPECT_EQ(h.last().ack, 5011u);
  h.give(TcpHand::make(5011, 1001 - 100'000, kAck, 50000), 10);  // its window is another one
  EXPECT_EQ(h.w.a->readable(), 10u);
}

TEST(TcpOddSegments, AFinEndsWhatLiesBehindIt) {
  TcpHand h;
  h.connect(TcpHand::sack());
  h.give(TcpHand::make(6001, 1001, kAck), 1000);
  h.out.clear();
  h.give(TcpHand::make(5001, 1001, kAck | kFin), 1400);  // overlaps that
  EXPECT_EQ(h.w.a->state(), TcpState::kCloseWait);
  EXPECT_EQ(h.w.a->readable(), 1400u);
}

TEST(TcpOddSegments, AFinInTheMidstOfDataIsNone) {
  TcpHand h;
  h.connect(TcpHand::sack());
  h.give(TcpHand::make(5101, 1001, kAck), 100);
  h.give(TcpHand::make(5151, 1001, kAck | kFin));  // within what is there
  const TcpSegmentOut s = h.last();
  ASSERT_EQ(s.options.sack_count, 2);
  EXPECT_EQ(s.options.sack[0].start, 5151u);
  EXPECT_EQ(s.options.sack[0].end, 5152u);
  h.give(TcpHand::make(5301, 1001, kAck | kFin), 10);  // refuted by data that comes later
  h.give(TcpHand::make(5001, 1001, kAck), 1000);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  EXPECT_EQ(h.w.a->readable(), 1000u);
  h.give(TcpHand::make(6001, 1001, kAck | kFin));
  EXPECT_EQ(h.w.a->state(), TcpState::kCloseWait);
}

TEST(TcpOddSegments, AnOrphanAnswersAFinThatCameBefore) {
  for (const uint32_t seq : {5000u, 5002u}) {
    TcpHand h;
    h.connect();
    h.w.a->close(h.w.now);
    h.out.clear();
    h.give(TcpHand::make(seq, 1002, kAck | kFin));
    EXPECT_EQ(h.last().flags, seq == 5000 ? kAck : kRst) << "ahead of a hole: data will never come";
  }
}

TEST(TcpOddSegments, WhatAHolesDataHoldsAgainIsToldByDSack) {
  TcpHand h;
  h.connect(TcpHand::sack());
  h.give(TcpHand::make(5101, 1001, kAck), 100);
  h.give(TcpHand::make(5201, 1001, kAck), 100);
  h.give(TcpHand::make(5401, 1001, kAck), 100);
  h.give(TcpHand::make(5001, 1001, kAck), 1000);
  const TcpSegmentOut s = h.last();
  EXPECT_EQ(s.ack, 6001u);
  ASSERT_EQ(s.options.sack_count, 1);
  EXPECT_EQ(s.options.sack[0].start, 5101u);
  EXPECT_EQ(s.options.sack[0].end, 5301u);
}

TEST(TcpOddSegments, DataAheadOfAHoleIsNoUnreadData) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5101, 1001, kAck), 100);
  h.w.a->close(h.w.now);
  EXPECT_EQ(h.last().flags, kFin | kAck);
}

TEST(TcpOddSegments, AnIcmpErrorMayQuoteTheByteBehindASyn) {
  for (uint32_t seq : {999u, 1000u, 1001u, 1002u}) {
    TcpHand h;
    h.w.open_a();
    h.w.a->icmp_error(h.w.now, EHOSTUNREACH, true, seq);
    EXPECT_EQ(h.w.a->state() == TcpState::kClose, seq == 1000 || seq == 1001) << seq;
  }
}

TEST(TcpOddSegments, AnRstNeedNotCountTheFinBeforeIt) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5001, 1001, kFin | kAck));
  EXPECT_EQ(h.w.a->state(), TcpState::kCloseWait);
  h.give(TcpHand::make(5000, 0, kRst));
  EXPECT_EQ(h.w.a->state(), TcpState::kCloseWait);
  h.give(TcpHand::make(5001, 0, kRst));
  EXPECT_EQ(h.w.a->state(), TcpState::kClose);
}

TEST(TcpOddSegments, AnAckBehindTheWindowLeavesFromWithinIt) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 3000);
  h.out.clear();
  h.give(TcpHand::make(5001, 2000, kAck, 0), 5);
  h.w.run(60ms);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out[0].seq, 2000u);
}

TEST(TcpOddSegments, AcksTellOfUrgentDataThatWaits) {
  TcpHand h;
  h.connect();
  h.ack(1001, 0);
  h.w.write(h.w.a, 10, false, true);
  h.out.clear();
  h.w.run(1s);  // a probe, and one of the urgent data before it
  ASSERT_GE(h.out.size(), 2u);
  EXPECT_EQ(h.out[0].seq, 1001u);
  EXPECT_EQ(h.out[0].flags, kAck | kUrg);
  EXPECT_EQ(h.out[0].urgent, 10);
  EXPECT_EQ(h.out[1].seq, 1000u);
  EXPECT_EQ(h.out[1].urgent, 11);
}

TEST(TcpOddSegments, WhatFollowsUrgentDataDoesNotWaitForIt) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 10, false, true);
  h.out.clear();
  h.w.write(h.w.a, 10);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(h.out[0].flags & kUrg, 0);
}

TEST(TcpOddSegments, TimeWaitAnswersDataEachTime) {
  TcpTimeWait::State state;
  state.rcv_nxt = 5000;
  state.rcv_wnd = 1000;
  TcpTimeWait t(state);
  const TcpSettings settings;
  PacketPool pool;
  for (int i = 0; i < 3; i++) {
    TcpSegmentIn s = TcpHand::make(5000, 1000, kAck);
    s.payload = Packet::allocate(pool, 0, 10);
    EXPECT_EQ(t.segment(1000s, s, settings), TcpTimeWait::Verdict::kAck);
  }
  const TcpSegmentIn fin_less = TcpHand::make(4000, 1000, kAck);
  EXPECT_EQ(t.segment(1000s, fin_less, settings), TcpTimeWait::Verdict::kAck);
  EXPECT_EQ(t.segment(1000s, fin_less, settings), TcpTimeWait::Verdict::kIgnore);
}

TEST(TcpOddSegments, ARequestLooksAtTheAckFirst) {
  const TcpSettings settings;
  TcpRequest r(settings, 1000s, TcpHand::make(5000, 0, kSyn), 9000, 0, 1500, 20);
  const TcpSegmentIn far = TcpHand::make(5000 + (1 << 30), 7, kAck);
  EXPECT_EQ(r.segment(1000s, far), TcpRequest::Verdict::kReset);
}

class TcpMarks : public ::testing::Test {
 protected:
  void SetUp() override {
    h.w.a.settings.ecn = 1;
    h.w.open_a();
    TcpSegmentIn s = TcpHand::make(5000, 1001, kSyn | kAck | kEce);
    s.options.mss = 1460;
    h.give(std::move(s));
    h.out.clear();
  }
  // What answers a segment of the peer's; at once, or later.
  std::vector<TcpSegmentOut> answers(uint8_t flags, uint8_t ecn, size_t size) {
    TcpSegmentIn s = TcpHand::make(5001 + received, 1001, static_cast<uint8_t>(flags | kAck));
    s.ip_ecn = ecn;
    received += static_cast<uint32_t>(size);
    h.give(std::move(s), size);
    return std::exchange(h.out, {});
  }
  TcpHand h;
  uint32_t received = 0;
};

TEST_F(TcpMarks, OnlyMarksOfDataAreEchoed) {
  answers(0, 3, 0);
  ASSERT_FALSE(answers(kCwr, 2, 10).empty());
  const auto marked = answers(0, 3, 10);
  ASSERT_FALSE(marked.empty());
  EXPECT_EQ(marked[0].flags & kEce, kEce);
  const auto reduced = answers(kCwr, 2, 10);
  ASSERT_FALSE(reduced.empty());
  EXPECT_EQ(reduced[0].flags & kEce, 0);
}

TEST_F(TcpMarks, CwrIsAnsweredAtOnce) {
  for (int i = 0; i < 40; i++) answers(0, 2, 1448);
  h.w.read(h.w.a);
  h.w.run(1s);
  h.out.clear();
  EXPECT_EQ(answers(kCwr, 2, 10).size(), 1u);
}

TEST_F(TcpMarks, TheSenderCountsWhatWasMarked) {
  h.w.write(h.w.a, 1460 * 4);
  h.give(TcpHand::make(5001, 1001 + 1460, kAck | kEce));
  h.give(TcpHand::make(5001, 1001 + 1460 * 3, kAck | kEce));
  h.give(TcpHand::make(5001, 1001 + 1460 * 4, kAck));
  tcp_info i;
  h.w.a->fill_info(h.w.now, i);
  EXPECT_EQ(i.tcpi_delivered_ce, 3u);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPDeliveredCE], 3u);
}

TEST_F(TcpMarks, NewDataAfterATimeoutSaysCwr) {
  h.w.write(h.w.a, 100);
  h.w.run(1500ms);
  h.out.clear();
  h.ack(1101);
  h.w.write(h.w.a, 10);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out.back().flags & kCwr, kCwr);
}

}  // namespace
}  // namespace unetns
