#include "runtime/ring_mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

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

// A thread under ptrace that must not run a signal's handler until we are done.
class HeldThread {
 public:
  explicit HeldThread(pid_t tid) : tid_(tid) {}
  ~HeldThread() {
    ptrace(PTRACE_DETACH, tid_, nullptr, nullptr);
    for (int signal : signals_) syscall(SYS_tkill, tid_, signal);
  }
  // Runs to where a system call begins or ends, or to a stop by an event; signals are put off.
  // False: it is gone.
  bool run(int& status) {
    do {
      if (ptrace(PTRACE_SYSCALL, tid_, nullptr, 0) != 0 || !wait_stop(tid_, &status)) return false;
      put_off(status);
    } while (is_signal(status));
    return true;
  }
  void put_off(int status) {
    if (is_signal(status)) signals_.push_back(WSTOPSIG(status));
  }
  static bool is_signal(int status) { return !syscall_stop(status) && !event_stop(status); }

 private:
  pid_t tid_;
  std::vector<int> signals_;
};

// At the end of one call: makes the thread call close(fd) before it goes on as if nothing were.
void close_in(HeldThread& thread, pid_t tid, int fd, const user_regs_struct& regs) {
  user_regs_struct call = regs;
  call.rip -= kSyscallInstruction;
  call.rax = SYS_close;
  call.rdi = static_cast<unsigned long>(fd);
  if (ptrace(PTRACE_SETREGS, tid, nullptr, &call) != 0) return;
  int status = 0;
  for (int stops = 0; stops < 2;) {  // in and out
    if (!thread.run(status)) return;
    if (syscall_stop(status)) stops++;
  }
  ptrace(PTRACE_SETREGS, tid, nullptr, &regs);
}

}  // namespace

Result<void> map_descriptor(pid_t tid, int fd, const std::function<void()>& release) {
  UNETNS_TRY(seize_and_release(tid, release));
  int status = 0;
  if (!wait_stop(tid, &status)) return fail(ESRCH);
  HeldThread thread(tid);
  thread.put_off(status);
  user_regs_struct regs{};
  while (!event_stop(status))
    if (!thread.run(status)) return fail(ESRCH);
  if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) return fail(ESRCH);
  const auto given = std::exchange(regs.r8, static_cast<unsigned long long>(fd));
  if (ptrace(PTRACE_SETREGS, tid, nullptr, &regs) != 0) return fail(ESRCH);
  for (int stops = 0; stops < 2;) {
    if (!thread.run(status)) return fail(ESRCH);
    if (syscall_stop(status)) stops++;
  }
  if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) return fail(ESRCH);
  regs.r8 = given;
  close_in(thread, tid, fd, regs);
  return {};
}
#else
Result<void> map_descriptor(pid_t, int, const std::function<void()>&) { return fail(ENOSYS); }
#endif

}  // namespace unetns
