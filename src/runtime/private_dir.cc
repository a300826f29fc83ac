#include "runtime/private_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace unetns {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

// Whether nobody but us and root can replace what we make in it.
bool safe(const struct stat& st) {
  return (st.st_uid == geteuid() || st.st_uid == 0) &&
         (!(st.st_mode & (S_IWGRP | S_IWOTH)) || (st.st_mode & S_ISVTX));
}

// The same of a directory that the environment names, and of all above it. `path`: without
// symbolic links.
bool safe_path(const std::filesystem::path& path) {
  struct stat st {};
  for (auto p = path;; p = p.parent_path()) {
    if (lstat(p.c_str(), &st) != 0 || !S_ISDIR(st.st_mode) || !safe(st)) return false;
    if (p == p.root_path()) return true;
  }
}

std::string real_path(const std::string& path) {
  std::string out;
  if (char* real = realpath(path.c_str(), nullptr)) {
    out = real;
    std::free(real);
  }
  return out;
}

void remove_contents(int dir, int depth) {
  UniqueFd own(openat(dir, ".", kDirectory));
  DIR* entries = own ? fdopendir(own.get()) : nullptr;
  if (!entries) return;
  (void)own.release();
  while (dirent* e = readdir(entries)) {
    const std::string_view name = e->d_name;
    if (name == "." || name == ".." || unlinkat(dir, e->d_name, 0) == 0) continue;
    if (UniqueFd below(openat(dir, e->d_name, kDirectory | O_NOFOLLOW)); below && depth > 0)
      remove_contents(below.get(), depth - 1);
    unlinkat(dir, e->d_name, AT_REMOVEDIR);
  }
  closedir(entries);
}

}  // namespace

Result<PrivateDir> PrivateDir::create(bool for_libraries) {
  struct Base {
    const char* path;
    bool given;  // by the environment, which may be another user's: sudo and su can keep it
  };
  // Memory before disks: every `ip netns add` makes a file here.
  for (const Base& base :
       {Base{std::getenv("XDG_RUNTIME_DIR"), true}, Base{std::getenv("TMPDIR"), true},
        Base{"/dev/shm", false}, Base{"/tmp", false}, Base{"/var/tmp", false}}) {
    if (!base.path || !*base.path) continue;
    // As /proc tells it later: absolute, without symbolic links.
    const std::string real = real_path(base.path);
    if (real.empty() || (base.given && !safe_path(real))) continue;
    UniqueFd in(open(real.c_str(), kDirectory));
    if (!in) continue;
    std::string path = (real == "/" ? "" : real) + "/unetns-XXXXXX";
    if (!mkdtemp(path.data())) continue;
    UniqueFd dir(open(path.c_str(), kDirectory | O_NOFOLLOW));
    // LD_PRELOAD splits at blanks and colons, and what it names must be mapped for execution.
    struct statvfs fs {};
    const bool loadable = path.find_first_of(" :") == std::string::npos && dir &&
                          fstatvfs(dir.get(), &fs) == 0 && !(fs.f_flag & ST_NOEXEC);
    if (dir && (loadable || !for_libraries) && mkdirat(dir.get(), "run", 0700) == 0)
      return PrivateDir(std::move(path), std::move(in), std::move(dir));
    rmdir(path.c_str());
  }
  return fail(
      errno ? errno : ENOENT,
      for_libraries
          ? "no writable directory that programs may load a library from (tried $XDG_RUNTIME_DIR, "
            "$TMPDIR, /dev/shm, "
            "/tmp, /var/tmp): mount one without noexec"
          : "no writable directory for temporary files (tried $XDG_RUNTIME_DIR, $TMPDIR, /dev/shm, "
            "/tmp, /var/tmp)");
}

void PrivateDir::remove(int base, int dir, const std::string& path) {
  remove_contents(dir, kMaxDepth);
  // Another directory that was put in its place stays, unless it is empty.
  unlinkat(base, path.substr(path.rfind('/') + 1).c_str(), AT_REMOVEDIR);
}

PrivateDir::~PrivateDir() {
  if (dir_) remove(base_.get(), dir_.get(), path_);
}

}  // namespace unetns
