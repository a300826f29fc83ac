#include "runtime/control_dir.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/temp_dir_fixture.h"
#include "runtime/control_message.h"
#include "runtime/named_machine.h"
#include "runtime/process_mark.h"

namespace unetns {
namespace {

class ControlDirTest : public ::testing::Test {
 protected:
  void SetUp() override { setenv("XDG_RUNTIME_DIR", path_.c_str(), 1); }
  void TearDown() override { unsetenv("XDG_RUNTIME_DIR"); }
  const TempDir temp_;
  const std::string& path_ = temp_.path();
};

TEST_F(ControlDirTest, NothingIsMadeInsideAMachine) {
  const pid_t child = fork();
  if (child == 0) {
    (void)write_mark(4711, getpid(), 1);
    auto dir = ControlDir::open();
    _exit(!dir && dir.error().message.find("inside a machine") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(std::filesystem::exists(path_ + "/unetns"));
}

TEST_F(ControlDirTest, AMachineIsFoundWhileItsSupervisorListens) {
  auto dir = ControlDir::open();
  ASSERT_TRUE(dir) << dir.error().message;
  EXPECT_EQ(dir->connect("lab").error().code, ENOENT);
  auto socket = dir->bind("lab");
  ASSERT_TRUE(socket);
  EXPECT_EQ(dir->connect("lab").error().code, ECONNREFUSED);
  ASSERT_EQ(listen(socket->get(), 4), 0);
  EXPECT_TRUE(dir->connect("lab"));
  EXPECT_EQ(dir->names(), std::vector<std::string>{"lab"});
  dir->remove_if_dead("lab");
  EXPECT_TRUE(dir->connect("lab"));
}

TEST_F(ControlDirTest, WhatADeadOneLeftIsRemovedButForItsLog) {
  auto dir = ControlDir::open();
  ASSERT_TRUE(dir);
  ASSERT_TRUE(dir->bind("lab"));  // closed at once
  std::ofstream(dir->log_path("lab")) << "last words\n";
  dir->remove_if_dead("lab");
  EXPECT_TRUE(dir->names().empty());
  EXPECT_TRUE(std::filesystem::exists(dir->log_path("lab")));
  dir->remove("lab");
  EXPECT_FALSE(std::filesystem::exists(path_ + "/unetns/lab"));
}

TEST_F(ControlDirTest, ADirectoryThatOthersMayWriteToIsRefused) {
  std::filesystem::create_directory(path_ + "/unetns");
  ASSERT_EQ(chmod((path_ + "/unetns").c_str(), 0777), 0);
  auto dir = ControlDir::open();
  ASSERT_FALSE(dir);
  EXPECT_NE(dir.error().message.find(path_ + "/unetns"), std::string::npos);
}

TEST_F(ControlDirTest, ASymbolicLinkIsRefused) {
  std::filesystem::create_directory(path_ + "/elsewhere");
  std::filesystem::create_symlink(path_ + "/elsewhere", path_ + "/unetns");
  EXPECT_FALSE(ControlDir::open());
}

TEST_F(ControlDirTest, NamesNeverLeaveTheDirectory) {
  for (const char* name : {"", ".", "..", "a/b", "-n", ".lock", "a b", "\n"})
    EXPECT_FALSE(valid_machine_name(name)) << name;
  for (const char* name : {"lab", "9", "a.b-c_d"}) EXPECT_TRUE(valid_machine_name(name)) << name;
}

TEST(ControlMessageTest, ADescriptorTravelsWithARequest) {
  int pair[2], pipe_ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
  ASSERT_EQ(pipe(pipe_ends), 0);
  UniqueFd a(pair[0]), b(pair[1]), in(pipe_ends[0]), out(pipe_ends[1]);
  ControlRequest request{.op = ControlRequest::kAttach, .pid = 7};
  put_text(request.netns, std::string(300, 'x'));
  ASSERT_TRUE(send_with_fd(a.get(), bytes_of(request), out.get()));
  ControlRequest got;
  auto received = receive_with_fd(b.get(), mutable_bytes_of(got));
  ASSERT_TRUE(received);
  EXPECT_EQ(received->size, sizeof got);
  EXPECT_EQ(got.pid, 7);
  EXPECT_EQ(std::string(got.netns).size(), 255u);
  ASSERT_TRUE(received->fd);
  EXPECT_EQ(write(received->fd.get(), "x", 1), 1);
  a.reset();
  EXPECT_EQ(receive_with_fd(b.get(), mutable_bytes_of(got))->size, 0u);
}

}  // namespace
}  // namespace unetns
