// sendmmsg(2) and recvmmsg(2) on streams. The kernel does them on the pair, unless the state of the
// stream refuses them or a message has what the pair must not see.
#include <sys/socket.h>

#include <algorithm>

#include "runtime/receive_limit.h"
#include "runtime/stream_calls.h"
#include "runtime/stream_message.h"

namespace unetns {
namespace {

constexpr unsigned kMaxMessages = 1024;

unsigned count_of(const Call& c) {
  return std::min(static_cast<unsigned>(c.args[2]), kMaxMessages);
}

uint64_t place_of(const Call& c, size_t i) { return c.args[1] + i * sizeof(mmsghdr); }

void tell_length(const Call& c, size_t i, uint64_t length) {
  (void)c.memory().write_object(place_of(c, i) + offsetof(mmsghdr, msg_len),
                                static_cast<unsigned>(length));
}

// Whether no message has a name or control data. What can't be read ends the call there.
bool all_plain(const Call& c) {
  const ProgramMemory memory = c.memory();
  std::vector<mmsghdr> all(count_of(c));
  const MutableBytes bytes(reinterpret_cast<uint8_t*>(all.data()), all.size() * sizeof(mmsghdr));
  if (!memory.read(c.args[1], bytes))
    for (size_t i = 0; i < all.size(); i++)
      if (!memory.read(place_of(c, i), mutable_bytes_of(all[i]))) break;
  return std::ranges::none_of(all, [](const mmsghdr& m) {
    return (m.msg_hdr.msg_name && m.msg_hdr.msg_namelen) || m.msg_hdr.msg_controllen;
  });
}

struct Sent {
  Outcome outcome;
  bool whole = true;  // of what was sent: all of the message
};

// The next message, or the rest of the one that the call is at.
Sent send_next(Supervisor& s, Thread& t, Call& c, const SocketTarget& target, bool natively) {
  const size_t i = c.within ? c.progress - 1 : c.progress;
  const int flags = c.arg_int(3);
  auto m = MessageHeader::read(c.memory(), place_of(c, i));
  if (!m) return {Outcome::err(m.error().code)};
  const size_t size = m->size();
  auto send = StreamSend::of(std::move(*m), flags);
  if (!send) return {Outcome::err(send.error().code)};
  if (!c.within)
    if (auto refused = refuse_send(s, t, c, target, *send)) return {std::move(*refused)};
  if (natively) return {Outcome::native()};
  Outcome out = send_own(s, t, c, target, *send, c.within);
  // A part of it counts too, should a signal end the wait for room.
  if (c.within > 0 || out.kind == Outcome::Kind::kReturn) {
    c.progress = i + 1;
    tell_length(c, i, c.within);
  }
  return {std::move(out), c.within == size};
}

}  // namespace

Outcome stream_sendmmsg(Supervisor& s, Thread& t, Call& c, const SocketTarget& target) {
  const unsigned count = count_of(c);
  if (count == 0) return Outcome::native();
  const bool natively = c.progress == 0 && !(c.arg_int(3) & kOwnSend) &&
                        !target.stream->sock().tells_sent() && all_plain(c);
  while (c.within || c.progress < count) {
    const auto before = static_cast<int64_t>(c.progress);
    Sent sent = send_next(s, t, c, target, natively);
    if (sent.outcome.kind == Outcome::Kind::kError && before > 0) return Outcome::ret(before);
    if (sent.outcome.kind != Outcome::Kind::kReturn) return std::move(sent.outcome);
    c.within = 0;
    if (!sent.whole) break;
    c.deadline_known = false;  // the next one waits as long again
    c.deadline.reset();
  }
  return Outcome::ret(static_cast<int64_t>(c.progress));
}

Outcome stream_recvmmsg(Supervisor& s, Thread&, Call& c, const SocketTarget& target) {
  const unsigned count = count_of(c);
  const auto limit = ReceiveLimit::of(s.env().clock, c);
  if (!limit) return Outcome::err(limit.error().code);
  const auto done = [&] {
    if (c.progress) limit->tell_rest();
    return Outcome::ret(static_cast<int64_t>(c.progress));
  };
  // What the socket has to tell comes first.
  if (!c.progress && !c.waited_for && !(c.arg_int(3) & MSG_ERRQUEUE))
    if (const int told = target.stream->take_error(target.ref.end())) return Outcome::err(told);
  if (count == 0) return Outcome::ret(0);
  while (c.within || c.progress < count) {
    const size_t i = c.within ? c.progress - 1 : c.progress;
    int flags = c.arg_int(3) & ~MSG_WAITFORONE;
    if (i && (c.arg_int(3) & MSG_WAITFORONE)) flags |= MSG_DONTWAIT;
    auto m = MessageHeader::read(c.memory(), place_of(c, i));
    if (!m) return c.progress ? done() : Outcome::err(m.error().code);
    const bool errors = flags & MSG_ERRQUEUE, tells = !errors && tells_control(target);
    Outcome out = errors  ? queued_error_to(c, target, *m, flags)
                  : tells ? receive_and_tell(s, c, target, *m, flags, c.within)
                          : receive_stream(s, c, target, m->parts, flags);
    if (out.kind == Outcome::Kind::kBlocked) {
      if (c.within) {  // a part of it counts too, should a signal end the wait
        tell_length(c, i, c.within);
        c.progress = i + 1;
      }
      return out;
    }
    c.within = 0;
    if (out.kind != Outcome::Kind::kReturn) return c.progress ? done() : std::move(out);
    if (!errors && !tells && !m->deliver_none(c.memory()))
      return c.progress ? done() : Outcome::err(EFAULT);
    tell_length(c, i, static_cast<uint64_t>(out.value));
    c.progress = i + 1;
    c.deadline_known = false;
    c.deadline.reset();
    if (limit->over()) break;
  }
  return done();
}

}  // namespace unetns
