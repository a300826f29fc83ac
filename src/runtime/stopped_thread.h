// Stops of a thread under ptrace(2), for the few calls that are changed while they are made.
#ifndef UNETNS_RUNTIME_STOPPED_THREAD_H_
#define UNETNS_RUNTIME_STOPPED_THREAD_H_

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <functional>
#include <vector>

#include "base/result.h"

namespace unetns {

// Waits for the next stop; false when the thread is gone. Its end is left for JobControl to reap.
bool wait_stop(pid_t tid, int* status);
bool event_stop(int status);
bool syscall_stop(int status);
// Seizes the thread, which waits in a notification, and asks it to stop; `release` then answers
// that. EPERM where ptrace is refused (a debugger has the thread): nothing was released.
Result<void> seize_and_release(pid_t tid, const std::function<void()>& release);

// A thread under ptrace that must not run a signal's handler until we are done.
class HeldThread {
 public:
  explicit HeldThread(pid_t tid) : tid_(tid) {}
  HeldThread(const HeldThread&) = delete;
  ~HeldThread();  // lets go of it

  // Runs to where a system call begins or ends, or to a stop by an event; signals are put off.
  // False: it is gone.
  bool run(int& status);
#ifdef __x86_64__
  // seize_and_release(), and runs to the stop that it asks for: where the call has ended. ESRCH: it
  // is gone.
  Result<user_regs_struct> hold(const std::function<void()>& release);
  // Where a call has ended, which `regs` are of: makes it call `nr` before it goes on as if nothing
  // were. What that returned.
  Result<int64_t> call(const user_regs_struct& regs, long nr, const std::array<uint64_t, 3>& args);
#endif

 private:
  void put_off(int status);
  static bool is_signal(int status) { return !syscall_stop(status) && !event_stop(status); }
  pid_t tid_;
  std::vector<int> signals_;
};

inline constexpr int kRestartNoIntr = 513;  // ERESTARTNOINTR: the call is begun anew

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STOPPED_THREAD_H_
