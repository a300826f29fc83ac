// Stops of a thread under ptrace(2), for the few calls that are changed while they are made.
#ifndef UNETNS_RUNTIME_STOPPED_THREAD_H_
#define UNETNS_RUNTIME_STOPPED_THREAD_H_

#include <sys/types.h>

#include <functional>

#include "base/result.h"

namespace unetns {

// Waits for the next stop; false when the thread is gone. Its end is left for JobControl to reap.
bool wait_stop(pid_t tid, int* status);
bool event_stop(int status);
bool syscall_stop(int status);
// Seizes the thread, which waits in a notification, and asks it to stop; `release` then answers
// that. EPERM where ptrace is refused (a debugger has the thread): nothing was released.
Result<void> seize_and_release(pid_t tid, const std::function<void()>& release);

inline constexpr int kRestartNoIntr = 513;  // ERESTARTNOINTR: the call is begun anew

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STOPPED_THREAD_H_
