#define _GNU_SOURCE
#include "preload/dock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "preload/raw.h"

#define ASK_AFTER 4u /* sockets: who makes so many makes more */

/* What the process was told. A child must ask itself, and so must everybody when somebody moved. */
static _Atomic(int) mark_; /* 0: none */
static _Atomic(int) owner_;
static _Atomic(uint32_t) moves_;
static _Atomic(uint64_t) refused_; /* moves + 1 when there was none to be had */
static _Atomic(unsigned) wanted_;
static _Atomic(int) asking_; /* the process that does */

/* The channel, which another process may have inherited. */
static _Atomic(int) channel_; /* 0: none */
static _Atomic(uint64_t) channel_inode_;

static uint64_t socket_inode(int fd) {
  struct stat st;
  return raw(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) == 0 && S_ISSOCK(st.st_mode) ? st.st_ino : 0;
}

static int self(void) { return (int)raw(SYS_getpid, 0, 0, 0, 0, 0, 0); }

/* Out of the way of the program's own; not where namespaces are. 0: there is no room. */
static int put_high(int fd) {
  struct rlimit limit;
  if (raw(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&limit, 0, 0) != 0) return 0;
  const long least = limit.rlim_cur >= 4096 ? 2048 : limit.rlim_cur >= 1024 ? 896 : 0;
  const long high = least ? raw(SYS_fcntl, fd, F_DUPFD_CLOEXEC, least, 0, 0, 0) : -1;
  if (high < 0) return 0;
  if (high < UNETNS_HIGH_FIRST || high >= UNETNS_HIGH_END) return (int)high;
  raw(SYS_close, high, 0, 0, 0, 0, 0);
  return 0;
}

static int ask(uint32_t moves) {
  int mark = 0;
  const long made = raw(SYS_prctl, UNETNS_CHANNEL_OPTION, (long)&mark, 0, 0, 0, 0);
  if (made < 0 && made != -EEXIST) {
    atomic_store(&refused_, (uint64_t)moves + 1);
    return 0;
  }
  if (made >= 0) {
    const uint64_t inode = socket_inode((int)made);
    const int high = put_high((int)made);
    raw(SYS_close, made, 0, 0, 0, 0, 0);
    atomic_store(&channel_, 0);
    atomic_store(&channel_inode_, inode);
    atomic_store(&channel_, high);
  }
  atomic_store(&mark_, 0);
  atomic_store(&moves_, moves);
  atomic_store(&owner_, self());
  atomic_store(&mark_, mark);
  return mark;
}

int unetns_mark(const struct unetns_hot_head* t) {
  const uint32_t moves = __atomic_load_n(&t->moves, __ATOMIC_ACQUIRE);
  const int mark = atomic_load(&mark_);
  if (mark && atomic_load(&moves_) == moves && atomic_load(&owner_) == self()) return mark;
  if (atomic_load(&refused_) == (uint64_t)moves + 1 || atomic_fetch_add(&wanted_, 1) < ASK_AFTER ||
      atomic_exchange(&asking_, self()) == self())
    return 0;
  const int told = ask(moves);
  atomic_store(&asking_, 0);
  return told;
}

long unetns_set(int fd, int option, const void* value, size_t size) {
  return raw(SYS_setsockopt, fd, SOL_SOCKET, option, (long)value, (long)size, UNETNS_OPTION_WORD);
}

static _Atomic(int) astray_;

int unetns_can_dock(void) { return !atomic_load_explicit(&astray_, memory_order_relaxed); }

static long pass_name(long nr, int fd, const struct sockaddr_un* name, size_t size) {
  return raw(nr, fd, (long)name, (long)size, UNETNS_CONNECT_WORD, UNETNS_CONNECT_WORD,
             UNETNS_CONNECT_WORD);
}

static socklen_t name_for(const struct unetns_hot_hello* hello, struct sockaddr_un* own) {
  static const char first[] = UNETNS_HELLO_NAME;
  char* at = own->sun_path;
  own->sun_family = AF_UNIX;
  *at++ = 0;
  for (size_t i = 0; i + 1 < sizeof first; i++) *at++ = first[i];
  for (size_t i = 0; i < sizeof *hello; i++) {
    const unsigned char byte = ((const unsigned char*)hello)[i];
    *at++ = (char)('a' + (byte >> 4));
    *at++ = (char)('a' + (byte & 15));
  }
  return (socklen_t)(at - (char*)own);
}

int unetns_dock(const struct unetns_hot_hello* hello) {
  struct sockaddr_un own;
  const socklen_t named = name_for(hello, &own);
  const struct sockaddr_un* dock = unetns_dock_name();
  long done = pass_name(SYS_bind, hello->descriptor, &own, named);
  if (done == 0) done = pass_name(SYS_connect, hello->descriptor, dock, sizeof *dock);
  if (done == -ENOENT || done == -ENOTDIR || done == -EACCES || done == -ECONNREFUSED ||
      done == -EPERM || done == -ENOSYS)
    atomic_store_explicit(&astray_, 1, memory_order_relaxed);
  return (int)done;
}

#define DESCRIPTORS 4096
static _Atomic(uint64_t) made_here_[DESCRIPTORS]; /* inodes */
static _Atomic(int) marks_[DESCRIPTORS];

void unetns_made_here(int fd, uint64_t inode, int mark) {
  if (fd < 0 || fd >= DESCRIPTORS) return;
  atomic_store_explicit(&marks_[fd], mark, memory_order_relaxed);
  atomic_store_explicit(&made_here_[fd], inode, memory_order_release);
}

static uint64_t is_made_here(int fd, int* mark) {
  if (fd < 0 || fd >= DESCRIPTORS) return 0;
  const uint64_t inode = atomic_load_explicit(&made_here_[fd], memory_order_acquire);
  *mark = atomic_load_explicit(&marks_[fd], memory_order_relaxed);
  return inode != 0 && socket_inode(fd) == inode ? inode : 0;
}

uint64_t unetns_is_fresh(int fd, int* mark) {
  const uint64_t inode = is_made_here(fd, mark);
  return *mark ? inode : 0;
}

uint64_t unetns_is_joined(int fd) {
  int mark = 0;
  const uint64_t inode = is_made_here(fd, &mark);
  return mark ? 0 : inode;
}

int unetns_wish(const struct unetns_hot_wish* wish) {
  if (atomic_load(&owner_) != self() && !unetns_mark(unetns_table())) return 0;
  const int to = atomic_load(&channel_);
  return to > 0 && atomic_load(&owner_) == self() &&
         socket_inode(to) == atomic_load(&channel_inode_) &&
         raw(SYS_sendto, to, (long)wish, sizeof *wish, MSG_DONTWAIT | MSG_NOSIGNAL, 0,
             UNETNS_PASS_WORD) == sizeof *wish;
}
