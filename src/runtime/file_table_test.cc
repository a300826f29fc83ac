// FileTable: where the program's ends are.
#include "runtime/file_table.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "env/env.h"
#include "machine/machine.h"

namespace unetns {
namespace {

class FileTableTest : public ::testing::Test {
 protected:
  ~FileTableTest() override {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
  }
  ProgramFile& add() {
    auto end = files_.add(std::make_unique<ProgramFile>(), true, true);
    struct stat st {};
    EXPECT_EQ(fstat(end->get(), &st), 0);
    ends_.push_back(std::move(*end));
    return *files_.by_inode(st.st_ino);
  }
  // A process comes to hold all ends; false: it can't be looked into.
  bool hand_over() {
    child_ = fork();
    if (child_ == 0) {
      pause();
      _exit(0);
    }
    const Thread* thread = processes_.find(child_);
    const int pidfd = thread ? thread->process->pidfd.get() : -1;
    const UniqueFd copy(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd, 0, 0)));
    ends_.clear();
    return static_cast<bool>(copy);
  }

  FakeEnv env_;
  EventLoop loop_;
  std::unique_ptr<Kernel> machine_ = *Kernel::boot(env_.env());
  ProcessTable processes_{machine_->nets(), loop_};
  FileTable files_{loop_, processes_, true};
  std::vector<UniqueFd> ends_;
  pid_t child_ = 0;
};

TEST_F(FileTableTest, OneLookFindsTheEndsOfAllFiles) {
  ProgramFile &one = add(), &two = add(), &three = add();
  if (!hand_over()) GTEST_SKIP() << "no pidfd_getfd(2) here";
  EXPECT_FALSE(files_.still_there(two));
  const UniqueFd end = files_.reach(two);
  struct stat st {};
  ASSERT_EQ(fstat(end.get(), &st), 0);
  EXPECT_EQ(st.st_ino, two.inode());
  EXPECT_TRUE(files_.still_there(one));
  EXPECT_TRUE(files_.still_there(two));
  EXPECT_TRUE(files_.still_there(three));
}

TEST_F(FileTableTest, WhatIsNowhereIsNotFoundAndTheOthersAre) {
  ProgramFile& gone = add();
  ends_.clear();
  ProgramFile& there = add();
  if (!hand_over()) GTEST_SKIP() << "no pidfd_getfd(2) here";
  EXPECT_FALSE(files_.reach(gone));
  EXPECT_TRUE(files_.still_there(there));
}

TEST_F(FileTableTest, ASweepLeavesTheFileOfTheCallThatIsServed) {
  ProgramFile& file = add();
  const uint64_t inode = file.inode();
  const int fd = ends_[0].get();
  files_.set_unsure(file);
  if (!hand_over()) GTEST_SKIP() << "no pidfd_getfd(2) here";
  EXPECT_EQ(files_.find(*processes_.find(child_), fd).file, &file);
  kill(child_, SIGKILL);
  waitpid(std::exchange(child_, 0), nullptr, 0);
  files_.sweep_for_conflict();
  EXPECT_EQ(files_.by_inode(inode), &file);
  files_.heat_found();  // the call has been served
  files_.sweep();
  EXPECT_EQ(files_.by_inode(inode), nullptr);
}

}  // namespace
}  // namespace unetns
