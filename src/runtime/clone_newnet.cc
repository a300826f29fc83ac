#include "runtime/clone_newnet.h"

#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "runtime/stopped_thread.h"

namespace unetns {

#ifdef __x86_64__
namespace {

// Puts the flag back: the call comes to us anew, after the signal that was in its way.
void restore_flag(pid_t tid) {
  user_regs_struct regs{};
  if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) return;
  regs.rdi |= CLONE_NEWNET;
  ptrace(PTRACE_SETREGS, tid, nullptr, &regs);
}

bool restarts(pid_t tid) {
  user_regs_struct regs{};
  return ptrace(PTRACE_GETREGS, tid, nullptr, &regs) == 0 &&
         static_cast<long>(regs.rax) == -kRestartNoIntr;
}

}  // namespace

Result<void> clone_without_newnet(pid_t tid, uint64_t flags, const std::function<void()>& release) {
  UNETNS_TRY(seize_and_release(tid, release));
  int status = 0;
  bool rewritten = false;
  int stops = 0;
  while (wait_stop(tid, &status)) {
    if (!rewritten && event_stop(status)) {
      user_regs_struct regs{};
      if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) break;
      regs.rdi &= ~static_cast<unsigned long long>(CLONE_NEWNET);
      if (ptrace(PTRACE_SETREGS, tid, nullptr, &regs) != 0) break;
      rewritten = true;
      if (flags & CLONE_VFORK) break;
    } else if (syscall_stop(status)) {
      if (++stops == 2) {  // in and out
        if (!restarts(tid)) break;
        restore_flag(tid);
        ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
        return fail(EINTR);
      }
    } else if (!event_stop(status)) {  // a signal: its handler must not run while we wait
      if (rewritten) restore_flag(tid);
      ptrace(PTRACE_DETACH, tid, nullptr, WSTOPSIG(status));
      return fail(EINTR);
    }
    if (ptrace(PTRACE_SYSCALL, tid, nullptr, 0) != 0) break;
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
