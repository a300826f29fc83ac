/* open(2) and stat(2). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "preload/hot_table.h"
#include "preload/raw.h"

static int begins(const char* path, const char* with) {
  while (*with && *path == *with) path++, with++;
  return !*with;
}

/* Whether no supervisor would see anything in the path: absolute, plainly written, and outside of
 * the trees that have something of a network's in them. */
static int plain(const char* path) {
  if (!path || path[0] != '/') return 0;
  for (const char* p = path; *p; p++)
    if (*p == '/' && (p[1] == '.' || p[1] == '/')) return 0;
  if (begins(path, "/proc") || begins(path, "/sys") || begins(path, "/dev") ||
      begins(path, "/run") || begins(path, "/var/run"))
    return 0;
  const struct unetns_hot_head* t = unetns_table();
  return t && t->plain_paths;
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
