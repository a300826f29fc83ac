#include "inet/tcp/request.h"

#include <gtest/gtest.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Verdict = TcpRequest::Verdict;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck, kRst = TcpFlag::kRst;

class TcpRequestTest : public ::testing::Test {
 protected:
  TcpRequestTest() {
    syn_.options.mss = 1400;
    syn_.options.has_ts = syn_.options.sack_permitted = syn_.options.has_wscale = true;
    syn_.options.ts_val = 777;
    syn_.options.wscale = 3;
  }
  TcpRequest make() { return TcpRequest(settings_, now_, syn_, 9000, 0, 1500, 20); }
  TcpSegmentIn ack(uint32_t ack = 9001, uint32_t seq = 5001) {
    TcpSegmentIn s = TcpHand::make(seq, ack, kAck, 100);
    s.options.has_ts = true;
    s.options.ts_val = 800;
    return s;
  }
  TcpSettings settings_;
  Nanos now_ = 1000s;
  TcpSegmentIn syn_ = TcpHand::make(5000, 0, kSyn);
};

TEST_F(TcpRequestTest, TheSynAckAgreesToWhatBothHave) {
  settings_.sack = false;
  TcpRequest r = make();
  const TcpSegmentOut s = r.syn_ack(now_);
  EXPECT_EQ(s.seq, 9000u);
  EXPECT_EQ(s.ack, 5001u);
  EXPECT_EQ(s.flags, kSyn | kAck);
  EXPECT_TRUE(s.options.has_ts && s.options.has_wscale);
  EXPECT_FALSE(s.options.sack_permitted);
  EXPECT_EQ(s.options.ts_ecr, 777u);
  EXPECT_EQ(s.options.mss, 1460);
}

TEST_F(TcpRequestTest, TheRightAckEstablishes) {
  TcpRequest r = make();
  now_ += 20ms;
  EXPECT_EQ(r.segment(now_, ack()), Verdict::kEstablished);
  EXPECT_EQ(r.agreed().peer_window, 100u << 3);
  EXPECT_EQ(r.agreed().peer_mss, 1400);
  EXPECT_EQ(*r.agreed().handshake_rtt, 20ms);
  EXPECT_EQ(r.agreed().ts_recent, 800u);
}

TEST_F(TcpRequestTest, AnEchoOfWhatNoSynAckHadIsNotTaken) {
  TcpRequest r = make();
  const uint32_t stamp = r.syn_ack(now_).options.ts_val;
  now_ += 20ms;
  TcpSegmentIn s = ack();
  s.options.ts_ecr = stamp + 5;
  EXPECT_EQ(r.segment(now_, s), Verdict::kAck);
  s = ack();
  s.options.ts_ecr = stamp;
  EXPECT_EQ(r.segment(now_, s), Verdict::kEstablished);
}

TEST_F(TcpRequestTest, AResetElsewhereInTheWindowIsAsked) {  // RFC 5961 §3.2
  TcpRequest r = make();
  TcpSegmentIn s = TcpHand::make(5010, 0, kRst);
  EXPECT_EQ(r.segment(now_, s), Verdict::kAck);
  s = TcpHand::make(5001, 0, kRst);
  EXPECT_EQ(r.segment(now_, s), Verdict::kForget);
}

TEST_F(TcpRequestTest, AWrongAckIsReset) {
  TcpRequest r = make();
  EXPECT_EQ(r.segment(now_, ack(9002)), Verdict::kReset);
  EXPECT_EQ(r.segment(now_, ack()), Verdict::kEstablished);
}

TEST_F(TcpRequestTest, TheSynAgainIsAnsweredAgainButNotTooOften) {
  TcpRequest r = make();
  now_ += 1s;
  EXPECT_EQ(r.segment(now_, syn_), Verdict::kResend);
  EXPECT_EQ(r.segment(now_, syn_), Verdict::kIgnore);
  now_ += 1s;
  EXPECT_EQ(r.segment(now_, syn_), Verdict::kResend);
}

TEST_F(TcpRequestTest, AResetInTheWindowForgetsIt) {
  TcpRequest r = make();
  EXPECT_EQ(r.segment(now_, TcpHand::make(5001 + 100'000, 0, kRst)), Verdict::kIgnore);
  EXPECT_EQ(r.segment(now_, TcpHand::make(5001, 0, kRst)), Verdict::kForget);
}

TEST_F(TcpRequestTest, WhatLiesOutsideTheWindowIsAcked) {
  TcpRequest r = make();
  EXPECT_EQ(r.segment(now_, ack(9001, 5001 + 200'000)), Verdict::kAck);
  const TcpSegmentOut s = r.reply(now_);
  EXPECT_EQ(s.seq, 9001u);
  EXPECT_EQ(s.ack, 5001u);
  TcpSegmentIn old = ack();
  old.options.ts_val = 5;
  now_ += 1s;
  EXPECT_EQ(r.segment(now_, old), Verdict::kAck);
}

TEST_F(TcpRequestTest, GivesUpAfterSynackRetries) {
  TcpRequest r = make();
  std::vector<int64_t> at;
  for (;;) {
    now_ = r.deadline();
    const auto t = r.timer(now_);
    at.push_back((now_ - 1000s) / 1s);
    if (t == TcpRequest::Timer::kGiveUp) break;
    ASSERT_EQ(t, TcpRequest::Timer::kResend);
  }
  EXPECT_EQ(at, (std::vector<int64_t>{1, 3, 7, 15, 31, 63}));
}

TEST_F(TcpRequestTest, DeferAcceptWaitsForData) {
  settings_.defer_accept = 10s;
  TcpRequest r = make();
  EXPECT_EQ(r.segment(now_, ack()), Verdict::kDeferred);
  now_ = r.deadline();
  EXPECT_EQ(r.timer(now_), TcpRequest::Timer::kNothing);
  PacketPool pool;
  {
    TcpSegmentIn data = ack();
    data.payload = Packet::allocate(pool, 0, 5);
    EXPECT_EQ(r.segment(now_, data), Verdict::kEstablished);
  }
}

TEST_F(TcpRequestTest, DeferAcceptTakesABareAckInTheEnd) {
  settings_.defer_accept = 3s;
  TcpRequest r = make();
  EXPECT_EQ(r.segment(now_, ack()), Verdict::kDeferred);
  bool resent = false;
  while (!resent) {
    now_ = r.deadline();
    resent = r.timer(now_) == TcpRequest::Timer::kResend;
  }
  EXPECT_EQ(r.segment(now_, ack()), Verdict::kEstablished);
}

}  // namespace
}  // namespace unetns
