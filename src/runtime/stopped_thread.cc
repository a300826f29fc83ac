#include "runtime/stopped_thread.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

namespace unetns {

bool wait_stop(pid_t tid, int* status) {
  for (;;) {
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(tid), &info, WSTOPPED | WEXITED | WNOWAIT | __WALL) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED)
      return false;
    return waitpid(tid, status, __WALL) == tid && WIFSTOPPED(*status);
  }
}

bool event_stop(int status) { return status >> 16 == PTRACE_EVENT_STOP; }
bool syscall_stop(int status) { return WSTOPSIG(status) == (SIGTRAP | 0x80); }

Result<void> seize_and_release(pid_t tid, const std::function<void()>& release) {
  if (ptrace(PTRACE_SEIZE, tid, nullptr, PTRACE_O_TRACESYSGOOD) != 0) return fail(EPERM);
  if (ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr) != 0) {
    ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
    return fail(EPERM);
  }
  release();
  return {};
}

}  // namespace unetns
