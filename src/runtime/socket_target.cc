#include "runtime/socket_target.h"

#include <fcntl.h>

namespace unetns {

SocketTarget SocketTarget::of(Supervisor& s, Thread& t, const Call& c) {
  SocketTarget out;
  out.ref = s.files().find(t, c.arg_int(0));
  if (out.ref.file) out.file = out.ref.file->socket();
  // In the order of the program's calls; bounded, another thread may go on writing.
  for (int i = 0; out.file && i < 16 && out.file->readable(); i++) {
  }
  return out;
}

bool SocketTarget::nonblock(int flags) const {
  if (flags & MSG_DONTWAIT) return true;
  return ref.end() >= 0 && (fcntl(ref.end(), F_GETFL) & O_NONBLOCK);
}

}  // namespace unetns
