// fork, vfork, exec, threads, dup and passed descriptors: a socket is the same socket in all of
// them.
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>

static void expect(int fd, const char* text) {
  char buf[64];
  const ssize_t n = recv(fd, buf, sizeof buf, 0);
  CHECK(n == (ssize_t)strlen(text) && memcmp(buf, text, (size_t)n) == 0);
}

static void* worker(void* arg) {
  const int i = (int)(long)arg;
  for (int round = 0; round < 20; ++round) {
    const int fd = udp_at(10000 + i);
    send_to(fd, 10000 + i, &round, sizeof round);
    int got = -1;
    CHECK(recv(fd, &got, sizeof got, 0) == sizeof got && got == round);
    CHECK(close(fd) == 0);
  }
  return NULL;
}

static void* leaver(void* arg) {
  (void)arg;
  CHECK(unshare(CLONE_NEWNET) == 0);
  return if_nametoindex("here0") == 0 ? "left" : "stayed";
}

static void pass_fd(int to, int fd) {
  char c = 'f';
  struct iovec iov = {&c, 1};
  union {
    struct cmsghdr h;
    char space[CMSG_SPACE(sizeof(int))];
  } u;
  struct msghdr m = {
      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &u, .msg_controllen = sizeof u.space};
  memset(&u, 0, sizeof u);
  u.h.cmsg_level = SOL_SOCKET;
  u.h.cmsg_type = SCM_RIGHTS;
  u.h.cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(&u.h), &fd, sizeof fd);
  CHECK(sendmsg(to, &m, 0) == 1);
}

static int take_fd(int from) {
  char c;
  struct iovec iov = {&c, 1};
  union {
    struct cmsghdr h;
    char space[CMSG_SPACE(sizeof(int))];
  } u;
  struct msghdr m = {
      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &u, .msg_controllen = sizeof u.space};
  CHECK(recvmsg(from, &m, 0) == 1);
  struct cmsghdr* h = CMSG_FIRSTHDR(&m);
  CHECK(h && h->cmsg_type == SCM_RIGHTS);
  int fd;
  memcpy(&fd, CMSG_DATA(h), sizeof fd);
  return fd;
}

extern char** environ;

int main(int argc, char** argv) {
  if (argc == 3 &&
      strcmp(argv[1], "send") == 0) {  // started by exec below, with an inherited socket
    send_to(atoi(argv[2]), 5000, "exec", 4);
    return 0;
  }
  loopback_up();
  const int s = udp_at(5000);
  const int c = udp_at(5001);
  char number[16];
  snprintf(number, sizeof number, "%d", c);

  pid_t pid = fork();
  if (pid == 0) {
    send_to(c, 5000, "fork", 4);
    _exit(0);
  }
  expect(s, "fork");
  reap(pid);

  pid = vfork();
  if (pid == 0) {
    execl("/proc/self/exe", argv[0], "send", number, (char*)NULL);
    _exit(1);
  }
  expect(s, "exec");
  reap(pid);

  char* args[] = {argv[0], "send", number, NULL};
  CHECK(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, args, environ) == 0);
  expect(s, "exec");
  reap(pid);

  // A duplicate keeps the socket, and its port, until the last is closed.
  const int d = dup(c);
  CHECK(d >= 0 && close(c) == 0);
  send_to(d, 5000, "dup", 3);
  expect(s, "dup");
  struct sockaddr_in a = loopback(5001);
  const int t = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(bind(t, (struct sockaddr*)&a, sizeof a) == -1 && errno == EADDRINUSE);
  CHECK(close(d) == 0);
  CHECK(bind(t, (struct sockaddr*)&a, sizeof a) == 0);

  // Passed to a process that never made it.
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  pid = fork();
  if (pid == 0) {
    close(s);
    close(t);
    const int got = take_fd(pair[1]);
    send_to(got, 5000, "passed", 6);
    _exit(0);
  }
  pass_fd(pair[0], t);
  expect(s, "passed");
  reap(pid);

  pthread_t threads[8];
  for (long i = 0; i < 8; ++i) CHECK(pthread_create(&threads[i], NULL, worker, (void*)i) == 0);
  for (int i = 0; i < 8; ++i) CHECK(pthread_join(threads[i], NULL) == 0);

  // A thread may leave alone: unshare(2) acts on the caller.
  CHECK(system("ip link add here0 type veth peer name here1") == 0);
  CHECK(if_nametoindex("here0") > 0);
  void* answer;
  CHECK(pthread_create(&threads[0], NULL, leaver, NULL) == 0 &&
        pthread_join(threads[0], &answer) == 0);
  CHECK(strcmp(answer, "left") == 0);
  CHECK(if_nametoindex("here0") > 0);
  CHECK(system("ip link del here0") == 0);
  return passed();
}
