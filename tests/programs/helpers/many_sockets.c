// A thousand sockets at once, each its own; closed and made again on the same ports.
#include "check.h"

#include <sys/resource.h>

enum { kSockets = 1000, kFirst = 20000 };

int main(void) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(limit.rlim_cur >= kSockets + 50);
  loopback_up();
  static int fds[kSockets];
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kSockets; ++i) {
      fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
      CHECK(fds[i] >= 0);
      struct sockaddr_in a = loopback(kFirst + i);
      CHECK(bind(fds[i], (struct sockaddr*)&a, sizeof a) == 0);
    }
    for (int i = 0; i < kSockets; ++i) {
      const int to =
          (i * 7 + round + 1) % kSockets;  // a permutation: 7 and 1000 have no common divisor
      send_to(fds[i], kFirst + to, &i, sizeof i);
    }
    for (int i = 0; i < kSockets; ++i) {
      int from = -1;
      struct sockaddr_in peer;
      socklen_t size = sizeof peer;
      CHECK(recvfrom(fds[i], &from, sizeof from, 0, (struct sockaddr*)&peer, &size) == sizeof from);
      CHECK((from * 7 + round + 1) % kSockets == i && ntohs(peer.sin_port) == kFirst + from);
    }
    for (int i = 0; i < kSockets; ++i) CHECK(close(fds[i]) == 0);
  }
  return passed();
}
