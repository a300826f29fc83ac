#include "runtime/preload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

extern "C" const char unetns_preload_begin[];
extern "C" const char unetns_preload_end[];

namespace unetns {

Result<Preload> Preload::create(const std::string& private_dir) {
  const std::string path = private_dir + "/libunetns-carrier.so";
  UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500));
  if (!fd) return fail(errno);
  const char* at = unetns_preload_begin;
  while (at < unetns_preload_end) {
    const ssize_t n = write(fd.get(), at, static_cast<size_t>(unetns_preload_end - at));
    if (n <= 0) return fail(n < 0 ? errno : EIO);
    at += n;
  }
  return Preload(path);
}

std::string preload_environment(const std::string& path) {
  const char* before = std::getenv("LD_PRELOAD");
  return "LD_PRELOAD=" + path + (before && *before ? ":" + std::string(before) : "");
}

}  // namespace unetns
