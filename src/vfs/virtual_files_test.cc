#include "vfs/virtual_files.h"

#include <gmock/gmock.h>

#include "vfs/vfs_fixture.h"

namespace unetns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

TEST_F(VfsTest, OwnsTheTreesAndNothingThatOnlyStartsLikeThem) {
  for (const char* path : {"/proc/net", "/proc/net/x", "/proc/sys/net", "/sys/class/net/eth0/mtu"})
    EXPECT_TRUE(files_->owns(path)) << path;
  for (const char* path :
       {"/", "/proc", "/proc/network", "/proc/sys/netfoo", "/sys/class/net2", ""})
    EXPECT_FALSE(files_->owns(path)) << path;
}

TEST_F(VfsTest, WhatIsNotThereIsEnoentAndBelowAFileIsEnotdir) {
  EXPECT_EQ(read("/proc/net/tcp6"), "errno 2");
  EXPECT_EQ(read("/etc/passwd"), "errno 2");
  EXPECT_EQ(read("/proc/net/dev/x"), "errno 20");
  EXPECT_EQ(read("/proc/sys/net/ipv4/conf/eth0/tag/x"), "errno 20");
  EXPECT_EQ(read("/sys/class/net/eth0/mtu/x/y"), "errno 20");
  EXPECT_EQ(read("/sys/class/net/eth9/mtu"), "errno 2");
}

TEST_F(VfsTest, DirectoriesAreListedNotRead) {
  EXPECT_EQ(read("/proc/net"), "errno 21");
  EXPECT_EQ(write("/proc/sys/net/ipv4/conf", "1"), EISDIR);
  EXPECT_EQ(files_->list(*net_, "/proc/net/dev").error().code, ENOTDIR);
}

TEST_F(VfsTest, EveryEntryThatIsListedCanBeAskedFor) {
  std::vector<std::string> todo = {"/proc/net", "/proc/sys/net", "/sys/class/net"};
  size_t seen = 0;
  control_.sysctls["route/min_pmtu"] = {552};
  while (!todo.empty()) {
    const std::string path = todo.back();
    todo.pop_back();
    const auto entries = files_->list(*net_, path).value();
    for (const auto& entry : entries) {
      const std::string child = path + "/" + entry.name;
      const auto node = files_->stat(*net_, child);
      ASSERT_TRUE(node) << child;
      EXPECT_EQ(node->type, entry.type) << child;
      if (entry.type == NodeType::kDirectory) todo.push_back(child);
      ++seen;
    }
  }
  EXPECT_GT(seen, 50u);
}

TEST_F(VfsTest, FilesOfProcNetAreReadOnly) {
  EXPECT_EQ(write("/proc/net/dev", "x"), EACCES);
  EXPECT_EQ(files_->stat(*net_, "/proc/net/dev")->mode, 0444u);
}

TEST_F(VfsTest, WithoutIpv4ThereIsNothingOfIt) {
  auto bare = make_virtual_files({netdevs_.get(), nullptr, nullptr});
  EXPECT_FALSE(bare->stat(*net_, "/proc/net/route"));
  EXPECT_FALSE(bare->stat(*net_, "/proc/sys/net/ipv4"));
  EXPECT_TRUE(bare->list(*net_, "/proc/sys/net")->empty());
}

}  // namespace
}  // namespace unetns
