// Sends and receives on streams. Most are native; here is what the pair would answer differently.
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "runtime/stream_calls.h"

namespace unetns {
namespace {

constexpr size_t kMaxAtOnce = 1 << 20;
constexpr int kOwnSend = MSG_OOB | MSG_MORE | MSG_FASTOPEN;

// As a write to a pipe that nobody reads.
Outcome broken_pipe(const Thread& t, int flags) {
  if (!(flags & MSG_NOSIGNAL)) syscall(SYS_tgkill, t.process->tgid, t.tid, SIGPIPE);
  return Outcome::err(EPIPE);
}

// The failure that ended the stream, told once. 0: none, or something is to be read before it.
int failure(const SocketTarget& target, bool reading) {
  if (!target.stream->severed() || !target.sock->error()) return 0;
  int waiting = 0;
  const int end = target.ref.end();
  if (end < 0 || (reading && (ioctl(end, FIONREAD, &waiting) != 0 || waiting > 0))) return 0;
  return target.stream->take_error(end);
}

// What must not go through the pair: it would lose what the flags say, or refuse the name.
Outcome send_own(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                 const std::vector<iovec>& vec, int flags) {
  StreamFile& file = *target.stream;
  StreamSocket& sock = file.sock();
  auto data = c.memory().gather(vec, kMaxAtOnce);
  if (!data) return Outcome::err(data.error().code);
  const auto done = [&](int code) {
    if (c.progress) return Outcome::ret(static_cast<int64_t>(c.progress));
    return code == EPIPE ? broken_pipe(t, flags) : Outcome::err(code);
  };
  file.readable();  // what was written before goes before
  while (c.progress < data->size() || data->empty()) {
    if (sock.send_closed()) return done(EPIPE);
    const size_t room = file.unseen() ? 0 : sock.send_room();
    if (room == 0) {
      if (c.progress && (c.expired || target.nonblock(c, flags))) return done(0);
      return wait_or(s, c, target, flags, sock.options().sndtimeo, EAGAIN);
    }
    const Bytes rest = Bytes(*data).subspan(c.progress);
    const Bytes part = rest.first(std::min({rest.size(), room, size_t{65536}}));
    const bool last = part.size() == rest.size();
    auto wrote = sock.write(Packet::copy_of(s.machine().packets(), part),
                            !last || (flags & MSG_MORE), last && (flags & MSG_OOB));
    if (!wrote) return done(wrote.error().code);
    c.progress += part.size();
    if (part.empty()) break;
  }
  return Outcome::ret(static_cast<int64_t>(c.progress));
}

Outcome send_stream(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                    const std::vector<iovec>& vec, Bytes name, bool named, int flags) {
  StreamSocket& sock = target.stream->sock();
  if (int err = failure(target, false)) return Outcome::err(err);
  StreamState state = sock.state();
  if ((flags & MSG_FASTOPEN) && named && state == StreamState::kFresh) {
    Outcome out = stream_connect(s, t, c, target, name);
    if (out.kind != Outcome::Kind::kReturn) return out;
    state = sock.state();
    c.progress = 0;
  }
  if (state == StreamState::kFresh || state == StreamState::kListening)
    return broken_pipe(t, flags);
  if (state == StreamState::kConnecting)
    return wait_or(s, c, target, flags, sock.options().sndtimeo, EAGAIN);
  if ((flags & kOwnSend) || named || c.progress) return send_own(s, t, c, target, vec, flags);
  return Outcome::native();
}

Outcome receive_stream(Supervisor& s, Call& c, const SocketTarget& target, size_t room, int flags) {
  StreamSocket& sock = target.stream->sock();
  if (flags & MSG_ERRQUEUE) return Outcome::err(EAGAIN);
  const StreamState state = sock.state();
  if (!target.stream->severed() &&
      (state == StreamState::kFresh || state == StreamState::kListening))
    return Outcome::err(ENOTCONN);
  if (int err = failure(target, true)) return Outcome::err(err);
  if (sock.options().rcvlowat > 1) target.stream->push_all();
  if (!(flags & MSG_TRUNC) || (flags & MSG_OOB) || target.ref.end() < 0) return Outcome::native();
  // Bytes are counted and dropped, none is copied (tcp(7)).
  ByteVector scratch(std::min(room, kMaxAtOnce));
  const ssize_t n =
      recv(target.ref.end(), scratch.data(), scratch.size(), MSG_DONTWAIT | (flags & MSG_PEEK));
  if (n >= 0) return Outcome::ret(n);
  if (errno != EAGAIN) return Outcome::err(errno);
  return wait_or(s, c, target, flags, sock.options().rcvtimeo, EAGAIN);
}

Result<size_t> room_of(const Call& c, const msghdr& m) {
  UNETNS_ASSIGN(const auto vec,
                c.memory().read_iovec(reinterpret_cast<uint64_t>(m.msg_iov), m.msg_iovlen));
  size_t total = 0;
  for (const iovec& v : vec) total += v.iov_len;
  return total;
}

}  // namespace

Outcome stream_sendto(Supervisor& s, Thread& t, Call& c, const SocketTarget& target) {
  ByteVector name;
  if (c.args[4]) {
    const int length = c.arg_int(5);
    if (length < 0 || length > 128) return Outcome::err(EINVAL);
    name.resize(static_cast<size_t>(length));
    if (!c.memory().read(c.args[4], name)) return Outcome::err(EFAULT);
  }
  return send_stream(s, t, c, target, {{reinterpret_cast<void*>(c.args[1]), c.args[2]}}, name,
                     c.args[4] != 0, c.arg_int(3));
}

Outcome stream_sendmsg(Supervisor& s, Thread& t, Call& c, const SocketTarget& target) {
  auto m = c.memory().read_object<msghdr>(c.args[1]);
  if (!m) return Outcome::err(EFAULT);
  auto vec = c.memory().read_iovec(reinterpret_cast<uint64_t>(m->msg_iov), m->msg_iovlen);
  if (!vec) return Outcome::err(vec.error().code);
  ByteVector name;
  const bool named = m->msg_name && m->msg_namelen;
  if (named) {
    name.resize(std::min<size_t>(m->msg_namelen, 128));
    if (!c.memory().read(reinterpret_cast<uint64_t>(m->msg_name), name))
      return Outcome::err(EFAULT);
  }
  return send_stream(s, t, c, target, *vec, name, named, c.arg_int(2));
}

Outcome stream_recvfrom(Supervisor& s, Thread&, Call& c, const SocketTarget& target) {
  return receive_stream(s, c, target, c.args[2], c.arg_int(3));
}

Outcome stream_recvmsg(Supervisor& s, Thread&, Call& c, const SocketTarget& target) {
  const int flags = c.arg_int(2);
  size_t room = 0;
  if (flags & MSG_TRUNC) {
    auto m = c.memory().read_object<msghdr>(c.args[1]);
    if (!m) return Outcome::err(EFAULT);
    auto n = room_of(c, *m);
    if (!n) return Outcome::err(n.error().code);
    room = *n;
  }
  return receive_stream(s, c, target, room, flags);
}

}  // namespace unetns
