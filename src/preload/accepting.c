/* accept(2): connections that lie in the listener's descriptor as messages. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "preload/hot_table.h"
#include "preload/names.h"
#include "preload/raw.h"

#define ASK_AFTER 4u /* accepts: who makes so many makes more */
/* A connection whose descriptor finds no number is lost: near the limit it is asked. Since the last
 * one so many others may have been opened. */
#define SPARE 512

extern void pthread_testcancel(void) __attribute__((weak));

typedef int accept_function(int, struct sockaddr*, socklen_t*, int);

static _Atomic(accept_function*) accept_;
static _Atomic(unsigned) asked_; /* calls that were not native */
static _Atomic(int) last_ = -1;  /* the number that was made last */

static int next_accept(int fd, struct sockaddr* name, socklen_t* size, int flags) {
  accept_function* f = atomic_load_explicit(&accept_, memory_order_relaxed);
  if (!f) {
    f = (accept_function*)dlsym(RTLD_NEXT, "accept4");
    atomic_store_explicit(&accept_, f, memory_order_relaxed);
  }
  if (f) return f(fd, name, size, flags);
  return (int)result(raw(SYS_accept4, fd, (long)name, (long)size, flags, 0, 0));
}

static int plenty(void) {
  const int last = atomic_load_explicit(&last_, memory_order_relaxed);
  struct rlimit now;
  return last >= 0 && raw(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&now, 0, 0) == 0 &&
         (rlim_t)last + SPARE < now.rlim_cur;
}

/* The descriptor of a connection that lies there; or, negative, the error. */
static int take(int fd, int flags, struct unetns_hot_accepted* told) {
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec part = {told, sizeof *told};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  const int how = MSG_DONTWAIT | (flags & SOCK_CLOEXEC ? MSG_CMSG_CLOEXEC : 0);
  const long n = raw(SYS_recvmsg, fd, (long)&message, how, UNETNS_PASS_WORD, UNETNS_PASS_WORD,
                     UNETNS_PASS_WORD);
  if (n < 0) return (int)n;
  if (n < (long)sizeof *told) return -EPROTO;
  if (message.msg_controllen < CMSG_LEN(sizeof(int)) || control.head.cmsg_type != SCM_RIGHTS)
    return -EMFILE;
  int made;
  __builtin_memcpy(&made, CMSG_DATA(&control.head), sizeof made);
  unetns_copied();
  const int wanted = (flags & SOCK_NONBLOCK) != 0;
  if (wanted != (told->nonblocking != 0))
    raw(SYS_fcntl, made, F_SETFL, O_RDWR | (wanted ? O_NONBLOCK : 0), 0, 0, 0);
  return made;
}

int accept4(int fd, struct sockaddr* name, socklen_t* size, int flags) {
  const int fits =
      !(flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) && (!name || (size && (int)*size >= 0));
  const struct unetns_hot_slot known = unetns_slot_of(fd);
  if (!(known.flags & UNETNS_HOT_LISTENS) || !fits) return next_accept(fd, name, size, flags);
  if ((known.flags & UNETNS_HOT_ACCEPT) && plenty()) {
    if (pthread_testcancel) pthread_testcancel();
    struct unetns_hot_accepted told;
    const int made = take(fd, flags, &told);
    if (made >= 0) {
      atomic_store_explicit(&last_, made, memory_order_relaxed);
      if (name) unetns_give_name(told.peer, name, size);
      return made;
    }
    const long how = raw(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0);
    if (made == -EMFILE || (made == -EAGAIN && how >= 0 && (how & O_NONBLOCK) &&
                            (unetns_slot_of(fd).flags & UNETNS_HOT_ACCEPT_ALL)))
      return (int)result(made);
  } else if (atomic_fetch_add_explicit(&asked_, 1, memory_order_relaxed) >= ASK_AFTER &&
             !(known.flags & UNETNS_HOT_ACCEPT)) {
    raw(SYS_prctl, UNETNS_ACCEPT_OPTION, fd, flags, 0, 0, 0);
  }
  const int made = next_accept(fd, name, size, flags);
  if (made >= 0) atomic_store_explicit(&last_, made, memory_order_relaxed);
  return made;
}

int accept(int fd, struct sockaddr* name, socklen_t* size) { return accept4(fd, name, size, 0); }
