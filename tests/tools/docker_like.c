// docker-like PROGRAM [ARG…]: runs a program the way a container of Docker's does, without added
// capabilities: none are left, no_new_privs is set, and a seccomp filter refuses what Docker's
// default profile refuses then (https://docs.docker.com/engine/security/seccomp/, "Significant
// syscalls blocked by default profile"). Differently from the profile, whatever is not refused here
// is allowed.
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Refused with EPERM. Names, so that one unknown to this libseccomp is left out rather than
// guessed.
static const char* const kRefused[] = {
    // Namespaces and mounts.
    "unshare",
    "setns",
    "mount",
    "umount",
    "umount2",
    "pivot_root",
    "chroot",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "move_mount",
    "open_tree",
    "mount_setattr",
    "open_by_handle_at",
    "name_to_handle_at",
    "fanotify_init",
    "lookup_dcookie",
    "quotactl",
    "quotactl_fd",
    "swapon",
    "swapoff",
    "syslog",
    "sethostname",
    "setdomainname",
    "vhangup",
    // Other processes. ptrace and process_vm_* are allowed since Linux 4.8.
    "kcmp",
    "pidfd_getfd",
    "process_madvise",
    // The kernel itself.
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "keyctl",
    "add_key",
    "request_key",
    "acct",
    "create_module",
    "delete_module",
    "finit_module",
    "init_module",
    "get_kernel_syms",
    "query_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "ioperm",
    "iopl",
    "get_mempolicy",
    "set_mempolicy",
    "mbind",
    "move_pages",
    "migrate_pages",
    "set_mempolicy_home_node",
    "nfsservctl",
    "_sysctl",
    "sysfs",
    "uselib",
    "ustat",
    "vm86",
    "vm86old",
    "settimeofday",
    "stime",
    "clock_settime",
    "clock_adjtime",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
};
enum {
  kNewNamespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                   CLONE_NEWNET | CLONE_NEWCGROUP
};

static int refuse(scmp_filter_ctx filter, const char* name, uint32_t action) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR || number < 0) return 0;  // not on this architecture
  return seccomp_rule_add(filter, action, number, 0);
}

static int install_profile(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (!filter) return -ENOMEM;
  int err = 0;
  for (size_t i = 0; !err && i < sizeof kRefused / sizeof *kRefused; ++i)
    err = refuse(filter, kRefused[i], SCMP_ACT_ERRNO(EPERM));
  if (!err) err = refuse(filter, "clone3", SCMP_ACT_ERRNO(ENOSYS));
  // One rule per flag: any of them set is refused.
  for (int bit = 0; !err && bit < 32; ++bit) {
    const unsigned flag = 1u << bit;
    if (!(kNewNamespaces & flag)) continue;
    err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                           SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  }
  // AF_VSOCK is not for containers.
  if (!err)
    err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                           SCMP_A0(SCMP_CMP_EQ, 40));
  if (!err) err = seccomp_load(filter);
  seccomp_release(filter);
  return err;
}

static int drop_capabilities(void) {
  for (int cap = 0; cap <= 63; ++cap) {
    if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EINVAL && errno != EPERM) return -1;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) return -1;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  return (int)syscall(SYS_capset, &header, none);
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: docker-like PROGRAM [ARG...]\n");
    return 125;
  }
  if (geteuid() == 0 && (setgroups(0, NULL) || setresgid(65534, 65534, 65534))) {
    perror("docker-like: group");
    return 125;
  }
  if (drop_capabilities()) {
    perror("docker-like: capabilities");
    return 125;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
    perror("docker-like: no_new_privs");
    return 125;
  }
  const int err = install_profile();
  if (err) {
    fprintf(stderr, "docker-like: seccomp: %s\n", strerror(-err));
    return 125;
  }
  execvp(argv[1], argv + 1);
  fprintf(stderr, "docker-like: %s: %s\n", argv[1], strerror(errno));
  return errno == ENOENT ? 127 : 126;
}
