// What the filter brings to the supervisor, run through an interpreter of seccomp's classic BPF.
#include "runtime/filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cstring>

#include "runtime/creds.h"

namespace unetns {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArch = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kArch = AUDIT_ARCH_AARCH64;
#endif

uint32_t run(const std::vector<sock_filter>& program, const seccomp_data& data) {
  uint32_t a = 0, x = 0;
  for (size_t pc = 0; pc < program.size(); pc++) {
    const sock_filter& i = program[pc];
    switch (i.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&a, reinterpret_cast<const char*>(&data) + i.k, 4);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        a &= i.k;
        break;
      case BPF_ALU | BPF_ADD | BPF_K:
        a += i.k;
        break;
      case BPF_ALU | BPF_SUB | BPF_X:
        a -= x;
        break;
      case BPF_MISC | BPF_TAX:
        x = a;
        break;
      case BPF_JMP | BPF_JEQ | BPF_X:
        pc += a == x ? i.jt : i.jf;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        pc += a == i.k ? i.jt : i.jf;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        pc += a & i.k ? i.jt : i.jf;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        pc += a >= i.k ? i.jt : i.jf;
        break;
      case BPF_RET | BPF_K:
        return i.k;
      default:
        ADD_FAILURE() << "unknown instruction " << i.code;
        return 0;
    }
  }
  ADD_FAILURE() << "ran off the end";
  return 0;
}

class FilterTest : public ::testing::Test {
 protected:
  uint32_t verdict(long nr, std::array<uint64_t, 6> args = {}, uint64_t from = 0) {
    seccomp_data d{};
    d.instruction_pointer = from;
    d.nr = static_cast<int>(nr);
    d.arch = kArch;
    for (size_t i = 0; i < 6; i++) d.args[i] = args[i];
    return run(program_, d);
  }
  bool asks(long nr, std::array<uint64_t, 6> args = {}) {
    return verdict(nr, args) == SECCOMP_RET_USER_NOTIF;
  }
  bool passes(long nr, std::array<uint64_t, 6> args = {}) {
    return verdict(nr, args) == SECCOMP_RET_ALLOW;
  }
  std::vector<sock_filter> program_ = build_filter({});
};

TEST_F(FilterTest, ForeignAbisGetEnosys) {
  seccomp_data d{};
  d.nr = SYS_read;
  d.arch = AUDIT_ARCH_I386;
  EXPECT_EQ(run(program_, d), uint32_t{SECCOMP_RET_ERRNO | ENOSYS});
}

TEST_F(FilterTest, PollIsAskedSinceAPairCannotShowAPendingError) { EXPECT_TRUE(asks(SYS_ppoll)); }

TEST_F(FilterTest, ReadAndWriteAndEpollRunNatively) {
  for (long nr :
       {SYS_read, SYS_write, SYS_epoll_pwait, SYS_close, SYS_dup, SYS_fcntl, SYS_futex, SYS_mmap})
    EXPECT_TRUE(passes(nr)) << nr;  // close above all: a leaked EINTR would leak a descriptor
}

TEST_F(FilterTest, SelectIsAskedWhereItWaitsForReadingAlone) {
  EXPECT_TRUE(asks(SYS_pselect6, {4, 0x1000, 0, 0, 0, 0}));
  EXPECT_TRUE(passes(SYS_pselect6, {4, 0x1000, 0x2000, 0, 0, 0}));
}

TEST_F(FilterTest, UnixSocketsAreNativeAllOthersAsked) {
  EXPECT_TRUE(passes(SYS_socket, {AF_UNIX}));
  for (uint64_t domain : {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET})
    EXPECT_TRUE(asks(SYS_socket, {domain}));
}

TEST_F(FilterTest, SendAndRecvAreAskedAlsoWithoutAnAddress) {
  EXPECT_TRUE(asks(SYS_sendto, {3, 0x1000, 10, 0, 0, 0}));
  EXPECT_TRUE(asks(SYS_recvfrom, {3, 0x1000, 10, 0, 0, 0}));
}

TEST_F(FilterTest, DescriptorsAreStattedNativelyButThoseOfNamespaces) {
  EXPECT_TRUE(passes(SYS_fstat, {5}));
  EXPECT_TRUE(asks(SYS_fstat, {kHighFirst}));
  EXPECT_TRUE(asks(SYS_fstat, {kHighEnd - 1}));
  EXPECT_TRUE(passes(SYS_fstat, {kHighEnd}));
  EXPECT_TRUE(passes(SYS_newfstatat, {5, 0x1000, 0x2000, AT_EMPTY_PATH}));
  EXPECT_TRUE(asks(SYS_newfstatat, {kHighFirst, 0x1000, 0x2000, AT_EMPTY_PATH}));
  EXPECT_TRUE(asks(SYS_newfstatat, {5, 0x1000, 0x2000, AT_SYMLINK_NOFOLLOW}));
  EXPECT_TRUE(
      asks(SYS_newfstatat, {static_cast<uint32_t>(AT_FDCWD), 0x1000, 0x2000, AT_EMPTY_PATH}));
  EXPECT_TRUE(passes(SYS_newfstatat, {5, 0x1000, 0x2000, 0, kPassWord, kPassWord}));
  EXPECT_TRUE(asks(SYS_newfstatat, {5, 0x1000, 0x2000, 0, kPassWord, 0}));
  EXPECT_TRUE(passes(SYS_statx, {5, 0x1000, AT_EMPTY_PATH, 0x7ff, 0x2000}));
  EXPECT_TRUE(asks(SYS_statx, {5, 0x1000, 0, 0x7ff, 0x2000}));
}

TEST_F(FilterTest, ThePassWordLetsTheListenerOut) {
  EXPECT_TRUE(asks(SYS_sendmsg, {3, 0x1000, 0, 0, 0, 0}));
  EXPECT_TRUE(asks(SYS_sendmsg, {3, 0x1000, 0, kPassWord, kPassWord, 0}));
  EXPECT_TRUE(passes(SYS_sendmsg, {3, 0x1000, 0, kPassWord, kPassWord, kPassWord}));
}

TEST_F(FilterTest, TheLoadersOpensOfLibrariesPass) {
  constexpr uint64_t kHere = static_cast<uint32_t>(AT_FDCWD), kFlags = O_RDONLY | O_CLOEXEC;
  constexpr uint64_t kCall = 0x7fff'1000'0b1d, kName = 0x7ffe'fffa'4720;
  const auto loads = [&](std::array<uint64_t, 6> args, uint64_t from) {
    return verdict(SYS_openat, args, from) == SECCOMP_RET_ALLOW;
  };
  EXPECT_FALSE(loads({kHere, kCall - 0x1000, kFlags}, kCall)) << "nobody has said where it is";
  program_ = build_filter({.loader_offset = 0xb1d});
  EXPECT_TRUE(loads({kHere, kCall - 0x1000, kFlags}, kCall));
  EXPECT_TRUE(loads({kHere, kCall + 0x1000, kFlags}, kCall));
  EXPECT_FALSE(loads({kHere, kName, kFlags}, kCall)) << "where the upper halves differ";
  EXPECT_TRUE(loads({kHere, kCall - 0x5c3fd, kFlags}, kCall));
  EXPECT_FALSE(loads({kHere, kCall - (32 << 20), kFlags}, kCall)) << "the name lies far away";
  EXPECT_FALSE(loads({kHere, kCall + (32 << 20), kFlags}, kCall));
  EXPECT_FALSE(loads({kHere, kCall - 0x1000, kFlags}, kCall + 1)) << "another's call";
  EXPECT_FALSE(loads({kHere, kCall - 0x1000, O_RDONLY}, kCall));
  EXPECT_FALSE(loads({kHere, kCall - 0x1000, O_RDWR | O_CLOEXEC}, kCall));
  EXPECT_FALSE(loads({5, kCall - 0x1000, kFlags}, kCall));
  EXPECT_TRUE(passes(SYS_openat, {kHere, 0x1000, 0, kPassWord, kPassWord, kPassWord}));
}

#ifdef SYS_access
TEST_F(FilterTest, TheLoadersQuestionForLibrariesToPreloadPasses) {
  constexpr uint64_t kCall = 0x7fff'1000'0b1d, kName = kCall + 0x1639f, kReadable = 4;
  const auto passes_from = [&](uint64_t name, uint64_t mode, uint64_t from) {
    return verdict(SYS_access, {name, mode}, from) == SECCOMP_RET_ALLOW;
  };
  EXPECT_FALSE(passes_from(kName, kReadable, kCall)) << "nobody has said where it is";
  program_ = build_filter({.loader_access = FixedCall{0xb1d, 0x1639f}});
  EXPECT_TRUE(passes_from(kName, kReadable, kCall));
  EXPECT_TRUE(passes_from(kName + 0x5000, kReadable, kCall + 0x5000)) << "it lies elsewhere";
  EXPECT_FALSE(passes_from(kName, 0, kCall));
  EXPECT_FALSE(passes_from(kName + 1, kReadable, kCall)) << "another path";
  EXPECT_FALSE(passes_from(kName + (1ULL << 32), kReadable, kCall));
  EXPECT_FALSE(passes_from(kName + 1, kReadable, kCall + 1)) << "another's call";
  EXPECT_FALSE(passes_from(0x1639f, kReadable, 0));
  program_ = build_filter({.loader_access = FixedCall{0xfd0, 0xffff'ff00}});
  EXPECT_TRUE(passes_from(kCall - 0xb1d + 0xed0, kReadable, kCall - 0xb1d + 0xfd0)) << "before it";
}
#endif

TEST_F(FilterTest, OnlySharedWritableMappingsOfDescriptorsAreAsked) {
  constexpr uint64_t kRead = 1, kWrite = 2, kShared = 1, kPrivate = 2, kAnonymous = 0x20;
  EXPECT_TRUE(asks(SYS_mmap, {0, 4096, kRead | kWrite, kShared, 5, 0}));
  EXPECT_TRUE(passes(SYS_mmap, {0, 4096, kRead, kShared, 5, 0}));
  EXPECT_TRUE(passes(SYS_mmap, {0, 4096, kRead | kWrite, kPrivate, 5, 0}));
  EXPECT_TRUE(passes(SYS_mmap, {0, 4096, kRead | kWrite, kShared | kAnonymous, ~0ull, 0}));
  EXPECT_TRUE(passes(SYS_mmap, {0, 4096, kRead | kWrite, kShared, kHighFirst, 0}));
}

TEST_F(FilterTest, OnlyNetworkIoctlsAreAsked) {
  EXPECT_TRUE(asks(SYS_ioctl, {3, SIOCGIFINDEX}));
  EXPECT_TRUE(asks(SYS_ioctl, {3, 0x400454ca}));    // TUNSETIFF
  EXPECT_TRUE(asks(SYS_ioctl, {3, 0xb703}));        // NS_GET_NSTYPE
  EXPECT_TRUE(passes(SYS_ioctl, {3, 0x5401}));      // TCGETS
  EXPECT_TRUE(asks(SYS_ioctl, {3, 0x541b}));        // FIONREAD: of the first datagram alone
  EXPECT_TRUE(asks(SYS_ioctl, {3, SIOCOUTQ}));      // what the stack holds unacked
  EXPECT_TRUE(passes(SYS_ioctl, {3, 0x40045431}));  // TIOCSPTLCK
}

TEST_F(FilterTest, OnlyNamespaceFlagsOfUnshareAndCloneAreAsked) {
  EXPECT_TRUE(asks(SYS_unshare, {CLONE_NEWNET}));
  EXPECT_TRUE(asks(SYS_unshare, {CLONE_NEWNS}));
  EXPECT_TRUE(passes(SYS_unshare, {CLONE_FS}));
  EXPECT_TRUE(passes(SYS_clone, {SIGCHLD}));
  EXPECT_TRUE(passes(SYS_clone, {CLONE_VM | CLONE_VFORK}));
  EXPECT_TRUE(asks(SYS_clone, {CLONE_VM | CLONE_THREAD}));  // begins where its maker is
  EXPECT_TRUE(asks(SYS_clone, {CLONE_NEWNET | SIGCHLD}));
  EXPECT_EQ(verdict(SYS_clone3), uint32_t{SECCOMP_RET_ERRNO | ENOSYS});
}

TEST_F(FilterTest, ExecIsAskedOnlyWhereThreadsCantBeMarked) {
  EXPECT_TRUE(asks(SYS_execve) && asks(SYS_execveat));
  program_ = build_filter({.exec = false});
  EXPECT_TRUE(passes(SYS_execve) && passes(SYS_execveat));
}

TEST_F(FilterTest, IdentityIsNativeWhenRootIsNotMapped) {
  EXPECT_TRUE(asks(SYS_getuid));
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_READ}));
  EXPECT_TRUE(passes(SYS_prctl, {PR_SET_NAME}));
  program_ = build_filter({.map_root = false});
  EXPECT_TRUE(passes(SYS_getuid));
  EXPECT_TRUE(passes(SYS_prctl, {PR_CAPBSET_READ}));
  EXPECT_TRUE(asks(SYS_prctl, {kCarrierOption})) << "the carrier works for everybody";
  for (uint32_t option :
       {UNETNS_NAME_OPTION, UNETNS_ACCEPT_OPTION, UNETNS_RETURN_OPTION, UNETNS_CHANNEL_OPTION})
    EXPECT_TRUE(asks(SYS_prctl, {option})) << "so does the accelerator";
}

TEST_F(FilterTest, ConnectAndOptionsPassByWordsOfTheirOwn) {
  constexpr uint32_t kConnect = UNETNS_CONNECT_WORD, kOption = UNETNS_OPTION_WORD;
  EXPECT_TRUE(asks(SYS_connect, {3, 0x1000, 16, 0, 0, 0}));
  EXPECT_TRUE(passes(SYS_connect, {3, 0x1000, 110, kConnect, kConnect, kConnect}));
  EXPECT_TRUE(asks(SYS_connect, {3, 0x1000, 16, kPassWord, kPassWord, kPassWord}))
      << "an earlier call may have left them there";
  EXPECT_TRUE(asks(SYS_bind, {3, 0x1000, 16, 0, 0, 0}));
  EXPECT_TRUE(passes(SYS_bind, {3, 0x1000, 43, kConnect, kConnect, kConnect}));
  EXPECT_TRUE(asks(SYS_bind, {3, 0x1000, 16, kConnect, kConnect, 0}));
  EXPECT_TRUE(asks(SYS_setsockopt, {3, SOL_SOCKET, SO_SNDBUF, 0x1000, 4, 0}));
  EXPECT_TRUE(passes(SYS_setsockopt, {3, SOL_SOCKET, SO_SNDBUF, 0x1000, 4, kOption}));
  EXPECT_TRUE(asks(SYS_setsockopt, {3, SOL_SOCKET, SO_SNDBUF, 0x1000, 4, kPassWord}));
}

TEST_F(FilterTest, OnlyCapabilitiesThatSomebodyKnowsAreAskedFor) {
  program_ = build_filter({.kernel_caps = 41});
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_READ, 0}));
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_READ, 40}));
  EXPECT_TRUE(passes(SYS_prctl, {PR_CAPBSET_READ, 41}));
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_DROP, 41}));
  EXPECT_TRUE(asks(SYS_prctl, {PR_SET_SECUREBITS, 48}));
  EXPECT_TRUE(asks(SYS_prctl, {PR_SET_DUMPABLE, 1}));
  EXPECT_TRUE(passes(SYS_prctl, {PR_SET_NAME, 0}));
  program_ = build_filter({.kernel_caps = 40});
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_READ, 40})) << "here it is there";
  program_ = build_filter({.kernel_caps = 42});
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_READ, 41})) << "here it is not there";
}

TEST_F(FilterTest, WhereTheHostAnswersTheSameNoCapabilityIsAskedFor) {
  program_ = build_filter({.kernel_caps = 41, .native_bounding = kAllCaps & ~(1ull << 24)});
  EXPECT_TRUE(passes(SYS_prctl, {PR_CAPBSET_READ, 0}));
  EXPECT_TRUE(passes(SYS_prctl, {PR_CAPBSET_READ, 40}));
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_READ, 24}));
  EXPECT_TRUE(passes(SYS_prctl, {PR_CAPBSET_READ, 41}));
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_DROP, 0}));
  program_ = build_filter({.kernel_caps = 42, .native_bounding = kAllCaps});
  EXPECT_TRUE(asks(SYS_prctl, {PR_CAPBSET_READ, 0}));
}

TEST_F(FilterTest, FitsTheKernelsLimit) { EXPECT_LE(program_.size(), size_t{BPF_MAXINSNS}); }

}  // namespace
}  // namespace unetns
