#include "runtime/stay_here.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unetns {
namespace {

// A process that does nothing until it is killed.
class Sleeper {
 public:
  Sleeper() : pid_(fork()) {
    if (pid_ != 0) return;
    for (;;) pause();
  }
  ~Sleeper() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }
  cpu_set_t may_run() const {
    cpu_set_t out;
    CPU_ZERO(&out);
    EXPECT_EQ(sched_getaffinity(pid_, sizeof out, &out), 0);
    return out;
  }

 private:
  pid_t pid_;
};

bool same(const cpu_set_t& a, const cpu_set_t& b) { return CPU_EQUAL(&a, &b); }

TEST(StayHere, TheThreadIsFreeAgainAfterwards) {
  const Sleeper sleeper;
  const cpu_set_t before = sleeper.may_run();
  if (CPU_COUNT(&before) == 1) GTEST_SKIP() << "one processor";
  {
    const StayHere here(sleeper.pid());
    const cpu_set_t during = sleeper.may_run();
    EXPECT_EQ(CPU_COUNT(&during), 1);
  }
  EXPECT_TRUE(same(sleeper.may_run(), before));
}

TEST(StayHere, WhatOthersWantedMeanwhileStays) {
  const Sleeper sleeper;
  const cpu_set_t before = sleeper.may_run();
  if (CPU_COUNT(&before) == 1) GTEST_SKIP() << "one processor";
  cpu_set_t other = before;
  {
    const StayHere here(sleeper.pid());
    const cpu_set_t during = sleeper.may_run();
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
      if (CPU_ISSET(cpu, &during)) CPU_CLR(cpu, &other);
    ASSERT_EQ(sched_setaffinity(sleeper.pid(), sizeof other, &other), 0);
  }
  EXPECT_TRUE(same(sleeper.may_run(), other));
}

TEST(StayHere, AThreadOfOneProcessorIsLeftThere) {
  const Sleeper sleeper;
  const cpu_set_t all = sleeper.may_run();
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++)
    if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
  ASSERT_EQ(sched_setaffinity(sleeper.pid(), sizeof one, &one), 0);
  {
    const StayHere here(sleeper.pid());
    EXPECT_TRUE(same(sleeper.may_run(), one));
  }
  EXPECT_TRUE(same(sleeper.may_run(), one));
}

TEST(StayHere, AThreadThatIsGoneDoesNoHarm) {
  pid_t gone = 0;
  {
    const Sleeper sleeper;
    gone = sleeper.pid();
  }
  const StayHere here(gone);
}

}  // namespace
}  // namespace unetns
