#include "runtime/clone_newnet.h"

#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

namespace unetns {

#ifdef __x86_64__
namespace {

// Waits for the next stop; false when the thread is gone.
bool wait_stop(pid_t tid, int* status) {
  for (;;) {
    const pid_t r = waitpid(tid, status, __WALL);
    if (r < 0 && errno == EINTR) continue;
    return r == tid && WIFSTOPPED(*status);
  }
}

bool event_stop(int status) { return status >> 16 == PTRACE_EVENT_STOP; }
bool syscall_stop(int status) { return WSTOPSIG(status) == (SIGTRAP | 0x80); }

}  // namespace

Result<void> clone_without_newnet(pid_t tid, uint64_t flags, const std::function<void()>& release) {
  if (ptrace(PTRACE_SEIZE, tid, nullptr, PTRACE_O_TRACESYSGOOD) != 0) return fail(EPERM);
  if (ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr) != 0) {
    ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
    return fail(EPERM);
  }
  release();
  int status = 0;
  bool rewritten = false;
  int stops = 0;
  while (wait_stop(tid, &status)) {
    int signal = 0;
    if (!rewritten && event_stop(status)) {
      user_regs_struct regs{};
      if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) break;
      regs.rdi &= ~static_cast<unsigned long long>(CLONE_NEWNET);
      if (ptrace(PTRACE_SETREGS, tid, nullptr, &regs) != 0) break;
      rewritten = true;
      if (flags & CLONE_VFORK) break;
    } else if (syscall_stop(status)) {
      if (++stops == 2) break;  // in and out
    } else if (!event_stop(status)) {
      signal = WSTOPSIG(status);  // the program's own: it gets it
    }
    if (ptrace(PTRACE_SYSCALL, tid, nullptr, signal) != 0) break;
  }
  if (!WIFSTOPPED(status)) return fail(ESRCH);
  ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
  return {};
}
#else
Result<void> clone_without_newnet(pid_t, uint64_t, const std::function<void()>&) {
  return fail(ENOSYS);
}
#endif

}  // namespace unetns
