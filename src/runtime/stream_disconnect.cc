// connect(2) to AF_UNSPEC on a stream: the connection is taken apart, and the socket as new.
#include <fcntl.h>

#include "runtime/caller.h"
#include "runtime/proc_status.h"
#include "runtime/stream_calls.h"

namespace unetns {

Result<UniqueFd> stream_fresh_pair(Call& c, const SocketTarget& target) {
  const int flags = flags_of_fd(c.tid, c.arg_int(0));
  UNETNS_ASSIGN(UniqueFd end, target.stream->renew(flags & O_NONBLOCK));
  auto placed = c.listener->replace_fd(c.id, end.get(), c.arg_int(0), flags & O_CLOEXEC);
  if (!placed) {
    target.stream->failed_at_once(ECONNABORTED);
    return std::unexpected(placed.error());
  }
  return end;
}

Outcome stream_disconnect(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                          Bytes name) {
  StreamFile& file = *target.stream;
  const bool used = file.sock().state() != StreamState::kFresh || file.severed();
  ThreadCaller caller(s, t);
  auto result = file.sock().connect(caller, name);
  if (!result) return Outcome::err(result.error().code);
  if (!used) return Outcome::ret(0);
  auto end = stream_fresh_pair(c, target);
  if (!end) return Outcome::err(end.error().code);
  file.taken_apart();
  s.files().set_uneven(file, true);
  file.wait_for_data(end->get(), false);
  file.push();  // a pending error is to be seen when the call returns
  return Outcome::ret(0);
}

}  // namespace unetns
