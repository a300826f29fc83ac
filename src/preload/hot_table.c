#define _GNU_SOURCE
#include "preload/hot_table.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "preload/raw.h"

#define HEAD sizeof(struct unetns_hot_head)
#define SIZE (HEAD + UNETNS_HOT_SLOTS * sizeof(struct unetns_hot_slot))

static _Atomic(const char*) table_; /* null: not looked for yet */
static const char none;             /* its value when there is none */
static struct sockaddr_un dock_name_ = {.sun_family = AF_UNIX};

const struct sockaddr_un* unetns_dock_name(void) { return &dock_name_; }

static size_t length(const char* text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}

/* The table lies beside the library. Opened with the pass: the supervisor need not be asked. */
static const char* find_table(void) {
  static const char name[] = "hot-sockets", dock[] = "dock";
  char path[512];
  Dl_info self;
  if (!dladdr((void*)&table_, &self) || !self.dli_fname) return &none;
  size_t n = length(self.dli_fname);
  while (n > 0 && self.dli_fname[n - 1] != '/') n--;
  if (n == 0 || n + sizeof name > sizeof path) return &none;
  for (size_t i = 0; i < n; i++) path[i] = self.dli_fname[i];
  if (n + sizeof dock <= sizeof dock_name_.sun_path) { /* else there is none */
    for (size_t i = 0; i < n; i++) dock_name_.sun_path[i] = path[i];
    for (size_t i = 0; i < sizeof dock; i++) dock_name_.sun_path[n + i] = dock[i];
  }
  for (size_t i = 0; i < sizeof name; i++) path[n + i] = name[i];
  const long fd = raw(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, UNETNS_PASS_WORD,
                      UNETNS_PASS_WORD, UNETNS_PASS_WORD);
  if (fd < 0) return &none;
  struct stat st;
  const char* found = &none;
  if (raw(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) == 0 && st.st_size >= (off_t)SIZE) {
    const long at = raw(SYS_mmap, 0, SIZE, PROT_READ, MAP_SHARED, fd, 0);
    if (at > 0 || at < -4095)
      found =
          ((const struct unetns_hot_head*)at)->magic == UNETNS_HOT_MAGIC ? (const char*)at : &none;
  }
  raw(SYS_close, fd, 0, 0, 0, 0, 0);
  return found;
}

const struct unetns_hot_head* unetns_table(void) {
  const char* t = atomic_load_explicit(&table_, memory_order_acquire);
  if (!t) {
    t = find_table();
    atomic_store_explicit(&table_, t, memory_order_release);
  }
  return t == &none ? NULL : (const struct unetns_hot_head*)t;
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

void unetns_copied(void) { atomic_fetch_add_explicit(&copies_, 1, memory_order_relaxed); }

static uint32_t age_of(const struct unetns_hot_head* t) {
  return __atomic_load_n(&t->births, __ATOMIC_ACQUIRE) +
         atomic_load_explicit(&copies_, memory_order_relaxed);
}

void unetns_learn(int fd, uint64_t inode) {
  if (fd < 0 || fd >= DESCRIPTORS) return;
  const uint64_t age = age_of(unetns_table());
  const int fits = inode <= UINT32_MAX;
  atomic_store_explicit(&named_[fd], age << 32 | (uint32_t)inode, memory_order_relaxed);
  atomic_store_explicit(&trust_[fd], fits ? TRUSTED : 0, memory_order_relaxed);
}

/* The inode of a socket; 0: it is none. */
static uint64_t inode_of(const struct unetns_hot_head* t, int fd) {
  const uint32_t age = age_of(t);
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

struct unetns_hot_slot unetns_slot_of(int fd) {
  static const struct unetns_hot_slot nothing;
  const struct unetns_hot_head* t = unetns_table();
  if (!t || fd < 0 || (fd >= UNETNS_HIGH_FIRST && fd < UNETNS_HIGH_END)) return nothing;
  const uint64_t inode = inode_of(t, fd);
  if (!inode) return nothing;
  const struct unetns_hot_slot* slots = (const struct unetns_hot_slot*)((const char*)t + HEAD);
  const uint32_t at = unetns_hot_hash(inode);
  for (uint32_t i = 0; i < UNETNS_HOT_PROBES; i++) {
    const struct unetns_hot_slot* s = &slots[(at + i) & (UNETNS_HOT_SLOTS - 1)];
    if (__atomic_load_n(&s->inode, __ATOMIC_ACQUIRE) != inode) continue;
    const struct unetns_hot_slot found = {inode, __atomic_load_n(&s->flags, __ATOMIC_ACQUIRE),
                                          __atomic_load_n(&s->most, __ATOMIC_ACQUIRE),
                                          __atomic_load_n(&s->peer, __ATOMIC_ACQUIRE),
                                          __atomic_load_n(&s->source, __ATOMIC_ACQUIRE)};
    return __atomic_load_n(&s->inode, __ATOMIC_ACQUIRE) == inode ? found : nothing;
  }
  return nothing;
}
