/* accept(2): a token that lies in the listening socket stands for a connection, which a socket that
 * is made here becomes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "preload/dock.h"
#include "preload/names.h"
#include "preload/raw.h"

#define ASK_AFTER 4u /* accepts: who makes so many makes more */

extern void pthread_testcancel(void) __attribute__((weak));

typedef int accept_function(int, struct sockaddr*, socklen_t*, int);
static _Atomic(accept_function*) accept_;
static _Atomic(unsigned) asked_; /* calls that were not native */

static int next_accept(int fd, struct sockaddr* name, socklen_t* size, int flags) {
  accept_function* f = atomic_load_explicit(&accept_, memory_order_relaxed);
  if (!f) {
    f = (accept_function*)dlsym(RTLD_NEXT, "accept4");
    atomic_store_explicit(&accept_, f, memory_order_relaxed);
  }
  if (f) return f(fd, name, size, flags);
  return (int)result(raw(SYS_accept4, fd, (long)name, (long)size, flags, 0, 0));
}

/* The connection; or, negative, the error: it waits for others then. */
static int become(int listener, uint64_t about, const struct unetns_hot_token* told, int flags) {
  const long fd = raw(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | flags, 0, 0, 0, 0);
  long done = fd;
  if (fd >= 0) {
    struct stat st;
    done = raw(SYS_fstat, fd, (long)&st, 0, 0, 0, 0);
    const struct unetns_hot_hello hello = {.what = UNETNS_HELLO_ACCEPT,
                                           .descriptor = (int)fd,
                                           .inode = st.st_ino,
                                           .about = about,
                                           .token = told->token};
    if (done == 0) done = unetns_dock(&hello);
    if (done == 0) {
      unetns_learn((int)fd, st.st_ino);
      unetns_made_here((int)fd, st.st_ino, 0);
      if (!(flags & SOCK_NONBLOCK)) raw(SYS_fcntl, fd, F_SETFL, O_RDWR, 0, 0, 0);
      return (int)fd;
    }
    raw(SYS_close, fd, 0, 0, 0, 0, 0);
  }
  raw(SYS_prctl, UNETNS_RETURN_OPTION, listener, (long)told->token, 0, 0, 0);
  return (int)done;
}

static void give_peer(const struct unetns_hot_token* told, struct sockaddr* name, socklen_t* size) {
  if (told->peer & UNETNS_TOKEN_INET6)
    unetns_give_mapped(told->peer, name, size);
  else
    unetns_give_name(told->peer, name, size);
}

int accept4(int fd, struct sockaddr* name, socklen_t* size, int flags) {
  const int fits =
      !(flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) && (!name || (size && (int)*size >= 0));
  const struct unetns_hot_slot known = unetns_slot_of(fd);
  if (!(known.flags & UNETNS_HOT_LISTENS) || !fits) return next_accept(fd, name, size, flags);
  if ((known.flags & UNETNS_HOT_ACCEPT) && unetns_can_dock()) {
    if (pthread_testcancel) pthread_testcancel();
    struct unetns_hot_token told;
    const long n =
        raw(SYS_recvfrom, fd, (long)&told, sizeof told, MSG_DONTWAIT, 0, UNETNS_PASS_WORD);
    if (n == sizeof told) {
      const int made = become(fd, known.inode, &told, flags);
      if (made >= 0 && name) give_peer(&told, name, size);
      if (made >= 0 || made == -EMFILE || made == -ENFILE) return (int)result(made);
    } else if (n == -EAGAIN) {
      const long how = raw(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0);
      if (how >= 0 && (how & O_NONBLOCK) && (unetns_slot_of(fd).flags & UNETNS_HOT_ACCEPT_ALL))
        return (int)result(n);
    }
  } else if (!(known.flags & UNETNS_HOT_ACCEPT) &&
             atomic_fetch_add_explicit(&asked_, 1, memory_order_relaxed) >= ASK_AFTER) {
    raw(SYS_prctl, UNETNS_ACCEPT_OPTION, fd, 0, 0, 0, 0);
  }
  return next_accept(fd, name, size, flags);
}

int accept(int fd, struct sockaddr* name, socklen_t* size) { return accept4(fd, name, size, 0); }
