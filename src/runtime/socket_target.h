// SocketTarget: the stack's socket that a notified call is about.
#ifndef UNETNS_RUNTIME_SOCKET_TARGET_H_
#define UNETNS_RUNTIME_SOCKET_TARGET_H_

#include "runtime/socket_file.h"
#include "runtime/supervisor.h"

namespace unetns {

struct SocketTarget {
  FileRef ref;
  SocketFile* file = nullptr;  // null: none of ours, the call runs natively

  // By the descriptor in the call's first argument. What the program wrote natively before is sent
  // first.
  static SocketTarget of(Supervisor& s, Thread& t, const Call& c);
  bool nonblock(int flags) const;  // MSG_DONTWAIT or O_NONBLOCK
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_SOCKET_TARGET_H_
