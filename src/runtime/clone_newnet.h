// Takes CLONE_NEWNET out of a clone(2) that a thread is about to make, and lets it go on.
#ifndef UNETNS_RUNTIME_CLONE_NEWNET_H_
#define UNETNS_RUNTIME_CLONE_NEWNET_H_

#include <sys/types.h>

#include <functional>

#include "base/result.h"
#include "runtime/stopped_thread.h"

namespace unetns {

// The thread is waiting in a notification of clone. `release` must answer it with ERESTARTNOINTR.
// By ptrace(2) the call is then begun anew without the flag. Returns once the child is there; with
// CLONE_VFORK, once the call goes on. EPERM where ptrace is refused (a debugger has the thread),
// ESRCH when the thread died, ENOSYS on other machines.
Result<void> clone_without_newnet(pid_t tid, uint64_t flags, const std::function<void()>& release);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CLONE_NEWNET_H_
