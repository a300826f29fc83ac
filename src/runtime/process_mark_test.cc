// The mark of a process: set from outside, inherited by its children, invisible to other
// supervisors.
#include "runtime/process_mark.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/creds.h"

namespace unetns {
namespace {

TEST(ProcessMarkTest, IsSetFromOutsideAndTellsSupervisorsApart) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  EXPECT_FALSE(read_mark(getpid(), child));
  ASSERT_TRUE(write_mark(getpid(), child, 42));
  EXPECT_EQ(read_mark(getpid(), child), 42u);
  EXPECT_FALSE(read_mark(getpid() + 1, child)) << "another supervisor's";
  ASSERT_TRUE(write_mark(getpid(), child, 7));
  EXPECT_EQ(read_mark(getpid(), child), 7u);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(ProcessMarkTest, ForkCopiesTheMark) {
  int to_child[2], from_child[2];
  ASSERT_EQ(pipe(to_child) | pipe(from_child), 0);
  const pid_t child = fork();
  if (child == 0) {
    char c;
    (void)!read(to_child[0], &c, 1);
    const pid_t grandchild = fork();
    if (grandchild == 0) {
      pause();
      _exit(0);
    }
    (void)!write(from_child[1], &grandchild, sizeof grandchild);
    _exit(0);
  }
  ASSERT_TRUE(write_mark(getpid(), child, 99));
  (void)!write(to_child[1], "g", 1);
  pid_t grandchild = 0;
  ASSERT_EQ(read(from_child[0], &grandchild, sizeof grandchild),
            static_cast<ssize_t>(sizeof grandchild));
  waitpid(child, nullptr, 0);
  EXPECT_EQ(read_mark(getpid(), grandchild), 99u) << "though its parent is gone";
  kill(grandchild, SIGKILL);
  for (int fd : {to_child[0], to_child[1], from_child[0], from_child[1]}) close(fd);
}

TEST(ProcessMarkTest, WhoBearsAMarkCanTell) {
  EXPECT_FALSE(is_marked());
  const pid_t child = fork();
  if (child == 0) {
    const bool written = write_mark(4711, getpid(), 3);
    _exit(written && is_marked() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(ProcessMarkTest, CredsMarkIsZeroUntilSetAndAgainWhenTakenBack) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  EXPECT_EQ(read_creds_mark(child), 0u);
  ASSERT_TRUE(write_creds_mark(child, 17));
  EXPECT_EQ(read_creds_mark(child), 17u);
  ASSERT_TRUE(write_creds_mark(child, 0));
  EXPECT_EQ(read_creds_mark(child), 0u);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(ProcessMarkTest, AThreadsMarkStaysOverExecAndOneOfItsOwnIsLeft) {
  const pid_t child = fork();
  if (child == 0) {
    execlp("sleep", "sleep", "100", nullptr);
    _exit(1);
  }
  unmark_thread(child);
  EXPECT_FALSE(is_thread_marked(child));
  ASSERT_TRUE(mark_thread(child));
  const auto executed = [&] {
    char link[64];
    const ssize_t n = readlink(("/proc/" + std::to_string(child) + "/exe").c_str(), link, 63);
    return n > 0 &&
           std::string(link, static_cast<size_t>(n)).find("test_runtime") == std::string::npos;
  };
  for (int i = 0; i < 1000 && !executed(); i++) usleep(1000);
  EXPECT_TRUE(executed() && is_thread_marked(child));
  unmark_thread(child);
  EXPECT_FALSE(is_thread_marked(child));
  constexpr long kIdle = 3 << 13;
  ASSERT_EQ(syscall(SYS_ioprio_set, 1, child, kIdle), 0);
  EXPECT_FALSE(mark_thread(child));
  unmark_thread(child);
  EXPECT_EQ(syscall(SYS_ioprio_get, 1, child) & ~7l, kIdle);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(CredsTableTest, EqualCredsHaveOneNumberAndRootIsZero) {
  CredsTable table;
  EXPECT_EQ(table.number_of(Creds{}), 0u);
  Creds user;
  user.ruid = user.euid = user.suid = 1000;
  const uint32_t n = table.number_of(user);
  EXPECT_NE(n, 0u);
  EXPECT_EQ(table.number_of(user), n);
  EXPECT_EQ(table[n], user);
  EXPECT_EQ(table[n + 1], Creds{}) << "never given";
}

TEST(ProcessMarkTest, NoSuchProcess) {
  EXPECT_FALSE(write_mark(getpid(), 0x7ffffff0, 1));
  EXPECT_FALSE(read_mark(getpid(), 0x7ffffff0));
}

}  // namespace
}  // namespace unetns
