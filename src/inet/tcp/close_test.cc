#include <gtest/gtest.h>
#include <poll.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck, kRst = TcpFlag::kRst,
                  kFin = TcpFlag::kFin;

TEST(TcpClose, TheEndThatClosesFirstWaitsAMinute) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.a->close(w.now);
  EXPECT_EQ(w.a->state(), TcpState::kFinWait1);
  w.run(1s);
  EXPECT_EQ(w.a->state(), TcpState::kFinWait2);
  EXPECT_EQ(w.b->state(), TcpState::kCloseWait);
  EXPECT_TRUE(w.b->peer_closed());
  EXPECT_EQ(w.b->poll(), uint32_t{POLLIN | POLLRDNORM | POLLRDHUP | POLLOUT | POLLWRNORM});
  w.b->close(w.now);
  EXPECT_EQ(w.b->state(), TcpState::kLastAck);
  w.run(1s);
  EXPECT_TRUE(w.b->dead());
  EXPECT_EQ(w.a->state(), TcpState::kTimeWait);
  EXPECT_TRUE(w.a->time_wait(w.now));
  w.run(58s);
  EXPECT_EQ(w.a->state(), TcpState::kTimeWait);
  w.run(2s);
  EXPECT_TRUE(w.a->dead());
}

TEST(TcpClose, BothEndsMayCloseAtOnce) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.a->close(w.now);
  w.b->close(w.now);
  w.run(6ms);
  EXPECT_EQ(w.a->state(), TcpState::kClosing);
  w.run(1s);
  EXPECT_EQ(w.a->state(), TcpState::kTimeWait);
  EXPECT_EQ(w.b->state(), TcpState::kTimeWait);
}

TEST(TcpClose, AHalfClosedConnectionCarriesDataTheOtherWay) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.write(w.a, 1000);
  w.a->shutdown_send(w.now);
  EXPECT_TRUE(w.exchange(0, 200'000, 10s));
  EXPECT_TRUE(w.a.intact);
  w.run(1s);
  EXPECT_EQ(w.a->state(), TcpState::kFinWait2);
  EXPECT_EQ(w.a->poll() & POLLHUP, 0u);
  w.b->shutdown_send(w.now);
  w.run(1s);
  EXPECT_EQ(w.a->poll() & (POLLHUP | POLLIN), uint32_t{POLLHUP | POLLIN});
}

TEST(TcpClose, TheFinComesAfterAllData) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  while (w.a->send_room()) w.write(w.a, 8000);
  w.a->close(w.now);
  w.run_until([&] { return w.read(w.b), w.b->peer_closed(); }, 60s);
  EXPECT_EQ(w.b.taken, w.a.written);
  EXPECT_TRUE(w.b.intact);
}

TEST(TcpClose, UnreadDataMakesCloseAReset) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.write(w.a, 100);
  w.run(1s);
  w.b->close(w.now);
  EXPECT_TRUE(w.b->dead());
  EXPECT_EQ(w.b.mibs[TcpMib::kTCPAbortOnClose], 1u);
  w.run(1s);
  EXPECT_EQ(w.a->state(), TcpState::kClose);
  EXPECT_EQ(w.a->poll() & (POLLERR | POLLHUP | POLLIN), uint32_t{POLLERR | POLLHUP | POLLIN});
  EXPECT_EQ(w.a->take_error(), ECONNRESET);
}

TEST(TcpClose, DataAfterCloseIsAnsweredByAReset) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.b->close(w.now);
  w.run(1s);
  w.write(w.a, 100);
  w.run(1s);
  EXPECT_TRUE(w.b->dead());
  EXPECT_EQ(w.b.mibs[TcpMib::kTCPAbortOnData], 1u);
  EXPECT_EQ(w.a->take_error(), EPIPE);  // it was in CLOSE-WAIT
}

TEST(TcpClose, DataInFlightWhenClosingIsAnsweredByAReset) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.write(w.a, 100);
  w.b->close(w.now);
  w.run(1s);
  EXPECT_TRUE(w.b->dead());
  EXPECT_EQ(w.a->state(), TcpState::kClose);
}

TEST(TcpClose, AnOrphanInFinWait2GivesUpAfterLinger2) {
  TcpWire w;
  w.a.settings.linger2 = 20s;
  ASSERT_TRUE(w.connect());
  w.a->close(w.now);
  w.run(1s);
  EXPECT_EQ(w.a->state(), TcpState::kFinWait2);
  EXPECT_TRUE(w.a->time_wait(w.now));
  w.run(20s);
  EXPECT_TRUE(w.a->dead());
}

TEST(TcpClose, ANegativeLinger2EndsAtOnce) {
  TcpWire w;
  w.a.settings.linger2 = -1s;
  ASSERT_TRUE(w.connect());
  w.a->close(w.now);
  w.run(1s);
  EXPECT_TRUE(w.a->dead());
  EXPECT_EQ(w.b->take_error(), EPIPE);
}

TEST(TcpClose, AbortResetsThePeer) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.write(w.a, 100'000);
  w.a->abort(w.now);
  EXPECT_TRUE(w.a->dead());
  w.run(1s);
  EXPECT_EQ(w.b->take_error(), ECONNRESET);
}

TEST(TcpClose, DataBeforeAResetCanBeRead) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.write(w.a, 100);
  w.run(1s);
  w.a->abort(w.now);
  w.run(1s);
  EXPECT_EQ(w.b->error(), ECONNRESET);
  EXPECT_EQ(w.read(w.b), 100u);
}

TEST(TcpClose, AnOrphanWhosePeerIsGoneGivesUp) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.link.loss = 1;
  w.write(w.a, 1000);
  w.a->close(w.now);
  w.run(400s);
  EXPECT_TRUE(w.a->dead());
}

TEST(TcpClose, ALostFinIsSentAgain) {
  for (int lost = 1; lost < 5; lost++) {
    TcpWire w;
    ASSERT_TRUE(w.connect());
    int left = lost;
    w.filter = [&](int, TcpSegmentOut& s) { return !(s.flags & kFin) || left-- <= 0; };
    w.a->close(w.now);
    w.run(30s);
    EXPECT_EQ(w.b->state(), TcpState::kCloseWait) << lost;
    left = lost;
    w.b->close(w.now);
    w.run(30s);
    EXPECT_TRUE(w.b->dead()) << lost;
  }
}

TEST(TcpClose, AFinAheadOfAHoleWaits) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5101, 1001, kAck | kFin), 100);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  EXPECT_EQ(h.last().ack, 5001u);
  h.give(TcpHand::make(5001, 1001, kAck), 100);
  EXPECT_EQ(h.w.a->state(), TcpState::kCloseWait);
  EXPECT_EQ(h.w.a->readable(), 200u);
  EXPECT_FALSE(h.w.a->peer_closed());
  EXPECT_EQ(h.last().ack, 5202u);
}

TEST(TcpClose, OnlyTheNextSequenceNumberResets) {  // RFC 5961 §3.2
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5002, 0, kRst));
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPChallengeACK], 1u);
  EXPECT_EQ(h.last().flags, kAck);
  h.give(TcpHand::make(5001 + 200'000, 0, kRst));
  EXPECT_TRUE(h.out.empty());
  h.give(TcpHand::make(5001, 0, kRst));
  EXPECT_EQ(h.w.a->take_error(), ECONNRESET);
}

TEST(TcpClose, ASynInAConnectionIsChallenged) {  // RFC 5961 §4.2
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5010, 0, kSyn));
  EXPECT_EQ(h.last().flags, kAck);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
}

TEST(TcpClose, AcksOfWhatWasNotSentAreChallenged) {  // RFC 5961 §5.2
  TcpHand h;
  h.connect();
  h.ack(1002);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPChallengeACK], 1u);
  h.w.now += 1s;
  h.ack(1001 - 10'000'000);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPChallengeACK], 2u);
}

TEST(TcpClose, ChallengesAreRateLimited) {
  TcpHand h;
  h.connect();
  for (int i = 0; i < 100; i++) h.give(TcpHand::make(5002, 0, kRst));
  EXPECT_EQ(h.out.size(), 1u);
  h.w.now += 600ms;
  h.give(TcpHand::make(5002, 0, kRst));
  EXPECT_EQ(h.out.size(), 2u);
}

TEST(TcpClose, ChallengesHaveALimitASecond) {  // tcp_challenge_ack_limit, tcp_invalid_ratelimit
  TcpHand h;
  h.w.a.settings.invalid_ratelimit_ms = 0;
  h.w.a.challenge_limit = 7;
  h.connect();
  for (int i = 0; i < 100; i++) h.give(TcpHand::make(5002, 0, kRst));
  EXPECT_EQ(h.out.size(), 7u);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPACKSkippedChallenge], 93u);
  h.w.now += 1s;
  h.give(TcpHand::make(5002, 0, kRst));
  EXPECT_EQ(h.out.size(), 8u);
}

TEST(TcpClose, TimeWaitAcksTheFinAgain) {
  TcpHand h;
  h.connect();
  h.w.a->close(h.w.now);
  h.ack(1002);
  h.give(TcpHand::make(5001, 1002, kFin | kAck));
  EXPECT_EQ(h.w.a->state(), TcpState::kTimeWait);
  EXPECT_EQ(h.last().ack, 5002u);
  h.w.now += 10s;
  h.give(TcpHand::make(5001, 1002, kFin | kAck));
  EXPECT_EQ(h.last().ack, 5002u);
  EXPECT_EQ(*h.w.a->deadline(), h.w.now + 60s);
}

TEST(TcpClose, AnAckThatWaitsLeavesBeforeTheOrphanIsPutAway) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  for (int i = 0; i < 10; i++) {  // a dialogue, in which acks wait
    w.write(w.b, 100);
    w.run(5ms);
    w.read(w.a);
    w.write(w.a, 100);
    w.run(5ms);
    w.read(w.b);
  }
  w.a->close(w.now);
  w.run(15ms);
  const uint64_t steps = w.steps;
  w.run(10s);
  EXPECT_EQ(w.a->state(), TcpState::kFinWait2);
  EXPECT_LT(w.steps - steps, 20u);
}

TEST(TcpClose, BadLinksDoNotKeepAConnectionFromEnding) {
  for (uint64_t seed = 1; seed <= 30; seed++) {
    TcpWire w(20, seed);
    ASSERT_TRUE(w.connect());
    w.link.loss = 0.3;
    w.link.reorder = 0.3;
    w.link.duplicate = 0.2;
    w.write(w.a, 5000);
    w.write(w.b, 3000);
    w.run_until([&] { return w.read(w.a), w.read(w.b), w.a.taken == 3000 && w.b.taken == 5000; },
                300s);
    w.a->close(w.now);
    if (seed & 1) w.run(1s);
    w.b->close(w.now);
    w.run(600s);
    EXPECT_TRUE(w.a->dead() && w.b->dead()) << seed;
    EXPECT_TRUE(w.a.intact && w.b.intact);
    EXPECT_EQ(w.a->error(), 0) << seed;
  }
}

}  // namespace
}  // namespace unetns
