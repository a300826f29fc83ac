// NetHandle: an open file that names a namespace (/proc/PID/ns/net, /run/netns/NAME) and keeps it
// alive.
#ifndef UNETNS_RUNTIME_NET_HANDLE_H_
#define UNETNS_RUNTIME_NET_HANDLE_H_

#include <cstdint>

#include "netns/net.h"
#include "runtime/program_file.h"

namespace unetns {

class NetHandle final : public ProgramFile {
 public:
  explicit NetHandle(NetRef net) : net_(std::move(net)) {}
  NetHandle* net_handle() override { return this; }
  const NetRef& net() const { return net_; }

 private:
  NetRef net_;
};

// The inode number by which programs know a namespace: "net:[4026531840]".
inline uint64_t net_inode(const Net& net) { return 4026531839ull + net.id(); }

}  // namespace unetns

#endif  // UNETNS_RUNTIME_NET_HANDLE_H_
