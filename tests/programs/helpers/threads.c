// Threads in different namespaces: one begins where the thread is that makes it; a program that a
// thread execs is where that thread was; what a thread alone was in goes with it.
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static ino_t ns_of(const char* path) {
  struct stat st;
  CHECK(stat(path, &st) == 0);
  return st.st_ino;
}
static ino_t here(void) { return ns_of("/proc/thread-self/ns/net"); }

static void* tell(void* out) {
  *(ino_t*)out = here();
  return NULL;
}

static ino_t of_a_new_thread(void) {
  pthread_t t;
  ino_t got = 0;
  CHECK(pthread_create(&t, NULL, tell, &got) == 0 && pthread_join(t, NULL) == 0);
  return got;
}

static void* move_and_make(void* home) {
  CHECK(unshare(CLONE_NEWNET) == 0 && here() != *(ino_t*)home);
  for (int i = 0; i < 20; i++) CHECK(of_a_new_thread() == here());
  return NULL;
}

static int go[2];
static void* waiter(void* out) {
  char c;
  CHECK(read(go[0], &c, 1) == 1);
  return tell(out);
}

static void* move_and_exec(void* self) {
  char want[32];
  CHECK(unshare(CLONE_NEWNET) == 0);
  snprintf(want, sizeof want, "%lu", (unsigned long)here());
  execl(self, self, want, NULL);
  _exit(9);
}

static int moved[2];
static void* move_and_stay(void* unused) {
  (void)unused;
  CHECK(unshare(CLONE_NEWNET) == 0 && write(moved[1], "m", 1) == 1);
  pause();
  return NULL;
}

int main(int argc, char** argv) {
  if (argc == 2) {  // after the exec
    CHECK(here() == strtoul(argv[1], NULL, 10) && ns_of("/proc/self/ns/net") == here());
    CHECK(of_a_new_thread() == here());
    _exit(0);
  }
  ino_t home = here();
  pthread_t t;
  CHECK(pthread_create(&t, NULL, move_and_make, &home) == 0 && pthread_join(t, NULL) == 0);
  CHECK(here() == home && of_a_new_thread() == home);

  // One that has made no call yet stays where it began, though the first thread leaves.
  ino_t stayed = 0;
  CHECK(pipe(go) == 0 && pthread_create(&t, NULL, waiter, &stayed) == 0);
  CHECK(unshare(CLONE_NEWNET) == 0 && here() != home && write(go[1], "g", 1) == 1);
  CHECK(pthread_join(t, NULL) == 0 && stayed == home);

  const pid_t child = fork();
  if (child == 0) {
    CHECK(pthread_create(&t, NULL, move_and_exec, argv[0]) == 0);
    pthread_join(t, NULL);
    _exit(8);
  }
  reap(child);

  // The same beside others that have moved.
  const pid_t many = fork();
  if (many == 0) {
    char c;
    CHECK(pipe(moved) == 0);
    for (int i = 0; i < 6; i++) {
      pthread_t other;
      CHECK(pthread_create(&other, NULL, move_and_stay, NULL) == 0 && read(moved[0], &c, 1) == 1);
    }
    CHECK(unshare(CLONE_NEWNET) == 0);
    CHECK(pthread_create(&t, NULL, move_and_exec, argv[0]) == 0);
    pthread_join(t, NULL);
    _exit(8);
  }
  reap(many);

  // A first thread that execs stays where it is.
  const pid_t first = fork();
  if (first == 0) {
    char c, want[32];
    CHECK(pipe(moved) == 0);
    CHECK(pthread_create(&t, NULL, move_and_stay, NULL) == 0 && read(moved[0], &c, 1) == 1);
    snprintf(want, sizeof want, "%lu", (unsigned long)here());
    execl(argv[0], argv[0], want, NULL);
    _exit(9);
  }
  reap(first);
  return passed();
}
