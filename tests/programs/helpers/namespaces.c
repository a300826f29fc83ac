// unshare, clone, setns and the files that name a namespace, by system calls alone.
#include "check.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static ino_t ns_of(const char* path) {
  struct stat st;
  CHECK(stat(path, &st) == 0);
  return st.st_ino;
}

static int add_veth(const char* name) {
  char command[128];
  snprintf(command, sizeof command, "ip link add %s type veth peer name %sp", name, name);
  return system(command);
}

static char stack[65536];
static int cloned(void* arg) {
  (void)arg;
  return if_nametoindex("home0") == 0 && if_nametoindex("lo") == 1 ? 0 : 1;
}

int main(void) {
  CHECK(add_veth("home0") == 0);
  const int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  CHECK(home >= 0);
  const ino_t home_ino = ns_of("/proc/self/ns/net");
  struct stat st;
  CHECK(fstat(home, &st) == 0 && st.st_ino == home_ino);
  const int old_socket = socket(AF_INET, SOCK_DGRAM, 0);

  CHECK(unshare(CLONE_NEWNET) == 0);
  CHECK(ns_of("/proc/self/ns/net") != home_ino);
  CHECK(if_nametoindex("home0") == 0);
  CHECK(add_veth("away0") == 0 && if_nametoindex("away0") > 0);

  // A socket stays where it was made.
  struct ifreq r;
  memset(&r, 0, sizeof r);
  strcpy(r.ifr_name, "home0");
  CHECK(ioctl(old_socket, SIOCGIFINDEX, &r) == 0);
  strcpy(r.ifr_name, "away0");
  CHECK(ioctl(old_socket, SIOCGIFINDEX, &r) == -1 && errno == ENODEV);

  const int away = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  CHECK(away >= 0 && setns(home, CLONE_NEWNET) == 0);
  CHECK(ns_of("/proc/self/ns/net") == home_ino && if_nametoindex("away0") == 0 &&
        if_nametoindex("home0") > 0);
  CHECK(setns(away, 0) == 0 && if_nametoindex("away0") > 0);
  CHECK(setns(home, CLONE_NEWNET) == 0);
  CHECK(setns(-1, CLONE_NEWNET) == -1 && errno == EBADF);
  CHECK(setns(old_socket, CLONE_NEWNET) == -1 && errno == EINVAL);
  CHECK(setns(away, CLONE_NEWUTS) == -1 && errno == EINVAL);

  const pid_t pid = clone(cloned, stack + sizeof stack, CLONE_NEWNET | SIGCHLD, NULL);
  CHECK(pid > 0);
  reap(pid);
  CHECK(if_nametoindex("home0") > 0);

  // A child is where its parent was at the fork; another's namespace is seen by its pid.
  int go[2], ready[2];
  CHECK(pipe(go) == 0 && pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    char c;
    CHECK(unshare(CLONE_NEWNET) == 0 && write(ready[1], "r", 1) == 1 && read(go[0], &c, 1) == 1);
    _exit(0);
  }
  char c, path[64], link[64];
  CHECK(read(ready[0], &c, 1) == 1);
  snprintf(path, sizeof path, "/proc/%d/ns/net", (int)child);
  CHECK(ns_of(path) != home_ino);
  const int theirs = open(path, O_RDONLY);
  CHECK(theirs >= 0 && setns(theirs, CLONE_NEWNET) == 0 && if_nametoindex("home0") == 0);
  CHECK(ns_of("/proc/self/ns/net") == ns_of(path));
  CHECK(setns(home, CLONE_NEWNET) == 0 && write(go[1], "g", 1) == 1);

  // A zombie is nowhere.
  const int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
  siginfo_t info;
  CHECK(pidfd >= 0 && waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0);
  CHECK(stat(path, &st) == -1 && errno == ENOENT);
  CHECK(readlink(path, link, sizeof link) == -1 && errno == ENOENT);
  CHECK(setns(pidfd, CLONE_NEWNET) == -1 && errno == ESRCH);
  reap(child);
  CHECK(system("ip link del home0") == 0);
  return passed();
}
