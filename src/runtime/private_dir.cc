#include "runtime/private_dir.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace unetns {

Result<PrivateDir> PrivateDir::create(bool for_libraries) {
  // Memory before disks: every `ip netns add` makes a file here.
  for (const char* base : std::initializer_list<const char*>{
           std::getenv("XDG_RUNTIME_DIR"), std::getenv("TMPDIR"), "/dev/shm", "/tmp", "/var/tmp"}) {
    if (!base || !*base) continue;
    std::string path = std::string(base) + "/unetns-XXXXXX";
    if (!mkdtemp(path.data())) continue;
    // As /proc tells it later: absolute, without symbolic links.
    if (char* real = realpath(path.c_str(), nullptr)) {
      path = real;
      std::free(real);
    }
    // LD_PRELOAD splits at blanks and colons, and what it names must be mapped for execution.
    struct statvfs fs {};
    const bool loadable = path.find_first_of(" :") == std::string::npos &&
                          statvfs(path.c_str(), &fs) == 0 && !(fs.f_flag & ST_NOEXEC);
    if ((loadable || !for_libraries) && mkdir((path + "/run").c_str(), 0700) == 0)
      return PrivateDir(path);
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

PrivateDir::~PrivateDir() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace unetns
