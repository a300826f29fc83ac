#include "runtime/control_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/named_machine.h"
#include "runtime/process_mark.h"

namespace unetns {
namespace {

constexpr const char* kSocket = "control";
constexpr const char* kLog = "log";
constexpr timeval kPatience{20, 0};

// A directory that is ours alone. EEXIST: there, but another's or open to others.
Result<UniqueFd> own_directory(int at, const char* path) {
  UniqueFd fd(openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return fail(errno == ELOOP || errno == ENOTDIR ? EEXIST : errno);
  struct stat st {};
  if (fstat(fd.get(), &st) != 0) return fail(errno);
  if (st.st_uid != geteuid() || (st.st_mode & 022)) return fail(EEXIST);
  return fd;
}

// A directory's descriptor stands for its path, which may be too long for sun_path.
sockaddr_un socket_address(int dir) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  *fmt::format_to(address.sun_path, "/proc/self/fd/{}/{}", dir, kSocket) = 0;
  return address;
}

}  // namespace

bool valid_machine_name(std::string_view name) {
  auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= 64 && letter(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || c == '_' || c == '.' || c == '-'; });
}

Result<ControlDir> ControlDir::open() {
  // Who asks is not who it seems to be there: the directory would be of the wrong name and owner.
  if (is_marked())
    return fail(EPERM, "this is inside a machine: named machines are made and used outside");
  std::string path;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime && runtime[0] == '/' && own_directory(AT_FDCWD, runtime))
    path = std::string(runtime) + "/unetns";
  else
    path = fmt::format("/tmp/unetns-{}", geteuid());
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(errno, fmt::format("can't make {}: {}", path, std::strerror(errno)));
  auto fd = own_directory(AT_FDCWD, path.c_str());
  if (!fd && fd.error().code == EEXIST)
    return fail(EEXIST,
                fmt::format("{} is not a directory of yours alone (another user made it, or "
                            "may write to it): have it removed, or set XDG_RUNTIME_DIR",
                            path));
  if (!fd)
    return fail(fd.error().code,
                fmt::format("can't open {}: {}", path, std::strerror(fd.error().code)));
  return ControlDir(std::move(path), std::move(*fd));
}

std::vector<std::string> ControlDir::names() const {
  std::vector<std::string> out;
  DIR* dir = opendir(path_.c_str());
  if (!dir) return out;
  while (dirent* e = readdir(dir)) {
    struct stat st {};
    if (valid_machine_name(e->d_name) &&
        fstatat(fd_.get(), fmt::format("{}/{}", e->d_name, kSocket).c_str(), &st,
                AT_SYMLINK_NOFOLLOW) == 0)
      out.push_back(e->d_name);
  }
  closedir(dir);
  std::sort(out.begin(), out.end());
  return out;
}

Result<UniqueFd> ControlDir::lock() const {
  UniqueFd fd(openat(fd_.get(), ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return fail(errno, fmt::format("can't open {}/.lock: {}", path_, std::strerror(errno)));
  while (flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) return fail(errno, "can't lock " + path_);
  return fd;
}

Result<UniqueFd> ControlDir::machine_dir(const std::string& name) const {
  return own_directory(fd_.get(), name.c_str());
}

Result<UniqueFd> ControlDir::bind(const std::string& name) const {
  if (mkdirat(fd_.get(), name.c_str(), 0700) != 0 && errno != EEXIST) return fail(errno);
  UNETNS_ASSIGN(UniqueFd dir, machine_dir(name));
  unlinkat(dir.get(), kSocket, 0);
  unlinkat(dir.get(), kLog, 0);
  UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail(errno);
  const sockaddr_un address = socket_address(dir.get());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(errno);
  return fd;
}

Result<UniqueFd> ControlDir::connect(const std::string& name) const {
  UNETNS_ASSIGN(UniqueFd dir, machine_dir(name));
  UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) return fail(errno);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);  // a full backlog
  const sockaddr_un address = socket_address(dir.get());
  while (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    if (errno != EINTR) return fail(errno);
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return fail(errno);
  if (peer.uid != geteuid()) return fail(EPERM);
  return fd;
}

void ControlDir::remove(const std::string& name) const {
  for (const char* file : {kSocket, kLog})
    unlinkat(fd_.get(), fmt::format("{}/{}", name, file).c_str(), 0);
  unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR);
}

void ControlDir::remove_if_dead(const std::string& name) const {
  auto held = lock();
  if (!held) return;
  auto alive = connect(name);  // it may be there again
  if (!alive && alive.error().code == ECONNREFUSED)
    unlinkat(fd_.get(), fmt::format("{}/{}", name, kSocket).c_str(), 0);
}

}  // namespace unetns
