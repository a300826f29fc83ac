// ThreadCaller: a thread of a program as the Caller of a control operation.
#ifndef UNETNS_RUNTIME_CALLER_H_
#define UNETNS_RUNTIME_CALLER_H_

#include "netns/caller.h"
#include "runtime/supervisor.h"

namespace unetns {

class ThreadCaller final : public Caller {
 public:
  ThreadCaller(Supervisor& supervisor, Thread& thread) : supervisor_(supervisor), thread_(thread) {}
  int pid() const override { return thread_.process->tgid; }
  uint32_t uid() const override;
  uint32_t gid() const override;
  bool capable(int capability) const override;
  Result<NetRef> net_from_fd(int fd) const override;
  Result<NetRef> net_from_pid(int pid) const override {
    return supervisor_.processes().net_of(pid);
  }

 private:
  Supervisor& supervisor_;
  Thread& thread_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CALLER_H_
