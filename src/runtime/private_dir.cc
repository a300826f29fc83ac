#include "runtime/private_dir.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace unetns {

Result<PrivateDir> PrivateDir::create() {
  for (const char* base : std::initializer_list<const char*>{
           std::getenv("XDG_RUNTIME_DIR"), std::getenv("TMPDIR"), "/tmp", "/dev/shm", "/var/tmp"}) {
    if (!base || !*base) continue;
    std::string path = std::string(base) + "/unetns-XXXXXX";
    if (!mkdtemp(path.data())) continue;
    if (mkdir((path + "/run").c_str(), 0700) == 0) return PrivateDir(path);
    rmdir(path.c_str());
  }
  return fail(errno ? errno : ENOENT,
              "no writable directory for temporary files (tried $XDG_RUNTIME_DIR, $TMPDIR, /tmp)");
}

PrivateDir::~PrivateDir() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace unetns
