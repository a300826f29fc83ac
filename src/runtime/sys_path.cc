// Syscalls that take a path: open(2), stat(2), readlink(2), access(2), mkdir(2), unlink(2) and
// their kin.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <climits>

#include "runtime/net_handle.h"
#include "runtime/place.h"
#include "runtime/proc_status.h"
#include "runtime/virtual_open.h"
#include "socket/socket.h"

namespace unetns {
namespace {

constexpr long kNsfsMagic = 0x6e736673;
constexpr unsigned kNsfsMinor = 4, kProcMinor = 22;

Outcome open_at(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t path, int flags,
                unsigned mode) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!place || place->kind == Place::Kind::kNative) return Outcome::native();
  // A link that is there already is what O_EXCL refuses.
  const bool follows = !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
  if (follows) place = follow(s, t, std::move(*place));
  if (!place) return Outcome::err(place.error().code);
  s.effect = flags & O_CREAT;
  return open_place(s, t, *place, flags, mode);
}

Outcome sys_openat(Supervisor& s, Thread& t, Call& c) {
  return open_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(2), static_cast<unsigned>(c.args[3]));
}
Outcome sys_openat2(Supervisor& s, Thread& t, Call& c) {
  auto how = c.memory().read_object<open_how>(c.args[2]);
  if (!how) return Outcome::native();
  return open_at(s, t, c, c.arg_int(0), c.args[1], static_cast<int>(how->flags),
                 static_cast<unsigned>(how->mode));
}
#ifdef SYS_open
Outcome sys_open(Supervisor& s, Thread& t, Call& c) {
  return open_at(s, t, c, AT_FDCWD, c.args[0], c.arg_int(1), static_cast<unsigned>(c.args[2]));
}
Outcome sys_creat(Supervisor& s, Thread& t, Call& c) {
  return open_at(s, t, c, AT_FDCWD, c.args[0], O_CREAT | O_WRONLY | O_TRUNC,
                 static_cast<unsigned>(c.args[1]));
}
#endif

struct stat handle_stat(const Net& net) {
  struct stat st {};
  st.st_dev = makedev(0, kNsfsMinor);
  st.st_ino = net_inode(net);
  st.st_mode = S_IFREG | 0444;
  st.st_nlink = 1;
  st.st_blksize = 4096;
  return st;
}

uint64_t path_inode(std::string_view path, uint64_t salt) {
  uint64_t h = 14695981039346656037ull ^ salt;
  for (char ch : path) h = (h ^ static_cast<uint8_t>(ch)) * 1099511628211ull;
  return h >> 1;
}

// The status of a place that is not native. The inner error is an errno; no value: ask the kernel.
std::optional<Result<struct stat>> stat_place(Supervisor& s, Thread& t, const Place& place,
                                              bool through) {
  switch (place.kind) {
    case Place::Kind::kNetHandle: {
      if (!through && place.real.empty() && place.path.starts_with("/proc/")) {
        struct stat st = handle_stat(*place.net);
        st.st_mode = S_IFLNK | 0777;
        st.st_dev = makedev(0, kProcMinor);
        return st;
      }
      return handle_stat(*place.net);
    }
    case Place::Kind::kNative: {  // a link of ours leads there
      struct stat st {};
      if (stat(place.path.c_str(), &st) != 0) return Result<struct stat>(fail(errno));
      return st;
    }
    case Place::Kind::kPrivate: {
      struct stat st {};
      if ((through ? stat(place.real.c_str(), &st) : lstat(place.real.c_str(), &st)) != 0)
        return Result<struct stat>(fail(errno));
      if (s.options().map_root) st.st_uid = st.st_gid = 0;
      return st;
    }
    case Place::Kind::kVirtual: {
      auto node = s.machine().files().stat(*place.net, place.path);
      if (!node) return Result<struct stat>(std::unexpected(node.error()));
      if (node->type == NodeType::kSymlink && through && !node->target.empty()) {
        Place there = place;
        there.path =
            normalise(node->target[0] == '/' ? node->target : place.path + "/../" + node->target);
        if (there.path != place.path && s.machine().files().owns(there.path))
          return stat_place(s, t, there, false);
      }
      struct stat st {};
      st.st_dev = makedev(0, kProcMinor);
      st.st_ino = path_inode(place.path, place.net->id());
      st.st_mode = node->mode | (node->type == NodeType::kDirectory ? S_IFDIR
                                 : node->type == NodeType::kSymlink ? S_IFLNK
                                                                    : S_IFREG);
      st.st_nlink = node->type == NodeType::kDirectory ? 2 : 1;
      st.st_blksize = 1024;
      return st;
    }
    case Place::Kind::kTun: {
      struct stat st {};
      st.st_dev = makedev(0, 5);
      st.st_ino = 200;
      st.st_mode = S_IFCHR | 0666;
      st.st_nlink = 1;
      st.st_rdev = makedev(10, 200);
      st.st_blksize = 4096;
      return st;
    }
    case Place::Kind::kDescriptor: {
      if (!through || (place.pid != t.process->tgid && place.pid != t.tid)) return std::nullopt;
      FileRef ref = s.files().find(t, place.fd);
      if (!ref.file || !ref.file->net_handle()) return std::nullopt;
      return handle_stat(*ref.file->net_handle()->net());
    }
    default:
      return std::nullopt;
  }
}

std::optional<struct stat> stat_fd(Supervisor& s, Thread& t, int fd) {
  FileRef ref = s.files().find(t, fd);
  if (!ref.file || !ref.file->net_handle()) return std::nullopt;
  return handle_stat(*ref.file->net_handle()->net());
}

template <class T>
Outcome give(const Call& c, uint64_t address, const T& value) {
  return c.memory().write_object(address, value) ? Outcome::ret(0) : Outcome::err(EFAULT);
}

bool empty_path(const Call& c, uint64_t address) {
  if (!address) return true;
  auto first = c.memory().read_object<char>(address);
  return first && *first == 0;
}

std::optional<Result<struct stat>> stat_at(Supervisor& s, Thread& t, const Call& c, int dirfd,
                                           uint64_t path, int flags) {
  if ((flags & AT_EMPTY_PATH) && empty_path(c, path)) {
    if (auto st = stat_fd(s, t, dirfd)) return Result<struct stat>(*st);
    return std::nullopt;
  }
  auto place = find_place(s, t, c, dirfd, path);
  if (!place || place->kind == Place::Kind::kNative) return std::nullopt;
  const bool through = !(flags & AT_SYMLINK_NOFOLLOW);
  if (through) place = follow(s, t, std::move(*place));
  if (!place) return Result<struct stat>(fail(place.error().code));
  return stat_place(s, t, *place, through);
}

Outcome answer_stat(const Call& c, const std::optional<Result<struct stat>>& st, uint64_t address) {
  if (!st) return Outcome::native();
  if (!*st) return Outcome::err(st->error().code);
  return give(c, address, **st);
}

Outcome sys_newfstatat(Supervisor& s, Thread& t, Call& c) {
  return answer_stat(c, stat_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(3)), c.args[2]);
}
Outcome sys_fstat(Supervisor& s, Thread& t, Call& c) {
  auto st = stat_fd(s, t, c.arg_int(0));
  return st ? give(c, c.args[1], *st) : Outcome::native();
}
Outcome sys_statx(Supervisor& s, Thread& t, Call& c) {
  auto r = stat_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(2));
  if (!r) return Outcome::native();
  if (!*r) return Outcome::err(r->error().code);
  const struct stat& st = **r;
  struct statx x {};
  x.stx_mask = STATX_BASIC_STATS;
  x.stx_blksize = static_cast<__u32>(st.st_blksize);
  x.stx_nlink = static_cast<__u32>(st.st_nlink);
  x.stx_uid = st.st_uid;
  x.stx_gid = st.st_gid;
  x.stx_mode = static_cast<__u16>(st.st_mode);
  x.stx_ino = st.st_ino;
  x.stx_size = static_cast<__u64>(st.st_size);
  x.stx_rdev_major = major(st.st_rdev);
  x.stx_rdev_minor = minor(st.st_rdev);
  x.stx_dev_major = major(st.st_dev);
  x.stx_dev_minor = minor(st.st_dev);
  return give(c, c.args[4], x);
}
#ifdef SYS_stat
Outcome sys_stat(Supervisor& s, Thread& t, Call& c) {
  return answer_stat(c, stat_at(s, t, c, AT_FDCWD, c.args[0], 0), c.args[1]);
}
Outcome sys_lstat(Supervisor& s, Thread& t, Call& c) {
  return answer_stat(c, stat_at(s, t, c, AT_FDCWD, c.args[0], AT_SYMLINK_NOFOLLOW), c.args[1]);
}
#endif

Outcome sys_statfs(Supervisor& s, Thread& t, Call& c) {
  auto place = find_place(s, t, c, AT_FDCWD, c.args[0]);
  if (place) place = follow(s, t, std::move(*place));
  if (!place || place->kind != Place::Kind::kNetHandle) return Outcome::native();
  struct statfs st {};
  st.f_type = kNsfsMagic;
  st.f_bsize = 4096;
  st.f_namelen = 255;
  return give(c, c.args[1], st);
}

// Extended attributes: none on what is ours.
// The kernel's name of a socket's protocol, its only extended attribute: ours is not that of the
// pair.
std::string_view protocol_name(const Socket& socket) {
  if (socket.domain() == AF_PACKET) return "PACKET";
  if (socket.domain() == AF_NETLINK) return "NETLINK";
  const bool inet6 = socket.domain() == AF_INET6;
  if (socket.type() == SOCK_STREAM) return inet6 ? "TCPv6" : "TCP";
  if (socket.type() == SOCK_RAW) return "RAW";
  return socket.protocol() == IPPROTO_ICMP ? "PING" : inet6 ? "UDPv6" : "UDP";
}

Outcome sys_fgetxattr(Supervisor& s, Thread& t, Call& c) {
  const FileRef ref = s.files().find(t, c.arg_int(0));
  Socket* socket = ref.file ? ref.file->stack_socket() : nullptr;
  if (!socket) return Outcome::native();
  const auto name = c.memory().read_string(c.args[1], 256);
  if (!name || *name != "system.sockprotoname") return Outcome::native();
  const std::string value(protocol_name(*socket));
  const size_t size = value.size() + 1, room = c.args[3];  // with the final NUL
  if (room == 0) return Outcome::ret(static_cast<int64_t>(size));
  if (room < size) return Outcome::err(ERANGE);
  const Bytes bytes{reinterpret_cast<const uint8_t*>(value.c_str()), size};
  return c.memory().write(c.args[2], bytes) ? Outcome::ret(static_cast<int64_t>(size))
                                            : Outcome::err(EFAULT);
}

Outcome sys_xattr(Supervisor& s, Thread& t, Call& c) {
  auto place = find_place(s, t, c, AT_FDCWD, c.args[0]);
  if (!place || place->kind == Place::Kind::kNative || place->kind == Place::Kind::kDescriptor)
    return Outcome::native();
  return Outcome::err(EOPNOTSUPP);
}

Outcome give_link(const Call& c, const std::string& target, uint64_t buffer, uint64_t size) {
  const size_t n = std::min<size_t>(target.size(), size);
  const Bytes raw{reinterpret_cast<const uint8_t*>(target.data()), n};
  return c.memory().write(buffer, raw) ? Outcome::ret(static_cast<int64_t>(n))
                                       : Outcome::err(EFAULT);
}

Outcome readlink_at(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t path,
                    uint64_t buffer, uint64_t size) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!place) return Outcome::native();
  if (static_cast<int64_t>(size) <= 0) return Outcome::native();
  switch (place->kind) {
    case Place::Kind::kNetHandle:
      if (!place->real.empty()) return Outcome::err(EINVAL);
      return give_link(c, fmt::format("net:[{}]", net_inode(*place->net)), buffer, size);
    case Place::Kind::kDescriptor: {
      if (place->pid != t.process->tgid && place->pid != t.tid) return Outcome::native();
      FileRef ref = s.files().find(t, place->fd);
      if (!ref.file || !ref.file->net_handle()) return Outcome::native();
      return give_link(c, fmt::format("net:[{}]", net_inode(*ref.file->net_handle()->net())),
                       buffer, size);
    }
    case Place::Kind::kVirtual: {
      auto node = s.machine().files().stat(*place->net, place->path);
      if (!node) return Outcome::err(node.error().code);
      if (node->type != NodeType::kSymlink) return Outcome::err(EINVAL);
      return give_link(c, node->target, buffer, size);
    }
    case Place::Kind::kPrivate: {
      auto target = read_link(place->real);
      return target ? give_link(c, *target, buffer, size) : Outcome::err(errno);
    }
    case Place::Kind::kTun:
      return Outcome::err(EINVAL);
    default:
      return Outcome::native();
  }
}
Outcome sys_readlinkat(Supervisor& s, Thread& t, Call& c) {
  return readlink_at(s, t, c, c.arg_int(0), c.args[1], c.args[2], c.args[3]);
}

// access(2) as root sees it: what the host refuses to the user behind it is allowed, but for
// executing what nobody may.
Outcome access_as_root(const Place& place, int mode) {
  if (faccessat(AT_FDCWD, place.path.c_str(), mode, AT_EACCESS) == 0 || errno != EACCES)
    return Outcome::native();
  struct stat st {};
  if (stat(place.path.c_str(), &st) != 0) return Outcome::native();
  if ((mode & X_OK) && !S_ISDIR(st.st_mode) && !(st.st_mode & 0111)) return Outcome::native();
  return Outcome::ret(0);
}

Outcome access_at(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t path, int mode) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!place) return Outcome::native();
  const bool ours = place->kind == Place::Kind::kPrivate;
  if (ours) place = follow(s, t, std::move(*place));
  if (!place) return Outcome::err(place.error().code);
  if (ours && place->kind == Place::Kind::kNative)
    return faccessat(AT_FDCWD, place->path.c_str(), mode, AT_EACCESS) == 0 ? Outcome::ret(0)
                                                                           : Outcome::err(errno);
  if (place->kind == Place::Kind::kNative || place->kind == Place::Kind::kDescriptor ||
      place->kind == Place::Kind::kIdMap)
    return s.options().map_root && t.process->creds.euid == 0 && !place->path.empty()
               ? access_as_root(*place, mode)
               : Outcome::native();
  auto st = stat_place(s, t, *place, true);
  if (!st) return Outcome::native();
  if (!*st) return Outcome::err(st->error().code);
  if ((mode & X_OK) && !((*st)->st_mode & 0111)) return Outcome::err(EACCES);
  if ((mode & W_OK) && !((*st)->st_mode & 0222)) return Outcome::err(EACCES);
  return Outcome::ret(0);
}
Outcome sys_faccessat(Supervisor& s, Thread& t, Call& c) {
  return access_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(2));
}

Outcome native_result(int r) { return r == 0 ? Outcome::ret(0) : Outcome::err(errno); }

Outcome mkdir_at(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t path, unsigned mode) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!place || place->kind == Place::Kind::kNative) return Outcome::native();
  s.effect = true;
  if (place->kind != Place::Kind::kPrivate)
    return Outcome::err(place->kind == Place::Kind::kNetHandle ? EEXIST : EPERM);
  return native_result(mkdir(place->real.c_str(), (mode & 0777) | 0700));
}
Outcome sys_mkdirat(Supervisor& s, Thread& t, Call& c) {
  return mkdir_at(s, t, c, c.arg_int(0), c.args[1], static_cast<unsigned>(c.args[2]));
}

Outcome unlink_at(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t path, int flags) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!place || place->kind == Place::Kind::kNative || place->kind == Place::Kind::kDescriptor)
    return Outcome::native();
  s.effect = true;
  if (place->kind == Place::Kind::kNetHandle)
    return Outcome::err(place->real.empty() ? EPERM : EBUSY);
  if (place->kind != Place::Kind::kPrivate) return Outcome::err(EPERM);
  return native_result(unlinkat(AT_FDCWD, place->real.c_str(), flags));
}
Outcome sys_unlinkat(Supervisor& s, Thread& t, Call& c) {
  return unlink_at(s, t, c, c.arg_int(0), c.args[1], c.arg_int(2));
}

#ifdef SYS_open
Outcome sys_readlink(Supervisor& s, Thread& t, Call& c) {
  return readlink_at(s, t, c, AT_FDCWD, c.args[0], c.args[1], c.args[2]);
}
Outcome sys_access(Supervisor& s, Thread& t, Call& c) {
  return access_at(s, t, c, AT_FDCWD, c.args[0], c.arg_int(1));
}
Outcome sys_mkdir(Supervisor& s, Thread& t, Call& c) {
  return mkdir_at(s, t, c, AT_FDCWD, c.args[0], static_cast<unsigned>(c.args[1]));
}
Outcome sys_unlink(Supervisor& s, Thread& t, Call& c) {
  return unlink_at(s, t, c, AT_FDCWD, c.args[0], 0);
}
Outcome sys_rmdir(Supervisor& s, Thread& t, Call& c) {
  return unlink_at(s, t, c, AT_FDCWD, c.args[0], AT_REMOVEDIR);
}
#endif

// For the carrier (path, buffer, size): where the path really is. 0: where it says.
Outcome tell_real_path(Supervisor& s, Thread& t, const Call& c) {
  auto place = find_place(s, t, c, AT_FDCWD, c.args[0]);
  if (!place || place->kind != Place::Kind::kPrivate || place->real.size() >= c.args[2])
    return Outcome::ret(0);
  const Bytes raw{reinterpret_cast<const uint8_t*>(place->real.c_str()), place->real.size() + 1};
  return c.memory().write(c.args[1], raw) ? Outcome::ret(static_cast<int64_t>(place->real.size()))
                                          : Outcome::err(EFAULT);
}

// A watch on /run/netns goes to where it really is.
Outcome sys_inotify_add_watch(Supervisor& s, Thread& t, Call& c) {
  if (c.carried) return tell_real_path(s, t, c);
  auto text = c.memory().read_string(c.args[1], PATH_MAX);
  if (text && text->starts_with(s.mounts().private_dir()))
    return Outcome::native();  // told by the carrier
  auto place = find_place(s, t, c, AT_FDCWD, c.args[1]);
  if (!place || place->kind != Place::Kind::kPrivate) return Outcome::native();
  if (!s.files().can_getfd() || !t.process->pidfd) {
    s.unsupported().note("inotify on " + place->path + " (this host refuses pidfd_getfd)");
    return Outcome::err(ENOSPC);
  }
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_getfd, t.process->pidfd.get(), c.arg_int(0), 0)));
  if (!fd) return Outcome::err(EBADF);
  const int wd = inotify_add_watch(fd.get(), place->real.c_str(), static_cast<uint32_t>(c.args[2]));
  return wd < 0 ? Outcome::err(errno) : Outcome::ret(wd);
}

// chown(2) by root succeeds on whatever is there.
Outcome chown_at(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t path) {
  auto place = find_place(s, t, c, dirfd, path);
  if (!place || place->path.empty() || t.process->creds.euid != 0) return Outcome::native();
  if (place->kind != Place::Kind::kNative) return Outcome::ret(0);
  struct stat st {};
  return lstat(place->path.c_str(), &st) == 0 ? Outcome::ret(0) : Outcome::native();
}
Outcome sys_fchownat(Supervisor& s, Thread& t, Call& c) {
  if ((c.args[4] & AT_EMPTY_PATH) && empty_path(c, c.args[1])) return Outcome::ret(0);
  return chown_at(s, t, c, c.arg_int(0), c.args[1]);
}
Outcome sys_fchown(Supervisor&, Thread& t, Call&) {
  return t.process->creds.euid == 0 ? Outcome::ret(0) : Outcome::native();
}
#ifdef SYS_chown
Outcome sys_chown(Supervisor& s, Thread& t, Call& c) {
  return chown_at(s, t, c, AT_FDCWD, c.args[0]);
}
#endif

}  // namespace

void register_path_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_openat, sys_openat);
  set_handler(table, SYS_openat2, sys_openat2);
  set_handler(table, SYS_newfstatat, sys_newfstatat);
  set_handler(table, SYS_fstat, sys_fstat);
  set_handler(table, SYS_statx, sys_statx);
  set_handler(table, SYS_statfs, sys_statfs);
  set_handler(table, SYS_readlinkat, sys_readlinkat);
  set_handler(table, SYS_faccessat, sys_faccessat);
  set_handler(table, SYS_faccessat2, sys_faccessat);
  set_handler(table, SYS_mkdirat, sys_mkdirat);
  set_handler(table, SYS_unlinkat, sys_unlinkat);
  set_handler(table, SYS_inotify_add_watch, sys_inotify_add_watch);
  set_handler(table, SYS_fgetxattr, sys_fgetxattr);
  for (long nr : {SYS_getxattr, SYS_lgetxattr, SYS_listxattr, SYS_llistxattr})
    set_handler(table, nr, sys_xattr);
#ifdef SYS_open
  set_handler(table, SYS_open, sys_open);
  set_handler(table, SYS_creat, sys_creat);
  set_handler(table, SYS_stat, sys_stat);
  set_handler(table, SYS_lstat, sys_lstat);
  set_handler(table, SYS_readlink, sys_readlink);
  set_handler(table, SYS_access, sys_access);
  set_handler(table, SYS_mkdir, sys_mkdir);
  set_handler(table, SYS_unlink, sys_unlink);
  set_handler(table, SYS_rmdir, sys_rmdir);
#endif
}

void register_ownership_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_fchown, sys_fchown);
  set_handler(table, SYS_fchownat, sys_fchownat);
#ifdef SYS_chown
  set_handler(table, SYS_chown, sys_chown);
  set_handler(table, SYS_lchown, sys_chown);
#endif
}

}  // namespace unetns
