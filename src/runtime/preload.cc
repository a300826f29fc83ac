#include "runtime/preload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/bytes.h"

extern "C" const uint8_t unetns_carrier_begin[], unetns_carrier_end[];
extern "C" const uint8_t unetns_accelerator_begin[], unetns_accelerator_end[];

namespace unetns {
namespace {

Bytes content_of(Preload::Library library) {
  return library == Preload::Library::kCarrier
             ? Bytes(unetns_carrier_begin, unetns_carrier_end)
             : Bytes(unetns_accelerator_begin, unetns_accelerator_end);
}

}  // namespace

std::string Preload::path_in(const std::string& private_dir, Library library) {
  return private_dir +
         (library == Library::kCarrier ? "/libunetns-carrier.so" : "/libunetns-accelerator.so");
}

Result<Preload> Preload::create(const std::string& private_dir, Library library) {
  const std::string path = path_in(private_dir, library);
  UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500));
  if (!fd) return fail(errno);
  for (Bytes left = content_of(library); !left.empty();) {
    const ssize_t n = write(fd.get(), left.data(), left.size());
    if (n <= 0) return fail(n < 0 ? errno : EIO);
    left = left.subspan(static_cast<size_t>(n));
  }
  return Preload(path);
}

std::vector<std::string> preload_environment(const std::vector<std::string>& paths) {
  std::string all;
  for (const std::string& path : paths)
    if (!path.empty()) all += (all.empty() ? "" : ":") + path;
  if (all.empty()) return {};
  const char* before = std::getenv("LD_PRELOAD");
  return {"LD_PRELOAD=" + all + (before && *before ? ":" + std::string(before) : "")};
}

}  // namespace unetns
