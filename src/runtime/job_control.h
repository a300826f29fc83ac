// JobControl: the supervisor stands between a shell and the program; signals of the terminal pass
// as if it weren't there.
#ifndef UNETNS_RUNTIME_JOB_CONTROL_H_
#define UNETNS_RUNTIME_JOB_CONTROL_H_

#include <signal.h>
#include <sys/types.h>

#include <functional>
#include <optional>

#include "base/result.h"
#include "host/event_loop.h"

namespace unetns {

// Ctrl-C and Ctrl-\ reach the program from the terminal itself, as it is in our process group: we
// ignore them. SIGTERM and SIGHUP to us are passed on. When the program stops (Ctrl-Z), so do we,
// and it goes on when we do.
class JobControl {
 public:
  JobControl(EventLoop& loop, pid_t program) : loop_(loop), program_(program) {}
  ~JobControl();
  Result<void> start();
  // Exit status for the shell once the program has ended: its status, or 128 + signal.
  std::optional<int> status() const { return status_; }

  // To be called before the fork, so that no signal is lost: blocks what start() will watch.
  // Returns the mask of before.
  static sigset_t block_signals();

 private:
  void signals();
  void reap();
  EventLoop& loop_;
  pid_t program_;
  UniqueFd signal_fd_;
  std::optional<int> status_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_JOB_CONTROL_H_
