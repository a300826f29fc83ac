// Sends and receives on streams. Most are native; here is what the pair would answer differently.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <optional>

#include "runtime/caller.h"
#include "runtime/message_header.h"
#include "runtime/stream_calls.h"
#include "runtime/stream_message.h"
#include "socket/cmsg.h"

namespace unetns {
namespace {

constexpr size_t kMaxAtOnce = 1 << 20;
// Copying more than this here costs more than waking for what the program writes natively.
constexpr size_t kMaxDirect = 16384;
constexpr int kPlainFlags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_CMSG_CLOEXEC;

// The failure that ended the stream, told once. 0: none, or something is to be read before it.
int failure(const SocketTarget& target, bool reading) {
  StreamFile& file = *target.stream;
  const int code = target.sock->error();
  // EPIPE: a reset after the end of the stream, which is what readers are told.
  if (!code || (reading && code == EPIPE)) return 0;
  if (!file.severed()) {
    const StreamState state = file.sock().state();
    // While it is connected: by IP_RECVERR.
    const bool told = state == StreamState::kFresh ||
                      ((state == StreamState::kClosed || state == StreamState::kConnected) &&
                       (!reading || file.drained()));
    return told ? file.sock().take_error() : 0;
  }
  int waiting = 0;
  const int end = target.ref.end();
  if (end < 0 || (reading && (ioctl(end, FIONREAD, &waiting) != 0 || waiting > 0))) return 0;
  return file.take_error(end);
}

// sendto(2) with MSG_FASTOPEN on a socket that is not connected, or a first send after
// TCP_FASTOPEN_CONNECT: what the SYN takes is in c.progress then. Without a cookie that is nothing,
// and the call waits as connect(2) does. Null: go on with the rest.
std::optional<Outcome> fast_open(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                                 const std::vector<iovec>& vec, Bytes name, int flags) {
  StreamFile& file = *target.stream;
  StreamSocket& sock = file.sock();
  ThreadCaller caller(s, t);
  const bool nonblock = target.nonblock(c, flags);
  if (!c.waited_for) {
    auto data = c.memory().gather(vec, kMaxAtOnce);
    if (!data) return Outcome::err(data.error().code);
    // As for connect(2): who listens there may be gone.
    if (s.files().needs_sweeping() && !s.files().can_getfd()) s.files().close_missing();
    auto n = sock.send(caller, {.data = *data, .name = name, .control = {}, .flags = flags});
    if (!n && n.error().code != EINPROGRESS) return Outcome::err(n.error().code);
    c.progress = n ? *n : 0;
    file.wait_for_data(target.ref.end(), true);
    file.connect_began(target.ref.end(), !nonblock);
    if (nonblock)
      return c.progress ? Outcome::ret(static_cast<int64_t>(*n)) : Outcome::err(EINPROGRESS);
  }
  if (sock.state() == StreamState::kConnecting)
    return wait_or(s, c, target, flags, sock.options().sndtimeo, EINPROGRESS);
  if (name.empty()) {  // who connected it is gone long since
    file.connect_over();
    return std::nullopt;
  }
  auto over = sock.connect(caller, name);
  file.connect_over();
  if (!over && over.error().code != EISCONN) return Outcome::err(over.error().code);
  return std::nullopt;
}

}  // namespace

Outcome broken_pipe(const Thread& t, int flags) {
  if (!(flags & MSG_NOSIGNAL)) syscall(SYS_tgkill, t.process->tgid, t.tid, SIGPIPE);
  return Outcome::err(EPIPE);
}

Outcome send_own(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                 const StreamSend& send, uint64_t& sent) {
  const int flags = send.flags;
  StreamFile& file = *target.stream;
  StreamSocket& sock = file.sock();
  const auto done = [&](int code) {
    if (sent) return Outcome::ret(static_cast<int64_t>(sent));
    return code == EPIPE ? broken_pipe(t, flags) : Outcome::err(code);
  };
  if (sock.send_closed()) return done(EPIPE);  // before what can't be read
  auto data = c.memory().gather(send.parts, kMaxAtOnce);
  if (!data) return Outcome::err(data.error().code);
  const auto stamps = send.stamps(ThreadCaller(s, t), c.memory());
  if (stamps || sock.tells_sent()) s.files().set_uneven(file, true);  // poll(2) shows them
  file.readable();  // what was written before goes before
  while (sent < data->size() || data->empty()) {
    if (sock.send_closed()) return done(EPIPE);
    const size_t room = file.unseen() ? 0 : sock.send_room();
    if (room == 0) {
      if (sent && (c.expired || target.nonblock(c, flags))) return done(0);
      return wait_or(s, c, target, flags, sock.options().sndtimeo, EAGAIN);
    }
    const Bytes rest = Bytes(*data).subspan(sent);
    const Bytes part = rest.first(std::min({rest.size(), room, size_t{65536}}));
    const bool last = part.size() == rest.size();
    // Who does not wait is told of what there was room for.
    sock.next_write(last || (part.size() == room && target.nonblock(c, flags)), stamps);
    auto wrote = sock.write(Packet::copy_of(s.machine().packets(), part),
                            !last || (flags & MSG_MORE), last && (flags & MSG_OOB));
    if (!wrote) return done(wrote.error().code);
    sent += part.size();
    if (part.empty()) break;
  }
  return Outcome::ret(static_cast<int64_t>(sent));
}

namespace {

size_t size_of(const std::vector<iovec>& vec) {
  size_t total = 0;
  for (const iovec& v : vec) total += v.iov_len;
  return total;
}

// A small write goes to the stack at once: natively it would lie in the pair until the supervisor
// wakes again. Null: it does not go so.
std::optional<Outcome> send_direct(Supervisor& s, Call& c, const SocketTarget& target,
                                   const std::vector<iovec>& vec, StreamSend::NameAt name,
                                   int flags) {
  StreamFile& file = *target.stream;
  const size_t size = size_of(vec);
  if (size == 0 || size > kMaxDirect || (flags & ~kPlainFlags) || !file.plain() ||
      file.sock().send_room() < size || file.unseen())
    return std::nullopt;
  Packet packet = Packet::allocate(s.machine().packets(), 0, size);
  std::vector<ProgramMemory::Into> pieces;
  ProgramMemory::gather_pieces(vec, packet.head(), pieces);
  std::array<uint8_t, MessageHeader::kMaxName>
      unused;  // the peer is known, but a bad pointer is an error
  if (name.length) pieces.push_back({name.address, MutableBytes(unused).first(name.length)});
  if (!c.memory().read(pieces)) return Outcome::err(EFAULT);
  if (!file.sock().write(std::move(packet), false, false)) return Outcome::native();
  file.turns()->spoke();
  target.hold_in_turn(s, c, flags);
  s.effect = true;
  return Outcome::ret(static_cast<int64_t>(size));
}

}  // namespace

std::optional<Outcome> refuse_send(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                                   const StreamSend& send) {
  StreamSocket& sock = target.stream->sock();
  ByteVector name(send.name.length), control(send.control.length);
  if (!name.empty() && !c.memory().read(send.name.address, name)) return Outcome::err(EFAULT);
  if (!control.empty() && !c.memory().read(send.control.address, control))
    return Outcome::err(EFAULT);
  const bool joined =
      sock.state() != StreamState::kFresh && sock.state() != StreamState::kConnecting;
  if (joined && (send.flags & MSG_FASTOPEN) && !c.waited_for && !sock.is_late() &&
      c.nr != SYS_sendmmsg) {
    const bool nobody =
        name.size() >= sizeof(sa_family_t) && load<sa_family_t>(name.data()) == AF_UNSPEC;
    if (nobody || !send.named) return Outcome::err(nobody ? EOPNOTSUPP : EISCONN);
    // As connect(2) does, it may be the first to hear that an earlier connect has succeeded.
    ThreadCaller caller(s, t);
    if (auto over = sock.connect(caller, name); !over) return Outcome::err(over.error().code);
    target.stream->connect_over();
  }
  if (!control.empty() && sock.state() == StreamState::kConnected && !sock.send_closed()) {
    ThreadCaller caller(s, t);
    if (auto ok = check_stream_control(caller, control); !ok) return Outcome::err(ok.error().code);
  }
  if (sock.state() == StreamState::kConnecting && (send.flags & MSG_FASTOPEN) && !c.waited_for)
    return Outcome::err(EALREADY);
  if (int err = failure(target, false))
    return err == EPIPE ? broken_pipe(t, send.flags) : Outcome::err(err);
  const bool starts = (send.flags & MSG_FASTOPEN) && send.named &&
                      (c.waited_for || sock.state() == StreamState::kFresh);
  if ((starts || sock.is_late()) && !target.stream->severed() && c.nr != SYS_sendmmsg) {
    if (sock.is_late()) name.clear();
    if (auto out = fast_open(s, t, c, target, send.parts, name, send.flags)) return out;
    if (int err = failure(target, false)) return Outcome::err(err);
  }
  const StreamState state = sock.state();
  if (state == StreamState::kFresh && (send.flags & MSG_FASTOPEN) && !send.named)
    return Outcome::err(EINVAL);
  if (state == StreamState::kFresh || state == StreamState::kListening)
    return broken_pipe(t, send.flags);
  if (state == StreamState::kConnecting)
    return wait_or(s, c, target, send.flags, sock.options().sndtimeo, EAGAIN);
  return std::nullopt;
}

namespace {

Outcome send_stream(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                    const StreamSend& send) {
  if (!target.sock->error() && !c.progress && !send.control.length)
    if (auto out = send_direct(s, c, target, send.parts, send.name, send.flags))
      return std::move(*out);
  if (auto out = refuse_send(s, t, c, target, send)) return std::move(*out);
  const bool told = target.stream->sock().tells_sent() && size_of(send.parts) <= kMaxAtOnce;
  if (send.own() || c.progress || told) return send_own(s, t, c, target, send, c.progress);
  return Outcome::native();
}

// After shutdown(2) for reading: what had no room in the program's end, and what came since.
Outcome receive_after_end(Call& c, StreamFile& file, const std::vector<iovec>& into, size_t room,
                          int flags) {
  const ByteVector data = file.after_end(room);
  if (data.empty()) return Outcome::ret(0);
  auto n = c.memory().scatter(into, data);
  if (n && !(flags & MSG_PEEK)) file.consume_after_end(*n);
  return Outcome::of(n);
}

// recv() with MSG_PEEK and MSG_WAITALL goes on waiting: what is there so far is what a signal lets
// it return.
void peek_so_far(Call& c, int end, const std::vector<iovec>& into, size_t waiting) {
  if (waiting <= c.progress || (c.nr != SYS_recvfrom && c.nr != SYS_recvmsg)) return;
  ByteVector data(std::min(waiting, kMaxAtOnce));
  const ssize_t n = recv(end, data.data(), data.size(), MSG_PEEK | MSG_DONTWAIT);
  if (n <= 0) return;
  data.resize(static_cast<size_t>(n));
  if (auto copied = c.memory().scatter(into, data)) c.progress = *copied;
  if (c.nr == SYS_recvfrom && c.args[4]) (void)c.memory().write_object<int>(c.args[5], 0);
}

// A reader who finds nothing waits here for a moment: what comes goes right into its memory. Null:
// let it read natively.
std::optional<Outcome> receive_direct(Supervisor& s, Call& c, const SocketTarget& target,
                                      int flags) {
  StreamFile& file = *target.stream;
  StreamSocket& sock = file.sock();
  if (c.nr != SYS_recvfrom || c.args[2] == 0 || (flags & ~kPlainFlags) || !file.plain() ||
      file.ended() || sock.options().rcvlowat > 1 || !file.drained())
    return std::nullopt;
  if (c.args[4] && sock.readable() > 0)
    if (auto room = c.memory().read_object<int>(c.args[5]); !room || *room < 0) return std::nullopt;
  Packet piece = file.take_next(std::min<size_t>(c.args[2], kMaxAtOnce));
  if (!piece) {
    if (c.waited_for && sock.at_eof()) return Outcome::ret(0);
    if (sock.at_eof() || sock.at_urgent_mark() || sock.options().rcvtimeo > Nanos::zero() ||
        (!c.waited_for && target.nonblock(c, flags)))
      return std::nullopt;
    c.brief = true;
    return target.wait(s, c);
  }
  std::array<Bytes, 64> bytes;
  const size_t used = piece.pieces(bytes, 0);
  std::vector<ProgramMemory::From> out;
  uint64_t at = c.args[1];
  for (size_t i = 0; i < used; at += bytes[i++].size()) out.push_back({at, bytes[i]});
  const int no_name = 0;
  if (c.args[4]) out.push_back({c.args[5], bytes_of(no_name)});
  if (at - c.args[1] < piece.size() || !c.memory().write(out)) {
    file.give_back(std::move(piece));
    return std::nullopt;  // the kernel says what is wrong
  }
  const size_t size = piece.size();
  s.undo = [&file, kept = std::make_shared<Packet>(std::move(piece))] {
    file.give_back(std::move(*kept));
  };
  return Outcome::ret(static_cast<int64_t>(size));
}

}  // namespace

Outcome receive_stream(Supervisor& s, Call& c, const SocketTarget& target,
                       const std::vector<iovec>& into, int flags) {
  StreamFile& file = *target.stream;
  StreamSocket& sock = file.sock();
  const StreamState state = sock.state();
  const bool whole = !file.severed() || (file.is_apart() && !sock.error());
  const bool unjoined = whole && !sock.error() && state == StreamState::kFresh;
  if (unjoined && (flags & MSG_OOB)) return Outcome::err(EINVAL);
  if (unjoined && (sock.poll() & POLLRDHUP)) return Outcome::ret(0);  // shut all the same
  if (unjoined || state == StreamState::kListening) return Outcome::err(ENOTCONN);
  if ((flags & MSG_OOB) && sock.error()) return Outcome::err(EINVAL);
  // Announced, and still to come: the pair knows nothing of it.
  if (const auto urgent = sock.read_urgent(true);
      (flags & MSG_OOB) && !urgent && urgent.error().code == EAGAIN)
    return Outcome::err(EAGAIN);
  if (int err = failure(target, true)) return Outcome::err(err);
  // Nothing is asked for, and something is there: a pair would look for more.
  if (c.nr == SYS_recvfrom && c.args[2] == 0 && !(flags & MSG_OOB) &&
      (sock.readable() > 0 || !file.drained()))
    return Outcome::ret(0);
  if (sock.options().rcvlowat > 1) file.push_all();
  const size_t room = size_of(into);
  if (file.read_shut() && !(flags & MSG_OOB) && file.nothing_to_read())
    return receive_after_end(c, file, into, room, flags);
  if ((flags & MSG_PEEK) && (flags & MSG_WAITALL) && !(flags & MSG_OOB) && target.ref.end() >= 0) {
    if (state == StreamState::kConnected) file.push();
    int waiting = 0;
    if (!file.severed() && !file.ended() && ioctl(target.ref.end(), FIONREAD, &waiting) == 0 &&
        static_cast<size_t>(waiting) < room && !c.expired && !target.nonblock(c, flags)) {
      peek_so_far(c, target.ref.end(), into, static_cast<size_t>(waiting));
      return wait_or(s, c, target, flags, sock.options().rcvtimeo, EAGAIN);
    }
  }
  if (!(flags & MSG_TRUNC) || (flags & MSG_OOB)) {
    if (auto out = receive_direct(s, c, target, flags)) return std::move(*out);
    return Outcome::native();
  }
  if (target.ref.end() < 0) return Outcome::native();
  // Bytes are counted and dropped, none is copied (tcp(7)).
  ByteVector scratch(std::min(room, kMaxAtOnce));
  const ssize_t n =
      recv(target.ref.end(), scratch.data(), scratch.size(), MSG_DONTWAIT | (flags & MSG_PEEK));
  if (n >= 0) return Outcome::ret(n);
  if (errno != EAGAIN) return Outcome::err(errno);
  return wait_or(s, c, target, flags, sock.options().rcvtimeo, EAGAIN);
}

std::optional<int> StreamSend::stamps(const Caller& caller, const ProgramMemory& memory) const {
  ByteVector bytes(control.length);
  if (bytes.empty() || !memory.read(control.address, bytes)) return std::nullopt;
  const auto orders = check_stream_control(caller, bytes);
  return orders ? orders->stamps : std::nullopt;
}

StreamSend::StreamSend(MessageHeader&& m, int how)
    : parts(std::move(m.parts)), named(m.named()), flags(how) {
  name = {m.name_at(), m.name_length()};
}

Result<StreamSend> StreamSend::of(MessageHeader&& m, int flags) {
  UNETNS_ASSIGN(const size_t control, m.control_length());
  StreamSend out(std::move(m), flags);
  out.control = {m.control_at(), control};
  return out;
}

Outcome stream_sendto(Supervisor& s, Thread& t, Call& c, const SocketTarget& target) {
  StreamSend send;
  if (c.args[4]) {
    const int length = c.arg_int(5);
    if (length < 0 || length > static_cast<int>(MessageHeader::kMaxName))
      return Outcome::err(EINVAL);
    send.name = {c.args[4], static_cast<size_t>(length)};
    send.named = true;
  }
  send.parts = {{reinterpret_cast<void*>(c.args[1]), c.args[2]}};
  send.flags = c.arg_int(3);
  return send_stream(s, t, c, target, send);
}

Outcome stream_sendmsg(Supervisor& s, Thread& t, Call& c, const SocketTarget& target) {
  auto m = MessageHeader::read(c.memory(), c.args[1]);
  if (!m) return Outcome::err(m.error().code);
  auto send = StreamSend::of(std::move(*m), c.arg_int(2));
  if (!send) return Outcome::err(send.error().code);
  return send_stream(s, t, c, target, *send);
}

Outcome stream_recvfrom(Supervisor& s, Thread&, Call& c, const SocketTarget& target) {
  if (c.arg_int(3) & MSG_ERRQUEUE) return queued_error_from(c, target, c.arg_int(3));
  Outcome out =
      receive_stream(s, c, target, {{reinterpret_cast<void*>(c.args[1]), c.args[2]}}, c.arg_int(3));
  if (out.kind != Outcome::Kind::kReturn || !c.args[4]) return out;
  // A stream has no name to tell, but a wrong length is told.
  const auto room = c.memory().read_object<int>(c.args[5]);
  if (room && *room < 0) return Outcome::err(EINVAL);
  return room && c.memory().write_object<int>(c.args[5], 0) ? std::move(out) : Outcome::err(EFAULT);
}

Outcome stream_recvmsg(Supervisor& s, Thread&, Call& c, const SocketTarget& target) {
  const int flags = c.arg_int(2);
  const bool tells = tells_control(target);
  if (!tells && !(flags & (MSG_TRUNC | MSG_PEEK | MSG_ERRQUEUE)) && !target.stream->read_shut() &&
      target.stream->sock().state() == StreamState::kConnected && !target.sock->error())
    return receive_stream(s, c, target, {}, flags);
  auto m = MessageHeader::read(c.memory(), c.args[1]);
  if (!m) return Outcome::err(m.error().code);
  if (flags & MSG_ERRQUEUE) return queued_error_to(c, target, *m, flags);
  if (tells) return receive_and_tell(s, c, target, *m, flags, c.progress);
  Outcome out = receive_stream(s, c, target, m->parts, flags);
  const bool so_far = out.kind == Outcome::Kind::kBlocked && c.progress;
  if (out.kind != Outcome::Kind::kReturn && !so_far) return out;
  return m->deliver_none(c.memory()) ? std::move(out) : Outcome::err(EFAULT);
}

}  // namespace unetns
