#include "runtime/proc_status.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unetns {
namespace {

TEST(ProcStatus, AThreadThatRunsIsNotEnding) { EXPECT_FALSE(is_ending(getpid())); }

TEST(ProcStatus, AZombieHasEnded) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  ASSERT_GT(child, 0);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(is_ending(child));
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(is_ending(child));  // reaped
}

}  // namespace
}  // namespace unetns
