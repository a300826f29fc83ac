// recvmsg(2) on a stream whose socket asks for control messages (TCP_INQ, time stamps): the data is
// read here, from the program's end, and what is to be said of it is known then.
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "runtime/stream_message.h"

namespace unetns {
namespace {

constexpr size_t kMaxAtOnce = 1 << 20;

// Of the program's buffers, what is behind the first `skip` bytes.
std::vector<iovec> behind(const std::vector<iovec>& all, size_t skip) {
  std::vector<iovec> out;
  for (iovec v : all) {
    const size_t n = std::min(skip, v.iov_len);
    skip -= n;
    v.iov_base = static_cast<uint8_t*>(v.iov_base) + n;
    v.iov_len -= n;
    if (v.iov_len > 0) out.push_back(v);
  }
  return out;
}

bool nothing_in(int end) {
  int waiting = 0;
  return ioctl(end, FIONREAD, &waiting) == 0 && waiting == 0;
}

// Of `n` bytes that were received, which a peek did not take.
Result<void> tell(const Call& c, const SocketTarget& target, MessageHeader& into, int flags,
                  size_t n, bool peek) {
  Message message;
  if (n > 0 && !(flags & MSG_OOB)) message.tstamp = target.stream->sock().arrival(peek ? n : 0);
  return into.deliver_rest(c.memory(), target.sock->control_for(message), flags);
}

// What lies in the program's end goes to its buffers. EAGAIN: nothing. A failure of the stream is
// told when there is nothing to return.
Result<size_t> take(const Call& c, const SocketTarget& target, const MessageHeader& into, int flags,
                    uint64_t got) {
  const int end = target.ref.end();
  if (got && target.stream->severed() && nothing_in(end)) return 0;
  ByteVector data(std::min(into.size() - got, kMaxAtOnce));
  const ssize_t n =
      recv(end, data.data(), data.size(), MSG_DONTWAIT | (flags & (MSG_PEEK | MSG_OOB)));
  if (n < 0) return fail(errno);
  data.resize(static_cast<size_t>(n));
  return c.memory().scatter(behind(into.parts, got), data);
}

}  // namespace

bool tells_control(const SocketTarget& target) {
  return target.stream->sock().tells_control() && target.ref.end() >= 0;
}

Outcome receive_and_tell(Supervisor& s, Call& c, const SocketTarget& target, MessageHeader& into,
                         int flags, uint64_t& got) {
  StreamFile& file = *target.stream;
  const bool peek = flags & MSG_PEEK;
  const auto done = [&](uint64_t n, int told) {
    return tell(c, target, into, told, n, peek) ? Outcome::ret(static_cast<int64_t>(n))
                                                : Outcome::err(EFAULT);
  };
  if (!got || peek) {
    Outcome out = receive_stream(s, c, target, into.parts, flags);
    if (out.kind == Outcome::Kind::kReturn) return done(static_cast<uint64_t>(out.value), 0);
    if (out.kind == Outcome::Kind::kBlocked && got) (void)tell(c, target, into, 0, got, peek);
    if (out.kind != Outcome::Kind::kNative) return out;
    got = 0;
  }
  const size_t room = into.size();
  const bool all = (flags & MSG_WAITALL) && !(flags & MSG_OOB) && !peek;
  const auto lowat = static_cast<size_t>(std::max(file.sock().options().rcvlowat, 1));
  const size_t enough = all ? room : std::min(lowat, room);
  for (;;) {
    file.push();
    const auto n = take(c, target, into, flags, got);
    if (!n && n.error().code != EAGAIN) {
      if (got) return done(got, 0);
      return Outcome::err(n.error().code);
    }
    if (flags & MSG_OOB) return n ? done(*n, MSG_OOB) : Outcome::err(EAGAIN);
    if (n && *n == 0 && (room > got || !file.drained() || file.ended() || file.severed()))
      return done(got, 0);  // the end, or no room was given
    if (n) got += *n;
    if (got > 0 && (got >= room || got >= enough || peek)) return done(got, 0);
    // It goes no further than the urgent byte.
    if (got > 0 && n && !nothing_in(target.ref.end())) {
      if (*n < kMaxAtOnce) return done(got, 0);
      continue;
    }
    if (got && (c.expired || target.nonblock(c, flags))) return done(got, 0);
    if (got) (void)tell(c, target, into, 0, got, peek);
    return wait_or(s, c, target, flags, file.sock().options().rcvtimeo, EAGAIN);
  }
}

}  // namespace unetns
