// MSG_ERRQUEUE on streams: what ICMP said of the SYN.
#include <sys/socket.h>

#include <algorithm>

#include "runtime/stream_message.h"

namespace unetns {

namespace {

Result<Message> take(const SocketTarget& from, int flags) {
  StreamFile& file = *from.stream;
  auto error = file.sock().receive(flags);
  // It was the pending error, which the program's end was staged to tell.
  const int end = file.severed() && !file.sock().error() ? from.ref.end() : -1;
  int native = 0;
  socklen_t size = sizeof native;
  if (error && end >= 0) (void)getsockopt(end, SOL_SOCKET, SO_ERROR, &native, &size);
  return error;
}

}  // namespace

Outcome queued_error_to(const Call& c, const SocketTarget& from, MessageHeader& into, int flags) {
  auto error = take(from, flags);
  if (!error) return Outcome::err(error.error().code);
  auto n = into.deliver(c.memory(), *error, from.sock->control_for(*error), flags);
  if (n && (flags & MSG_TRUNC)) *n = error->data.size();
  return Outcome::of(n);
}

Outcome queued_error_from(const Call& c, const SocketTarget& from, int flags) {
  auto error = take(from, flags);
  if (!error) return Outcome::err(error.error().code);
  const ProgramMemory memory = c.memory();
  const size_t n = std::min<size_t>(c.args[2], error->data.size());
  std::vector<ProgramMemory::From> pieces{{c.args[1], Bytes(error->data).first(n)}};
  const int length = static_cast<int>(error->name.len);
  if (c.args[4]) {
    auto room = memory.read_object<int>(c.args[5]);
    if (!room) return Outcome::err(EFAULT);
    if (*room < 0) return Outcome::err(EINVAL);
    const size_t k = std::min<size_t>(static_cast<size_t>(*room), error->name.len);
    pieces.push_back({c.args[4], error->name.view().first(k)});
    pieces.push_back({c.args[5], bytes_of(length)});
  }
  if (!memory.write(pieces)) return Outcome::err(EFAULT);
  return Outcome::ret(static_cast<int64_t>(flags & MSG_TRUNC ? error->data.size() : n));
}

}  // namespace unetns
