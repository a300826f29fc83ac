/* send(2) and recv(2). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "preload/hot_table.h"
#include "preload/names.h"
#include "preload/raw.h"

#define NATIVE_FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL)

typedef ssize_t receive_function(int, void*, size_t, int, struct sockaddr*, socklen_t*);
typedef ssize_t send_function(int, const void*, size_t, int, const struct sockaddr*, socklen_t);

static _Atomic(receive_function*) receive_;
static _Atomic(send_function*) send_;

/* By libc's own functions, since they are points where a thread may be cancelled. */
static ssize_t next_receive(int fd, void* to, size_t n, int flags, struct sockaddr* name,
                            socklen_t* size) {
  receive_function* f = atomic_load_explicit(&receive_, memory_order_relaxed);
  if (!f) {
    f = (receive_function*)dlsym(RTLD_NEXT, "recvfrom");
    atomic_store_explicit(&receive_, f, memory_order_relaxed);
  }
  if (f) return f(fd, to, n, flags, name, size);
  return result(raw(SYS_recvfrom, fd, (long)to, (long)n, flags, (long)name, (long)size));
}

static ssize_t next_send(int fd, const void* from, size_t n, int flags, const struct sockaddr* name,
                         socklen_t size) {
  send_function* f = atomic_load_explicit(&send_, memory_order_relaxed);
  if (!f) {
    f = (send_function*)dlsym(RTLD_NEXT, "sendto");
    atomic_store_explicit(&send_, f, memory_order_relaxed);
  }
  if (f) return f(fd, from, n, flags, name, size);
  return result(raw(SYS_sendto, fd, (long)from, (long)n, flags, (long)name, (long)size));
}

static ssize_t send_named(int fd, const void* from, size_t n, int flags, uint64_t peer) {
  struct unetns_hot_name head = {.peer = peer};
  __builtin_memcpy(head.mark, unetns_table()->mark, sizeof head.mark);
  struct iovec parts[2] = {{&head, sizeof head}, {(void*)from, n}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  const long sent = result(raw(SYS_sendmsg, fd, (long)&message, flags, UNETNS_PASS_WORD,
                               UNETNS_PASS_WORD, UNETNS_PASS_WORD));
  return sent < (long)sizeof head ? sent : sent - (long)sizeof head;
}

static ssize_t receive_unnamed(int fd, void* to, size_t n, int flags) {
  return next_receive(fd, to, n, flags, NULL, (socklen_t*)(size_t)UNETNS_PASS_WORD);
}

/* The source that was told before is that of what was read if it is told still. */
static ssize_t receive_named(int fd, void* to, size_t n, int flags, struct sockaddr* name,
                             socklen_t* size, uint64_t source) {
  const ssize_t got = receive_unnamed(fd, to, n, flags);
  if (got < 0) return got;
  if (unetns_slot_of(fd).source != source) {
    const long true_source = raw(SYS_prctl, UNETNS_NAME_OPTION, fd, (long)to, got, 0, 0);
    if (true_source != 0 && (true_source > 0 || true_source < -4095))
      source = (uint64_t)true_source;
  }
  unetns_give_name(source, name, size);
  return got;
}

ssize_t recvfrom(int fd, void* to, size_t n, int flags, struct sockaddr* name, socklen_t* size) {
  if (!(flags & ~NATIVE_FLAGS)) {
    const struct unetns_hot_slot known = unetns_slot_of(fd);
    if (known.flags & UNETNS_HOT_RECV) {
      if (!name) return receive_unnamed(fd, to, n, flags);
      const int sized = size && (int)*size >= 0;
      /* A stream tells no name, but looks at what the program gave for its length. */
      if ((known.flags & UNETNS_HOT_STREAM) && sized) {
        const ssize_t got = receive_unnamed(fd, to, n, flags);
        if (got >= 0) *size = 0;
        return got;
      }
      if ((known.flags & UNETNS_HOT_RECV_FROM) && known.source && sized)
        return receive_named(fd, to, n, flags, name, size, known.source);
    }
  }
  return next_receive(fd, to, n, flags, name, size);
}

ssize_t recv(int fd, void* to, size_t n, int flags) {
  return recvfrom(fd, to, n, flags, NULL, NULL);
}

ssize_t sendto(int fd, const void* from, size_t n, int flags, const struct sockaddr* name,
               socklen_t size) {
  if (!(flags & ~NATIVE_FLAGS)) {
    const struct unetns_hot_slot known = unetns_slot_of(fd);
    const int stream = (known.flags & UNETNS_HOT_STREAM) != 0;
    const int in_turn = (known.flags & UNETNS_HOT_TURNS) && n <= UNETNS_HOT_TURNS_MOST;
    const int fits = stream || n <= known.most;
    if ((known.flags & UNETNS_HOT_SEND) && fits && !in_turn && (!name || stream))
      return next_send(fd, from, n, flags, NULL, UNETNS_PASS_WORD);
    if ((known.flags & UNETNS_HOT_SEND_TO) && fits && known.peer &&
        unetns_peer_of(name, size) == known.peer)
      return send_named(fd, from, n, flags, known.peer);
    if (in_turn && known.inode <= UINT32_MAX)
      return result(raw(SYS_sendto, fd, (long)from, (long)n, (long)known.inode << 32 | flags,
                        (long)name, (long)size));
  }
  return next_send(fd, from, n, flags, name, size);
}

ssize_t send(int fd, const void* from, size_t n, int flags) {
  return sendto(fd, from, n, flags, NULL, 0);
}

/* What a program compiled with _FORTIFY_SOURCE calls; the check of the buffer is its own. */
extern void __chk_fail(void) __attribute__((weak, noreturn));

ssize_t __recvfrom_chk(int fd, void* to, size_t n, size_t room, int flags, struct sockaddr* name,
                       socklen_t* size) {
  if (n > room) {
    if (__chk_fail) __chk_fail();
    __builtin_trap();
  }
  return recvfrom(fd, to, n, flags, name, size);
}

ssize_t __recv_chk(int fd, void* to, size_t n, size_t room, int flags) {
  return __recvfrom_chk(fd, to, n, room, flags, NULL, NULL);
}
