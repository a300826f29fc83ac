// A process leaves its namespace and forks; the child listens for links, the parent makes and
// removes a tap by running ip. The child must hear of it; one who listens in the first namespace
// must not, and does hear what happens there.
#include "check.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <time.h>

static int listener(void) {
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  CHECK(fd >= 0);
  struct sockaddr_nl a;
  memset(&a, 0, sizeof a);
  a.nl_family = AF_NETLINK;
  a.nl_groups = RTMGRP_LINK;
  CHECK(bind(fd, (struct sockaddr*)&a, sizeof a) == 0);
  return fd;
}

// How many RTM_NEWLINK and RTM_DELLINK about `name` come within `ms`; returns early once `enough`
// have come.
static int heard(int fd, const char* name, int ms, int enough) {
  int count = 0;
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    _Alignas(struct nlmsghdr) char buf[32768];
    ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
    if (n < 0) {
      CHECK(errno == EAGAIN || errno == EINTR);
      usleep(1000);
    }
    for (struct nlmsghdr* h = (struct nlmsghdr*)buf; n > 0 && NLMSG_OK(h, (unsigned)n);
         h = NLMSG_NEXT(h, n)) {
      if (h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK) continue;
      int left = (int)IFLA_PAYLOAD(h);
      for (struct rtattr* a = IFLA_RTA(NLMSG_DATA(h)); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        if (a->rta_type == IFLA_IFNAME && strcmp(RTA_DATA(a), name) == 0) ++count;
      }
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (count < enough &&
           (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < ms);
  return count;
}

int main(void) {
  int ready[2], done[2];
  CHECK(pipe(ready) == 0 && pipe(done) == 0);
  const pid_t outsider = fork();
  CHECK(outsider >= 0);
  if (outsider == 0) {
    const int fd = listener();
    char c = 'o';
    close(done[1]);
    CHECK(write(ready[1], &c, 1) == 1);
    CHECK(read(done[0], &c, 1) == 1);  // the others have finished
    CHECK(heard(fd, "dummy0", 300, 1) == 0);
    CHECK(system("ip tuntap add dev dummy1 mode tap") == 0);
    CHECK(heard(fd, "dummy1", 5000, 1) >= 1);
    CHECK(system("ip tuntap del dev dummy1 mode tap") == 0);
    _exit(0);
  }
  char c;
  CHECK(read(ready[0], &c, 1) == 1);
  CHECK(unshare(CLONE_NEWNET) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    const int fd = listener();
    CHECK(write(ready[1], "c", 1) == 1);
    _exit(heard(fd, "dummy0", 10000, 2) >= 2 ? 0 : 1);
  }
  CHECK(read(ready[0], &c, 1) == 1);
  CHECK(system("ip tuntap add dev dummy0 mode tap") == 0);
  CHECK(system("ip tuntap del dev dummy0 mode tap") == 0);
  reap(child);
  CHECK(write(done[1], "d", 1) == 1);
  reap(outsider);
  return passed();
}
