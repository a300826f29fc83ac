#include "runtime/socket_target.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "preload/hot_layout.h"
#include "runtime/proc_status.h"

namespace unetns {

SocketTarget SocketTarget::for_data(Supervisor& s, Thread& t, const Call& c) {
  SocketTarget out;
  ProgramFile* before = c.waited_for ? s.files().by_inode(c.waited_for) : nullptr;
  if (before)
    out.ref = s.files().again(*before, c);
  else if (c.nr == SYS_sendto && s.files().hot().on())
    out.ref = s.files().find_believing(t, c.arg_int(0), unetns_hot_claim(c.args[3]));
  else
    out.ref = s.files().find(t, c.arg_int(0));
  if (!out.ref.file) return out;
  out.sock = out.ref.file->stack_socket();
  out.file = out.ref.file->socket();
  out.stream = out.ref.file->stream();
  if (out.stream && out.stream->wants_end() && out.ref.end() >= 0)
    out.stream->at_hand(out.ref.end());
  // In the order of the program's calls; bounded, another thread may go on writing. What the thread
  // wrote before its call came to us no later than the call.
  if (out.file && !s.loop().quiet())
    for (int i = 0; i < 16 && out.file->readable(); i++) {
    }
  return out;
}

SocketTarget SocketTarget::of(Supervisor& s, Thread& t, const Call& c) {
  SocketTarget out = for_data(s, t, c);
  if (out.stream) out.stream->readable();
  return out;
}

bool SocketTarget::nonblock(const Call& c, int flags) const {
  if (flags & MSG_DONTWAIT) return true;
  const int end = ref.end();
  return (end >= 0 ? fcntl(end, F_GETFL) : flags_of_fd(c.tid, c.arg_int(0))) & O_NONBLOCK;
}

void SocketTarget::hold_in_turn(Supervisor& s, const Call& c, int flags) const {
  Turns* turns = ref.file->turns();
  if (!turns || !turns->taken()) return;
  if ((turns->due() && nonblock(c, flags)) || s.files().held() > 1)
    turns->disappointed();
  else
    s.hold = ref.file->inode();
}

Outcome SocketTarget::wait(Supervisor& s, Call& c) const {
  if (ref.borrowed) c.end = std::move(ref.borrowed);
  return s.block_on(*ref.file);
}

Outcome wait_or(Supervisor& s, Call& c, const SocketTarget& target, int flags, Nanos timeout,
                int code) {
  if (c.expired) return Outcome::err(code);
  if (!c.deadline_known) {
    if (target.nonblock(c, flags)) return Outcome::err(code);
    c.deadline_known = true;
    if (timeout > Nanos::zero()) c.deadline = s.env().clock.monotonic() + timeout;
  }
  return target.wait(s, c);
}

}  // namespace unetns
