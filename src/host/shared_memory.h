// SharedMemory: memory that other processes open by a name in the file system and map, and can
// neither change nor shorten.
#ifndef UNETNS_HOST_SHARED_MEMORY_H_
#define UNETNS_HOST_SHARED_MEMORY_H_

#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

class SharedMemory {
 public:
  SharedMemory() = default;  // none
  // Zeros. `path` comes to name it, as long as this process lives; nothing may be there. The errors
  // of memfd_create(2), fcntl(2), mmap(2), symlink(2).
  static Result<SharedMemory> create(const std::string& path, size_t size);
  SharedMemory(SharedMemory&& o) noexcept
      : file_(std::move(o.file_)), bytes_(std::exchange(o.bytes_, {})) {}
  SharedMemory& operator=(SharedMemory&& o) noexcept {
    std::swap(file_, o.file_);
    std::swap(bytes_, o.bytes_);
    return *this;
  }
  ~SharedMemory();

  explicit operator bool() const { return !bytes_.empty(); }
  MutableBytes bytes() const { return bytes_; }

 private:
  UniqueFd file_;
  MutableBytes bytes_;
};

}  // namespace unetns

#endif  // UNETNS_HOST_SHARED_MEMORY_H_
