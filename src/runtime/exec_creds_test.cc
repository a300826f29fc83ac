#include "runtime/exec_creds.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

namespace unetns {
namespace {

constexpr uint64_t kAdmin = 1 << CAP_NET_ADMIN, kRaw = 1 << CAP_NET_RAW;

Creds user() {
  Creds k;
  k.ruid = k.euid = k.suid = k.fsuid = 33;
  return k;
}

TEST(ExecCredsTest, RootHasAllThatIsNotBounded) {
  EXPECT_EQ(creds_after_exec(Creds{}, {}), Creds{});
  EXPECT_FALSE(exec_may_change(Creds{}));
  Creds k;
  k.permitted = k.effective = 0;
  k.bounding &= ~kRaw;
  EXPECT_TRUE(exec_may_change(k));
  k = creds_after_exec(k, {});
  EXPECT_EQ(k.permitted, kAllCaps & ~kRaw);
  EXPECT_EQ(k.effective, k.permitted);
}

TEST(ExecCredsTest, OthersKeepWhatIsAmbient) {
  Creds k = user();
  k.keep_caps = true;
  k.inheritable = k.ambient = kAdmin;
  k = creds_after_exec(k, {});
  EXPECT_EQ(k.permitted, kAdmin);
  EXPECT_EQ(k.effective, kAdmin);
  EXPECT_FALSE(k.keep_caps);
  EXPECT_EQ(creds_after_exec(user(), {}).permitted, 0u);
}

TEST(ExecCredsTest, SavedIdsFollowTheEffectiveOnes) {
  Creds k;
  k.ruid = k.euid = k.fsuid = 33;  // and could become root again
  k.egid = k.fsgid = 5;
  k = creds_after_exec(k, {});
  EXPECT_EQ(k.suid, 33u);
  EXPECT_EQ(k.sgid, 5u);
  EXPECT_EQ(k.permitted, 0u);
}

TEST(ExecCredsTest, FilesGiveCapabilities) {
  Creds k = user();
  k.inheritable = k.ambient = kAdmin;
  k = creds_after_exec(k, {.permitted = kRaw, .inheritable = 0, .effective = true});
  EXPECT_EQ(k.permitted, kRaw) << "nothing is ambient for such a file";
  EXPECT_EQ(k.effective, kRaw);
  k = user();
  k.bounding &= ~kRaw;
  EXPECT_EQ(creds_after_exec(k, {.permitted = kRaw, .inheritable = 0, .effective = true}).permitted,
            0u);
}

TEST(ExecCredsTest, AttributesOfFiles) {
  vfs_cap_data data{};
  data.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
  data.data[0].permitted = kRaw;
  data.data[1].inheritable = 1;
  uint8_t raw[XATTR_CAPS_SZ_2];
  std::memcpy(raw, &data, sizeof raw);
  const FileCaps caps = FileCaps::parse(raw);
  EXPECT_EQ(caps.permitted, kRaw);
  EXPECT_EQ(caps.inheritable, 1ull << 32);
  EXPECT_TRUE(caps.effective);
  EXPECT_FALSE(FileCaps::parse(Bytes(raw).first(XATTR_CAPS_SZ_2 - 1)).any());
  EXPECT_FALSE(FileCaps::parse({}).any());
  EXPECT_FALSE(FileCaps::of_program(getpid()).any());
}

TEST(ExecCredsTest, EachExecHasItsStamp) {
  const auto ours = exec_stamp(getpid());
  ASSERT_TRUE(ours);
  EXPECT_EQ(exec_stamp(getpid()), ours);
  const pid_t child = fork();
  if (child == 0) {
    execlp("sh", "sh", "-c", "kill -STOP $$", nullptr);
    _exit(1);
  }
  int status = 0;  // amid an exec there is none for a moment
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(WIFSTOPPED(status));
  EXPECT_TRUE(exec_stamp(child).has_value());
  EXPECT_NE(exec_stamp(child), ours);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(exec_stamp(child));
}

}  // namespace
}  // namespace unetns
