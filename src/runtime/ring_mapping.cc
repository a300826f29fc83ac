#include "runtime/ring_mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/stopped_thread.h"

namespace unetns {
namespace {

class SharedMemory final : public RingMemory {
 public:
  SharedMemory(UniqueFd fd, uint8_t* at, size_t size) : fd_(std::move(fd)), at_(at), size_(size) {}
  ~SharedMemory() override { munmap(at_, size_); }
  MutableBytes bytes() override { return {at_, size_}; }
  int descriptor() const override { return fd_.get(); }

 private:
  UniqueFd fd_;
  uint8_t* at_;
  size_t size_;
};

}  // namespace

Result<std::unique_ptr<RingMemory>> RingMappings::allocate(size_t size) {
  UniqueFd fd(memfd_create("unetns-packet-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || ftruncate(fd.get(), static_cast<off_t>(size)) != 0) return fail(ENOMEM);
  // The program has the file for a moment: it must not make it shorter under us.
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return fail(ENOMEM);
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  if (at == MAP_FAILED) return fail(ENOMEM);
  return std::make_unique<SharedMemory>(std::move(fd), static_cast<uint8_t*>(at), size);
}

#ifdef __x86_64__
namespace {

constexpr unsigned long kSyscallInstruction = 2;  // bytes

// At the end of one call: makes the thread call close(fd) before it goes on as if nothing were.
void close_in(pid_t tid, int fd, const user_regs_struct& regs) {
  user_regs_struct call = regs;
  call.rip -= kSyscallInstruction;
  call.rax = SYS_close;
  call.rdi = static_cast<unsigned long>(fd);
  if (ptrace(PTRACE_SETREGS, tid, nullptr, &call) != 0) return;
  int status = 0;
  for (int stops = 0; stops < 2; stops++) {  // in and out
    if (ptrace(PTRACE_SYSCALL, tid, nullptr, 0) != 0 || !wait_stop(tid, &status)) return;
    if (syscall_stop(status)) continue;
    // A signal was faster: it is dealt with from where the first call ended.
    ptrace(PTRACE_SETREGS, tid, nullptr, &regs);
    ptrace(PTRACE_DETACH, tid, nullptr, event_stop(status) ? 0 : WSTOPSIG(status));
    return;
  }
  ptrace(PTRACE_SETREGS, tid, nullptr, &regs);
  ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
}

}  // namespace

Result<void> map_descriptor(pid_t tid, int fd, const std::function<void()>& release) {
  UNETNS_TRY(seize_and_release(tid, release));
  int status = 0, stops = 0;
  bool rewritten = false;
  user_regs_struct regs{};
  unsigned long long given = 0;
  while (wait_stop(tid, &status)) {
    if (!rewritten && event_stop(status)) {
      if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) break;
      given = std::exchange(regs.r8, static_cast<unsigned long long>(fd));
      if (ptrace(PTRACE_SETREGS, tid, nullptr, &regs) != 0) break;
      rewritten = true;
    } else if (syscall_stop(status)) {
      if (++stops == 2) {
        if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) break;
        regs.r8 = given;
        close_in(tid, fd, regs);
        return {};
      }
    } else if (!event_stop(status)) {  // a signal: its handler must not run while we wait
      if (rewritten && ptrace(PTRACE_GETREGS, tid, nullptr, &regs) == 0) {
        regs.r8 = given;
        ptrace(PTRACE_SETREGS, tid, nullptr, &regs);
      }
      ptrace(PTRACE_DETACH, tid, nullptr, WSTOPSIG(status));
      return fail(EINTR);
    }
    if (ptrace(PTRACE_SYSCALL, tid, nullptr, 0) != 0) break;
  }
  if (!WIFSTOPPED(status)) return fail(ESRCH);
  ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
  return fail(ESRCH);
}
#else
Result<void> map_descriptor(pid_t, int, const std::function<void()>&) { return fail(ENOSYS); }
#endif

}  // namespace unetns
