// unshare(2), setns(2), mount(2) and umount2(2), as far as they make, enter and name network
// namespaces.
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <climits>

#include "runtime/net_handle.h"
#include "runtime/place.h"
#include "runtime/proc_status.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

constexpr uint64_t kPropagation = MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
// Namespaces that a program may believe to have got: nothing that it can see of them matters to
// networking.
constexpr uint64_t kPretended =
    CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUSER | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM;

Outcome sys_unshare(Supervisor& s, Thread& t, Call& c) {
  const uint64_t flags = c.args[0];
  if (flags & ~kPretended) {
    s.unsupported().note(fmt::format("unshare({:#x})", flags));
    return Outcome::err(EPERM);
  }
  if (flags & CLONE_NEWNET) {
    auto net = s.machine().nets().create();
    if (!net) return Outcome::err(net.error().code);
    s.reaper().hold(*net);
    s.processes().set_net(t, std::move(*net));
  }
  s.effect = true;
  return Outcome::ret(0);
}

// The namespace that a descriptor names: a handle, or the process of a pidfd.
Result<NetRef> net_of_descriptor(Supervisor& s, Thread& t, int fd, uint64_t type) {
  FileRef ref = s.files().find(t, fd);
  if (ref.file) {
    NetHandle* handle = ref.file->net_handle();
    if (!handle || (type != 0 && type != CLONE_NEWNET)) return fail(EINVAL);
    return handle->net();
  }
  const auto link = fd < 0 ? std::nullopt : read_link(fmt::format("/proc/{}/fd/{}", t.tid, fd));
  if (!link) return fail(EBADF);
  // Namespaces of other types, "mnt:[4026531841]", and pidfds, "anon_inode:[pidfd]", are all that
  // setns takes.
  if (link->find(":[") == std::string::npos) return fail(EINVAL);
  const pid_t pid = pid_of_pidfd(t.tid, fd);
  if (pid <= 0) return NetRef();
  if (type == 0) return fail(EINVAL);
  if (!(type & CLONE_NEWNET)) return NetRef();
  return s.processes().net_of(pid);
}

Outcome sys_setns(Supervisor& s, Thread& t, Call& c) {
  const uint64_t type = c.args[1];
  auto net = net_of_descriptor(s, t, c.arg_int(0), type);
  if (!net) return Outcome::err(net.error().code);
  if (!*net) return Outcome::native();
  s.processes().set_net(t, std::move(*net));
  s.effect = true;
  return Outcome::ret(0);
}

// The namespace that a mount source names.
Result<NetRef> net_of_source(Supervisor& s, Thread& t, const std::string& source) {
  UNETNS_ASSIGN(const Place place, follow(s, t, find_place(s, t, AT_FDCWD, source)));
  if (place.kind == Place::Kind::kNetHandle) return place.net;
  if (place.kind == Place::Kind::kDescriptor && place.pid == t.process->tgid) {
    FileRef ref = s.files().find(t, place.fd);
    if (ref.file && ref.file->net_handle()) return ref.file->net_handle()->net();
  }
  return NetRef();
}

bool exists(const std::string& path) {
  struct stat st {};
  return stat(path.c_str(), &st) == 0;
}

Outcome sys_mount(Supervisor& s, Thread& t, Call& c) {
  auto [source, path, type] =
      c.memory().read_strings(std::array{c.args[0], c.args[1], c.args[2]}, PATH_MAX);
  if (!c.args[0]) source = std::string();
  if (!c.args[2]) type = std::string();
  if (!path || !type) return Outcome::err(EFAULT);
  Result<Place> target = find_place(s, t, AT_FDCWD, *path);
  const uint64_t flags = c.args[3];
  if (flags & MS_BIND) {
    auto net = source ? net_of_source(s, t, *source) : Result<NetRef>(fail(source.error().code));
    if (!net) return Outcome::err(net.error().code);
    if (*net) {
      if (!exists(target->real.empty() ? target->path : target->real)) return Outcome::err(ENOENT);
      target = follow(s, t, std::move(*target));
      if (!target) return Outcome::err(target.error().code);
      if (!target->path.starts_with("/run/")) s.files().hot().set_plain_paths(false);
      s.mounts().mount(target->path, std::move(*net));
      s.effect = true;
      return Outcome::ret(0);
    }
  }
  if (target->kind == Place::Kind::kPrivate)
    return exists(target->real) ? Outcome::ret(0) : Outcome::err(ENOENT);
  if (!(flags & MS_BIND) && (flags & kPropagation)) return Outcome::ret(0);
  // A fresh sysfs or proc shows the namespace of who mounts it; here it always shows that of who
  // looks.
  if ((*type == "sysfs" && target->path == "/sys") || (*type == "proc" && target->path == "/proc"))
    return Outcome::ret(0);
  s.unsupported().note(fmt::format("mount({}, {})", target->path, *type));
  return Outcome::native();
}

Outcome sys_umount(Supervisor& s, Thread& t, Call& c) {
  auto target = find_place(s, t, c, AT_FDCWD, c.args[0]);
  if (!target) return Outcome::err(target.error().code);
  s.effect = true;
  if (NetRef net = s.mounts().umount(target->path)) {
    s.reaper().suspect(*net);
    return Outcome::ret(0);
  }
  if (target->kind == Place::Kind::kPrivate) {
    if (target->path == "/run/netns") return Outcome::ret(0);
    return Outcome::err(exists(target->real) ? EINVAL : ENOENT);
  }
  if (target->path == "/sys" || target->path == "/proc") return Outcome::ret(0);
  return Outcome::native();
}

}  // namespace

void register_netns_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_unshare, sys_unshare);
  set_handler(table, SYS_setns, sys_setns);
  set_handler(table, SYS_mount, sys_mount);
  set_handler(table, SYS_umount2, sys_umount);
}

}  // namespace unetns
