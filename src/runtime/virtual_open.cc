#include "runtime/virtual_open.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "link/tun_file.h"
#include "runtime/caller.h"
#include "runtime/linked_open.h"
#include "runtime/net_handle.h"
#include "runtime/proc_status.h"
#include "runtime/status_file.h"
#include "runtime/stream_file.h"
#include "runtime/tun_device_file.h"

namespace unetns {
namespace {

namespace fs = std::filesystem;

Outcome installed(Result<UniqueFd> fd, int flags, bool high = false) {
  if (!fd) return Outcome::err(fd.error().code);
  return Outcome::install(std::move(*fd), flags & O_CLOEXEC, high);
}

Outcome open_handle(Supervisor& s, const NetRef& net, int flags) {
  if ((flags & O_CREAT) && (flags & O_EXCL)) return Outcome::err(EEXIST);
  return installed(s.files().add(std::make_unique<NetHandle>(net), false, false), flags, true);
}

Outcome open_tun(Supervisor& s, Thread& t, int flags) {
  auto file = TunFile::open(s.machine().tun(), *t.net);
  auto end = s.files().add(std::make_unique<TunDeviceFile>(s.files(), std::move(file)),
                           flags & O_NONBLOCK, false);
  if (end) StreamFile::widen(end->get());
  return installed(std::move(end), flags);
}

// A read-only file that holds `text`.
Result<UniqueFd> text_file(const std::string& text) {
  UniqueFd memory(memfd_create("unetns", MFD_CLOEXEC));
  if (!memory) return fail(errno);
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(memory.get(), text.data() + done, text.size() - done);
    if (n <= 0) return fail(n < 0 ? errno : EIO);
    done += static_cast<size_t>(n);
  }
  UniqueFd reader(
      open(fmt::format("/proc/self/fd/{}", memory.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader) return fail(errno);
  return reader;
}

// A real directory with the names of a virtual one. Kept, and brought up to date at each opening.
Result<UniqueFd> directory(Supervisor& s, const Place& place) {
  UNETNS_ASSIGN(auto entries, s.machine().files().list(*place.net, place.path));
  const fs::path dir = s.view_dir(*place.net, place.path);
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) return fail(error.value());
  std::set<std::string> wanted;
  for (const VirtualEntry& e : entries) {
    wanted.insert(e.name);
    const fs::path at = dir / e.name;
    if (fs::symlink_status(at, error).type() != fs::file_type::not_found) continue;
    if (e.type == NodeType::kDirectory)
      fs::create_directory(at, error);
    else if (e.type == NodeType::kSymlink)
      fs::create_symlink("x", at, error);
    else
      std::ofstream(at).flush();
  }
  for (const auto& old : fs::directory_iterator(dir, error))
    if (!wanted.contains(old.path().filename().string())) fs::remove_all(old.path(), error);
  UniqueFd fd(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail(errno);
  return fd;
}

// Mode bits are those of root's files. Sysctls take a network administrator for their owner too
// (as the kernel does, seen by trying), files of sysfs do not.
bool may_open(Supervisor& s, Thread& t, const Place& place, const VirtualNode& node, int flags) {
  const ThreadCaller caller(s, t);
  const bool owner =
      caller.uid() == 0 || (place.path.starts_with("/proc/sys/") && caller.capable(CAP_NET_ADMIN));
  const int access = flags & O_ACCMODE;
  const uint32_t wanted = access == O_RDONLY ? 04 : access == O_WRONLY ? 02 : 06;
  return ((owner ? node.mode >> 6 : node.mode) & wanted) == wanted;
}

Outcome open_status(Supervisor& s, pid_t pid, int flags) {
  const auto text = read_whole(fmt::format("/proc/{}/status", pid));
  Thread* of = s.processes().find(pid);
  const int others = O_PATH | O_DIRECTORY | O_CREAT;
  if (!text || !of || (flags & O_ACCMODE) != O_RDONLY || (flags & others)) return Outcome::native();
  s.processes().settle_exec(*of->process);
  return installed(text_file(status_text(*text, of->process->creds)), flags);
}

Outcome open_virtual(Supervisor& s, Thread& t, const Place& place, int flags) {
  const VirtualFiles& files = s.machine().files();
  // Where closings can't be seen, tables must not show what is closed.
  if (!s.files().can_getfd() && s.files().needs_sweeping()) s.files().close_missing();
  auto node = files.stat(*place.net, place.path);
  if (!node) {
    s.unsupported().note("open(" + place.path + ")");
    return Outcome::err(node.error().code);
  }
  if (node->type == NodeType::kSymlink) {
    if (flags & O_NOFOLLOW) return Outcome::err(ELOOP);
    Place there = place;
    there.path =
        normalise(node->target[0] == '/' ? node->target : place.path + "/../" + node->target);
    if (there.path == place.path || !files.owns(there.path)) return Outcome::err(ENOENT);
    return open_virtual(s, t, there, flags);
  }
  if (node->type == NodeType::kDirectory) {
    if ((flags & O_ACCMODE) != O_RDONLY) return Outcome::err(EISDIR);
    return installed(directory(s, place), flags);
  }
  if (flags & O_DIRECTORY) return Outcome::err(ENOTDIR);
  if (!may_open(s, t, place, *node, flags)) return Outcome::err(EACCES);
  if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_ACCMODE) == O_RDWR) {
    auto text = files.read(*place.net, place.path);
    if (!text) return Outcome::err(text.error().code);
    if ((flags & O_ACCMODE) == O_RDWR)
      s.unsupported().note("writes to " + place.path + " opened for reading and writing");
    return installed(text_file(*text), flags);
  }
  return installed(s.sysctl_writes().open(place.net, place.path), flags);
}

}  // namespace

Outcome open_place(Supervisor& s, Thread& t, const Place& place, int flags, unsigned mode) {
  switch (place.kind) {
    case Place::Kind::kNetHandle:
      return open_handle(s, place.net, flags);
    case Place::Kind::kTun:
      return open_tun(s, t, flags);
    case Place::Kind::kVirtual:
      return open_virtual(s, t, place, flags);
    case Place::Kind::kPrivate: {
      // Root reads what it made with mode 0; we are not root.
      const std::string name = place.real.substr(s.mounts().private_dir().size() + 1);
      return installed(open_beneath(s.mounts().private_fd(), name, flags, mode | 0600), flags);
    }
    case Place::Kind::kIdMap: {
      if ((flags & O_ACCMODE) == O_RDONLY) return Outcome::native();
      UniqueFd fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
      return installed(fd ? Result<UniqueFd>(std::move(fd)) : Result<UniqueFd>(fail(errno)), flags);
    }
    case Place::Kind::kStatus:
      return open_status(s, place.pid, flags);
    case Place::Kind::kDescriptor: {
      if (place.pid != t.process->tgid && place.pid != t.tid) return Outcome::native();
      FileRef ref = s.files().find(t, place.fd);
      if (ref.file && ref.file->net_handle())
        return open_handle(s, ref.file->net_handle()->net(), flags);
      return Outcome::native();
    }
    case Place::Kind::kNative:  // a link of ours leads there
      return installed(open_linked(place.path, flags, mode, t.process->tgid, t.tid), flags);
  }
  return Outcome::native();
}

}  // namespace unetns
