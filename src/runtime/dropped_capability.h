// PR_CAPBSET_READ where it is not notified, and what must follow then from PR_CAPBSET_DROP.
#ifndef UNETNS_RUNTIME_DROPPED_CAPABILITY_H_
#define UNETNS_RUNTIME_DROPPED_CAPABILITY_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "base/result.h"

namespace unetns {

// The capabilities of which the host answers PR_CAPBSET_READ as we would while a program has
// dropped nothing: libcap asks twice when a program starts. None on machines where drop_natively()
// can't follow.
uint64_t host_bounding();

// The thread waits in a notification of PR_CAPBSET_DROP, which `release` must answer. By ptrace(2)
// it is given one more filter, by which it and what it makes read that capability as dropped. EPERM
// where ptrace is refused (nothing was released), ESRCH when the thread died, EFAULT without room
// on its stack.
Result<void> drop_natively(pid_t tid, unsigned cap, const std::function<void()>& release);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_DROPPED_CAPABILITY_H_
