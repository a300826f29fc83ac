// netns_syscall COUNT: leaves for a new network namespace COUNT times and prints how many a second.
// Each unshare(2) drops the namespace before; the kernel tears those down later, which is not
// waited for.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 1000;
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  for (long i = 0; i < count; ++i) {
    if (unshare(CLONE_NEWNET)) {
      perror("unshare");
      return 1;
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%.1f\n",
         (double)count / ((double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9));
  return 0;
}
