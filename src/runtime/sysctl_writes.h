// SysctlWrites: files of /proc/sys/net that programs have open for writing. Each is a pipe; what
// was written is applied before the next notified call of anyone is served.
#ifndef UNETNS_RUNTIME_SYSCTL_WRITES_H_
#define UNETNS_RUNTIME_SYSCTL_WRITES_H_

#include <memory>
#include <string>
#include <vector>

#include "host/event_loop.h"
#include "netns/net.h"
#include "vfs/virtual_files.h"

namespace unetns {

class SysctlWrites {
 public:
  SysctlWrites(EventLoop& loop, VirtualFiles& files) : loop_(loop), files_(files) {}
  ~SysctlWrites();

  // The program's end.
  Result<UniqueFd> open(NetRef net, std::string path);
  bool any() const { return !open_.empty(); }
  void apply();  // whatever has been written so far

 private:
  struct Writer {
    UniqueFd fd;
    NetRef net;
    std::string path;
    std::string text;
  };
  // False when the writer is done (closed by the program).
  bool drain(Writer& writer);
  EventLoop& loop_;
  VirtualFiles& files_;
  std::vector<std::unique_ptr<Writer>> open_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_SYSCTL_WRITES_H_
