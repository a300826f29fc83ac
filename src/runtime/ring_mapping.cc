#include "runtime/ring_mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
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
Result<void> map_descriptor(pid_t tid, int fd, const std::function<void()>& release) {
  HeldThread thread(tid);
  UNETNS_ASSIGN(user_regs_struct regs, thread.hold(release));
  const auto given = std::exchange(regs.r8, static_cast<unsigned long long>(fd));
  if (ptrace(PTRACE_SETREGS, tid, nullptr, &regs) != 0) return fail(ESRCH);
  int status = 0;
  for (int stops = 0; stops < 2;) {
    if (!thread.run(status)) return fail(ESRCH);
    if (syscall_stop(status)) stops++;
  }
  if (ptrace(PTRACE_GETREGS, tid, nullptr, &regs) != 0) return fail(ESRCH);
  regs.r8 = given;
  (void)thread.call(regs, SYS_close, {static_cast<uint64_t>(fd)});
  return {};
}
#else
Result<void> map_descriptor(pid_t, int, const std::function<void()>&) { return fail(ENOSYS); }
#endif

}  // namespace unetns
