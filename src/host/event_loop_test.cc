#include "host/event_loop.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "host/host_clock.h"

namespace unetns {
namespace {

using std::chrono::milliseconds;

UniqueFd ready_fd() { return UniqueFd(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)); }

class EventLoopTest : public ::testing::Test {
 protected:
  size_t once(Nanos max_wait = milliseconds(500)) {
    return loop_.run_once(timers_, tasks_, max_wait);
  }
  HostClock clock_;
  TimerQueue timers_{clock_};
  TaskQueue tasks_;
  EventLoop loop_;
};

TEST_F(EventLoopTest, ReadyDescriptorCallsItsCallbackWithItsEvents) {
  UniqueFd fd = ready_fd();
  uint32_t seen = 0;
  ASSERT_TRUE(loop_.add(fd.get(), EPOLLIN, [&](uint32_t e) { seen = e; }));
  EXPECT_EQ(once(), 1u);
  EXPECT_EQ(seen, static_cast<uint32_t>(EPOLLIN));
}

TEST_F(EventLoopTest, DirectDescriptorsComeAfterAllOthersOfATurn) {
  UniqueFd direct = ready_fd(), other = ready_fd();
  std::string order;
  ASSERT_TRUE(loop_.add_direct(direct.get(), [&](uint32_t) { order += 'd'; }));
  ASSERT_TRUE(loop_.add(other.get(), EPOLLIN, [&](uint32_t) { order += 'o'; }));
  EXPECT_EQ(loop_.add_direct(other.get(), [](uint32_t) {}).error().code, EEXIST);
  EXPECT_EQ(once(), 2u);
  EXPECT_EQ(order, "od");
  EXPECT_EQ(loop_.size(), 2u);
  loop_.remove(other.get());
  loop_.modify(direct.get(), 0);  // of no effect: it is waited for as it is
  EXPECT_EQ(once(), 1u);
}

TEST_F(EventLoopTest, DirectDescriptorsAreSeenAfterManyTurnsWithout) {
  UniqueFd direct(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), other = ready_fd();
  std::string order;
  ASSERT_TRUE(
      loop_.add_direct(direct.get(), [&](uint32_t) { order += loop_.quiet() ? 'q' : 'd'; }));
  ASSERT_TRUE(loop_.add(other.get(), EPOLLIN, [&](uint32_t) { order += 'o'; }));
  for (int i = 0; i < 1000; i++) EXPECT_EQ(once(), 1u);
  order.clear();
  const uint64_t one = 1;
  ASSERT_EQ(::write(direct.get(), &one, sizeof one), 8);
  for (int i = 0; i < 2; i++) once();  // the first of it may only be noticed
  EXPECT_EQ(order.substr(order.size() - 2), "od");
  loop_.modify(other.get(), 0);
  order.clear();
  EXPECT_EQ(once(), 1u);
  EXPECT_EQ(order, "q");
}

TEST_F(EventLoopTest, DirectDescriptorsCanGoAndComeAfterManyTurnsWithout) {
  UniqueFd first(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), other = ready_fd();
  std::string order;
  ASSERT_TRUE(loop_.add_direct(first.get(), [&](uint32_t) { order += '1'; }));
  ASSERT_TRUE(loop_.add(other.get(), EPOLLIN, [](uint32_t) {}));
  for (int i = 0; i < 200; i++) once();
  UniqueFd second = ready_fd();
  ASSERT_TRUE(loop_.add_direct(second.get(), [&](uint32_t) { order += '2'; }));
  loop_.remove(other.get());
  EXPECT_EQ(once(), 1u);
  EXPECT_EQ(order, "2");
  loop_.remove(second.get());
  ASSERT_TRUE(loop_.add(other.get(), EPOLLIN, [](uint32_t) {}));
  for (int i = 0; i < 200; i++) once();
  loop_.remove(first.get());
  const uint64_t one = 1;
  ASSERT_EQ(::write(first.get(), &one, sizeof one), 8);
  order.clear();
  EXPECT_EQ(once(), 1u);
  EXPECT_EQ(order, "");
  ASSERT_TRUE(loop_.add(first.get(), EPOLLIN, [&](uint32_t) { order += '1'; }));
  EXPECT_EQ(once(), 2u);
  EXPECT_EQ(order, "1");
}

TEST_F(EventLoopTest, DirectDescriptorMayRemoveItselfAndOthers) {
  UniqueFd first = ready_fd(), second = ready_fd(), third = ready_fd();
  std::string order;
  ASSERT_TRUE(loop_.add_direct(first.get(), [&](uint32_t) {
    order += '1';
    loop_.remove(first.get());
  }));
  ASSERT_TRUE(loop_.add_direct(second.get(), [&](uint32_t) {
    order += '2';
    loop_.remove(third.get());
  }));
  ASSERT_TRUE(loop_.add_direct(third.get(), [&](uint32_t) { order += '3'; }));
  EXPECT_EQ(once(), 2u);
  EXPECT_EQ(order, "12");
  EXPECT_EQ(once(), 1u);
  EXPECT_EQ(order, "122");
}

TEST_F(EventLoopTest, DirectDescriptorsLeaveTimersTheirTime) {
  UniqueFd quiet(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  ASSERT_TRUE(loop_.add_direct(quiet.get(), [](uint32_t) {}));
  bool rang = false;
  Timer timer(timers_, [&] { rang = true; });
  timer.arm_in(milliseconds(5));
  once();
  EXPECT_TRUE(rang);
}

TEST_F(EventLoopTest, DirectDescriptorsLeaveMovedTimersTheirTime) {
  UniqueFd quiet(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  ASSERT_TRUE(loop_.add_direct(quiet.get(), [](uint32_t) {}));
  std::vector<Nanos> rang;
  const Nanos start = clock_.monotonic();
  Timer timer(timers_, [&] { rang.push_back(clock_.monotonic() - start); });
  const auto run = [&] {
    while (rang.size() < 1 && clock_.monotonic() - start < milliseconds(2000)) once();
  };
  timer.arm_at(start + milliseconds(5));
  once(Nanos(1));
  rang.clear();                            // on a busy machine it was late for that
  timer.arm_at(start + milliseconds(30));  // later
  run();
  ASSERT_EQ(rang.size(), 1u);
  EXPECT_GE(rang[0], milliseconds(30));
  rang.clear();
  timer.arm_at(start + milliseconds(5000));
  once(Nanos(1));
  timer.arm_at(start + milliseconds(60));  // earlier
  run();
  ASSERT_EQ(rang.size(), 1u);
  EXPECT_GE(rang[0], milliseconds(60));
  EXPECT_LT(rang[0], milliseconds(1000));
}

TEST_F(EventLoopTest, SecondAddOfADescriptorFails) {
  UniqueFd fd = ready_fd();
  ASSERT_TRUE(loop_.add(fd.get(), EPOLLIN, [](uint32_t) {}));
  EXPECT_EQ(loop_.add(fd.get(), EPOLLIN, [](uint32_t) {}).error().code, EEXIST);
  EXPECT_EQ(loop_.add(-1, EPOLLIN, [](uint32_t) {}).error().code, EBADF);
}

TEST_F(EventLoopTest, ModifyChangesWhatIsWaitedFor) {
  UniqueFd fd = ready_fd();
  int calls = 0;
  ASSERT_TRUE(loop_.add(fd.get(), 0, [&](uint32_t) { ++calls; }));
  once(Nanos::zero());
  EXPECT_EQ(calls, 0);
  loop_.modify(fd.get(), EPOLLIN);
  once(Nanos::zero());
  EXPECT_EQ(calls, 1);
}

TEST_F(EventLoopTest, CallbackMayRemoveItself) {
  UniqueFd fd = ready_fd();
  auto alive = std::make_shared<int>(7);
  std::weak_ptr<int> watch = alive;
  int seen = 0;
  ASSERT_TRUE(loop_.add(fd.get(), EPOLLIN, [this, &fd, &seen, alive](uint32_t) {
    loop_.remove(fd.get());
    seen = *alive;  // the captures are still there
  }));
  alive.reset();
  EXPECT_EQ(once(), 1u);
  EXPECT_EQ(seen, 7);
  EXPECT_TRUE(watch.expired());
  EXPECT_EQ(loop_.size(), 0u);
}

TEST_F(EventLoopTest, CallbackMayRemoveOthersOfTheSameBatch) {
  UniqueFd a = ready_fd(), b = ready_fd();
  int calls = 0;
  ASSERT_TRUE(loop_.add(a.get(), EPOLLIN, [&](uint32_t) {
    ++calls;
    loop_.remove(b.get());
  }));
  ASSERT_TRUE(loop_.add(b.get(), EPOLLIN, [&](uint32_t) {
    ++calls;
    loop_.remove(a.get());
  }));
  once();
  EXPECT_EQ(calls, 1);
}

TEST_F(EventLoopTest, ANumberAddedAgainGetsNoEventOfItsPredecessor) {
  UniqueFd a = ready_fd(), b = ready_fd();
  int stale = 0;
  // Whichever runs first replaces the other by a descriptor that is not ready, under the same
  // number.
  auto replace = [&](int other) {
    loop_.remove(other);
    UniqueFd quiet(::eventfd(0, EFD_CLOEXEC));
    ASSERT_EQ(::dup2(quiet.get(), other), other);
    ASSERT_TRUE(loop_.add(other, EPOLLIN, [&](uint32_t) { ++stale; }));
  };
  int calls = 0;
  ASSERT_TRUE(loop_.add(a.get(), EPOLLIN, [&](uint32_t) {
    if (calls++ == 0) replace(b.get());
  }));
  ASSERT_TRUE(loop_.add(b.get(), EPOLLIN, [&](uint32_t) {
    if (calls++ == 0) replace(a.get());
  }));
  once();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(stale, 0);
}

TEST_F(EventLoopTest, SleepEndsAtTheNextTimer) {
  int fired = 0;
  Timer timer(timers_, [&] { ++fired; });
  const Nanos start = clock_.monotonic();
  timer.arm_in(milliseconds(20));
  while (!fired && clock_.monotonic() - start < milliseconds(2000)) once(milliseconds(2000));
  EXPECT_EQ(fired, 1);
  const Nanos took = clock_.monotonic() - start;
  EXPECT_GE(took, milliseconds(20));
  EXPECT_LT(took, milliseconds(1000));
}

TEST_F(EventLoopTest, TasksRunToExhaustionBeforeTheSleep) {
  int ran = 0;
  tasks_.post([&] {
    ++ran;
    tasks_.post([&] { ++ran; });
  });
  const Nanos start = clock_.monotonic();
  once(Nanos::zero());
  EXPECT_EQ(ran, 2);
  EXPECT_LT(clock_.monotonic() - start, milliseconds(400));
}

TEST_F(EventLoopTest, ReturnsToTheCallerWhenATimerWasDueAtTheStart) {
  int fired = 0;
  Timer timer(timers_, [&] { ++fired; });
  timer.arm_in(Nanos::zero());
  const Nanos start = clock_.monotonic();
  once(milliseconds(2000));
  EXPECT_EQ(fired, 1);
  EXPECT_LT(clock_.monotonic() - start, milliseconds(1000));
}

TEST_F(EventLoopTest, TasksPostedByAnEventRunBeforeReturn) {
  UniqueFd fd = ready_fd();
  int ran = 0;
  ASSERT_TRUE(loop_.add(fd.get(), EPOLLIN, [&](uint32_t) { tasks_.post([&] { ++ran; }); }));
  once();
  EXPECT_EQ(ran, 1);
}

TEST_F(EventLoopTest, ATaskThatPostsItselfDoesNotShutOutDescriptors) {
  UniqueFd fd = ready_fd();
  int events = 0;
  ASSERT_TRUE(loop_.add(fd.get(), EPOLLIN, [&](uint32_t) { ++events; }));
  std::function<void()> again = [&] { tasks_.post(again); };
  again();
  once();
  EXPECT_EQ(events, 1);
}

TEST_F(EventLoopTest, HangUpComesUnasked) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  UniqueFd a(pair[0]), b(pair[1]);
  uint32_t seen = 0;
  ASSERT_TRUE(loop_.add(a.get(), 0, [&](uint32_t e) { seen = e; }));
  b.reset();
  once();
  EXPECT_TRUE(seen & EPOLLHUP);
}

}  // namespace
}  // namespace unetns
