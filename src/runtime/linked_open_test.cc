#include "runtime/linked_open.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "host/temp_dir_fixture.h"

namespace unetns {
namespace {

class LinkedOpenTest : public ::testing::Test {
 protected:
  LinkedOpenTest() { std::ofstream(dir_ + "/file") << "text"; }
  // The error of opening it for this process; 0: it can be opened.
  static int opened(const std::string& path, int flags = O_RDONLY, pid_t tgid = getpid()) {
    auto fd = open_linked(path, flags, 0600, tgid, tgid);
    return fd ? 0 : fd.error().code;
  }
  int beneath(const std::string& name, int flags = O_RDONLY) {
    const UniqueFd base(open(dir_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    auto fd = open_beneath(base.get(), name, flags, 0600);
    return fd ? 0 : fd.error().code;
  }
  const TempDir temp_;
  const std::string& dir_ = temp_.path();
};

TEST_F(LinkedOpenTest, FilesAreOpenedAndMade) {
  EXPECT_EQ(opened(dir_ + "/file"), 0);
  EXPECT_EQ(opened(dir_), 0);
  EXPECT_EQ(opened(dir_ + "/none"), ENOENT);
  EXPECT_EQ(opened(dir_ + "/new", O_WRONLY | O_CREAT), 0);
  EXPECT_EQ(opened(dir_ + "/new", O_WRONLY | O_CREAT | O_EXCL), EEXIST);
  auto fd = open_linked(dir_ + "/file", O_RDONLY, 0, getpid(), getpid());
  EXPECT_FALSE(fcntl(fd->get(), F_GETFL) & O_NONBLOCK);
}

TEST_F(LinkedOpenTest, FifosDoNotBlock) {
  ASSERT_EQ(mkfifo((dir_ + "/fifo").c_str(), 0600), 0);
  EXPECT_EQ(opened(dir_ + "/fifo"), ENXIO);
  EXPECT_EQ(beneath("fifo"), 0);
  EXPECT_EQ(beneath("fifo", O_WRONLY), ENXIO);
}

TEST_F(LinkedOpenTest, OfProcOnlyTheProcessItself) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  EXPECT_EQ(opened("/proc/self/status", O_RDONLY, child), 0) << "that of the child";
  EXPECT_EQ(opened("/proc/" + std::to_string(getpid()) + "/mem", O_RDONLY, child), EACCES);
  EXPECT_EQ(opened("/proc/version", O_RDONLY, child), EACCES);
  ASSERT_EQ(symlink(("/proc/" + std::to_string(getpid()) + "/mem").c_str(), (dir_ + "/m").c_str()),
            0);
  EXPECT_EQ(opened(dir_ + "/m", O_RDONLY, child), EACCES);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(LinkedOpenTest, BeneathADirectoryNoLinkIsFollowed) {
  ASSERT_EQ(symlink("file", (dir_ + "/l").c_str()), 0);
  ASSERT_EQ(symlink("/", (dir_ + "/d").c_str()), 0);
  EXPECT_EQ(beneath("file"), 0);
  EXPECT_EQ(beneath(""), 0);
  EXPECT_EQ(beneath("l"), ELOOP);
  EXPECT_EQ(beneath("d/etc/passwd"), ENOTDIR);
  EXPECT_EQ(beneath("../../etc/passwd"), EXDEV);
  EXPECT_EQ(beneath(".."), EXDEV);
}

TEST_F(LinkedOpenTest, BeneathADirectoryFilesAreMadeOnce) {
  std::filesystem::create_directory(dir_ + "/sub");
  EXPECT_EQ(beneath("sub", O_RDONLY | O_DIRECTORY), 0);
  EXPECT_EQ(beneath("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
  EXPECT_EQ(beneath("none/new", O_WRONLY | O_CREAT | O_EXCL), ENOENT);
  EXPECT_EQ(beneath("sub/new", O_WRONLY | O_CREAT | O_EXCL), 0);
  EXPECT_EQ(beneath("sub/new", O_WRONLY | O_CREAT | O_EXCL), EEXIST);
  struct stat st {};
  ASSERT_EQ(stat((dir_ + "/sub/new").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600u);
}

TEST_F(LinkedOpenTest, FlagsThatOpenIgnoresAreIgnored) {
  EXPECT_EQ(beneath("file", O_RDONLY | 0x20000000), 0);
}

TEST_F(LinkedOpenTest, BeneathADirectoryWhatIsOpenedWaitsWhenReadUnlessAskedOtherwise) {
  const UniqueFd base(open(dir_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  auto plain = open_beneath(base.get(), "file", O_RDONLY, 0);
  auto brisk = open_beneath(base.get(), "file", O_RDONLY | O_NONBLOCK, 0);
  ASSERT_TRUE(plain && brisk);
  EXPECT_FALSE(fcntl(plain->get(), F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(fcntl(brisk->get(), F_GETFL) & O_NONBLOCK);
}

}  // namespace
}  // namespace unetns
