// Timeouts and probes, and what shows that they were needless.
#include "inet/tcp/recovery_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using Segments = std::vector<uint32_t>;

class RecoveryTimers : public RecoveryTest {
 protected:
  // Without probes: only the retransmission timeout.
  void start_plain(Nanos rtt = 100ms, bool sack = true) {
    auto c = config();
    c.tlp = false;
    c.sack = sack;
    c.timestamps = true;
    start(c, "reno", rtt);
  }
};

TEST_F(RecoveryTimers, TheTimeoutFollowsTheMeasuredTime) {
  start_plain(100ms);
  send(1);
  EXPECT_EQ(r->deadline(), now + 100ms + 200ms);  // srtt + 4 * rttvar, at least 200 ms
}

TEST_F(RecoveryTimers, TimeoutsAndTheirRecoveriesAreSummedUp) {
  start_plain();
  send(1);
  for (int i = 0; i < 2; i++) {
    EXPECT_EQ(fire(), RecoveryTimer::kTimeout);
    resend();
  }
  EXPECT_EQ(r->timeouts().timeouts(), 2);
  EXPECT_EQ(r->timeouts().recoveries(), 1);
  EXPECT_EQ(r->timeouts().spent(now), 600u) << "since the first of them";
  now += 100ms;
  ack(1);
  now += 1s;
  EXPECT_EQ(r->timeouts().spent(now), 700u);
  send(1);
  EXPECT_EQ(fire(), RecoveryTimer::kTimeout);
  EXPECT_EQ(r->timeouts().timeouts(), 3);
  EXPECT_EQ(r->timeouts().recoveries(), 2);
  EXPECT_EQ(r->timeouts().spent(now + 50ms), 750u);
}

TEST_F(RecoveryTimers, BacksOffTwofoldUntilARoundTripIsMeasured) {  // RFC 6298, 5.7
  start_plain();
  send(1);
  Nanos last = now;
  for (Nanos wait : {300ms, 600ms, 1200ms, 2400ms}) {
    EXPECT_EQ(fire(), RecoveryTimer::kTimeout);
    EXPECT_EQ(now - last, wait);
    last = now;
    EXPECT_EQ(resend(), Segments{0});
  }
  EXPECT_EQ(r->backoffs(), 4);
  ack(1);  // of whichever of them: Karn
  EXPECT_EQ(r->backoffs(), 4);
  EXPECT_EQ(info().tcpi_retransmits, 0u);
  send(1);
  now += 100ms;
  ack(2);
  EXPECT_EQ(r->backoffs(), 0);
}

TEST_F(RecoveryTimers, NeverWaitsLongerThanRtoMax) {
  start_plain();
  send(1);
  for (int i = 0; i < 40; ++i) {
    const Nanos before = now;
    fire();
    resend();
    EXPECT_LE(now - before, 120s);
  }
  EXPECT_EQ(r->rto(), 120s);
}

TEST_F(RecoveryTimers, ATimeoutMarksAllLostAndStartsWithOneSegment) {
  start_plain();
  send(10);
  EXPECT_EQ(fire(), RecoveryTimer::kTimeout);
  EXPECT_EQ(r->control().cwnd(), 1u);
  EXPECT_EQ(r->control().ssthresh(), 5u);
  EXPECT_EQ(r->in_flight(), 0u);
  EXPECT_EQ(resend(), Segments{0});
  EXPECT_EQ(r->may_send(now), 0u);
}

TEST_F(RecoveryTimers, AckedRetransmissionsGoOnInSlowStart) {
  auto c = config();
  c.tlp = c.frto = false;
  start(c, "reno", 100ms);
  send(10);
  fire();
  ASSERT_EQ(resend(), Segments{0});
  now += 100ms;
  ack(1);
  EXPECT_EQ(resend(), (Segments{1, 2}));
  now += 100ms;
  ack(3);
  EXPECT_EQ(resend(), (Segments{3, 4, 5, 6}));
  now += 100ms;
  ack(7);
  EXPECT_EQ(resend(), (Segments{7, 8, 9}));
  now += 100ms;
  ack(10);
  EXPECT_EQ(info().tcpi_ca_state, 0);
}

TEST_F(RecoveryTimers, KarnsRuleLeavesRetransmissionsOut) {
  auto c = config();
  c.tlp = false;
  start(c, "reno", 100ms);
  send(1);
  fire();
  resend();
  now += 5s;
  ack(1);
  EXPECT_EQ(r->rtt().srtt(), 100ms);
}

TEST_F(RecoveryTimers, AProbeGoesAfterTwoRoundTrips) {  // RFC 8985, 7.2
  start(config(), "reno", 100ms);
  send(5);
  const Nanos sent = now;
  EXPECT_EQ(fire(), RecoveryTimer::kProbe);
  EXPECT_EQ(now - sent, 202ms);
  EXPECT_EQ((r->probe(kMss).start - kIss) / kMss, 4u);
  EXPECT_GE(r->may_send(now), kMss);  // even beyond the window
}

TEST_F(RecoveryTimers, OneSegmentAloneWaitsForADelayedAckFirst) {
  auto c = config();
  c.rto_min = 150ms;
  start(c, "reno", 20ms);
  send(1);
  EXPECT_EQ(r->deadline(), now + 20ms + 150ms);  // the RTO is nearer
  EXPECT_EQ(fire(), RecoveryTimer::kProbe);
}

TEST_F(RecoveryTimers, OnlyOneProbeThenTheTimeout) {
  start(config(), "reno", 100ms);
  send(5);
  ASSERT_EQ(fire(), RecoveryTimer::kProbe);
  const SeqRange p = r->probe(kMss);
  r->sent(now, p.start, p.end, true);
  EXPECT_EQ(r->deadline(), now + 300ms);
  EXPECT_EQ(fire(), RecoveryTimer::kTimeout);
}

TEST_F(RecoveryTimers, AProbeThatRepairedALossReducesTheWindow) {
  start(config(), "reno", 100ms);
  send(10);
  now += 100ms;
  ack(9);
  ASSERT_EQ(fire(), RecoveryTimer::kProbe);
  const SeqRange p = r->probe(kMss);
  r->sent(now, p.start, p.end, true);
  now += 100ms;
  ack(10);
  send(1);
  now += 100ms;
  const uint32_t before = r->control().cwnd();
  EXPECT_TRUE(ack(11).reduced);
  EXPECT_LT(r->control().cwnd(), before);
}

TEST_F(RecoveryTimers, ADsackOfTheProbeSaysThatNothingWasLost) {
  start(config(), "reno", 100ms);
  send(10);
  now += 100ms;
  ack(9);
  ASSERT_EQ(fire(), RecoveryTimer::kProbe);
  const SeqRange p = r->probe(kMss);
  r->sent(now, p.start, p.end, true);
  now += 10ms;
  ack(10);
  EXPECT_FALSE(ack(10, {}, {.dsack = segments(9, 10)}).reduced);
  send(1);
  now += 100ms;
  EXPECT_FALSE(ack(11).reduced);
}

TEST_F(RecoveryTimers, FrtoSendsNewDataAndFindsADelay) {  // RFC 5682
  for (bool sack : {true, false}) {
    now += 1000s;
    auto c = config();
    c.tlp = false;
    c.sack = sack;
    start(c, "reno", 100ms);
    send(10);
    ASSERT_EQ(fire(), RecoveryTimer::kTimeout);
    ASSERT_EQ(resend(), Segments{0});
    ack(1);  // of the original, which was slow
    EXPECT_EQ(resend(), Segments{}) << "new data first";
    EXPECT_EQ(r->may_send(now), 2 * kMss);
    send(2);
    EXPECT_TRUE(ack(2).undone);
    EXPECT_EQ(r->control().cwnd(), 10u + 1);
    EXPECT_EQ(info().tcpi_ca_state, 0);
    EXPECT_EQ(resend(), Segments{});
    EXPECT_EQ(info().tcpi_total_retrans, 1u);
  }
}

TEST_F(RecoveryTimers, FrtoGivesUpWhenTheLossWasReal) {
  auto c = config();
  c.tlp = false;
  start(c, "reno", 100ms);
  send(10);
  fire();
  resend();
  now += 100ms;
  ack(1);
  EXPECT_EQ(resend(), Segments{});
  send(2);
  now += 100ms;
  EXPECT_FALSE(ack(1, {{10, 11}}).undone);  // new data arrived, the old did not
  EXPECT_EQ(info().tcpi_ca_state, 4);
  EXPECT_FALSE(resend().empty());
}

TEST_F(RecoveryTimers, FrtoWithoutMoreDataRetransmits) {
  auto c = config();
  c.tlp = false;
  start(c, "reno", 100ms);
  send(9);
  send(1, {}, true);
  fire();
  resend();
  now += 100ms;
  ack(1);
  EXPECT_EQ(resend(), (Segments{1, 2}));
}

TEST_F(RecoveryTimers, TheTimestampOfAnOriginalUndoesATimeout) {  // Eifel, RFC 3522
  start_plain();
  send(10);
  const Nanos sent = now;
  fire();
  resend();
  now += 1ms;
  EXPECT_TRUE(ack(1, {}, {.echo = sent}).undone);
  EXPECT_EQ(r->control().cwnd(), 10u + 1);
  EXPECT_EQ(r->control().ssthresh(), CongestionControl::kUnlimited);
}

TEST_F(RecoveryTimers, ThatOfARetransmissionDoesNot) {
  start_plain();
  send(10);
  fire();
  resend();
  const Nanos again = now;
  now += 1ms;
  EXPECT_FALSE(ack(1, {}, {.echo = again}).undone);
}

TEST_F(RecoveryTimers, DsacksOfAllRetransmissionsUndoARecovery) {  // RFC 3708
  start(config(), "reno", 100ms);
  send(10);
  now += 100ms;
  ack(0, {{1, 5}});
  ASSERT_EQ(resend(), Segments{0});
  EXPECT_EQ(r->control().ssthresh(), 5u);
  now += 1ms;
  ack(10);
  EXPECT_EQ(r->control().cwnd(), 6u);  // what ended the recovery was a window's worth
  now += 100ms;
  EXPECT_TRUE(ack(10, {}, {.dsack = segments(0, 1)}).undone);
  EXPECT_GE(r->control().cwnd(), 10u);
  EXPECT_EQ(r->control().ssthresh(), CongestionControl::kUnlimited);
}

TEST_F(RecoveryTimers, SacksTakenBackAreSentAgain) {  // RFC 2018, 8
  start_plain();
  send(10);
  now += 100ms;
  ack(0, {{2, 10}});
  resend();
  now += 100ms;
  ack(2);  // but everything behind it had been there
  EXPECT_LE(*r->deadline() - now, 100ms);
  EXPECT_EQ(fire(), RecoveryTimer::kTimeout);
  EXPECT_EQ(resend(), Segments{2});
  EXPECT_EQ(info().tcpi_sacked, 0u);
}

TEST_F(RecoveryTimers, TellsSinceWhenTheOldestWaits) {
  start_plain();
  const Nanos sent = now;
  send(2, 1s);
  fire();
  resend();
  EXPECT_EQ(r->first_unacked_since(), sent);
}

TEST_F(RecoveryTimers, AnUnansweredWindowProbeBacksOff) {
  start_plain();
  r->probe_timeout(now);
  EXPECT_EQ(r->rto(), 600ms);
  r->probe_answered();
  EXPECT_EQ(r->rto(), 300ms);
}

}  // namespace
}  // namespace unetns
