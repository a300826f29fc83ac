// sendto(2), sendmsg(2), recvfrom(2), recvmsg(2) and their many-message forms.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "runtime/caller.h"
#include "runtime/socket_target.h"
#include "runtime/stream_calls.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

constexpr size_t kMaxMessage = 1 << 20;
constexpr size_t kMaxControl = 20480;  // net.core.optmem_max
constexpr unsigned kMaxMessages = 1024;

// One message out. The error is a positive errno.
Result<size_t> send_one(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                        const msghdr& m, int flags) {
  auto vec = c.memory().read_iovec(reinterpret_cast<uint64_t>(m.msg_iov), m.msg_iovlen);
  if (!vec) return fail(vec.error().code);
  size_t total = 0;
  for (const iovec& v : *vec) total += v.iov_len;
  if (total > kMaxMessage) return fail(EMSGSIZE);
  ByteVector data(total), name, control;
  if (m.msg_name) {
    if (static_cast<int>(m.msg_namelen) < 0) return fail(EINVAL);
    name.resize(std::min<size_t>(m.msg_namelen, 128));
  }
  if (m.msg_control && m.msg_controllen) {
    if (m.msg_controllen > kMaxControl) return fail(ENOBUFS);
    control.resize(m.msg_controllen);
  }
  std::vector<ProgramMemory::Into> pieces{{reinterpret_cast<uint64_t>(m.msg_name), name},
                                          {reinterpret_cast<uint64_t>(m.msg_control), control}};
  size_t done = 0;
  for (const iovec& v : *vec) {
    pieces.push_back(
        {reinterpret_cast<uint64_t>(v.iov_base), MutableBytes(data).subspan(done, v.iov_len)});
    done += v.iov_len;
  }
  UNETNS_TRY(c.memory().read(pieces));
  ThreadCaller caller(s, t);
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
  if (to.stream) return stream_sendto(s, t, c, to);
  if (!to.file) return Outcome::native();
  const int flags = c.arg_int(3);
  if (c.args[2] > kMaxMessage) return Outcome::err(EMSGSIZE);
  ByteVector data(c.args[2]), name;
  if (c.args[4]) {
    const int length = c.arg_int(5);
    if (length < 0 || length > 128) return Outcome::err(EINVAL);
    name.resize(static_cast<size_t>(length));
  }
  const ProgramMemory::Into pieces[] = {{c.args[1], data}, {c.args[4], name}};
  if (!c.memory().read(pieces)) return Outcome::err(EFAULT);
  ThreadCaller caller(s, t);
  s.effect = true;
  const auto n =
      to.file->sock().send(caller, {.data = data, .name = name, .control = {}, .flags = flags});
  if (n && !c.args[4]) to.file->sent_well(*n);
  return sent(s, c, to, flags, n);
}

Outcome sys_sendmsg(Supervisor& s, Thread& t, Call& c) {
  const auto to = SocketTarget::for_data(s, t, c);
  if (to.stream) return stream_sendmsg(s, t, c, to);
  if (!to.file) return Outcome::native();
  auto m = c.memory().read_object<msghdr>(c.args[1]);
  if (!m) return Outcome::err(EFAULT);
  return sent(s, c, to, c.arg_int(2), send_one(s, t, c, to, *m, c.arg_int(2)));
}

Outcome sys_sendmmsg(Supervisor& s, Thread& t, Call& c) {
  const auto to = SocketTarget::for_data(s, t, c);
  if (!to.file) return Outcome::native();
  const unsigned count = std::min(static_cast<unsigned>(c.args[2]), kMaxMessages);
  const int flags = c.arg_int(3);
  while (c.progress < count) {
    const uint64_t at = c.args[1] + c.progress * sizeof(mmsghdr);
    auto m = c.memory().read_object<mmsghdr>(at);
    Result<size_t> n = m ? send_one(s, t, c, to, m->msg_hdr, flags) : Result<size_t>(fail(EFAULT));
    if (!n)
      return c.progress ? Outcome::ret(static_cast<int64_t>(c.progress)) : sent(s, c, to, flags, n);
    (void)c.memory().write_object<unsigned>(at + offsetof(mmsghdr, msg_len),
                                            static_cast<unsigned>(*n));
    c.progress++;
  }
  return Outcome::ret(static_cast<int64_t>(c.progress));
}

// Lays one message into the program's memory as recvmsg does, updating the header at `at`.
Result<size_t> deliver(Call& c, SocketFile& file, const Message& message, msghdr& m, uint64_t at,
                       int flags) {
  ProgramMemory memory = c.memory();
  auto vec = memory.read_iovec(reinterpret_cast<uint64_t>(m.msg_iov), m.msg_iovlen);
  if (!vec) return fail(vec.error().code);
  std::vector<ProgramMemory::From> pieces;
  const size_t copied = ProgramMemory::scatter_over(*vec, message.data, pieces);
  int out_flags = message.flags | (flags & MSG_CMSG_CLOEXEC);
  if (copied < message.data.size()) out_flags |= MSG_TRUNC;
  if (m.msg_name) {
    const size_t n = std::min<size_t>(m.msg_namelen, message.name.len);
    pieces.push_back({reinterpret_cast<uint64_t>(m.msg_name), message.name.view().first(n)});
  }
  m.msg_namelen = message.name.len;
  ByteVector control = file.sock().control_for(message);
  if (!m.msg_control || m.msg_controllen == 0) {
    if (!control.empty()) out_flags |= MSG_CTRUNC;
    control.clear();
  } else {
    if (control.size() >
        m.msg_controllen) {  // whole messages as far as they fit, the last one may be cut
      out_flags |= MSG_CTRUNC;
      control.resize(m.msg_controllen);
      if (control.size() >= sizeof(cmsghdr)) {
        size_t offset = 0;
        while (offset + sizeof(cmsghdr) <= control.size()) {
          auto h = load<cmsghdr>(control.data() + offset);
          if (h.cmsg_len < sizeof(cmsghdr)) break;
          if (offset + h.cmsg_len > control.size()) {
            h.cmsg_len = control.size() - offset;
            store(control.data() + offset, h);
            break;
          }
          offset += CMSG_ALIGN(h.cmsg_len);
        }
      }
    }
    pieces.push_back({reinterpret_cast<uint64_t>(m.msg_control), control});
  }
  m.msg_controllen = control.size();
  m.msg_flags = out_flags;
  pieces.push_back({at, bytes_of(m)});
  UNETNS_TRY(memory.write(pieces));
  file.peeked(flags, copied, message.data.size());
  return flags & MSG_TRUNC ? message.data.size() : copied;
}

Outcome sys_recvmsg(Supervisor& s, Thread& t, Call& c) {
  const auto from = SocketTarget::for_data(s, t, c);
  if (from.stream) return stream_recvmsg(s, t, c, from);
  if (!from.file) return Outcome::native();
  const int flags = c.arg_int(2);
  auto m = c.memory().read_object<msghdr>(c.args[1]);
  if (!m) return Outcome::err(EFAULT);
  auto message = from.file->receive(from.ref, flags);
  if (!message) {
    if (message.error().code != EAGAIN || (flags & MSG_ERRQUEUE))
      return Outcome::err(message.error().code);
    return wait_or(s, c, from, flags, from.file->sock().options().rcvtimeo, EAGAIN);
  }
  auto n = deliver(c, *from.file, *message, *m, c.args[1], flags);
  if (!(flags & (MSG_PEEK | MSG_ERRQUEUE)))
    s.undo = [file = from.file, kept = std::make_shared<Message>(std::move(*message))] {
      file->give_back(std::move(*kept));
    };
  return Outcome::of(n);
}

Outcome sys_recvfrom(Supervisor& s, Thread& t, Call& c) {
  const auto from = SocketTarget::for_data(s, t, c);
  if (from.stream) return stream_recvfrom(s, t, c, from);
  if (!from.file) return Outcome::native();
  const int flags = c.arg_int(3);
  auto message = from.file->receive(from.ref, flags);
  if (!message) {
    if (message.error().code != EAGAIN || (flags & MSG_ERRQUEUE))
      return Outcome::err(message.error().code);
    return wait_or(s, c, from, flags, from.file->sock().options().rcvtimeo, EAGAIN);
  }
  ProgramMemory memory = c.memory();
  const size_t n = std::min<size_t>(c.args[2], message->data.size());
  std::vector<ProgramMemory::From> pieces{{c.args[1], Bytes(message->data).first(n)}};
  const int length = static_cast<int>(message->name.len);
  if (c.args[4]) {
    auto room = memory.read_object<int>(c.args[5]);
    if (!room) return Outcome::err(EFAULT);
    if (*room < 0) return Outcome::err(EINVAL);
    const size_t k = std::min<size_t>(static_cast<size_t>(*room), message->name.len);
    pieces.push_back({c.args[4], message->name.view().first(k)});
    pieces.push_back({c.args[5], bytes_of(length)});
  }
  if (!memory.write(pieces)) return Outcome::err(EFAULT);
  const size_t full = message->data.size();
  from.file->peeked(flags, n, full);
  if (!(flags & (MSG_PEEK | MSG_ERRQUEUE)))
    s.undo = [file = from.file, kept = std::make_shared<Message>(std::move(*message))] {
      file->give_back(std::move(*kept));
    };
  return Outcome::ret(static_cast<int64_t>(flags & MSG_TRUNC ? full : n));
}

Outcome sys_recvmmsg(Supervisor& s, Thread& t, Call& c) {
  const auto from = SocketTarget::for_data(s, t, c);
  if (!from.file) return Outcome::native();
  const unsigned count = std::min(static_cast<unsigned>(c.args[2]), kMaxMessages);
  const int flags = c.arg_int(3);
  const Nanos timeout = from.file->sock().options().rcvtimeo;
  std::optional<Nanos> limit;  // asked about after each message (recvmmsg(2), BUGS)
  if (c.args[4]) {
    auto ts = c.memory().read_object<timespec>(c.args[4]);
    if (!ts) return Outcome::err(EFAULT);
    if (ts->tv_sec < 0 || ts->tv_nsec < 0 || ts->tv_nsec >= 1'000'000'000)
      return Outcome::err(EINVAL);
    limit = std::chrono::seconds(ts->tv_sec) + Nanos(ts->tv_nsec);
    if (!c.began) c.began = s.env().clock.monotonic();
  }
  while (c.progress < count) {
    const uint64_t at = c.args[1] + c.progress * sizeof(mmsghdr);
    auto m = c.memory().read_object<mmsghdr>(at);
    if (!m)
      return c.progress ? Outcome::ret(static_cast<int64_t>(c.progress)) : Outcome::err(EFAULT);
    auto message = from.file->receive(from.ref, flags & ~MSG_WAITFORONE);
    if (!message) {
      const int code = message.error().code;
      const bool enough = c.progress && ((flags & MSG_WAITFORONE) || code != EAGAIN || c.expired ||
                                         from.nonblock(c, flags));
      // The next call tells what ended this one.
      if (enough && code != EAGAIN) from.file->sock().set_error(code);
      if (enough) return Outcome::ret(static_cast<int64_t>(c.progress));
      if (code != EAGAIN) return Outcome::err(code);
      return wait_or(s, c, from, flags, timeout, EAGAIN);
    }
    auto n = deliver(c, *from.file, *message, m->msg_hdr, at, flags);
    if (!n)
      return c.progress ? Outcome::ret(static_cast<int64_t>(c.progress))
                        : Outcome::err(n.error().code);
    (void)c.memory().write_object<unsigned>(at + offsetof(mmsghdr, msg_len),
                                            static_cast<unsigned>(*n));
    c.progress++;
    c.deadline_known = false;  // the next one waits as long again
    c.deadline.reset();
    if (limit && s.env().clock.monotonic() - *c.began >= *limit) break;
  }
  return Outcome::ret(static_cast<int64_t>(c.progress));
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
