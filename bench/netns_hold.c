// netns_hold COUNT: bytes of memory that the kernel has less (MemAvailable) per idle network
// namespace, with COUNT alive.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static long available(void) {
  char line[256];
  long kb = -1;
  FILE* f = fopen("/proc/meminfo", "r");
  if (!f) return -1;
  while (fgets(line, sizeof line, f) && sscanf(line, "MemAvailable: %ld kB", &kb) != 1) {
  }
  fclose(f);
  return kb * 1024;
}

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 500;
  struct rlimit r = {(rlim_t)count + 64, (rlim_t)count + 64};
  setrlimit(RLIMIT_NOFILE, &r);
  const long before = available();
  for (long i = 0; i < count; ++i) {
    if (unshare(CLONE_NEWNET) || open("/proc/self/ns/net", O_RDONLY) < 0) {
      perror("namespace");
      return 1;
    }
  }
  printf("%.0f\n", (double)(before - available()) / (double)count);
  return 0;
}
