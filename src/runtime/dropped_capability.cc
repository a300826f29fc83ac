#include "runtime/dropped_capability.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cstddef>

#include "runtime/creds.h"
#include "runtime/program_memory.h"
#include "runtime/stopped_thread.h"

namespace unetns {

#ifdef __x86_64__
namespace {

constexpr uint64_t kRedZone = 128;  // below the stack pointer, the program's own (psABI)

struct DroppedFilter {
  sock_fprog head;
  std::array<sock_filter, 8> code;
};

DroppedFilter dropped_filter(unsigned cap) {
  constexpr uint32_t kFirst = offsetof(seccomp_data, args), kSecond = kFirst + 8;
  constexpr uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS, kEqual = BPF_JMP | BPF_JEQ | BPF_K,
                     kReturn = BPF_RET | BPF_K;
  return {{},
          {{BPF_STMT(kLoad, offsetof(seccomp_data, nr)), BPF_JUMP(kEqual, SYS_prctl, 0, 5),
            BPF_STMT(kLoad, kFirst), BPF_JUMP(kEqual, PR_CAPBSET_READ, 0, 3),
            BPF_STMT(kLoad, kSecond), BPF_JUMP(kEqual, cap, 0, 1),
            BPF_STMT(kReturn, SECCOMP_RET_ERRNO), BPF_STMT(kReturn, SECCOMP_RET_ALLOW)}}};
}

}  // namespace

uint64_t host_bounding() {
  uint64_t out = 0;
  for (int cap = 0; cap < kCapCount; cap++)
    if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1) out |= 1ull << cap;
  return out;
}

Result<void> drop_natively(pid_t tid, unsigned cap, const std::function<void()>& release) {
  HeldThread thread(tid);
  UNETNS_ASSIGN(const user_regs_struct regs, thread.hold(release));
  DroppedFilter filter = dropped_filter(cap);
  const uint64_t at = (regs.rsp - kRedZone - sizeof filter) & ~uint64_t{15};
  filter.head.len = filter.code.size();
  filter.head.filter = reinterpret_cast<sock_filter*>(at + offsetof(DroppedFilter, code));
  UNETNS_TRY(ProgramMemory(tid).write_object(at, filter));
  UNETNS_ASSIGN(const int64_t made,
                thread.call(regs, SYS_seccomp, {SECCOMP_SET_MODE_FILTER, 0, at}));
  if (made != 0) return fail(static_cast<int>(-made));
  return {};
}
#else
uint64_t host_bounding() { return 0; }
Result<void> drop_natively(pid_t, unsigned, const std::function<void()>&) { return fail(ENOSYS); }
#endif

}  // namespace unetns
