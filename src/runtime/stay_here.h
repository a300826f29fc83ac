// StayHere: as long as it lives, another thread runs on no other processor than the caller's.
//
// The kernel has a thread install by itself the descriptor that we give it, and wakes it and then
// us without the hint to stay that an answer has. On a machine with an idle processor each goes
// there, and back: 30 µs.
#ifndef UNETNS_RUNTIME_STAY_HERE_H_
#define UNETNS_RUNTIME_STAY_HERE_H_

#include <sched.h>

#include <optional>

namespace unetns {

class StayHere {
 public:
  // The thread must be stopped in the kernel, and not go on to its program before this has gone.
  // Does nothing where the thread could not run here, or only here.
  explicit StayHere(pid_t tid);
  ~StayHere();
  StayHere(const StayHere&) = delete;
  StayHere& operator=(const StayHere&) = delete;

 private:
  const pid_t tid_;
  cpu_set_t here_;
  std::optional<cpu_set_t> before_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STAY_HERE_H_
