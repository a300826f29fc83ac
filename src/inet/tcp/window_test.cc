#include <gtest/gtest.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kAck = TcpFlag::kAck;

TEST(TcpWindow, LessThanASegmentIsNotSentAtAWindowsEnd) {
  for (const uint16_t window : {5, 200, 300}) {
    TcpHand h;
    h.w.open_a();
    TcpSegmentIn s = TcpHand::make(5000, 1001, TcpFlag::kSyn | kAck, 300);
    s.options.mss = 1460;
    h.give(std::move(s));
    h.ack(1001, window);
    h.give(TcpHand::make(5001, 1001, kAck, window), 1);
    h.out.clear();
    h.w.write(h.w.a, 1000);
    EXPECT_EQ(TcpHand::size(h.last()), window == 300 ? 300u : 0u);
    if (window == 300) continue;
    h.w.run_until([&] { return !h.out.empty(); }, 5s);  // the persist timer sends it
    EXPECT_EQ(TcpHand::size(h.last()), window);
  }
}

TEST(TcpWindow, AReaderThatSleepsStopsTheSenderAndAwakeTakesAll) {
  for (bool lossy : {false, true}) {
    TcpWire w;
    ASSERT_TRUE(w.connect());
    w.keep_sent = true;
    uint64_t goal = 2'000'000;
    auto fill = [&] {
      while (w.a.written < goal && w.a->send_room()) w.write(w.a, 20'000);
      return false;
    };
    w.run_until(fill, 30s);
    EXPECT_LT(w.b->readable(), 400'000u);
    EXPECT_GT(w.b->readable(), 30'000u);
    EXPECT_GT(w.a.mibs[TcpMib::kTCPWinProbe], 3u);
    if (lossy) w.link.loss = 0.2;
    w.run_until([&] { return fill(), w.read(w.b), w.b.taken == goal; }, 2000s);
    EXPECT_EQ(w.b.taken, goal) << lossy;
    EXPECT_TRUE(w.b.intact);
  }
}

TEST(TcpWindow, AClosedWindowIsProbedWithBackoffAndForEverWhileAnswered) {
  TcpHand h;
  h.connect();
  h.ack(1001, 0);
  h.w.write(h.w.a, 1000);
  EXPECT_TRUE(h.out.empty());
  std::vector<Nanos> at;
  h.w.filter = [&](int, TcpSegmentOut& s) {
    EXPECT_EQ(s.seq, 1000u);  // before the window: must be answered
    EXPECT_FALSE(s.payload);
    at.push_back(h.w.now);
    return false;
  };
  while (at.size() < 40) {
    const size_t before = at.size();
    h.w.run_until([&] { return at.size() > before; }, 200s);
    ASSERT_GT(at.size(), before);
    h.ack(1001, 0);
  }
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  EXPECT_EQ(at[20] - at[19], 120s);
  EXPECT_GT(at[3] - at[2], at[2] - at[1]);
}

TEST(TcpWindow, AnOrphansClosedWindowIsProbedForALimitedTimeThoughAnswered) {
  TcpHand h;
  h.connect();
  h.ack(1001, 0);
  h.w.write(h.w.a, 1000);
  bool answer = false;
  h.w.filter = [&](int, TcpSegmentOut&) { return answer = true, false; };
  const auto run = [&](Nanos time) {
    const Nanos end = h.w.now + time;
    while (h.w.now < end && !h.w.a->dead()) {
      h.w.run_until([&] { return std::exchange(answer, false); }, end - h.w.now);
      h.ack(1001, 0);
    }
  };
  run(600s);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  h.w.a->close(h.w.now);
  run(10s);
  EXPECT_EQ(h.w.a->state(), TcpState::kFinWait1);
  run(120s);
  EXPECT_TRUE(h.w.a->dead());
  EXPECT_EQ(h.w.a->buffered(), 0u);
}

TEST(TcpMemory, UnderPressureBuffersDontGrow) {
  TcpWire w;
  w.a.memory = w.b.memory = TcpMemory::kPressure;
  ASSERT_TRUE(w.connect());
  EXPECT_TRUE(w.exchange(3'000'000, 0, 100s));
  EXPECT_TRUE(w.b.intact);
  EXPECT_EQ(w.a->sndbuf(), w.a.settings.sndbuf);
  EXPECT_EQ(w.b->rcvbuf(), w.b.settings.rcvbuf);
}

TEST(TcpMemory, WithoutAnyTransfersGoOnWithLittle) {
  TcpWire w;
  w.link.loss = 0.01;
  ASSERT_TRUE(w.connect());
  w.a.memory = w.b.memory = TcpMemory::kFull;
  size_t most = 0;
  const auto step = [&] {
    while (w.a.written < 300'000 && w.a->send_room()) w.write(w.a, 1000);
    most = std::max(most, w.a->buffered());
    most = std::max(most, w.b->buffered());
    w.read(w.b);
    return w.b.taken == 300'000;
  };
  EXPECT_TRUE(w.run_until(step, 1000s)) << w.b.taken;
  EXPECT_TRUE(w.b.intact);
  EXPECT_LE(most, 8192u);
}

TEST(TcpMemory, WithoutAnyNothingIsKeptOutOfOrderAndLittleInOrder) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(6001, 1001, kAck), 1000);
  EXPECT_GT(h.w.a->buffered(), 0u);
  h.w.a.memory = TcpMemory::kFull;
  h.give(TcpHand::make(8001, 1001, kAck), 1000);
  EXPECT_EQ(h.w.a->buffered(), 0u);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kOfoPruned], 1u);
  for (uint32_t i = 0; i < 20; i++) h.give(TcpHand::make(5001 + 1000 * i, 1001, kAck), 1000);
  EXPECT_GT(h.w.a->readable(), 0u);
  EXPECT_LE(h.w.a->buffered(), TcpConnection::kLeastBuffer + 2048);
  EXPECT_GT(h.w.a.mibs[TcpMib::kTCPRcvQDrop], 0u);
}

TEST(TcpMemory, AnOrphanGivesItBackWhenItIsShort) {
  TcpHand h;
  h.connect();
  h.ack(1001, 0);
  h.w.write(h.w.a, 10'000);
  h.w.a->close(h.w.now);
  h.w.a.memory = TcpMemory::kFull;
  h.w.run(10s);
  EXPECT_TRUE(h.w.a->dead());
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPAbortOnMemory], 1u);
  EXPECT_TRUE(h.last().flags & TcpFlag::kRst);
}

TEST(TcpWindow, SackBlocksLeaveRoomForDataInTheSmallestSegments) {
  TcpHand h;
  h.w.a.settings.timestamps = false;
  TcpOptions o;
  o.sack_permitted = true;
  h.connect(o);
  h.give(TcpHand::make(5001, 1001, kAck, 30));
  for (uint32_t i = 1; i <= 5; i++) h.give(TcpHand::make(5001 + 200 * i, 1001, kAck, 30), 50);
  h.out.clear();
  h.w.a.settings.nodelay = true;
  h.w.write(h.w.a, 100);
  h.w.run(1s);
  ASSERT_FALSE(h.out.empty());
  EXPECT_GE(TcpHand::size(h.out[0]), 8u);
  EXPECT_GE(h.out[0].options.sack_count, 1);
  h.give(TcpHand::make(5001 + 200 * 6, 1001, kAck, 30), 50);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
}

TEST(TcpWindow, ProbesThatGoUnansweredEndTheConnection) {
  TcpHand h;
  h.connect();
  h.ack(1001, 0);
  h.w.write(h.w.a, 1000);
  h.w.run(3000s);
  EXPECT_EQ(h.w.a->take_error(), ETIMEDOUT);
}

TEST(TcpWindow, AWindowThatOpensLetsDataGo) {
  TcpHand h;
  h.connect();
  h.ack(1001, 0);
  h.w.write(h.w.a, 1000);
  h.out.clear();
  h.ack(1001, 60000);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(TcpHand::size(h.out[0]), 1000u);
}

TEST(TcpWindow, TheSenderDoesNotFillSmallOpenings) {  // RFC 9293 §3.8.6.2.1
  TcpHand h;
  h.connect();
  h.ack(1001, 10);
  h.w.write(h.w.a, 1000);
  EXPECT_TRUE(h.out.empty());
  h.w.run(1s);  // the override timer
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(TcpHand::size(h.out[0]), 10u);
}

TEST(TcpWindow, ANarrowWindowIsNeverOverrun) {
  TcpWire w;
  w.b.settings.rcvbuf = 4096;
  w.b.settings.rcvbuf_locked = true;
  ASSERT_TRUE(w.connect());
  EXPECT_TRUE(w.exchange(200'000, 0, 600s));
  EXPECT_TRUE(w.b.intact);
  EXPECT_EQ(w.b.mibs[TcpMib::kTCPZeroWindowDrop], 0u);
}

TEST(TcpWindow, TheEdgeAdvertisedNeverMovesBack) {
  TcpWire w;
  w.b.settings.rcvbuf = 60'000;
  ASSERT_TRUE(w.connect());
  w.keep_sent = true;
  for (int i = 0; i < 300; i++) {
    if (w.a->send_room()) w.write(w.a, 10'000);
    w.run(20ms);
    w.read(w.b, 3000);
    if (i == 100) {
      w.b.settings.rcvbuf = 10'000;
      w.b.settings.rcvbuf_locked = true;
      w.b->settings_changed(w.now);
    }
  }
  uint32_t edge = 0;
  bool first = true;
  for (auto& s : w.sent) {
    if (s.from != 1) continue;
    const uint32_t right = s.ack + (uint32_t{s.window} << 7);
    if (!first) {
      EXPECT_GE(static_cast<int32_t>(right - edge), 0);
    }
    edge = right;
    first = false;
  }
}

TEST(TcpWindow, TheBufferGrowsToWhatTheReaderTakes) {
  TcpWire w;
  w.link.delay = 50ms;
  ASSERT_TRUE(w.connect());
  ASSERT_TRUE(w.exchange(40'000'000, 0, 100s));
  uint32_t window = 0;
  w.keep_sent = true;
  w.exchange(100'000, 0, 10s);
  for (auto& s : w.sent)
    if (s.from == 1) window = std::max(window, uint32_t{s.window} << 7);
  EXPECT_GT(window, 1'000'000u);
  EXPECT_LE(window, 6'291'456u / 2 + 128);
}

TEST(TcpWindow, ALockedBufferDoesNotGrow) {
  TcpWire w;
  w.link.delay = 50ms;
  w.b.settings.rcvbuf = 100'000;
  w.b.settings.rcvbuf_locked = true;
  ASSERT_TRUE(w.connect());
  w.keep_sent = true;
  ASSERT_TRUE(w.exchange(3'000'000, 0, 100s));
  for (auto& s : w.sent)
    if (s.from == 1 && !(s.flags & TcpFlag::kSyn)) {
      EXPECT_LE(uint32_t{s.window}, 50'002u);
    }
}

TEST(TcpWindow, WhatTheOwnerReadAheadFillsTheBuffer) {
  TcpWire w;
  ASSERT_TRUE(w.connect());
  w.keep_sent = true;
  w.b.read_ahead = 10'000'000;
  for (int i = 0; i < 30; i++) {
    if (w.a->send_room()) w.write(w.a, 10'000);
    w.run(20ms);
    w.read(w.b);
  }
  EXPECT_EQ(w.sent.back().window, 0);
  w.sent.clear();
  w.b.read_ahead = 0;
  w.b->rmem_changed(w.now);
  ASSERT_FALSE(w.sent.empty());
  EXPECT_GT(w.sent.back().window, 100);
}

TEST(TcpWindow, DataAheadOfAHoleIsBounded) {
  TcpHand h;
  h.connect();
  // One byte every two, as far as the window goes.
  const size_t before = h.w.a->memory();
  for (uint32_t i = 1; i < 60'000; i += 2) h.give(TcpHand::make(5001 + i, 1001, kAck), 1);
  EXPECT_LT(h.w.a->memory() - before, 400'000u);
  EXPECT_GT(h.w.a.mibs[TcpMib::kTCPOFODrop], 0u);
}

TEST(TcpWindow, ManySmallSegmentsCostLittle) {
  TcpHand h;
  h.connect();
  for (uint32_t i = 0; i < 30'000; i++) {
    TcpSegmentIn s = TcpHand::make(5001 + i, 1001, kAck);
    h.give(std::move(s), 1);
    h.out.clear();
  }
  EXPECT_EQ(h.w.a->readable(), 30'000u);
  EXPECT_LT(h.w.a->memory(), 120'000u);
  EXPECT_EQ(h.w.read(h.w.a), 30'000u);
  EXPECT_TRUE(h.w.a.intact);
}

TEST(TcpWindow, WhatBeginsWithinTheWindowIsTakenWhole) {
  TcpHand h;
  h.connect();
  h.give(TcpHand::make(5001, 1001, kAck), 65'000);
  EXPECT_EQ(h.w.a->readable(), 65'000u);
  h.give(TcpHand::make(70'001, 1001, kAck), 100);
  EXPECT_EQ(h.w.a->readable(), 65'000u);
}

TEST(TcpWindow, SendRoomEndsAndComesBack) {
  TcpWire w;
  w.a.settings.sndbuf = 20'000;
  w.a.settings.sndbuf_locked = true;
  ASSERT_TRUE(w.connect());
  w.link.loss = 1;
  int writes = 0;
  while (w.a->send_room() && writes++ < 1000) w.write(w.a, 1000);
  EXPECT_LT(writes, 30);
  EXPECT_EQ(w.a->poll() & 4u, 0u);
  const int changes = w.a.changes;
  w.link.loss = 0;
  w.run(5s);
  w.read(w.b);
  EXPECT_GT(w.a.changes, changes);
  EXPECT_EQ(w.a->poll() & 4u, 4u);
}

}  // namespace
}  // namespace unetns
