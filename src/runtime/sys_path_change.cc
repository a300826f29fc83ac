// Syscalls that give a name: symlink(2), link(2), rename(2), mknod(2). In our own directories they
// are done where those really are; everywhere else natively.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "runtime/place.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

Outcome result(Supervisor& s, int r) {
  s.effect = true;
  return r == 0 ? Outcome::ret(0) : Outcome::err(errno);
}

bool is_private(const Result<Place>& place) {
  return place && (place->kind == Place::Kind::kPrivate || !place->real.empty());
}

Outcome symlink_at(Supervisor& s, Thread& t, const Call& c, uint64_t target, int dirfd,
                   uint64_t path) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!is_private(place)) return Outcome::native();
  auto text = c.memory().read_string(target, PATH_MAX);
  if (!text) return Outcome::err(text.error().code);
  return result(s, symlink(text->c_str(), place->real.c_str()));
}

// What has two names: both in a directory of ours, or none (EXDEV, as between file systems).
template <class Do>
Outcome between(Supervisor& s, Thread& t, const Call& c, int from_fd, uint64_t from, int to_fd,
                uint64_t to, Do&& act) {
  auto source = find_place(s, t, c, from_fd, from);
  auto target = find_place(s, t, c, to_fd, to);
  if (!is_private(source) && !is_private(target)) return Outcome::native();
  if (!source || !target) return Outcome::err(EFAULT);
  if (!is_private(source) || !is_private(target)) return Outcome::err(EXDEV);
  // A name on which a namespace is mounted stays where it is.
  if (source->kind == Place::Kind::kNetHandle || target->kind == Place::Kind::kNetHandle)
    return Outcome::err(EBUSY);
  return result(s, act(source->real.c_str(), target->real.c_str()));
}

Outcome rename_at(Supervisor& s, Thread& t, const Call& c, int from_fd, uint64_t from, int to_fd,
                  uint64_t to, unsigned flags) {
  return between(s, t, c, from_fd, from, to_fd, to, [flags](const char* a, const char* b) {
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, flags);
  });
}

Outcome link_at(Supervisor& s, Thread& t, const Call& c, int from_fd, uint64_t from, int to_fd,
                uint64_t to) {
  return between(s, t, c, from_fd, from, to_fd, to,
                 [](const char* a, const char* b) { return link(a, b); });
}

Outcome mknod_at(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t path, mode_t mode) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!is_private(place)) return Outcome::native();
  const mode_t type = mode & S_IFMT;
  if (type == S_IFCHR || type == S_IFBLK) return Outcome::err(EPERM);
  return result(s, mknod(place->real.c_str(), type | (mode & 0777) | 0600, 0));
}

Outcome sys_symlinkat(Supervisor& s, Thread& t, Call& c) {
  return symlink_at(s, t, c, c.args[0], c.arg_int(1), c.args[2]);
}
Outcome sys_linkat(Supervisor& s, Thread& t, Call& c) {
  return link_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(2), c.args[3]);
}
Outcome sys_renameat(Supervisor& s, Thread& t, Call& c) {
  return rename_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(2), c.args[3], 0);
}
Outcome sys_renameat2(Supervisor& s, Thread& t, Call& c) {
  return rename_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(2), c.args[3],
                   static_cast<unsigned>(c.args[4]));
}
Outcome sys_mknodat(Supervisor& s, Thread& t, Call& c) {
  return mknod_at(s, t, c, c.arg_int(0), c.args[1], static_cast<mode_t>(c.args[2]));
}
#ifdef SYS_symlink
Outcome sys_symlink(Supervisor& s, Thread& t, Call& c) {
  return symlink_at(s, t, c, c.args[0], AT_FDCWD, c.args[1]);
}
Outcome sys_link(Supervisor& s, Thread& t, Call& c) {
  return link_at(s, t, c, AT_FDCWD, c.args[0], AT_FDCWD, c.args[1]);
}
Outcome sys_rename(Supervisor& s, Thread& t, Call& c) {
  return rename_at(s, t, c, AT_FDCWD, c.args[0], AT_FDCWD, c.args[1], 0);
}
Outcome sys_mknod(Supervisor& s, Thread& t, Call& c) {
  return mknod_at(s, t, c, AT_FDCWD, c.args[0], static_cast<mode_t>(c.args[1]));
}
#endif

}  // namespace

void register_path_change_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_symlinkat, sys_symlinkat);
  set_handler(table, SYS_linkat, sys_linkat);
#ifdef SYS_renameat
  set_handler(table, SYS_renameat, sys_renameat);
#endif
  set_handler(table, SYS_renameat2, sys_renameat2);
  set_handler(table, SYS_mknodat, sys_mknodat);
#ifdef SYS_symlink
  set_handler(table, SYS_symlink, sys_symlink);
  set_handler(table, SYS_link, sys_link);
  set_handler(table, SYS_rename, sys_rename);
  set_handler(table, SYS_mknod, sys_mknod);
#endif
}

}  // namespace unetns
