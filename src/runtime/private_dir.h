// PrivateDir: a directory of this run's own, removed at its end.
#ifndef UNETNS_RUNTIME_PRIVATE_DIR_H_
#define UNETNS_RUNTIME_PRIVATE_DIR_H_

#include <string>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

class PrivateDir {
 public:
  // Under $XDG_RUNTIME_DIR or $TMPDIR, as far as no other user but root can replace what lies in
  // them, else under /dev/shm, /tmp or /var/tmp; mode 0700. for_libraries: programs must be able
  // to load a library from it.
  static Result<PrivateDir> create(bool for_libraries);
  PrivateDir(PrivateDir&&) noexcept = default;
  PrivateDir& operator=(PrivateDir&&) = delete;
  ~PrivateDir();
  const std::string& path() const { return path_; }
  int base() const { return base_.get(); }
  int dir() const { return dir_.get(); }
  // What the destructor does, for who has copies of the descriptors: removes what lies in `dir`,
  // then, by its name in `base`, itself.
  static void remove(int base, int dir, const std::string& path);

 private:
  PrivateDir(std::string path, UniqueFd base, UniqueFd dir)
      : path_(std::move(path)), base_(std::move(base)), dir_(std::move(dir)) {}
  std::string path_;
  UniqueFd base_, dir_;  // the one it was made in, and itself, whatever lies at the path later
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PRIVATE_DIR_H_
