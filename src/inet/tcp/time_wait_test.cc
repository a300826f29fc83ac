#include "inet/tcp/time_wait.h"

#include <gtest/gtest.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Verdict = TcpTimeWait::Verdict;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck, kRst = TcpFlag::kRst,
                  kFin = TcpFlag::kFin;

class TcpTimeWaitTest : public ::testing::Test {
 protected:
  TcpTimeWaitTest() {
    state_.snd_nxt = 1000;
    state_.rcv_nxt = 5000;
    state_.rcv_wnd = 10'000;
    state_.ts_ok = true;
    state_.ts_recent = 100;
    state_.since = now_;
    state_.deadline = now_ + TcpTimeWait::kTime;
  }
  TcpSegmentIn make(uint32_t seq, uint8_t flags, std::optional<uint32_t> ts = {}) {
    TcpSegmentIn s = TcpHand::make(seq, 1000, flags);
    s.options.has_ts = ts.has_value();
    s.options.ts_val = ts.value_or(0);
    return s;
  }
  Nanos now_ = 1000s;
  TcpTimeWait::State state_;
  TcpSettings settings_;
};

TEST_F(TcpTimeWaitTest, TheFinAgainIsAckedAndTheTimeBeginsAnew) {
  TcpTimeWait t(state_);
  now_ += 10s;
  EXPECT_EQ(t.segment(now_, make(4999, kFin | kAck, 100), settings_), Verdict::kAck);
  EXPECT_EQ(t.ack(now_).ack, 5000u);
  EXPECT_EQ(t.ack(now_).seq, 1000u);
  EXPECT_EQ(t.deadline(), now_ + 60s);
}

TEST_F(TcpTimeWaitTest, ANewSynNeedsAHigherTimestampOrNumber) {  // RFC 6191
  EXPECT_EQ(TcpTimeWait(state_).segment(now_, make(5001, kSyn), settings_), Verdict::kNew);
  EXPECT_EQ(TcpTimeWait(state_).segment(now_, make(100, kSyn, 101), settings_), Verdict::kNew);
  EXPECT_EQ(TcpTimeWait(state_).segment(now_, make(6000, kSyn, 99), settings_), Verdict::kAck);
  EXPECT_EQ(TcpTimeWait(state_).segment(now_, make(100, kSyn), settings_), Verdict::kAck);
}

TEST_F(TcpTimeWaitTest, AResetEndsItUnlessRfc1337) {
  EXPECT_EQ(TcpTimeWait(state_).segment(now_, make(5000, kRst), settings_), Verdict::kForget);
  EXPECT_EQ(TcpTimeWait(state_).segment(now_, make(5001, kRst), settings_), Verdict::kIgnore);
  settings_.rfc1337 = true;
  EXPECT_EQ(TcpTimeWait(state_).segment(now_, make(5000, kRst), settings_), Verdict::kIgnore);
}

TEST_F(TcpTimeWaitTest, AnOrphanInFinWait2WaitsForTheFin) {
  state_.fin_wait2 = true;
  PacketPool pool;
  {
    TcpTimeWait t(state_);
    EXPECT_EQ(t.state(), TcpState::kFinWait2);
    EXPECT_EQ(t.segment(now_, make(5000, kFin | kAck, 200), settings_), Verdict::kAck);
    EXPECT_EQ(t.state(), TcpState::kTimeWait);
    EXPECT_EQ(t.ack(now_).ack, 5001u);
    EXPECT_EQ(t.ack(now_).options.ts_ecr, 200u);
    TcpTimeWait other(state_);
    TcpSegmentIn data = make(5000, kAck, 200);
    data.payload = Packet::allocate(pool, 0, 10);
    EXPECT_EQ(other.segment(now_, data, settings_), Verdict::kReset);
  }
}

TEST_F(TcpTimeWaitTest, AnswersAreRateLimited) {
  TcpTimeWait t(state_);
  int acks = 0;
  for (int i = 0; i < 100; i++)
    acks += t.segment(now_, make(4000, kAck, 50), settings_) == Verdict::kAck;
  EXPECT_EQ(acks, 1);
}

TEST_F(TcpTimeWaitTest, APortMayBeReusedAfterASecond) {
  TcpTimeWait t(state_);
  EXPECT_FALSE(t.may_reuse(now_ + 1s));
  EXPECT_TRUE(t.may_reuse(now_ + 1001ms));
}

}  // namespace
}  // namespace unetns
