// PrivateDir: a directory of this run's own, removed at its end.
#ifndef UNETNS_RUNTIME_PRIVATE_DIR_H_
#define UNETNS_RUNTIME_PRIVATE_DIR_H_

#include <string>

#include "base/result.h"

namespace unetns {

class PrivateDir {
 public:
  // for_libraries: programs must be able to load a library from it.
  static Result<PrivateDir> create(
      bool for_libraries);  // under $XDG_RUNTIME_DIR, $TMPDIR or /tmp, mode 0700
  PrivateDir(PrivateDir&& o) noexcept : path_(std::exchange(o.path_, {})) {}
  PrivateDir& operator=(PrivateDir&&) = delete;
  ~PrivateDir();
  const std::string& path() const { return path_; }

 private:
  explicit PrivateDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PRIVATE_DIR_H_
