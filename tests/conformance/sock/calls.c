/* calls SCRIPT RECORD: makes the system calls of a script and records what came of each: the
 * result, the errno, the signals, and every byte that was written back. It is the same program on
 * both sides and knows nothing of which side it is on.
 *
 * "world" begins one: a process and a namespace of its own. Then a call a line: [sN =] NAME
 * ARGUMENT… 5 -1 0x10     numbers            sN  the descriptor in slot N       pid, here  our
 * process, "another descriptor's address" <N>           N bytes that the call may write; {N} a
 * pattern of N bytes [ hex *X $N ] bytes, then the address of X, then the descriptor in slot N
 * (four bytes) >X            X, with no memory behind its last byte In front of a call: & in a
 * child process; %N in a child that goes on, until "join N"; r restarted by the first signals
 * (SA_RESTART). Besides calls: "space N" (goes into namespace N), "rtnl HEX" (sends a message),
 * "nap MS", "take B AT" (a descriptor that the last call wrote). */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "names.h"

enum {
  kSlots = 40,
  kBuffers = 64,
  kSpaces = 4,
  kJobs = 8,
  kHigh = 900,
  kWorldSeconds = 20,
  kPatience = 60,
  kSmall = 1000,
  kFill = 0xa5
};

struct buffer {
  unsigned char* at;
  unsigned char* before;
  size_t size;
};

static int slots[kSlots], spaces[kSpaces], jobs[kJobs], record_fd;
static pid_t job_pids[kJobs];
static struct buffer buffers[kBuffers];
static int buffer_count;
static unsigned char* arena;
static size_t arena_used;
static volatile sig_atomic_t alarms, restarts_left, seen[65];

/* ---- what a line says */

static const char* at;

static void blanks(void) {
  while (*at == ' ') at++;
}

static unsigned char* memory(size_t size, int at_end) {
  unsigned char* p;
  if (at_end) {
    size_t whole = (size + 4095) / 4096 * 4096;
    p = mmap(NULL, whole + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(p + whole, 4096, PROT_NONE);
    return p + whole - size;
  }
  p = arena + arena_used;
  arena_used += (size + 79) / 64 * 64;
  return p;
}

static unsigned char* buffer(const unsigned char* content, size_t size, int at_end) {
  struct buffer* b = &buffers[buffer_count++ % kBuffers];
  b->at = memory(size, at_end);
  b->size = size;
  if (content) memcpy(b->at, content, size);
  return b->at;
}

static long number(void) {
  char* end;
  long v;
  blanks();
  if (*at == 's' && isdigit(at[1])) {
    v = slots[strtol(at + 1, &end, 10) % kSlots];
  } else if (!strncmp(at, "pid", 3)) {
    v = getpid();
    end = (char*)at + 3;
  } else {
    v = *at == '-' ? strtol(at, &end, 0) : (long)strtoul(at, &end, 0);
  }
  at = end == at ? at + strlen(at) : end;
  return v;
}

static unsigned char* pointed(void);

static unsigned char* composed(int at_end) {
  unsigned char content[8192];
  size_t size = 0;
  for (;;) {
    blanks();
    if (!*at || *at == ']' || size > sizeof content - 16) break;
    if (*at == '*') {
      at++;
      uint64_t p = (uint64_t)(uintptr_t)pointed();
      memcpy(content + size, &p, 8);
      size += 8;
    } else if (*at == '$') {
      at++;
      int fd = slots[strtol(at, (char**)&at, 10) % kSlots];
      memcpy(content + size, &fd, 4);
      size += 4;
    } else {
      unsigned byte;
      if (sscanf(at, "%2x", &byte) != 1) break;
      content[size++] = (unsigned char)byte;
      at += 2;
    }
  }
  if (*at) at++;
  return buffer(content, size, at_end);
}

static unsigned char* pointed(void) {
  blanks();
  int at_end = *at == '>';
  if (at_end) at++;
  if (*at == '[') {
    at++;
    return composed(at_end);
  }
  if (*at == '<' || *at == '{') {
    int fill = *at++ == '<';
    size_t size = strtoul(at, (char**)&at, 10);
    if (*at) at++;
    unsigned char* p = buffer(NULL, size, at_end);
    for (size_t i = 0; i < size; i++)
      p[i] = fill ? kFill : (unsigned char)('a' + (i * 7 + i / 26) % 26);
    return p;
  }
  return (unsigned char*)(uintptr_t)number();
}

static long argument(void) {
  blanks();
  return strchr("<{[>", *at) && *at ? (long)(uintptr_t)pointed() : number();
}

/* ---- signals */

static void on_signal(int signo) {
  seen[signo]++;
  if (signo != SIGALRM) return;
  alarms++;
  if (restarts_left > 0 && --restarts_left == 0) {
    struct sigaction plain = {.sa_handler = on_signal};
    sigaction(SIGALRM, &plain, NULL);
  }
}

static void handle(int signo, int flags) {
  struct sigaction a = {.sa_handler = on_signal, .sa_flags = flags};
  sigaction(signo, &a, NULL);
}

static void ring(long after_ms) {
  struct itimerval t = {{after_ms / 1000, after_ms % 1000 * 1000},
                        {after_ms / 1000, after_ms % 1000 * 1000}};
  setitimer(ITIMER_REAL, &t, NULL);
}

/* ---- what came of it */

static char text[1 << 20];
static size_t text_size;

__attribute__((format(printf, 1, 2))) static void say(const char* format, ...) {
  va_list args;
  va_start(args, format);
  if (text_size < sizeof text - 9000)
    text_size += (size_t)vsnprintf(text + text_size, sizeof text - text_size, format, args);
  va_end(args);
}

static void told(int fd) {
  size_t done = 0;
  while (done < text_size) {
    ssize_t n = write(fd, text + done, text_size - done);
    if (n <= 0 && errno != EINTR) break;
    if (n > 0) done += (size_t)n;
  }
  text_size = 0;
}

static void snapshot(void) {
  for (int i = 0; i < buffer_count; i++) {
    struct buffer* b = &buffers[i];
    b->before = malloc(b->size + 1);
    memcpy(b->before, b->at, b->size);
  }
}

static void say_range(int i, size_t first, size_t last) {
  const struct buffer* b = &buffers[i];
  say(" b%d@%zu=", i, first);
  for (size_t j = first; j < last && j < first + 2000; j++) say("%02x", b->at[j]);
  if (last <= first + 2000) return;
  uint32_t sum = 1;
  for (size_t j = first; j < last; j++) sum = sum * 16777619u ^ b->at[j];
  say("…%zu:%08x", last, sum);
}

/* Each stretch with fewer than 8 bytes, less than a pointer, between two changes. */
static void say_changes(void) {
  for (int i = 0; i < buffer_count; i++) {
    struct buffer* b = &buffers[i];
    size_t first = b->size, last = 0;
    for (size_t j = 0; j < b->size; j++) {
      if (b->at[j] == b->before[j]) continue;
      if (first < last && j >= last + 8) {
        say_range(i, first, last);
        first = b->size;
      }
      if (first == b->size) first = j / 4 * 4;
      last = j + 1;
    }
    if (first < last) say_range(i, first, last);
    free(b->before);
  }
}

/* All that ran natively is dealt with before a call that may concern the network is answered. */
static void settle(void) {
  struct timespec t = {0, 300000};
  for (int i = 0; i < 2; i++) {
    syscall(SYS_getsockname, -1, 0, 0);
    nanosleep(&t, NULL);
  }
  syscall(SYS_getsockname, -1, 0, 0);
}

static long made(const char* name, int restarts, long patience) {
  long number_of = -1;
  for (size_t i = 0; i < sizeof kCalls / sizeof *kCalls; i++)
    if (!strcmp(kCalls[i].name, name)) number_of = kCalls[i].number;
  if (number_of < 0) {
    say("no such call");
    return -1;
  }
  long a[6] = {0};
  for (int i = 0; i < 6; i++) {
    blanks();
    if (!*at || *at == '#') break;
    a[i] = argument();
  }
  snapshot();
  memset((void*)seen, 0, sizeof seen);
  restarts_left = restarts;
  handle(SIGALRM, restarts ? SA_RESTART : 0);
  ring(patience);
  errno = 0;
  long result = syscall(number_of, a[0], a[1], a[2], a[3], a[4], a[5]);
  int error = errno;
  ring(0);
  if (result == -1 && error) {
    say("%s", strerrorname_np(error) ? strerrorname_np(error) : "?");
    if (!strerrorname_np(error)) say("%d", error);
  } else if (result == getpid() && result > kSmall) {
    say("PID");
  } else if (number_of == SYS_mmap) {
    say("mapped");
  } else {
    say("%ld", result);
  }
  for (int i = 1; i < 65; i++)
    if (seen[i] && i != SIGALRM) say(" signal %d", i);
  say_changes();
  return result;
}

/* ---- namespaces */

static void keep_high(int* fd, int number_of) {
  int high = fcntl(*fd, F_DUPFD_CLOEXEC, kHigh + number_of);
  close(*fd);
  *fd = high;
}

static void space(int n) {
  n %= kSpaces;
  if (spaces[n] >= 0) {
    if (setns(spaces[n], CLONE_NEWNET)) say("setns: %s", strerror(errno));
    return;
  }
  if (unshare(CLONE_NEWNET)) say("unshare: %s", strerror(errno));
  spaces[n] = open("/proc/thread-self/ns/net", O_RDONLY);
  keep_high(&spaces[n], n);
  int off = open("/proc/sys/net/ipv6/conf/all/disable_ipv6", O_WRONLY);
  if (off >= 0) {
    if (write(off, "1", 1) != 1) say("IPv6?");
    close(off);
    off = open("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY);
    if (write(off, "1", 1) != 1) say("IPv6?");
    close(off);
  }
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  if (ioctl(s, SIOCSIFFLAGS, &lo)) say("lo: %s", strerror(errno));
  close(s);
}

static void rtnl(void) {
  unsigned char message[4096], answer[4096];
  size_t size = 0;
  unsigned byte;
  blanks();
  while (size < sizeof message && sscanf(at, "%2x", &byte) == 1) {
    message[size++] = (unsigned char)byte;
    at += 2;
  }
  int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0), error = -1;
  if (send(s, message, size, 0) > 0 && recv(s, answer, sizeof answer, 0) >= 20)
    memcpy(&error, answer + 16, 4);
  close(s);
  if (error) say("rtnl %d", error);
}

/* ---- lines */

static void one(char* line);

static void in_child(int job, char* rest) {
  int ends[2];
  if (pipe(ends)) return;
  keep_high(&ends[0], 20);
  keep_high(&ends[1], 40);
  pid_t pid = fork();
  if (pid == 0) {
    text_size = 0;
    one(rest);
    told(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  jobs[job] = ends[0];
  job_pids[job] = pid;
}

static void join(int job) {
  char got[65536];
  if (jobs[job] < 0) {
    say("no job");
    return;
  }
  for (;;) {
    ssize_t n = read(jobs[job], got, sizeof got - 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    got[n] = 0;
    say("%s", got);
  }
  close(jobs[job]);
  while (waitpid(job_pids[job], NULL, 0) < 0 && errno == EINTR) {
  }
  jobs[job] = -1;
}

static void one(char* line) {
  char name[32];
  int slot = -1, restarts = 0, length;
  long patience = kPatience;
  at = line;
  blanks();
  if (*at == '&') {
    in_child(0, (char*)at + 1);
    join(0);
    return;
  }
  if (*at == '%') {
    at++;
    int job = (int)strtol(at, (char**)&at, 10) % kJobs;
    in_child(job, (char*)at);
    usleep(20000);
    return;
  }
  if (at[0] == 'w' && at[1] == ' ') patience = 400, at += 2;
  if (at[0] == 'r' && at[1] == ' ') restarts = 2, at += 2;
  if (sscanf(at, "s%d = %n", &slot, &length) == 1) at += length;
  if (sscanf(at, "%31s%n", name, &length) != 1) return;
  at += length;
  long result = 0;
  if (!strcmp(name, "space")) {
    space((int)number());
  } else if (!strcmp(name, "rtnl")) {
    rtnl();
  } else if (!strcmp(name, "nap")) {
    struct timespec t = {0, number() * 1000000};
    nanosleep(&t, NULL);
  } else if (!strcmp(name, "join")) {
    join((int)number() % kJobs);
  } else if (!strcmp(name, "take")) {
    long b = number(), offset = number();
    int fd = -1;
    if (b < buffer_count && (size_t)offset + 4 <= buffers[b].size)
      memcpy(&fd, buffers[b].at + offset, 4);
    result = fd;
  } else {
    arena_used = 0;
    buffer_count = 0;
    result = made(name, restarts, patience);
  }
  if (slot >= 0) slots[slot % kSlots] = (int)result;
}

/* The lines up to the next world; NULL behind the last one. */
static char* world(char* lines) {
  for (int i = 0; i < kSlots; i++) slots[i] = -1;
  for (int i = 0; i < kSpaces; i++) spaces[i] = -1;
  for (int i = 0; i < kJobs; i++) jobs[i] = -1;
  for (int i = 1; i < 32; i++)
    if (i == SIGPIPE || i == SIGIO || i == SIGURG || i == SIGUSR1) handle(i, SA_RESTART);
  space(0);
  say("pid %d\n", getpid());
  told(record_fd);
  while (lines && strncmp(lines, "world", 5)) {
    char* next = strchr(lines, '\n');
    if (next) *next++ = 0;
    if (*lines) {
      one(lines);
      say("\n");
      told(record_fd);
      settle();
    }
    lines = next;
  }
  return lines;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  int in = open(argv[1], O_RDONLY);
  off_t size = lseek(in, 0, SEEK_END);
  char* script = calloc(1, (size_t)size + 1);
  if (in < 0 || pread(in, script, (size_t)size, 0) != size) return 2;
  close(in);
  record_fd = open(argv[2], O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0666);
  keep_high(&record_fd, 50);
  for (int i = 0; i < 3; i++) dup2(open("/dev/null", O_RDWR), i);
  closefrom(3 < record_fd ? 3 : record_fd + 1);
  record_fd = open(argv[2], O_WRONLY | O_APPEND);
  keep_high(&record_fd, 50);
  /* Our number is to be unlike the small ones that calls return. */
  arena = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
               -1, 0);
  int last = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
  for (pid_t pid = 0; pid <= kSmall; waitpid(pid, NULL, 0)) {
    if (write(last, "20000", 5) != 5) errno = 0; /* not ours to set: then we go there on foot */
    pid = fork();
    if (pid == 0) _exit(0);
  }
  close(last);
  for (char* line = strstr(script, "world\n"); line;) {
    char* next = strstr(line + 1, "\nworld\n");
    if (next) *next++ = 0;
    say("world\n");
    told(record_fd);
    pid_t pid = fork();
    if (pid == 0) {
      setpgid(0, 0);
      world(line + 6);
      _exit(0);
    }
    int status = 0;
    for (int waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
      if (waited == kWorldSeconds * 200) {
        say("hung\n");
        kill(-pid, SIGKILL);
      }
      usleep(waited < 20 ? 1000 : 5000);
    }
    kill(-pid, SIGKILL);
    if (status) say("ended with %x\n", status);
    told(record_fd);
    line = next;
  }
  say("end\n");
  told(record_fd);
  return 0;
}
