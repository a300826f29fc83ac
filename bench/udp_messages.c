// Messages of 64 bytes over UDP, one call each.
//   udp_messages sink PORT SECONDS            prints how many a second arrived, from the first one on
//   udp_messages send ADDRESS PORT SECONDS    sendto(2) with the address
//   udp_messages send-connected ADDRESS PORT SECONDS
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(const char* what) {
  perror(what);
  return 1;
}

static int sink(int fd, int port, double seconds) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  const struct timeval limit = {5, 0};
  if (bind(fd, (struct sockaddr*)&name, sizeof name)) return fail("bind");
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char buffer[64];
  if (recv(fd, buffer, sizeof buffer, 0) != sizeof buffer) return fail("recv");
  const double begin = now();
  double end = begin;
  long got = 0;
  while (end - begin < seconds) {
    for (int i = 0; i < 64; i++) {
      if (recv(fd, buffer, sizeof buffer, 0) != sizeof buffer) return fail("recv");
      got++;
    }
    end = now();
  }
  printf("%.0f\n", (double)got / (end - begin));
  return 0;
}

static int flood(int fd, const char* address, int port, double seconds, int connected) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  if (inet_pton(AF_INET, address, &name.sin_addr) != 1) return fail(address);
  if (connected && connect(fd, (struct sockaddr*)&name, sizeof name)) return fail("connect");
  char buffer[64] = "";
  const double begin = now();
  while (now() - begin < seconds)
    for (int i = 0; i < 64; i++) {
      const ssize_t n = connected ? send(fd, buffer, sizeof buffer, 0)
                                  : sendto(fd, buffer, sizeof buffer, 0, (struct sockaddr*)&name, sizeof name);
      if (n < 0 && errno != ECONNREFUSED) return fail("send");  // the sink may be done
    }
  return 0;
}

int main(int argc, char** argv) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return fail("socket");
  if (argc == 4 && !strcmp(argv[1], "sink")) return sink(fd, atoi(argv[2]), atof(argv[3]));
  if (argc == 5 && !strncmp(argv[1], "send", 4))
    return flood(fd, argv[2], atoi(argv[3]), atof(argv[4]), !strcmp(argv[1], "send-connected"));
  fprintf(stderr, "see the head of bench/udp_messages.c\n");
  return 2;
}
