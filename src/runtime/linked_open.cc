#include "runtime/linked_open.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/proc_status.h"

namespace unetns {
namespace {

bool below(const std::string& path, const std::string& dir) { return path.starts_with(dir + "/"); }

// /proc/self is whoever looks: the program, not we.
std::string as_seen_by(const std::string& path, pid_t tgid, pid_t tid) {
  for (const auto& [name, id] :
       {std::pair{"/proc/self", tgid}, std::pair{"/proc/thread-self", tid}})
    if (path == name || below(path, name))
      return fmt::format("/proc/{}{}", id, path.substr(std::string_view(name).size()));
  return path;
}

// The file behind an O_PATH descriptor may be opened for that process.
Result<void> may_open(int at, pid_t tgid) {
  struct stat st {};
  struct statfs fs {};
  if (fstat(at, &st) != 0 || fstatfs(at, &fs) != 0) return fail(errno);
  if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !S_ISCHR(st.st_mode)) return fail(ENXIO);
  if (fs.f_type != PROC_SUPER_MAGIC) return {};
  const auto where = read_link(fmt::format("/proc/self/fd/{}", at));
  if (!where || !below(*where, fmt::format("/proc/{}", tgid))) return fail(EACCES);
  return {};
}

// By openat2(2); no descriptor: not to be decided so. Filters of containers may be older than it,
// it is stricter with flags than open(2), and for links it has an error of its own.
Result<UniqueFd> open_at_once(int base, std::string name, int flags, unsigned mode) {
  if (name.empty()) name = ".";
  open_how how{};
  how.flags = static_cast<uint32_t>(flags);
  if (flags & O_CREAT) how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  UniqueFd fd(static_cast<int>(syscall(SYS_openat2, base, name.c_str(), &how, sizeof how)));
  constexpr int kUndecided[] = {ENOSYS, EPERM, EINVAL, ELOOP, EAGAIN};
  if (!fd && std::ranges::find(kUndecided, errno) == std::end(kUndecided)) return fail(errno);
  return fd;
}

Result<UniqueFd> open_by_steps(int base, std::string_view name, int flags, unsigned mode) {
  UniqueFd dir;
  for (size_t slash; (slash = name.find('/')) != std::string_view::npos;) {
    const std::string part(name.substr(0, slash));
    name.remove_prefix(slash + 1);
    if (part == "..") return fail(EXDEV);
    if (part.empty()) continue;
    const int at = dir ? dir.get() : base;
    dir.reset(openat(at, part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!dir) return fail(errno);
  }
  if (name == "..") return fail(EXDEV);
  UniqueFd fd(
      openat(dir ? dir.get() : base, name.empty() ? "." : std::string(name).c_str(), flags, mode));
  if (!fd) return fail(errno);
  return fd;
}

}  // namespace

Result<UniqueFd> open_linked(const std::string& path, int flags, unsigned mode, pid_t tgid,
                             pid_t tid) {
  struct stat owner {};
  if (stat(fmt::format("/proc/{}", tid).c_str(), &owner) != 0) return fail(ESRCH);
  if (owner.st_uid != geteuid()) return fail(EACCES);
  const std::string seen = as_seen_by(path, tgid, tid);
  UniqueFd at(open(seen.c_str(), O_PATH | O_CLOEXEC));
  if (!at) {
    if (errno != ENOENT || !(flags & O_CREAT)) return fail(errno);
    UniqueFd made(open(seen.c_str(), flags | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 07777));
    if (!made) return fail(errno);
    return made;
  }
  if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return fail(EEXIST);
  UNETNS_TRY(may_open(at.get(), tgid));
  const int again = (flags & ~(O_CREAT | O_NOFOLLOW)) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  UniqueFd fd(open(fmt::format("/proc/self/fd/{}", at.get()).c_str(), again));
  if (!fd) return fail(errno);
  if (!(flags & (O_NONBLOCK | O_PATH)))
    fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
  return fd;
}

Result<UniqueFd> open_beneath(int base, std::string_view name, int flags, unsigned mode) {
  const bool makes = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
  // What is made or a directory can't block.
  const bool waits = !makes && !(flags & (O_DIRECTORY | O_NONBLOCK | O_PATH));
  const int safe = flags | O_CLOEXEC | O_NOFOLLOW | (waits ? O_NONBLOCK : 0);
  mode &= 07777;
  UNETNS_ASSIGN(UniqueFd fd, open_at_once(base, std::string(name), safe, mode));
  if (!fd) {
    UNETNS_ASSIGN(fd, open_by_steps(base, name, safe, mode));
  }
  if (waits) fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
  return fd;
}

}  // namespace unetns
