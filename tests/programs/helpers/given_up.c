// What becomes of calls that are given up: their thread is cancelled, their process killed, a
// signal comes, or their time ends. The descriptor is closed then, the peer sees that, and nothing
// is left.
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

enum { kRounds = 3, kPort = 7000 };

typedef enum { kCancelled, kKilled, kSignalled, kTimed, kEndings } Ending;
typedef enum {
  kAccept,
  kAcceptFlags,
  kConnect,
  kRecv,
  kRead,
  kRecvFrom,
  kRecvMsg,
  kPeek,
  kSend,
  kWrite,
  kSendMsg,
  kPoll,
  kSelect,
  kEpoll,
  kDatagram,
  kWaits
} Wait;

typedef struct {
  Wait wait;
  Ending ending;
  int fd;
  int epoll;
  int called[2];  // a byte: the call comes next
} Job;

static int listener;

static struct sockaddr_in silent(void) {
  struct sockaddr_in a = loopback(kPort);
  CHECK(inet_pton(AF_INET, "10.9.9.1", &a.sin_addr) == 1);
  return a;
}

static int is_send(Wait w) { return w == kSend || w == kWrite || w == kSendMsg; }

static int is_connection(Wait w) { return w >= kRecv && w <= kEpoll; }

// The call that waits. Returns when it has failed, or its time has ended.
static void call(const Job* job) {
  const Wait wait = job->wait;
  const int fd = job->fd;
  static char much[1 << 16];
  char buf[64];
  struct sockaddr_in a = silent();
  struct iovec iov = {is_send(wait) ? much : buf, is_send(wait) ? sizeof much : sizeof buf};
  struct msghdr m;
  memset(&m, 0, sizeof m);
  m.msg_iov = &iov;
  m.msg_iovlen = 1;
  struct pollfd p = {fd, POLLIN, 0};
  struct timeval tv = {0, 100000};
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  struct epoll_event ev;
  switch (wait) {
    case kAccept:
      CHECK(accept(fd, NULL, NULL) == -1);
      return;
    case kAcceptFlags:
      CHECK(accept4(fd, NULL, NULL, SOCK_CLOEXEC) == -1);
      return;
    case kConnect:
      CHECK(connect(fd, (struct sockaddr*)&a, sizeof a) == -1);
      return;
    case kRecv:
    case kDatagram:
      CHECK(recv(fd, buf, sizeof buf, 0) == -1);
      return;
    case kRead:
      CHECK(read(fd, buf, sizeof buf) == -1);
      return;
    case kRecvFrom:
      CHECK(recvfrom(fd, buf, sizeof buf, MSG_WAITALL, NULL, NULL) == -1);
      return;
    case kRecvMsg:
      CHECK(recvmsg(fd, &m, 0) == -1);
      return;
    case kPeek:
      CHECK(recv(fd, buf, sizeof buf, MSG_PEEK) == -1);
      return;
    case kSend:
      while (send(fd, much, sizeof much, MSG_NOSIGNAL) == (ssize_t)sizeof much) {
      }
      return;
    case kWrite:
      while (write(fd, much, sizeof much) == (ssize_t)sizeof much) {
      }
      return;
    case kSendMsg:
      while (sendmsg(fd, &m, MSG_NOSIGNAL) == (ssize_t)sizeof much) {
      }
      return;
    case kPoll:
      CHECK(poll(&p, 1, 100) <= 0);
      return;
    case kSelect:
      CHECK(select(fd + 1, &set, NULL, NULL, &tv) <= 0);
      return;
    case kEpoll:
      CHECK(epoll_wait(job->epoll, &ev, 1, 100) <= 0);
      return;
    case kWaits:
      break;
  }
  CHECK(0);
}

static void close_fd(void* job) { CHECK(close(((Job*)job)->fd) == 0); }

static void* wait_in_call(void* p) {
  Job* job = p;
  CHECK(write(job->called[1], "x", 1) == 1);
  pthread_cleanup_push(close_fd, job);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  call(job);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  pthread_cleanup_pop(1);
  return NULL;
}

// It can be cancelled only when it can clean up.
static void* wait_from_the_start(void* p) {
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  return wait_in_call(p);
}

static void limit(int fd, int ms) {
  const struct timeval tv = {0, ms * 1000};
  CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) == 0);
  CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv) == 0);
}

static int local_port(int fd) {
  struct sockaddr_in a;
  socklen_t size = sizeof a;
  CHECK(getsockname(fd, (struct sockaddr*)&a, &size) == 0);
  return ntohs(a.sin_port);
}

// The other end of a connection that was closed: what is left to read, then the end, or a reset.
static void expect_end(int peer) {
  char buf[1 << 16];
  const struct timeval tv = {10, 0};
  CHECK(setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) == 0);
  ssize_t n;
  while ((n = recv(peer, buf, sizeof buf, 0)) > 0) {
  }
  CHECK(n == 0 || errno == ECONNRESET);
  CHECK(close(peer) == 0);
}

static void give_up(Job* job, int after_us) {
  char byte;
  if (job->ending == kKilled) {
    const pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
      wait_in_call(job);
      _exit(0);
    }
    CHECK(close(job->fd) == 0);
    CHECK(read(job->called[0], &byte, 1) == 1);
    usleep((useconds_t)after_us);
    CHECK(kill(pid, SIGKILL) == 0);
    int status;
    CHECK(waitpid(pid, &status, 0) == pid);
    return;
  }
  pthread_t t;
  void* result = NULL;
  CHECK(pthread_create(&t, NULL, wait_from_the_start, job) == 0);
  CHECK(read(job->called[0], &byte, 1) == 1);
  if (job->ending == kTimed) {
    CHECK(pthread_join(t, &result) == 0 && result == NULL);
    return;
  }
  usleep((useconds_t)after_us);
  if (job->ending == kCancelled) {
    CHECK(pthread_cancel(t) == 0);
    CHECK(pthread_join(t, &result) == 0);
    // One whose time has ended was no longer there to be cancelled.
    CHECK(result == PTHREAD_CANCELED || (result == NULL && job->wait >= kPoll));
    return;
  }
  for (int i = 0; pthread_tryjoin_np(t, &result) != 0; i++) {  // the first may come before the call
    CHECK(i < 200);
    CHECK(pthread_kill(t, SIGUSR1) == 0);
    usleep(30000);
  }
}

static void one(Wait wait, Ending ending, int after_us) {
  Job job = {wait, ending, -1, epoll_create1(EPOLL_CLOEXEC), {-1, -1}};
  struct epoll_event ev = {EPOLLIN, {0}};
  int peer = -1, port = 0;
  CHECK(pipe2(job.called, O_CLOEXEC) == 0);
  if (is_connection(wait)) {
    struct sockaddr_in a = loopback(kPort);
    peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(peer >= 0 && connect(peer, (struct sockaddr*)&a, sizeof a) == 0);
    job.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  } else if (wait == kDatagram) {
    job.fd = udp_at(0);
    port = local_port(job.fd);
  } else {
    struct sockaddr_in a = loopback(0);
    job.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(job.fd >= 0);
    if (wait != kConnect) {
      CHECK(bind(job.fd, (struct sockaddr*)&a, sizeof a) == 0 && listen(job.fd, 5) == 0);
      port = local_port(job.fd);
    }
  }
  CHECK(job.fd >= 0);
  CHECK(job.epoll >= 0 && epoll_ctl(job.epoll, EPOLL_CTL_ADD, job.fd, &ev) == 0);
  if (ending == kTimed) limit(job.fd, 20);
  give_up(&job, after_us);
  if (peer >= 0) expect_end(peer);
  if (port != 0 && wait != kDatagram) {  // nobody listens there
    struct sockaddr_in a = loopback(port);
    const int c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(c, (struct sockaddr*)&a, sizeof a) == -1 && errno == ECONNREFUSED);
    CHECK(close(c) == 0);
  }
  if (wait == kDatagram) CHECK(close(udp_at(port)) == 0);
  CHECK(close(job.epoll) == 0 && close(job.called[0]) == 0 && close(job.called[1]) == 0);
}

// TCP and UDP sockets of this namespace, TIME-WAIT left out.
static int in_use(void) {
  char line[512];
  int total = 0, n;
  FILE* f = fopen("/proc/net/sockstat", "r");
  CHECK(f);
  while (fgets(line, sizeof line, f)) {
    if (sscanf(line, "TCP: inuse %d", &n) == 1 || sscanf(line, "UDP: inuse %d", &n) == 1)
      total += n;
  }
  fclose(f);
  return total;
}

static void nothing(int s) { (void)s; }

int main(void) {
  struct sigaction sa;
  memset(&sa, 0, sizeof sa);
  sa.sa_handler = nothing;
  CHECK(sigaction(SIGUSR1, &sa, NULL) == 0);
  CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  struct sockaddr_in a = loopback(kPort);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(listener >= 0 && bind(listener, (struct sockaddr*)&a, sizeof a) == 0 &&
        listen(listener, 16) == 0);
  CHECK(in_use() == 1);
  unsigned chance = 1;
  for (int round = 0; round < kRounds; round++) {
    for (int w = 0; w < kWaits; w++) {
      for (int e = 0; e < kEndings; e++) {
        one((Wait)w, (Ending)e, round == 0 ? 50000 : (int)(rand_r(&chance) % 8000));
      }
    }
  }
  int left = 0;
  for (int i = 0; i < 100 && (left = in_use()) != 1; i++) usleep(50000);
  if (left != 1) fprintf(stderr, "%d sockets are left\n", left - 1);
  CHECK(left == 1);
  return passed();
}
