#include "runtime/filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <span>

#include "runtime/bpf_builder.h"
#include "runtime/creds.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

namespace unetns {
namespace {

constexpr uint32_t kNotify = SECCOMP_RET_USER_NOTIF;
constexpr uint32_t kRlimitRttime = 15;

#if defined(__x86_64__)
constexpr uint32_t kArch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArch = AUDIT_ARCH_AARCH64;
#else
#error "unetns runs programs on x86_64 and aarch64"
#endif

// What the accelerator calls natively, and programs often, comes first: the kernel goes through the
// filter from its beginning.
void frequent(BpfBuilder& b, const FilterOptions& options) {
  // Also without an address: a native recv can't tell ECONNREFUSED or ENOTCONN, a native send not
  // EDESTADDRREQ.
  for (long nr : {SYS_sendto, SYS_recvfrom}) b.unless_word(nr, 5, kPassWord, kNotify);
  b.unless_word(SYS_setsockopt, 5, UNETNS_OPTION_WORD, kNotify);
  for (long nr : {SYS_connect, SYS_bind}) b.unless_pass(nr, UNETNS_CONNECT_WORD, kNotify);
  b.unless_pass(SYS_sendmsg, kPassWord, kNotify);
  // By descriptor alone only where that may be a namespace's.
  b.unless_bit_outside(SYS_newfstatat, 3, AT_EMPTY_PATH, kHighFirst, kHighEnd, kNotify, kPassWord);
  b.openat_unless(SYS_openat, kPassWord, options.loader_offset, kNotify);
  b.unless_bit_outside(SYS_fstat, -1, 0, kHighFirst, kHighEnd, kNotify);
}

void sockets(BpfBuilder& b) {
  b.unless_equal(SYS_socket, 0, AF_UNIX, kNotify);
  for (long nr : {SYS_listen, SYS_accept, SYS_accept4, SYS_getsockname, SYS_getpeername,
                  SYS_getsockopt, SYS_shutdown, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg})
    b.always(nr, kNotify);
  b.network_ioctls(SYS_ioctl, kNotify);
#ifdef SYS_poll
  b.always(SYS_poll, kNotify);
#endif
  b.always(SYS_ppoll, kNotify);
  // That waits for reading alone: what captures packets does. Others would pay for nothing.
#ifdef SYS_select
  b.if_equal(SYS_select, 2, {0}, kNotify);
#endif
  b.if_equal(SYS_pselect6, 2, {0}, kNotify);
  b.shared_mapping(SYS_mmap, kHighFirst, kNotify);  // of a packet socket's rings
  for (long nr : {SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register})
    b.always(nr, SECCOMP_RET_ERRNO | ENOSYS);
}

void processes(BpfBuilder& b, bool exec) {
  // Threads too: one begins in the namespace of the thread that makes it.
  b.if_any_bit(SYS_clone, 0, CLONE_NEWNET | CLONE_THREAD, kNotify);
  if (exec)  // after which a thread may be the first of its process
    for (long nr : {SYS_execve, SYS_execveat}) b.always(nr, kNotify);
  b.always(SYS_clone3,
           SECCOMP_RET_ERRNO | ENOSYS);  // its flags are in memory; libc falls back to clone
  b.if_any_bit(SYS_unshare, 0, CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUSER, kNotify);
  b.always(SYS_setns, kNotify);
  b.if_equal(SYS_prlimit64, 1, {kRlimitRttime}, kNotify);  // holds our mark
#ifdef SYS_getrlimit
  b.if_equal(SYS_getrlimit, 0, {kRlimitRttime}, kNotify);
  b.if_equal(SYS_setrlimit, 0, {kRlimitRttime}, kNotify);
#endif
}

void files(BpfBuilder& b, const FilterOptions& options) {
  // By descriptor alone only where that may be a namespace's.
  b.unless_bit_outside(SYS_statx, 2, AT_EMPTY_PATH, kHighFirst, kHighEnd, kNotify);
#ifdef SYS_access
  if (options.loader_access)
    b.access_unless(SYS_access, *options.loader_access, kNotify);
  else
    b.always(SYS_access, kNotify);
#endif
  for (long nr : {SYS_openat2,    SYS_faccessat,
                  SYS_faccessat2, SYS_readlinkat,
                  SYS_mkdirat,    SYS_unlinkat,
                  SYS_symlinkat,  SYS_linkat,
                  SYS_renameat,   SYS_renameat2,
                  SYS_mknodat,    SYS_mount,
                  SYS_umount2,    SYS_inotify_add_watch,
#ifdef SYS_open
                  SYS_open,       SYS_creat,
                  SYS_stat,       SYS_lstat,
                  SYS_readlink,   SYS_mkdir,
                  SYS_unlink,     SYS_rmdir,
                  SYS_symlink,    SYS_link,
                  SYS_rename,     SYS_mknod,
#endif
                  SYS_getxattr,   SYS_lgetxattr,
                  SYS_fgetxattr,  SYS_listxattr,
                  SYS_llistxattr, SYS_statfs})
    b.always(nr, kNotify);
}

void identity(BpfBuilder& b) {
  for (long nr : {
           SYS_getuid,    SYS_geteuid,   SYS_getgid,    SYS_getegid,  SYS_getresuid,
           SYS_getresgid, SYS_getgroups, SYS_setuid,    SYS_setgid,   SYS_setreuid,
           SYS_setregid,  SYS_setresuid, SYS_setresgid, SYS_setfsuid, SYS_setfsgid,
           SYS_setgroups, SYS_capget,    SYS_capset,    SYS_fchown,   SYS_fchownat,
#ifdef SYS_chown
           SYS_chown,     SYS_lchown,
#endif
       })
    b.always(nr, kNotify);
}

// Options of prctl(2) that the libraries of ours call it with.
constexpr std::array<uint32_t, 5> kOwnOptions = {kCarrierOption, UNETNS_NAME_OPTION,
                                                 UNETNS_ACCEPT_OPTION, UNETNS_RETURN_OPTION,
                                                 UNETNS_CHANNEL_OPTION};

std::vector<uint32_t> with(std::span<const uint32_t> some, std::initializer_list<uint32_t> others) {
  std::vector<uint32_t> out(some.begin(), some.end());
  out.insert(out.end(), others);
  return out;
}

// Which of PR_CAPBSET_READ is notified; null: all. libcap looks for the last capability by asking
// for ever others: what neither the kernel nor we know fails there as it would here.
std::optional<std::vector<uint32_t>> asked_capabilities(const FilterOptions& options) {
  if (options.kernel_caps > kCapCount) return std::nullopt;
  std::vector<uint32_t> asked;
  for (uint32_t cap = 0; cap < kCapCount; cap++)
    if (!(options.native_bounding >> cap & 1)) asked.push_back(cap);
  return asked;
}

}  // namespace

int kernel_caps() {
  int n = 0;
  while (n < 64 && prctl(PR_CAPBSET_READ, n, 0, 0, 0) >= 0) n++;
  return n;
}

std::vector<sock_filter> build_filter(const FilterOptions& options) {
  BpfBuilder b(kArch);
  frequent(b, options);
  sockets(b);
  processes(b, options.exec);
  files(b, options);
  if (options.map_root) {
    identity(b);
    b.prctls(SYS_prctl,
             with(kOwnOptions, {PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_SET_KEEPCAPS,
                                PR_SET_SECUREBITS}),
             PR_CAPBSET_READ, asked_capabilities(options), kNotify);
  } else {
    b.if_equal(SYS_prctl, 0, with(kOwnOptions, {PR_SET_DUMPABLE}), kNotify);
  }
  return b.finish();
}

Result<UniqueFd> install_filter(const std::vector<sock_filter>& program) {
  sock_fprog prog{static_cast<unsigned short>(program.size()),
                  const_cast<sock_filter*>(program.data())};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(errno);
  // While a call is being served only a fatal signal ends it (5.19): a handler without SA_RESTART
  // must not make open(2) or getuid(2) fail with EINTR. Calls that we park are interrupted by us:
  // Supervisor::deliver_signals.
  long fd =
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
              SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &prog);
  if (fd < 0 && errno == EINVAL)
    fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
  if (fd < 0) return fail(errno);
  return UniqueFd(static_cast<int>(fd));
}

}  // namespace unetns
