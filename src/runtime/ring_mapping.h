// Memory that a packet socket shares with a program: a file without a name, which the program maps
// when it calls mmap(2) on the socket.
#ifndef UNETNS_RUNTIME_RING_MAPPING_H_
#define UNETNS_RUNTIME_RING_MAPPING_H_

#include <sys/types.h>

#include <functional>

#include "host/unique_fd.h"
#include "socket/packet/ring_memory.h"

namespace unetns {

class RingMappings final : public RingMemorySource {
 public:
  Result<std::unique_ptr<RingMemory>> allocate(size_t size) override;
};

// The thread waits in a notification of mmap(2), and has the memory's file as descriptor `fd`.
// `release` must answer the notification with ERESTARTNOINTR. By ptrace(2) the call is begun anew
// with that descriptor, which is closed when the memory is mapped. EPERM where ptrace is refused,
// EINTR when a signal came first, ESRCH when the thread died, ENOSYS on other machines.
Result<void> map_descriptor(pid_t tid, int fd, const std::function<void()>& release);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_RING_MAPPING_H_
