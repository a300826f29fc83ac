// Listener: the seccomp user notification fd (seccomp_unotify(2)).
#ifndef UNETNS_RUNTIME_LISTENER_H_
#define UNETNS_RUNTIME_LISTENER_H_

#include <linux/seccomp.h>
#include <sys/types.h>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

class Listener {
 public:
  explicit Listener(UniqueFd fd);  // asks for synchronous wake-ups where the kernel has them (6.6)
  int fd() const { return fd_.get(); }
  bool sync_wake_up() const { return sync_; }

  // The next notification. Only after poll says there is one. ENOENT: it vanished meanwhile.
  Result<seccomp_notif> receive();
  // All return ENOENT when the call was interrupted or its thread died.
  Result<void> answer(uint64_t id, int64_t value);
  Result<void> answer_error(uint64_t id, int err);
  Result<void> answer_native(uint64_t id);
  // Installs a copy of `fd` in the thread's table, and answers with its number.
  Result<int> answer_fd(uint64_t id, pid_t tid, int fd, bool cloexec);
  // The same with a number of our choice: what is there is closed.
  Result<int> answer_fd_at(uint64_t id, pid_t tid, int fd, int at, bool cloexec);
  // Puts `fd` in the place of the thread's descriptor `at`; the call stays unanswered.
  Result<void> replace_fd(uint64_t id, int fd, int at, bool cloexec);
  bool valid(uint64_t id) const;

 private:
  Result<int> install_and_answer(seccomp_notif_addfd add, pid_t tid);
  Result<void> send(const seccomp_notif_resp& response);
  UniqueFd fd_;
  bool sync_ = false;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_LISTENER_H_
