// Blocked calls and signals (signal(7)): EINTR without SA_RESTART, a restart with it, time limits,
// the state of the process meanwhile; and under a storm of signals nothing is lost nor done twice.
#include "check.h"

#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t signals;
static void count_signal(int s) {
  (void)s;
  ++signals;
}

static void on_alarm(int flags) {
  struct sigaction sa;
  memset(&sa, 0, sizeof sa);
  sa.sa_handler = count_signal;
  sa.sa_flags = flags;
  CHECK(sigaction(SIGALRM, &sa, NULL) == 0);
}

// Every `us` microseconds from now on, or once when not `again`; 0 stops.
static void alarms(int us, int again) {
  struct itimerval t;
  memset(&t, 0, sizeof t);
  t.it_value.tv_sec = us / 1000000;
  t.it_value.tv_usec = us % 1000000;
  if (again) t.it_interval = t.it_value;
  CHECK(setitimer(ITIMER_REAL, &t, NULL) == 0);
}

static char state_of(pid_t pid) {
  char path[64], text[512], *p;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE* f = fopen(path, "r");
  CHECK(f);
  CHECK(fgets(text, sizeof text, f));
  fclose(f);
  p = strrchr(text, ')');
  CHECK(p);
  return p[2];
}

int main(void) {
  loopback_up();
  char buf[64];
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  const int s = udp_at(4000);

  // A call that waits, with an address (the kernel's recvfrom(2)), ends with EINTR.
  on_alarm(0);
  alarms(100000, 0);
  CHECK(recvfrom(s, buf, sizeof buf, 0, (struct sockaddr*)&peer, &size) == -1 && errno == EINTR &&
        signals == 1);
  alarms(100000, 0);
  CHECK(recv(s, buf, sizeof buf, 0) == -1 && errno == EINTR && signals == 2);
  alarms(100000, 0);
  struct pollfd p = {s, POLLIN, 0};
  CHECK(poll(&p, 1, -1) == -1 && errno == EINTR && signals == 3);
  const int nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  CHECK(nl >= 0);
  alarms(100000, 0);
  struct sockaddr_nl from;
  struct iovec iov = {buf, sizeof buf};
  struct msghdr msg = {
      .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &iov, .msg_iovlen = 1};
  CHECK(recvmsg(nl, &msg, 0) == -1 && errno == EINTR && signals == 4);

  // Meanwhile the process sleeps, and can be killed.
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    recvfrom(s, buf, sizeof buf, 0, (struct sockaddr*)&peer, &size);
    _exit(9);
  }
  usleep(200000);
  CHECK(state_of(child) == 'S');
  CHECK(kill(child, SIGTERM) == 0);
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);

  // With SA_RESTART the same call goes on and gets what comes later.
  on_alarm(SA_RESTART);
  child = fork();
  if (child == 0) {
    const int c = udp_at(4001);
    usleep(400000);
    send_to(c, 4000, "late", 4);
    _exit(0);
  }
  alarms(100000, 0);
  CHECK(recvfrom(s, buf, sizeof buf, 0, (struct sockaddr*)&peer, &size) == 4 &&
        memcmp(buf, "late", 4) == 0);
  CHECK(ntohs(peer.sin_port) == 4001 && signals == 5);
  reap(child);

  // A receive timeout is EAGAIN, after its time.
  struct timeval limit = {0, 200000}, before, after;
  CHECK(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
  gettimeofday(&before, NULL);
  CHECK(recvfrom(s, buf, sizeof buf, 0, (struct sockaddr*)&peer, &size) == -1 && errno == EAGAIN);
  gettimeofday(&after, NULL);
  const long ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_usec - before.tv_usec) / 1000;
  CHECK(ms >= 190 && ms < 3000);
  limit.tv_usec = 0;
  CHECK(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);

  // A storm of signals: each datagram once and in order. A lock-step by acknowledgements keeps the
  // queue short.
  enum { kCount = 500 };
  child = fork();
  if (child == 0) {
    const int c = udp_at(4002);
    for (int i = 0; i < kCount; ++i) {
      send_to(c, 4000, &i, sizeof i);
      int ack = -1;
      ssize_t n;
      do n = recv(c, &ack, sizeof ack, 0);
      while (n < 0 && errno == EINTR);
      CHECK(n == sizeof ack && ack == i);
    }
    _exit(0);
  }
  signals = 0;
  alarms(500, 1);
  for (int i = 0; i < kCount; ++i) {
    int got = -1;
    CHECK(recvfrom(s, &got, sizeof got, 0, (struct sockaddr*)&peer, &size) == sizeof got);
    CHECK(got == i && ntohs(peer.sin_port) == 4002);
    CHECK(sendto(s, &got, sizeof got, 0, (struct sockaddr*)&peer, sizeof peer) == sizeof got);
  }
  alarms(0, 0);
  reap(child);
  CHECK(signals > 5);
  CHECK(recv(s, buf, sizeof buf, MSG_DONTWAIT) == -1 && errno == EAGAIN);
  return passed();
}
