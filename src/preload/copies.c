/* dup(2), fcntl(2), recvmsg(2): what copies descriptors. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/hot_table.h"
#include "preload/raw.h"

/* A copy of a descriptor may take a number that was another's. */
int dup(int fd) {
  const long made = raw(SYS_dup, fd, 0, 0, 0, 0, 0);
  unetns_copied();
  return (int)result(made);
}

int dup3(int fd, int to, int flags) {
  const long made = raw(SYS_dup3, fd, to, flags, 0, 0, 0);
  unetns_copied();
  return (int)result(made);
}

int dup2(int fd, int to) {
#ifdef SYS_dup2
  const long made = raw(SYS_dup2, fd, to, 0, 0, 0, 0);
  unetns_copied();
  return (int)result(made);
#else
  if (fd == to) return fcntl(fd, F_GETFD) < 0 ? -1 : fd;
  return dup3(fd, to, 0);
#endif
}

typedef int control_function(int, int, ...);
typedef ssize_t message_function(int, struct msghdr*, int);
static _Atomic(control_function*) control_;
static _Atomic(message_function*) message_;

/* Every argument of fcntl(2) fits the place of a pointer. Those of which libc makes more than the
 * system call are left to it: of others it has nothing to say, and it may call us early. */
int fcntl64(int fd, int what, ...) {
  va_list ap;
  va_start(ap, what);
  void* argument = va_arg(ap, void*);
  va_end(ap);
  if (what == F_SETLKW || what == F_OFD_SETLKW || what == F_GETOWN) {
    control_function* f = atomic_load_explicit(&control_, memory_order_relaxed);
    if (!f) {
      f = (control_function*)dlsym(RTLD_NEXT, "fcntl");
      atomic_store_explicit(&control_, f, memory_order_relaxed);
    }
    if (f) return f(fd, what, argument);
  }
  const long made = raw(SYS_fcntl, fd, what, (long)argument, 0, 0, 0);
  if (what == F_DUPFD || what == F_DUPFD_CLOEXEC) unetns_copied();
  return (int)result(made);
}

int fcntl(int fd, int what, ...) __attribute__((alias("fcntl64")));

/* Descriptors may come with the message. */
ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  message_function* f = atomic_load_explicit(&message_, memory_order_relaxed);
  if (!f) {
    f = (message_function*)dlsym(RTLD_NEXT, "recvmsg");
    atomic_store_explicit(&message_, f, memory_order_relaxed);
  }
  const ssize_t n =
      f ? f(fd, message, flags) : result(raw(SYS_recvmsg, fd, (long)message, flags, 0, 0, 0));
  if (n >= 0 && message->msg_control) unetns_copied();
  return n;
}
