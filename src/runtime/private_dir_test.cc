#include "runtime/private_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "host/temp_dir_fixture.h"

namespace unetns {
namespace {

namespace fs = std::filesystem;

class PrivateDirTest : public ::testing::Test {
 protected:
  void SetUp() override {
    unsetenv("XDG_RUNTIME_DIR");
    setenv("TMPDIR", base_.c_str(), 1);
  }
  void TearDown() override { unsetenv("TMPDIR"); }
  // Whether a directory is made below base_.
  bool taken() {
    auto dir = PrivateDir::create(false);
    return dir && dir->path().starts_with(base_ + "/");
  }
  const TempDir temp_;
  const std::string& base_ = temp_.path();
};

TEST_F(PrivateDirTest, IsMadeWhereTheEnvironmentSaysAndRemovedWithAllInIt) {
  std::string path;
  {
    auto dir = PrivateDir::create(false);
    ASSERT_TRUE(dir);
    path = dir->path();
    EXPECT_TRUE(path.starts_with(base_ + "/"));
    fs::create_directories(path + "/view/7/proc");
    std::ofstream(path + "/view/7/proc/tcp") << "x";
    fs::create_symlink("/etc/passwd", path + "/link");
    PrivateDir moved = std::move(*dir);
    EXPECT_TRUE(fs::exists(moved.path() + "/run"));
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists("/etc/passwd"));
}

TEST_F(PrivateDirTest, ADirectoryThatOthersMayWriteToIsTakenOnlyWhenSticky) {
  ASSERT_EQ(chmod(base_.c_str(), 0777), 0);
  EXPECT_FALSE(taken());
  ASSERT_EQ(chmod(base_.c_str(), 01777), 0);
  EXPECT_TRUE(taken());
}

TEST_F(PrivateDirTest, AnotherUsersDirectoryIsNotTakenNorWhatLiesInIt) {
  if (geteuid() != 0) GTEST_SKIP() << "needs another user's directory";
  ASSERT_EQ(chown(base_.c_str(), 1000, 1000), 0);
  EXPECT_FALSE(taken());
  const std::string below = base_ + "/below";
  ASSERT_EQ(mkdir(below.c_str(), 0700), 0);
  setenv("TMPDIR", below.c_str(), 1);
  EXPECT_FALSE(taken());
}

TEST_F(PrivateDirTest, WhatWasPutInItsPlaceIsLeftAlone) {
  const std::string moved = base_ + "/moved";
  std::string path;
  {
    auto dir = PrivateDir::create(false);
    ASSERT_TRUE(dir);
    path = dir->path();
    fs::rename(path, moved);
    fs::create_directory(path);
    std::ofstream(path + "/precious") << "x";
  }
  EXPECT_TRUE(fs::exists(path + "/precious"));
  EXPECT_TRUE(fs::is_empty(moved));
}

}  // namespace
}  // namespace unetns
