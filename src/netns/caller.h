// Caller: who asks. Identity and handles of the program behind a control operation, as the layer
// that runs programs knows them; the library has one of its own.
#ifndef UNETNS_NETNS_CALLER_H_
#define UNETNS_NETNS_CALLER_H_

#include <cstdint>

#include "base/result.h"
#include "netns/net.h"

namespace unetns {

class Caller {
 public:
  virtual ~Caller() = default;
  virtual int pid() const = 0;
  virtual uint32_t uid() const = 0;
  virtual uint32_t gid() const = 0;
  virtual bool capable(
      int capability) const = 0;  // CAP_* of capabilities(7), as the program believes to have them
  // What a file descriptor of the caller names: EBADF, EINVAL when it is no namespace handle.
  virtual Result<NetRef> net_from_fd(int fd) const = 0;
  virtual Result<NetRef> net_from_pid(int pid) const = 0;  // ESRCH
};

// The owner of the machine: all capabilities, no descriptors.
class SystemCaller final : public Caller {
 public:
  int pid() const override { return 0; }
  uint32_t uid() const override { return 0; }
  uint32_t gid() const override { return 0; }
  bool capable(int) const override { return true; }
  Result<NetRef> net_from_fd(int) const override { return fail(EBADF); }
  Result<NetRef> net_from_pid(int) const override { return fail(ESRCH); }
};

}  // namespace unetns

#endif  // UNETNS_NETNS_CALLER_H_
