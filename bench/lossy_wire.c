// lossy_wire NETNS1 TAP1 NETNS2 TAP2 DELAY_MS LOSS_PERCENT SEED: joins two tap devices, which must
// be there already, by a wire that delays every frame and loses some, until it is killed. The seed
// says which frames of each direction are lost, whatever the times at which they come. The same
// program makes the wire on the kernel and in unetns.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { kFrame = 2048, kQueue = 8192 };

struct frame {
  int64_t due;  // ns, monotonic
  int size;
  char bytes[kFrame];
};

struct direction {
  int from, to;
  uint32_t first, count;
  uint64_t random;
  struct frame* queue;
};

static double chance(uint64_t* state) {  // xorshift64*
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return (double)((*state * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void die(const char* what) {
  perror(what);
  exit(1);
}

static int tap(const char* netns, const char* name) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", netns);
  const int ns = open(path, O_RDONLY | O_CLOEXEC);
  if (ns < 0 || setns(ns, CLONE_NEWNET) != 0) die(path);
  close(ns);
  const int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq request;
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) die(name);
  return fd;
}

static void take(struct direction* d, int64_t delay, double loss) {
  for (;;) {
    struct frame* f = &d->queue[(d->first + d->count) % kQueue];
    f->size = (int)read(d->from, f->bytes, kFrame);
    if (f->size <= 0) return;
    if (chance(&d->random) < loss || d->count == kQueue - 1) continue;
    f->due = now() + delay;
    d->count++;
  }
}

static int64_t give(struct direction* d, int64_t next) {
  while (d->count) {
    struct frame* f = &d->queue[d->first];
    if (f->due > now()) return f->due < next ? f->due : next;
    (void)!write(d->to, f->bytes, (size_t)f->size);
    d->first = (d->first + 1) % kQueue;
    d->count--;
  }
  return next;
}

int main(int argc, char** argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: lossy_wire NETNS1 TAP1 NETNS2 TAP2 DELAY_MS LOSS_PERCENT SEED\n");
    return 2;
  }
  const int a = tap(argv[1], argv[2]), b = tap(argv[3], argv[4]);
  const int64_t delay = (int64_t)(atof(argv[5]) * 1e6);
  const double loss = atof(argv[6]) / 100;
  const uint64_t seed = strtoull(argv[7], NULL, 10);
  struct direction ways[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
  for (int i = 0; i < 2; i++) {
    ways[i].random = (2 * seed + (uint64_t)i + 1) * 0x9e3779b97f4a7c15u;
    if (!(ways[i].queue = calloc(kQueue, sizeof(struct frame)))) die("memory");
  }
  for (;;) {
    int64_t next = INT64_MAX;
    for (int i = 0; i < 2; i++) next = give(&ways[i], next);
    struct timespec wait = {0, 0};
    const int64_t left = next == INT64_MAX ? 0 : next - now();
    if (left > 0) wait.tv_sec = left / 1000000000, wait.tv_nsec = left % 1000000000;
    struct pollfd fds[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    if (ppoll(fds, 2, next == INT64_MAX ? NULL : &wait, NULL) < 0) die("ppoll");
    for (int i = 0; i < 2; i++) take(&ways[i], delay, loss);
  }
}
