// MSG_ERRQUEUE on streams: what ICMP said of the SYN.
#include <sys/socket.h>

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
  auto n = deliver_by_arguments(c, *error);
  if (n && (flags & MSG_TRUNC)) *n = error->data.size();
  return Outcome::of(n);
}

}  // namespace unetns
