// What the helper programs share: a check that says where it failed and ends the program with
// status 1.
#ifndef UNETNS_TESTS_PROGRAMS_CHECK_H_
#define UNETNS_TESTS_PROGRAMS_CHECK_H_

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(x)                                                                   \
  do {                                                                             \
    if (!(x)) {                                                                    \
      fprintf(stderr, "%s:%d: %s (errno %d, %s)\n", __FILE__, __LINE__, #x, errno, \
              strerror(errno));                                                    \
      _exit(1);                                                                    \
    }                                                                              \
  } while (0)

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in a;
  memset(&a, 0, sizeof a);
  a.sin_family = AF_INET;
  a.sin_port = htons((unsigned short)port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static inline int udp_at(int port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(fd >= 0);
  struct sockaddr_in a = loopback(port);
  CHECK(bind(fd, (struct sockaddr*)&a, sizeof a) == 0);
  return fd;
}

static inline void send_to(int fd, int port, const void* data, size_t size) {
  struct sockaddr_in a = loopback(port);
  CHECK(sendto(fd, data, size, 0, (struct sockaddr*)&a, sizeof a) == (ssize_t)size);
}

// lo up, by ioctl.
static inline void loopback_up(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq r;
  memset(&r, 0, sizeof r);
  strcpy(r.ifr_name, "lo");
  CHECK(ioctl(fd, SIOCGIFFLAGS, &r) == 0);
  r.ifr_flags |= IFF_UP;
  CHECK(ioctl(fd, SIOCSIFFLAGS, &r) == 0);
  CHECK(close(fd) == 0);
}

// The child must have ended with status 0.
static inline void reap(pid_t pid) {
  int status = -1;
  CHECK(waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static inline int passed(void) {
  puts("PASS");
  return fflush(stdout) ? 1 : 0;
}

#endif  // UNETNS_TESTS_PROGRAMS_CHECK_H_
