// Preload: the small library that carries unshare, setns, mount, umount2 and clone(CLONE_NEWNET) of
// dynamic programs to us where an outer filter would refuse them before we are asked.
#ifndef UNETNS_RUNTIME_PRELOAD_H_
#define UNETNS_RUNTIME_PRELOAD_H_

#include <string>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

class Preload {
 public:
  // Writes the library, which is part of this program, where the dynamic linker of programs can
  // read it.
  static Result<Preload> create(const std::string& private_dir);
  const std::string& path() const { return path_; }

 private:
  explicit Preload(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// LD_PRELOAD=…, what was preloaded before kept.
std::string preload_environment(const std::string& path);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PRELOAD_H_
