#include "env/timers.h"

#include <gtest/gtest.h>

#include <memory>

#include "env/env.h"

namespace unetns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TimersTest : public testing::Test {
 protected:
  std::unique_ptr<Timer> timer(int name) {
    return std::make_unique<Timer>(fake_.env().timers, [this, name] { log_.push_back(name); });
  }
  FakeEnv fake_;
  TimerQueue& queue_ = fake_.env().timers;
  std::vector<int> log_;
};

TEST_F(TimersTest, RunInOrderOfDeadlineThenOfArming) {
  auto a = timer(1), b = timer(2), c = timer(3), d = timer(4);
  a->arm_in(seconds(3));
  b->arm_in(seconds(1));
  c->arm_in(seconds(3));
  d->arm_in(seconds(2));
  fake_.advance(seconds(3));
  EXPECT_EQ(log_, (std::vector<int>{2, 4, 1, 3}));
}

TEST_F(TimersTest, NotBeforeTheDeadlineAndOnlyOnce) {
  auto a = timer(1);
  a->arm_in(milliseconds(10));
  fake_.advance(milliseconds(9));
  EXPECT_TRUE(log_.empty());
  EXPECT_TRUE(a->armed());
  fake_.advance(milliseconds(1));
  EXPECT_EQ(log_.size(), 1u);
  EXPECT_FALSE(a->armed());
  fake_.advance(seconds(1));
  EXPECT_EQ(log_.size(), 1u);
}

TEST_F(TimersTest, ArmingAnArmedTimerMovesIt) {
  auto a = timer(1);
  a->arm_in(seconds(1));
  a->arm_in(seconds(5));
  EXPECT_EQ(queue_.size(), 1u);
  fake_.advance(seconds(4));
  EXPECT_TRUE(log_.empty());
  fake_.advance(seconds(1));
  EXPECT_EQ(log_.size(), 1u);
}

TEST_F(TimersTest, DestroyingDisarms) {
  auto a = timer(1), b = timer(2);
  a->arm_in(seconds(1));
  b->arm_in(seconds(1));
  a.reset();
  fake_.advance(seconds(2));
  EXPECT_EQ(log_, std::vector<int>{2});
}

TEST_F(TimersTest, WhatACallbackArmsForNowWaitsForTheNextCall) {
  int runs = 0;
  Timer* self = nullptr;
  Timer t(queue_, [&] {
    runs++;
    self->arm_in(Nanos(0));
  });
  self = &t;
  t.arm_in(Nanos(0));
  EXPECT_EQ(queue_.run_due(), 1u);
  EXPECT_TRUE(t.armed());
  EXPECT_EQ(queue_.run_due(), 1u);
  EXPECT_EQ(runs, 2);
}

TEST_F(TimersTest, WhatACallbackArmsForThePastDoesNotHoldUpTheOthers) {
  auto late = timer(9), second = timer(2);
  Timer first(queue_, [&] { late->arm_at(Nanos(0)); });
  const Nanos now = fake_.clock().monotonic();
  first.arm_at(now - seconds(2));
  second->arm_at(now - seconds(1));
  EXPECT_EQ(queue_.run_due(), 2u);
  EXPECT_EQ(log_, std::vector<int>{2});
  EXPECT_EQ(queue_.next_deadline(), Nanos(0));
  EXPECT_EQ(queue_.run_due(), 1u);
}

TEST_F(TimersTest, WhatACallbackArmedForNowCanBeDisarmedAgain) {
  auto a = timer(1), b = timer(2), c = timer(3);
  Timer first(queue_, [&] {
    a->arm_in(Nanos(0));
    b->arm_in(Nanos(0));
    c->arm_in(Nanos(0));
    a->disarm();
    EXPECT_EQ(queue_.size(), 2u);
  });
  first.arm_in(Nanos(0));
  queue_.run_due();
  queue_.run_due();
  EXPECT_EQ(log_, (std::vector<int>{2, 3}));
}

TEST_F(TimersTest, ACallbackMayDestroyItsTimerAndOthers) {
  auto other = timer(1);
  std::unique_ptr<Timer> self;
  auto witness = std::make_shared<int>(7);
  int seen = 0;
  self = std::make_unique<Timer>(queue_, [&, witness] {
    other.reset();
    self.reset();
    seen = *witness;  // what the callback captured still lives
  });
  self->arm_in(Nanos(0));
  other->arm_in(Nanos(0));
  EXPECT_EQ(queue_.run_due(), 1u);
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(TimersTest, RunDueFromACallbackDoesNothing) {
  auto other = timer(1);
  size_t nested = 99;
  Timer t(queue_, [&] { nested = queue_.run_due(); });
  t.arm_in(Nanos(0));
  other->arm_in(Nanos(0));
  EXPECT_EQ(queue_.run_due(), 2u);
  EXPECT_EQ(nested, 0u);
}

TEST_F(TimersTest, ManyTimersArmedAndDisarmedAtRandomRunInOrder) {
  SeededRng rng(5);
  std::vector<std::unique_ptr<Timer>> timers;
  Nanos last{};
  size_t ran = 0;
  for (int i = 0; i < 1000; i++)
    timers.push_back(std::make_unique<Timer>(queue_, [&, i] {
      EXPECT_GE(timers[static_cast<size_t>(i)]->deadline(), last);
      last = timers[static_cast<size_t>(i)]->deadline();
      ran++;
    }));
  for (int i = 0; i < 20000; i++) {
    Timer& t = *timers[rng.below(1000)];
    if (rng.below(3) == 0)
      t.disarm();
    else
      t.arm_in(milliseconds(rng.below(5000)));
  }
  const size_t armed = queue_.size();
  fake_.advance(seconds(5));
  EXPECT_EQ(ran, armed);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST(FakeEnv, AdvanceStopsAtEachTimerOnTheWay) {
  FakeEnv fake;
  const Nanos start = fake.clock().monotonic();
  std::vector<Nanos> at;
  Timer* self = nullptr;
  Timer t(fake.env().timers, [&] {
    at.push_back(fake.clock().monotonic() - start);
    if (at.size() < 3) self->arm_in(seconds(1));
  });
  self = &t;
  t.arm_in(seconds(1));
  fake.advance(seconds(10));
  EXPECT_EQ(at, (std::vector<Nanos>{seconds(1), seconds(2), seconds(3)}));
}

TEST(FakeEnv, TheSameSeedGivesTheSameChance) {
  FakeEnv a(42), b(42), c(43);
  EXPECT_EQ(a.env().rng.u64(), b.env().rng.u64());
  EXPECT_NE(a.env().rng.u64(), c.env().rng.u64());
}

}  // namespace
}  // namespace unetns
