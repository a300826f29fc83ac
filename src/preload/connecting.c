/* socket(2), connect(2), setsockopt(2) of TCP. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "preload/dock.h"
#include "preload/names.h"
#include "preload/raw.h"

int socket(int domain, int type, int protocol) {
  const int flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
  const struct unetns_hot_head* t;
  int mark;
  if (domain == AF_INET && type == (SOCK_STREAM | flags) &&
      (protocol == 0 || protocol == IPPROTO_TCP) && (t = unetns_table()) &&
      (mark = unetns_mark(t))) {
    const long made = raw(SYS_socket, AF_UNIX, type, 0, 0, 0, 0);
    struct stat st;
    if (made >= 0 && unetns_set((int)made, SO_INCOMING_CPU, &mark, sizeof mark) == 0 &&
        raw(SYS_fstat, made, (long)&st, 0, 0, 0, 0) == 0) {
      unetns_learn((int)made, st.st_ino);
      unetns_made_here((int)made, st.st_ino, mark);
      return (int)made;
    }
    if (made >= 0) raw(SYS_close, made, 0, 0, 0, 0, 0);
  }
  return (int)result(raw(SYS_socket, domain, type, protocol, 0, 0, 0));
}

typedef int connect_function(int, const struct sockaddr*, socklen_t);
static _Atomic(connect_function*) connect_;

static int next_connect(int fd, const struct sockaddr* name, socklen_t size) {
  connect_function* f = atomic_load_explicit(&connect_, memory_order_relaxed);
  if (!f) {
    f = (connect_function*)dlsym(RTLD_NEXT, "connect");
    atomic_store_explicit(&connect_, f, memory_order_relaxed);
  }
  if (f) return f(fd, name, size);
  return (int)result(raw(SYS_connect, fd, (long)name, size, 0, 0, 0));
}

/* An address that a connect(2) did not fail to reach, and since how many failures. */
static _Atomic(uint64_t) reached_;

static uint64_t reachable(const struct unetns_hot_head* t, uint64_t peer) {
  return (uint64_t)unetns_hot_address(peer) << 32 | __atomic_load_n(&t->failures, __ATOMIC_ACQUIRE);
}

enum connected { NOT_NATIVE, IN_PROGRESS, UNFILLED };

/* Nobody sees it writable until this is read. */
static enum connected fill(const struct unetns_hot_head* t, int fd) {
  static const int least = 1;
  char filler[UNETNS_HOT_SAID];
  for (size_t i = 0; i < sizeof filler; i += sizeof t->mark)
    __builtin_memcpy(filler + i, t->mark, sizeof t->mark);
  unetns_set(fd, SO_SNDBUF, &least, sizeof least);
  for (size_t done = 0; done < sizeof filler;) {
    const long n = raw(SYS_sendto, fd, (long)(filler + done), (long)(sizeof filler - done),
                       MSG_DONTWAIT | MSG_NOSIGNAL, 0, UNETNS_PASS_WORD);
    if (n == -EPIPE) return IN_PROGRESS; /* it has failed, as the program is to see by and by */
    if (n <= 0) return UNFILLED;
    done += (size_t)n;
  }
  return IN_PROGRESS;
}

/* It is in progress, as it would be for a call that was notified; if it fails at once after all,
 * that is seen as if it had failed later. */
static enum connected native_connect(const struct unetns_hot_head* t, int fd,
                                     const struct sockaddr* name, socklen_t size) {
  struct unetns_hot_hello hello = {.what = UNETNS_HELLO_CONNECT, .descriptor = fd};
  hello.inode = unetns_is_fresh(fd, &hello.mark);
  hello.about = hello.inode ? unetns_peer_of(name, size) : 0;
  if (!hello.about ||
      reachable(t, hello.about) != atomic_load_explicit(&reached_, memory_order_relaxed))
    return NOT_NATIVE;
  const long how = raw(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0);
  if (how < 0 || !(how & O_NONBLOCK) || unetns_dock(&hello) != 0) return NOT_NATIVE;
  unetns_made_here(fd, hello.inode, 0);
  return fill(t, fd);
}

int connect(int fd, const struct sockaddr* name, socklen_t size) {
  const struct unetns_hot_head* t = unetns_table();
  const enum connected done_here =
      t && unetns_can_dock() ? native_connect(t, fd, name, size) : NOT_NATIVE;
  if (done_here == IN_PROGRESS) return (int)result(-EINPROGRESS);
  int done = next_connect(fd, name, size);
  int failed = done < 0 ? *__errno_location() : 0;
  /* It has begun already, if it was not refused. */
  if (done_here == UNFILLED && (failed == EALREADY || failed == EISCONN))
    done = (int)result(-(failed = EINPROGRESS));
  const uint64_t peer =
      t && (failed == 0 || failed == EINPROGRESS) ? unetns_peer_of(name, size) : 0;
  if (peer) atomic_store_explicit(&reached_, reachable(t, peer), memory_order_relaxed);
  return done;
}

int setsockopt(int fd, int level, int name, const void* value, socklen_t size) {
  uint64_t inode;
  if (level == IPPROTO_TCP && name == TCP_NODELAY && value && (int)size >= (int)sizeof(int) &&
      (inode = unetns_is_joined(fd))) {
    struct unetns_hot_wish wish = {.inode = inode};
    __builtin_memcpy(&wish.value, value, sizeof wish.value);
    if (unetns_wish(&wish)) return 0;
  }
  return (int)result(raw(SYS_setsockopt, fd, level, name, (long)value, size, 0));
}
