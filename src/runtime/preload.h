// Preload: the small libraries that dynamic programs load. They are part of this program's file.
#ifndef UNETNS_RUNTIME_PRELOAD_H_
#define UNETNS_RUNTIME_PRELOAD_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

class Preload {
 public:
  enum class Library {
    kCarrier,      // carries unshare, setns, mount, umount2 and clone(CLONE_NEWNET) to us where an
                   // outer filter would refuse them before we are asked
    kAccelerator,  // saves calls to us: HotSockets
  };
  // Writes the library where the dynamic linker of programs can read it.
  static Result<Preload> create(const std::string& private_dir, Library library);
  // Where create() puts it, or did.
  static std::string path_in(const std::string& private_dir, Library library);
  const std::string& path() const { return path_; }

 private:
  explicit Preload(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// LD_PRELOAD=…, what was preloaded before kept. Empty paths are left out; none at all: nothing.
std::vector<std::string> preload_environment(const std::vector<std::string>& paths);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PRELOAD_H_
