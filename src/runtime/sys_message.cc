// sendto(2), sendmsg(2), recvfrom(2), recvmsg(2) and their many-message forms.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "runtime/caller.h"
#include "runtime/message_header.h"
#include "runtime/receive_limit.h"
#include "runtime/socket_target.h"
#include "runtime/stream_calls.h"
#include "runtime/supervisor.h"
#include "socket/inet/inet_options.h"

namespace unetns {
namespace {

constexpr size_t kMaxMessage = 1 << 20;
constexpr size_t kMaxInetMessage = 65535;
constexpr unsigned kMaxMessages = 1024;
// MSG_CMSG_COMPAT, by which the kernel tells callers of 32 bits: none of ours is one.
constexpr int kMsgCompat = static_cast<int>(0x80000000);

bool of_inet(const Socket& socket) {
  return socket.domain() == AF_INET || socket.domain() == AF_INET6;
}

// A longer one is refused before its data is read.
size_t longest(const Socket& socket) { return of_inet(socket) ? kMaxInetMessage : kMaxMessage; }

// Whether a name of no bytes is as none (sendto(2) with an address and length 0).
bool may_be_empty(const Socket& socket) {
  return socket.domain() == AF_NETLINK || (socket.domain() == AF_INET && socket.type() == SOCK_RAW);
}

bool possible(uint64_t address, size_t length) {
  return ProgramMemory::possible(address, std::min(length, ProgramMemory::kMaxAtOnce));
}

// What a send says whose data can't be read: UDP and raw sockets look for the way first.
int fault_of(const Caller& caller, Socket& socket, Bytes name, Bytes control, size_t size,
             int flags) {
  const bool looks =
      of_inet(socket) && (socket.type() == SOCK_RAW || socket.protocol() == IPPROTO_UDP);
  if (!looks) return EFAULT;
  const ByteVector data(size);
  const auto tried = socket.send(
      caller, {.data = data, .name = name, .control = control, .flags = flags | kMsgProbe});
  return tried || tried.error().code == EAGAIN ? EFAULT : tried.error().code;
}

// One message out. The error is a positive errno.
Result<size_t> send_one(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                        const MessageHeader& m, int flags) {
  ByteVector name(m.name_length());
  UNETNS_ASSIGN(const size_t control_length, m.control_length());
  const size_t total = m.size();
  if (total > longest(*target.sock)) {
    UNETNS_TRY(c.memory().read(m.name_at(), name));
    return fail(EMSGSIZE);
  }
  ByteVector data(total), control(control_length);
  std::vector<ProgramMemory::Into> pieces{{m.name_at(), name}, {m.control_at(), control}};
  ProgramMemory::gather_pieces(m.parts, data, pieces);
  ThreadCaller caller(s, t);
  if (!c.memory().read(pieces)) {
    UNETNS_TRY(c.memory().read(std::span<const ProgramMemory::Into>(pieces).first(2)));
    return fail(fault_of(caller, target.file->sock(), name, control, total, flags));
  }
  s.effect = true;
  return target.file->sock().send(caller,
                                  {.data = data, .name = name, .control = control, .flags = flags});
}

Outcome sent(Supervisor& s, Call& c, const SocketTarget& target, int flags,
             const Result<size_t>& n) {
  if (n) return Outcome::ret(static_cast<int64_t>(*n));
  if (n.error().code == EAGAIN)
    return wait_or(s, c, target, flags, target.file->sock().options().sndtimeo, EAGAIN);
  return Outcome::err(n.error().code);
}

Outcome sys_sendto(Supervisor& s, Thread& t, Call& c) {
  const auto to = SocketTarget::for_data(s, t, c);
  if (to.sock && !possible(c.args[1], c.args[2])) return Outcome::err(EFAULT);
  if (to.stream) return stream_sendto(s, t, c, to);
  if (!to.file) return Outcome::native();
  const int flags = c.arg_int(3);
  const bool too_long = c.args[2] > longest(*to.sock);
  ByteVector data(too_long ? 0 : c.args[2]), name;
  if (c.args[4]) {
    const int length = c.arg_int(5);
    if (length < 0 || length > static_cast<int>(MessageHeader::kMaxName))
      return Outcome::err(EINVAL);
    name.resize(static_cast<size_t>(length));
    if (name.empty() && !too_long && !may_be_empty(*to.sock)) return Outcome::err(EINVAL);
  }
  const ProgramMemory::Into pieces[] = {{c.args[1], data}, {c.args[4], name}};
  ThreadCaller caller(s, t);
  if (!c.memory().read(pieces)) {
    if (!c.memory().read(c.args[4], name)) return Outcome::err(EFAULT);
    return Outcome::err(fault_of(caller, to.file->sock(), name, {}, data.size(), flags));
  }
  if (too_long) return Outcome::err(EMSGSIZE);
  s.effect = true;
  const auto n =
      to.file->sock().send(caller, {.data = data, .name = name, .control = {}, .flags = flags});
  if (n) {
    to.file->sent_well(*n, name);
    to.hold_in_turn(s, c, flags);
  }
  return sent(s, c, to, flags, n);
}

Outcome sys_sendmsg(Supervisor& s, Thread& t, Call& c) {
  const auto to = SocketTarget::for_data(s, t, c);
  if (to.sock && (c.arg_int(2) & kMsgCompat)) return Outcome::err(EINVAL);
  if (to.stream) return stream_sendmsg(s, t, c, to);
  if (!to.file) return Outcome::native();
  auto m = MessageHeader::read(c.memory(), c.args[1]);
  if (!m) return Outcome::err(m.error().code);
  return sent(s, c, to, c.arg_int(2), send_one(s, t, c, to, *m, c.arg_int(2)));
}

Outcome sys_sendmmsg(Supervisor& s, Thread& t, Call& c) {
  const auto to = SocketTarget::for_data(s, t, c);
  if (to.sock && (c.arg_int(3) & kMsgCompat)) return Outcome::err(EINVAL);
  if (to.stream) return stream_sendmmsg(s, t, c, to);
  if (!to.file) return Outcome::native();
  const unsigned count = std::min(static_cast<unsigned>(c.args[2]), kMaxMessages);
  const int flags = c.arg_int(3);
  while (c.progress < count) {
    const uint64_t at = c.args[1] + c.progress * sizeof(mmsghdr);
    auto m = MessageHeader::read(c.memory(), at);
    const Result<size_t> n =
        m ? send_one(s, t, c, to, *m, flags) : Result<size_t>(fail(m.error().code));
    if (!n)
      return c.progress ? Outcome::ret(static_cast<int64_t>(c.progress)) : sent(s, c, to, flags, n);
    (void)c.memory().write_object<unsigned>(at + offsetof(mmsghdr, msg_len),
                                            static_cast<unsigned>(*n));
    c.progress++;
  }
  return Outcome::ret(static_cast<int64_t>(c.progress));
}

// Netlink sockets have no queue of errors, and pass over the flag.
int receive_flags(const SocketTarget& from, int flags) {
  return from.sock->domain() == AF_NETLINK ? flags & ~MSG_ERRQUEUE : flags;
}

// A receive that finds nothing: waits, but on a socket that is shut for reading (then it has an
// empty message) or that must not wait.
std::optional<Outcome> nothing_yet(Supervisor& s, Call& c, const SocketTarget& from, int flags) {
  if (flags & MSG_ERRQUEUE) return Outcome::err(EAGAIN);
  if ((from.sock->poll() & POLLRDHUP) && !from.nonblock(c, flags)) return std::nullopt;
  return wait_or(s, c, from, flags, from.sock->options().rcvtimeo, EAGAIN);
}

// Gives the program what was received for it.
Result<size_t> deliver(const Call& c, SocketFile& file, const Message& message, MessageHeader& m,
                       int flags) {
  UNETNS_ASSIGN(const size_t copied,
                m.deliver(c.memory(), message, file.sock().control_for(message), flags));
  file.peeked(flags, copied, message.data.size());
  return flags & MSG_TRUNC ? message.data.size() : copied;
}

Outcome sys_recvmsg(Supervisor& s, Thread& t, Call& c) {
  const auto from = SocketTarget::for_data(s, t, c);
  if (from.sock && (c.arg_int(2) & kMsgCompat)) return Outcome::err(EINVAL);
  if (from.stream) return stream_recvmsg(s, t, c, from);
  if (!from.file) return Outcome::native();
  const int flags = receive_flags(from, c.arg_int(2));
  auto m = MessageHeader::read(c.memory(), c.args[1]);
  if (!m) return Outcome::err(m.error().code);
  auto message = from.file->receive(from.ref, flags);
  const bool none = !message;
  if (none) {
    if (message.error().code != EAGAIN || (flags & MSG_ERRQUEUE))
      return Outcome::err(message.error().code);
    if (auto out = nothing_yet(s, c, from, flags)) return std::move(*out);
    message = Message{};
  }
  auto n = deliver(c, *from.file, *message, *m, flags);
  if (!none && !(flags & (MSG_PEEK | MSG_ERRQUEUE)))
    s.undo = [file = from.file, kept = std::make_shared<Message>(std::move(*message))] {
      file->give_back(std::move(*kept));
    };
  return Outcome::of(n);
}

Outcome sys_recvfrom(Supervisor& s, Thread& t, Call& c) {
  const auto from = SocketTarget::for_data(s, t, c);
  if (from.sock && !possible(c.args[1], c.args[2])) return Outcome::err(EFAULT);
  if (from.stream) return stream_recvfrom(s, t, c, from);
  if (!from.file) return Outcome::native();
  const int flags = receive_flags(from, c.arg_int(3));
  auto message = from.file->receive(from.ref, flags);
  const bool none = !message;
  if (none) {
    if (message.error().code != EAGAIN || (flags & MSG_ERRQUEUE))
      return Outcome::err(message.error().code);
    if (auto out = nothing_yet(s, c, from, flags)) return std::move(*out);
    message = Message{};
  }
  const auto n = deliver_by_arguments(c, *message);
  if (!n) return Outcome::of(n);
  const size_t full = message->data.size();
  from.file->peeked(flags, *n, full);
  if (!none && !(flags & (MSG_PEEK | MSG_ERRQUEUE)))
    s.undo = [file = from.file, kept = std::make_shared<Message>(std::move(*message))] {
      file->give_back(std::move(*kept));
    };
  return Outcome::ret(static_cast<int64_t>(flags & MSG_TRUNC ? full : *n));
}

Outcome sys_recvmmsg(Supervisor& s, Thread& t, Call& c) {
  const auto from = SocketTarget::for_data(s, t, c);
  if (from.sock && (c.arg_int(3) & kMsgCompat)) return Outcome::err(EINVAL);
  if (from.stream) return stream_recvmmsg(s, t, c, from);
  if (!from.file) return Outcome::native();
  const unsigned count = std::min(static_cast<unsigned>(c.args[2]), kMaxMessages);
  const int flags = receive_flags(from, c.arg_int(3));
  Socket& sock = from.file->sock();
  const auto limit = ReceiveLimit::of(s.env().clock, c);
  if (!limit) return Outcome::err(limit.error().code);
  const auto done = [&] {
    if (c.progress) limit->tell_rest();
    return Outcome::ret(static_cast<int64_t>(c.progress));
  };
  const auto failed = [&](int code) {
    if (!c.progress) return Outcome::err(code);
    sock.set_error(code);  // the next call tells what ended this one
    return done();
  };
  // What the socket has to tell comes first.
  if (!c.progress && !c.waited_for && !(flags & MSG_ERRQUEUE))
    if (const int told = sock.take_error()) return Outcome::err(told);
  while (c.progress < count) {
    const uint64_t at = c.args[1] + c.progress * sizeof(mmsghdr);
    auto m = MessageHeader::read(c.memory(), at);
    if (!m) return failed(m.error().code);
    auto message = from.file->receive(from.ref, flags & ~MSG_WAITFORONE);
    if (!message) {
      if (message.error().code != EAGAIN) return failed(message.error().code);
      if (c.progress && ((flags & MSG_WAITFORONE) || c.expired || from.nonblock(c, flags)))
        return done();
      if (auto out = nothing_yet(s, c, from, flags)) return std::move(*out);
      message = Message{};
    }
    auto n = deliver(c, *from.file, *message, *m, flags);
    if (!n) return failed(n.error().code);
    (void)c.memory().write_object<unsigned>(at + offsetof(mmsghdr, msg_len),
                                            static_cast<unsigned>(*n));
    c.progress++;
    c.deadline_known = false;  // the next one waits as long again
    c.deadline.reset();
    if (limit->over()) break;
  }
  return done();
}

}  // namespace

void register_message_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_sendto, sys_sendto);
  set_handler(table, SYS_sendmsg, sys_sendmsg);
  set_handler(table, SYS_sendmmsg, sys_sendmmsg);
  set_handler(table, SYS_recvfrom, sys_recvfrom);
  set_handler(table, SYS_recvmsg, sys_recvmsg);
  set_handler(table, SYS_recvmmsg, sys_recvmmsg);
}

}  // namespace unetns
