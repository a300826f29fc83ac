#include "runtime/stopped_thread.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

HeldThread::~HeldThread() {
  // Before it goes on: it may not expect them for long.
  for (int signal : signals_) syscall(SYS_tkill, tid_, signal);
  ptrace(PTRACE_DETACH, tid_, nullptr, nullptr);
}

bool HeldThread::run(int& status) {
  do {
    if (ptrace(PTRACE_SYSCALL, tid_, nullptr, 0) != 0 || !wait_stop(tid_, &status)) return false;
    put_off(status);
  } while (is_signal(status));
  return true;
}

void HeldThread::put_off(int status) {
  if (is_signal(status)) signals_.push_back(WSTOPSIG(status));
}

#ifdef __x86_64__
Result<user_regs_struct> HeldThread::hold(const std::function<void()>& release) {
  UNETNS_TRY(seize_and_release(tid_, release));
  int status = 0;
  if (!wait_stop(tid_, &status)) return fail(ESRCH);
  put_off(status);
  while (!event_stop(status))
    if (!run(status)) return fail(ESRCH);
  user_regs_struct regs{};
  if (ptrace(PTRACE_GETREGS, tid_, nullptr, &regs) != 0) return fail(ESRCH);
  return regs;
}

Result<int64_t> HeldThread::call(const user_regs_struct& regs, long nr,
                                 const std::array<uint64_t, 3>& args) {
  constexpr unsigned long kSyscallInstruction = 2;  // bytes
  user_regs_struct call = regs;
  call.rip -= kSyscallInstruction;
  call.rax = static_cast<unsigned long>(nr);
  call.rdi = args[0];
  call.rsi = args[1];
  call.rdx = args[2];
  if (ptrace(PTRACE_SETREGS, tid_, nullptr, &call) != 0) return fail(ESRCH);
  int status = 0;
  for (int stops = 0; stops < 2;) {  // in and out
    if (!run(status)) return fail(ESRCH);
    if (syscall_stop(status)) stops++;
  }
  if (ptrace(PTRACE_GETREGS, tid_, nullptr, &call) != 0) return fail(ESRCH);
  ptrace(PTRACE_SETREGS, tid_, nullptr, &regs);
  return static_cast<int64_t>(call.rax);
}
#endif

}  // namespace unetns
