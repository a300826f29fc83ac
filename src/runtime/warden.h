// Warden: a process that outlives a supervisor that was killed, and ends its programs: nobody would
// serve them.
#ifndef UNETNS_RUNTIME_WARDEN_H_
#define UNETNS_RUNTIME_WARDEN_H_

#include <sys/types.h>

#include "base/result.h"
#include "host/unique_fd.h"
#include "runtime/private_dir.h"

namespace unetns {

class Warden {
 public:
  // Forks it. Call before the supervisor opens what must not stay open elsewhere.
  static Result<Warden> start(const PrivateDir& private_dir);
  Warden(Warden&& o) noexcept : pid_(std::exchange(o.pid_, 0)), line_(std::move(o.line_)) {}
  Warden& operator=(Warden&&) = delete;
  ~Warden();  // dismisses it

 private:
  Warden(pid_t pid, UniqueFd line) : pid_(pid), line_(std::move(line)) {}
  pid_t pid_ = 0;
  UniqueFd line_;  // ours; the warden sees its other end close
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_WARDEN_H_
