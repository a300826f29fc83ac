#include "host/shared_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

namespace unetns {

Result<SharedMemory> SharedMemory::create(const std::string& path, size_t size) {
  SharedMemory out;
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  out.file_.reset(memfd_create("unetns", kFlags | MFD_NOEXEC_SEAL));
  if (!out.file_) out.file_.reset(memfd_create("unetns", kFlags));  // before Linux 6.3
  const int fd = out.file_.get();
  if (fd < 0 || ftruncate(fd, static_cast<off_t>(size)) != 0) return fail(errno);
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return fail(errno);
  out.bytes_ = {static_cast<uint8_t*>(at), size};
  constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
  if (fcntl(fd, F_ADD_SEALS, kSeals) != 0) return fail(errno);
  if (symlink(fmt::format("/proc/{}/fd/{}", getpid(), fd).c_str(), path.c_str()) != 0)
    return fail(errno);
  return out;
}

SharedMemory::~SharedMemory() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

}  // namespace unetns
