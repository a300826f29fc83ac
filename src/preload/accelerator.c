/* Preloaded into dynamic programs on request: recv(2) and send(2) on sockets that are well, and
 * open(2) and stat(2) of files that are none of ours, go to the kernel without asking the
 * supervisor. What may go so stands in a table that it keeps (hot_layout.h); everything else takes
 * the usual way. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "preload/hot_layout.h"
#include "preload/raw.h"

#define NATIVE_FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL)
#define HEAD sizeof(struct unetns_hot_head)
#define SIZE (HEAD + UNETNS_HOT_SLOTS * sizeof(struct unetns_hot_slot))

typedef ssize_t receive_function(int, void*, size_t, int, struct sockaddr*, socklen_t*);
typedef ssize_t send_function(int, const void*, size_t, int, const struct sockaddr*, socklen_t);

static _Atomic(const char*) table_; /* null: not looked for yet */
static _Atomic(const char*) wishes_;
static const char none; /* their value when there is none */
static _Atomic(receive_function*) receive_;
static _Atomic(send_function*) send_;

static size_t length(const char* text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}

/* The tables lie beside the library. Opened with the pass: the supervisor need not be asked. */
static const char* map_table(const char* name, long size, int writable) {
  char path[512];
  Dl_info self;
  if (!dladdr((void*)&table_, &self) || !self.dli_fname) return &none;
  size_t n = length(self.dli_fname);
  while (n > 0 && self.dli_fname[n - 1] != '/') n--;
  const size_t rest = length(name) + 1;
  if (n == 0 || n + rest > sizeof path) return &none;
  for (size_t i = 0; i < n; i++) path[i] = self.dli_fname[i];
  for (size_t i = 0; i < rest; i++) path[n + i] = name[i];
  const long fd = raw(SYS_openat, AT_FDCWD, (long)path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC,
                      UNETNS_PASS_WORD, UNETNS_PASS_WORD, UNETNS_PASS_WORD);
  if (fd < 0) return &none;
  struct stat st;
  const char* found = &none;
  if (raw(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) == 0 && st.st_size >= size) {
    const long at =
        raw(SYS_mmap, 0, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    if (at > 0 || at < -4095) found = (const char*)at;
  }
  raw(SYS_close, fd, 0, 0, 0, 0, 0);
  return found;
}

static const char* find_table(void) {
  const char* t = map_table("hot-sockets", (long)SIZE, 0);
  return t != &none && ((const struct unetns_hot_head*)t)->magic == UNETNS_HOT_MAGIC ? t : &none;
}

static const char* table(void) {
  const char* t = atomic_load_explicit(&table_, memory_order_acquire);
  if (t) return t;
  t = find_table();
  atomic_store_explicit(&table_, t, memory_order_release);
  return t;
}

/* Null: there are none. */
static uint64_t* wishes(void) {
  const char* w = atomic_load_explicit(&wishes_, memory_order_acquire);
  if (!w) {
    w = map_table("hot-wishes", (long)(UNETNS_HOT_SLOTS * sizeof(uint64_t)), 1);
    atomic_store_explicit(&wishes_, w, memory_order_release);
  }
  return w == &none ? NULL : (uint64_t*)w;
}

/* Which sockets the descriptors named when they were looked at last, so that not every call needs
 * an fstat(2): the inode, and above it the age. A descriptor comes to name another socket by a
 * birth, which the table tells, or by a copy, which makes a new age here; if that is made unseen
 * (by a system call of the program's own) it is seen some calls later. */
#define DESCRIPTORS 1024
#define TRUSTED 15
static _Atomic(uint64_t) named_[DESCRIPTORS];
static _Atomic(uint32_t) trust_[DESCRIPTORS]; /* calls until it is looked at again */
static _Atomic(uint32_t) copies_;

static void copied(void) { atomic_fetch_add_explicit(&copies_, 1, memory_order_relaxed); }

/* The inode of a socket; 0: it is none. */
static uint64_t inode_of(const char* t, int fd) {
  const uint32_t births =
      __atomic_load_n(&((const struct unetns_hot_head*)t)->births, __ATOMIC_ACQUIRE);
  const uint32_t age = births + atomic_load_explicit(&copies_, memory_order_relaxed);
  if (fd < DESCRIPTORS) {
    const uint32_t trust = atomic_load_explicit(&trust_[fd], memory_order_relaxed);
    const uint64_t named = atomic_load_explicit(&named_[fd], memory_order_relaxed);
    if (trust > 0 && (uint32_t)(named >> 32) == age) {
      atomic_store_explicit(&trust_[fd], trust - 1, memory_order_relaxed);
      return (uint32_t)named;
    }
  }
  struct stat st;
  if (raw(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) != 0 || !S_ISSOCK(st.st_mode)) return 0;
  if (fd < DESCRIPTORS && st.st_ino <= UINT32_MAX) {
    atomic_store_explicit(&named_[fd], (uint64_t)age << 32 | st.st_ino, memory_order_relaxed);
    atomic_store_explicit(&trust_[fd], TRUSTED, memory_order_relaxed);
  }
  return st.st_ino;
}

/* What stands in the table about a descriptor, and where; flags 0: nothing. */
static struct unetns_hot_slot find_slot(int fd, uint32_t* where) {
  static const struct unetns_hot_slot nothing;
  const char* t = table();
  if (t == &none || fd < 0 || (fd >= UNETNS_HIGH_FIRST && fd < UNETNS_HIGH_END)) return nothing;
  const uint64_t inode = inode_of(t, fd);
  if (!inode) return nothing;
  const struct unetns_hot_slot* slots = (const struct unetns_hot_slot*)(t + HEAD);
  const uint32_t at = unetns_hot_hash(inode);
  for (uint32_t i = 0; i < UNETNS_HOT_PROBES; i++) {
    const struct unetns_hot_slot* s = &slots[(at + i) & (UNETNS_HOT_SLOTS - 1)];
    if (__atomic_load_n(&s->inode, __ATOMIC_ACQUIRE) != inode) continue;
    const struct unetns_hot_slot found = {inode, __atomic_load_n(&s->flags, __ATOMIC_ACQUIRE),
                                          __atomic_load_n(&s->most, __ATOMIC_ACQUIRE),
                                          __atomic_load_n(&s->peer, __ATOMIC_ACQUIRE),
                                          __atomic_load_n(&s->source, __ATOMIC_ACQUIRE)};
    if (where) *where = (at + i) & (UNETNS_HOT_SLOTS - 1);
    return __atomic_load_n(&s->inode, __ATOMIC_ACQUIRE) == inode ? found : nothing;
  }
  return nothing;
}

static struct unetns_hot_slot slot_of(int fd) { return find_slot(fd, NULL); }

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

static uint64_t peer_of(const struct sockaddr* name, socklen_t size) {
  const struct sockaddr_in* in = (const struct sockaddr_in*)name;
  if (!name || size < sizeof *in || in->sin_family != AF_INET) return 0;
  return unetns_hot_peer(in->sin_addr.s_addr, in->sin_port);
}

static ssize_t send_named(int fd, const void* from, size_t n, int flags, uint64_t peer) {
  struct unetns_hot_name head = {.peer = peer};
  __builtin_memcpy(head.mark, ((const struct unetns_hot_head*)table())->mark, sizeof head.mark);
  struct iovec parts[2] = {{&head, sizeof head}, {(void*)from, n}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  const long sent = result(raw(SYS_sendmsg, fd, (long)&message, flags, UNETNS_PASS_WORD,
                               UNETNS_PASS_WORD, UNETNS_PASS_WORD));
  return sent < (long)sizeof head ? sent : sent - (long)sizeof head;
}

static ssize_t receive_unnamed(int fd, void* to, size_t n, int flags) {
  return next_receive(fd, to, n, flags, NULL, (socklen_t*)(size_t)UNETNS_PASS_WORD);
}

static void give_name(uint64_t peer, struct sockaddr* name, socklen_t* size) {
  const struct sockaddr_in in = {.sin_family = AF_INET,
                                 .sin_port = unetns_hot_port(peer),
                                 .sin_addr = {unetns_hot_address(peer)}};
  __builtin_memcpy(name, &in, *size < sizeof in ? *size : sizeof in);
  *size = sizeof in;
}

/* The source that was told before is that of what was read if it is told still. */
static ssize_t receive_named(int fd, void* to, size_t n, int flags, struct sockaddr* name,
                             socklen_t* size, uint64_t source) {
  const ssize_t got = receive_unnamed(fd, to, n, flags);
  if (got < 0) return got;
  if (slot_of(fd).source != source) {
    const long true_source = raw(SYS_prctl, UNETNS_NAME_OPTION, fd, (long)to, got, 0, 0);
    if (true_source != 0 && (true_source > 0 || true_source < -4095))
      source = (uint64_t)true_source;
  }
  give_name(source, name, size);
  return got;
}

ssize_t recvfrom(int fd, void* to, size_t n, int flags, struct sockaddr* name, socklen_t* size) {
  if (!(flags & ~NATIVE_FLAGS)) {
    const struct unetns_hot_slot known = slot_of(fd);
    if (known.flags & UNETNS_HOT_RECV) {
      if (!name) return receive_unnamed(fd, to, n, flags);
      const int sized = size && (int)*size >= 0;
      /* A stream tells no name, but looks at what the program gave for its length. */
      if ((known.flags & UNETNS_HOT_STREAM) && sized) {
        const ssize_t got = receive_unnamed(fd, to, n, flags);
        if (got >= 0) *size = 0;
        return got;
      }
      if ((known.flags & UNETNS_HOT_RECV_FROM) && sized)
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
    const struct unetns_hot_slot known = slot_of(fd);
    const int stream = (known.flags & UNETNS_HOT_STREAM) != 0;
    const int in_turn = (known.flags & UNETNS_HOT_TURNS) && n <= UNETNS_HOT_TURNS_MOST;
    const int fits = stream || n <= known.most;
    if ((known.flags & UNETNS_HOT_SEND) && fits && !in_turn && (!name || stream))
      return next_send(fd, from, n, flags, NULL, UNETNS_PASS_WORD);
    if ((known.flags & UNETNS_HOT_SEND_TO) && fits && known.peer &&
        peer_of(name, size) == known.peer)
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

/* Whether a program that gives this address can be believed: a mistaken one must get EFAULT. */
static int on_stack(const void* p) {
  const char here = 0;
  const uintptr_t at = (uintptr_t)p, sp = (uintptr_t)&here;
  return at >= sp && at - sp < 2048 && (at & 3) == 0;
}

/* TCP_NODELAY of a connection is told without a call: it counts from the next thing on that the
 * supervisor has to do with the socket. */
static int wish_nodelay(int fd, int on) {
  uint32_t where = 0;
  const struct unetns_hot_slot known = find_slot(fd, &where);
  uint64_t* w = known.flags & UNETNS_HOT_STREAM && known.inode <= UINT32_MAX ? wishes() : NULL;
  if (!w) return 0;
  uint64_t wish = unetns_hot_wish(known.inode, on ? UNETNS_WISH_NODELAY : UNETNS_WISH_NODELAY_OFF);
  __atomic_store_n(&w[where], wish, __ATOMIC_SEQ_CST);
  const struct unetns_hot_slot* slots = (const struct unetns_hot_slot*)(table() + HEAD);
  if (__atomic_load_n(&slots[where].inode, __ATOMIC_SEQ_CST) == known.inode) return 1;
  __atomic_compare_exchange_n(&w[where], &wish, 0, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return 0;
}

int setsockopt(int fd, int level, int name, const void* value, socklen_t size) {
  if (level == IPPROTO_TCP && name == TCP_NODELAY && size >= sizeof(int) && on_stack(value) &&
      wish_nodelay(fd, *(const int*)value != 0))
    return 0;
  return (int)result(raw(SYS_setsockopt, fd, level, name, (long)value, (long)size, 0));
}

/* A copy of a descriptor may take a number that was another's. */
int dup(int fd) {
  const long made = raw(SYS_dup, fd, 0, 0, 0, 0, 0);
  copied();
  return (int)result(made);
}

int dup3(int fd, int to, int flags) {
  const long made = raw(SYS_dup3, fd, to, flags, 0, 0, 0);
  copied();
  return (int)result(made);
}

int dup2(int fd, int to) {
#ifdef SYS_dup2
  const long made = raw(SYS_dup2, fd, to, 0, 0, 0, 0);
  copied();
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
  if (what == F_DUPFD || what == F_DUPFD_CLOEXEC) copied();
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
  if (n >= 0 && message->msg_control) copied();
  return n;
}

static int begins(const char* path, const char* with) {
  while (*with && *path == *with) path++, with++;
  return !*with;
}

/* Whether no supervisor would see anything in the path: absolute, plainly written, and outside of
 * the trees that have something of a network's in them. */
static int plain(const char* path) {
  const char* t;
  if (!path || path[0] != '/') return 0;
  for (const char* p = path; *p; p++)
    if (*p == '/' && (p[1] == '.' || p[1] == '/')) return 0;
  if (begins(path, "/proc") || begins(path, "/sys") || begins(path, "/dev") ||
      begins(path, "/run") || begins(path, "/var/run"))
    return 0;
  t = table();
  return t != &none && ((const struct unetns_hot_head*)t)->plain_paths;
}

static int stat_at(int dir, const char* path, struct stat* st, int flags) {
  const long word = plain(path) && !(flags & AT_EMPTY_PATH) ? UNETNS_PASS_WORD : 0;
  return (int)result(raw(SYS_newfstatat, dir, (long)path, (long)st, flags, word, word));
}

int fstatat(int dir, const char* path, struct stat* st, int flags) {
  return stat_at(dir, path, st, flags);
}
int stat(const char* path, struct stat* st) { return stat_at(AT_FDCWD, path, st, 0); }
int lstat(const char* path, struct stat* st) {
  return stat_at(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}
/* The same structure where all numbers are of 64 bits. */
int fstatat64(int, const char*, struct stat64*, int) __attribute__((alias("fstatat")));
int stat64(const char*, struct stat64*) __attribute__((alias("stat")));
int lstat64(const char*, struct stat64*) __attribute__((alias("lstat")));

static int open_at(int dir, const char* path, int flags, mode_t mode) {
  if (!(flags & (O_CREAT | __O_TMPFILE)) && plain(path))
    return (int)result(raw(SYS_openat, dir, (long)path, flags, UNETNS_PASS_WORD, UNETNS_PASS_WORD,
                           UNETNS_PASS_WORD));
  return (int)result(raw(SYS_openat, dir, (long)path, flags, (long)mode, 0, 0));
}

static mode_t mode_of(int flags, va_list ap) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

#define OPEN(name, extra)                                  \
  int name(const char* path, int flags, ...) {             \
    va_list ap;                                            \
    va_start(ap, flags);                                   \
    const mode_t mode = mode_of(flags, ap);                \
    va_end(ap);                                            \
    return open_at(AT_FDCWD, path, flags | (extra), mode); \
  }
#define OPENAT(name, extra)                             \
  int name(int dir, const char* path, int flags, ...) { \
    va_list ap;                                         \
    va_start(ap, flags);                                \
    const mode_t mode = mode_of(flags, ap);             \
    va_end(ap);                                         \
    return open_at(dir, path, flags | (extra), mode);   \
  }
OPEN(open, 0)
OPEN(open64, 0)
OPENAT(openat, 0)
OPENAT(openat64, 0)
