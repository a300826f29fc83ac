// socket(2), bind(2), connect(2) and their kin, on sockets of the stack; native on all others.
#include <fcntl.h>
#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "runtime/caller.h"
#include "runtime/lacking.h"
#include "runtime/option_reach.h"
#include "runtime/socket_target.h"
#include "runtime/stream_calls.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

constexpr size_t kMaxOption = 1 << 16;
// Domains that have nothing to do with networks of ours.
bool native_domain(int domain) { return domain == AF_UNIX || domain == AF_ALG; }

Result<ByteVector> read_name(const Call& c, uint64_t address, uint64_t length) {
  const int len = static_cast<int>(length);
  if (len < 0 || len > 128) return fail(EINVAL);
  ByteVector name(static_cast<size_t>(len));
  UNETNS_TRY(c.memory().read(address, name));
  return name;
}

// Gives a name back as getsockname does: truncated to the room, with the true length.
Outcome write_name(const Call& c, const Result<SockAddr>& name, uint64_t address,
                   uint64_t length_address) {
  if (!name) return Outcome::err(name.error().code);
  auto room = c.memory().read_object<int>(length_address);
  if (!room) return Outcome::err(EFAULT);
  if (*room < 0) return Outcome::err(EINVAL);
  const size_t n = std::min<size_t>(static_cast<size_t>(*room), name->len);
  const int length = static_cast<int>(name->len);
  const ProgramMemory::From pieces[] = {{address, name->view().first(n)},
                                        {length_address, bytes_of(length)}};
  if (c.memory().write(pieces)) return Outcome::ret(0);
  (void)c.memory().write_object(length_address, length);  // which the kernel tells first
  return Outcome::err(EFAULT);
}

Outcome sys_socket(Supervisor& s, Thread& t, Call& c) {
  const int domain = c.arg_int(0), flags = c.arg_int(1), protocol = c.arg_int(2);
  if (native_domain(domain)) return Outcome::native();
  const int type = flags & 0xf;
  if (flags & ~(0xf | SOCK_NONBLOCK | SOCK_CLOEXEC)) return Outcome::err(EINVAL);
  // Of what nobody could have, a type is told before the protocol that it has not.
  if (domain >= 0 && domain < AF_MAX && type > SOCK_PACKET) return Outcome::err(EINVAL);
  ThreadCaller caller(s, t);
  auto socket = s.machine().socket(*t.net, caller, domain, type, protocol);
  if (!socket) {
    s.unsupported().note(lacking_socket(domain, type, protocol, socket.error().code));
    return Outcome::err(socket.error().code);
  }
  if (type == SOCK_STREAM) return stream_install(s, std::move(*socket), flags);
  auto file = std::make_unique<SocketFile>(s.files(), s.sizes(), std::move(*socket));
  SocketFile& made = *file;
  auto fd = s.files().add(std::move(file), flags & SOCK_NONBLOCK, true);
  if (!fd) return Outcome::err(fd.error().code);
  made.sock().set_inode(made.inode());
  return Outcome::install(std::move(*fd), flags & SOCK_CLOEXEC);
}

Outcome sys_bind(Supervisor& s, Thread& t, Call& c) {
  auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  auto name = read_name(c, c.args[1], c.args[2]);
  if (!name) return Outcome::err(name.error().code);
  // Where closings can't be seen: nobody who is gone may get a share of what comes to the port.
  const SocketOptions& options = target.sock->options();
  if ((options.reuse_addr || options.reuse_port) && s.files().needs_sweeping() &&
      !s.files().can_getfd()) {
    s.files().close_missing();
    target = SocketTarget::of(s, t, c);
    if (!target.sock) return Outcome::err(EBADF);
  }
  ThreadCaller caller(s, t);
  s.effect = true;
  auto result = target.sock->bind(caller, *name);
  if (!result && result.error().code == EADDRINUSE && s.files().needs_sweeping()) {
    s.files().sweep_for_conflict();  // who has it may be closed already
    target = SocketTarget::of(s, t, c);
    if (!target.sock) return Outcome::err(EBADF);
    result = target.sock->bind(caller, *name);
  }
  return Outcome::of(result);
}

Outcome sys_connect(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  auto name = read_name(c, c.args[1], c.args[2]);
  if (!name) return Outcome::err(name.error().code);
  ThreadCaller caller(s, t);
  s.effect = true;
  if (target.stream && name->size() >= sizeof(sa_family_t) &&
      load<sa_family_t>(name->data()) == AF_UNSPEC)
    return stream_disconnect(s, t, c, target, *name);
  if (target.stream) return stream_connect(s, t, c, target, *name);
  if (target.file) target.file->cool();
  return Outcome::of(target.sock->connect(caller, *name));
}

Outcome sys_listen(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  auto result = target.sock->listen(c.arg_int(1));
  if (!result || !target.stream) return Outcome::of(result);
  s.files().set_uneven(*target.stream, false);
  if (!target.stream->spent()) {
    target.stream->listening(target.ref.end());
    return Outcome::ret(0);
  }
  auto end = stream_fresh_pair(c, target);  // the old one shows an error
  if (!end) return Outcome::err(end.error().code);
  target.stream->listening(end->get());
  return Outcome::ret(0);
}

Outcome sys_accept(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  if (c.nr == SYS_accept4 && (c.arg_int(3) & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)))
    return Outcome::err(EINVAL);
  if (target.stream) return stream_accept(s, t, c, target);
  auto accepted = target.sock->accept();
  return Outcome::err(accepted ? EOPNOTSUPP : accepted.error().code);
}

Outcome sys_getsockname(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  return write_name(c, target.sock->local_name(), c.args[1], c.args[2]);
}

Outcome sys_getpeername(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  return write_name(c, target.sock->peer_name(), c.args[1], c.args[2]);
}

Outcome sys_setsockopt(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  const int level = c.arg_int(1), name = c.arg_int(2), length = c.arg_int(4);
  if (length < 0) return Outcome::err(EINVAL);
  ByteVector value(std::min<size_t>(static_cast<size_t>(length), kMaxOption));
  if (!c.memory().read(c.args[3], value)) {
    const SocketKind kind{target.sock->domain(), target.sock->type(), target.sock->protocol()};
    const size_t reach = option_reach(kind, level, name, value.size());
    if (!c.memory().read(c.args[3], MutableBytes(value).first(reach))) return Outcome::err(EFAULT);
  }
  // The filter lies elsewhere in the program's memory: it follows the header.
  const bool program_follows =
      (level == SOL_SOCKET && (name == SO_ATTACH_FILTER || name == SO_ATTACH_REUSEPORT_CBPF)) ||
      (level == SOL_PACKET && name == PACKET_FANOUT_DATA && target.sock->domain() == AF_PACKET);
  if (program_follows && value.size() >= sizeof(sock_fprog)) {
    if (value.size() != sizeof(sock_fprog)) return Outcome::err(EINVAL);
    const auto program = load<sock_fprog>(value.data());
    if (program.len == 0 || program.len > BPF_MAXINSNS) return Outcome::err(EINVAL);
    value.resize(sizeof(sock_fprog) + program.len * sizeof(sock_filter));
    if (!c.memory().read(reinterpret_cast<uint64_t>(program.filter),
                         MutableBytes(value).subspan(sizeof(sock_fprog))))
      return Outcome::err(EFAULT);
  }
  if (target.stream && level == SOL_SOCKET && name == SO_PEEK_OFF) return Outcome::native();
  ThreadCaller caller(s, t);
  auto result = target.sock->set_option(caller, level, name, value);
  if (!result) {
    const int error = result.error().code;
    s.unsupported().note(lacking_option(*target.sock, "setsockopt", level, name, error));
    return Outcome::err(error);
  }
  if (level != SOL_SOCKET) return Outcome::ret(0);
  if (target.stream && target.stream->sock().tells_sent()) {
    s.files().set_uneven(*target.stream, true);  // poll(2) shows what is told
    target.stream->heat();
  }
  switch (name) {  // for native reads and writes too
    case SO_RCVLOWAT:
    case SO_OOBINLINE:
      if (!target.stream) break;
      [[fallthrough]];
    case SO_RCVTIMEO:
    case SO_SNDTIMEO:
      return Outcome::native();
    default:
      break;
  }
  return Outcome::ret(0);
}

// SO_GET_FILTER: lengths count instructions.
Outcome get_filter(const Call& c, const Caller& caller, Socket& socket, int room) {
  const auto code = socket.get_option(caller, SOL_SOCKET, SO_GET_FILTER, kMaxOption);
  if (!code) return Outcome::err(code.error().code);
  const auto count = static_cast<int>(code->size() / sizeof(sock_filter));
  if (room != 0 && room < count) return Outcome::err(EINVAL);
  if (room != 0 && !c.memory().write(c.args[3], *code)) return Outcome::err(EFAULT);
  return c.memory().write_object<int>(c.args[4], count) ? Outcome::ret(0) : Outcome::err(EFAULT);
}

// What getsockopt(2) says of a level that is none of the socket's, before it looks at anything
// else; 0: it is one.
int foreign_level(const Socket& socket, int level, int name) {
  if (level == SOL_SOCKET) return 0;
  switch (socket.domain()) {
    case AF_PACKET:
      return level == SOL_PACKET ? 0 : ENOPROTOOPT;
    case AF_NETLINK:
      return level == SOL_NETLINK ? 0 : ENOPROTOOPT;
    default:
      break;
  }
  const bool udp = socket.type() == SOCK_DGRAM && socket.protocol() == IPPROTO_UDP;
  const bool own = socket.type() == SOCK_STREAM ? level == IPPROTO_TCP
                   : socket.type() == SOCK_RAW
                       ? level == SOL_RAW
                       : udp && (level == IPPROTO_UDP || level == IPPROTO_UDPLITE);
  const bool inet6 = socket.domain() == AF_INET6;
  if (inet6 && level == SOL_IPV6) return 0;
  if (!own && level != SOL_IP) return inet6 ? ENOPROTOOPT : EOPNOTSUPP;
  if (level != SOL_RAW) return 0;
  return name != ICMP_FILTER ? ENOPROTOOPT : socket.protocol() != IPPROTO_ICMP ? EOPNOTSUPP : 0;
}

Outcome sys_getsockopt(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  const int level = c.arg_int(1), name = c.arg_int(2);
  if (const int code = foreign_level(*target.sock, level, name)) {
    s.unsupported().note(lacking_option(*target.sock, "getsockopt", level, name, code));
    return Outcome::err(code);
  }
  auto room = c.memory().read_object<int>(c.args[4]);
  if (!room) return Outcome::err(EFAULT);
  // Linux takes a negative room at this level for a large one.
  const bool ipv6_level = level == SOL_IPV6 && target.sock->domain() == AF_INET6;
  if (*room < 0 && !ipv6_level) return Outcome::err(EINVAL);
  if (target.stream && level == SOL_SOCKET && name == SO_ERROR)
    return stream_error(c, target, *room);
  if (target.stream && level == SOL_SOCKET && name == SO_PEEK_OFF) return Outcome::native();
  ThreadCaller caller(s, t);
  if (level == SOL_SOCKET && name == SO_GET_FILTER)
    return get_filter(c, caller, *target.sock, *room);
  const size_t max = std::min<size_t>(static_cast<size_t>(*room), kMaxOption);
  Result<ByteVector> value;
  const bool filter = level == SOL_IP && (name == IP_MSFILTER || name == MCAST_MSFILTER);
  if (filter || (level == SOL_PACKET && name == PACKET_HDRLEN)) {
    if (filter && max < (name == IP_MSFILTER ? offsetof(ip_msfilter, imsf_slist)
                                             : offsetof(group_filter, gf_slist)))
      return Outcome::err(EINVAL);
    ByteVector given(filter ? std::min(max, sizeof(group_filter)) : std::min(max, sizeof(int)));
    if (!c.memory().read(c.args[3], given)) return Outcome::err(EFAULT);
    value = target.sock->query_option(caller, level, name, given);
  } else {
    value = target.sock->get_option(caller, level, name, max);
  }
  if (!value) {
    const int error = value.error().code;
    s.unsupported().note(lacking_option(*target.sock, "getsockopt", level, name, error));
    return Outcome::err(error);
  }
  // The filters of groups are written as far as they go: how many sources there is room for stands
  // in the buffer.
  const size_t n =
      filter ? value->size() : std::min<size_t>(value->size(), static_cast<size_t>(*room));
  if (!c.memory().write(c.args[3], Bytes(*value).first(n))) {
    if (level != SOL_SOCKET)  // these tell the length first
      (void)c.memory().write_object<int>(c.args[4], static_cast<int>(n));
    return Outcome::err(EFAULT);
  }
  // What does not fit is told for lists, whose true length programs ask for with a short buffer.
  const bool list = level == SOL_NETLINK && value->size() > static_cast<size_t>(*room);
  if (!c.memory().write_object<int>(c.args[4], static_cast<int>(list ? value->size() : n)))
    return Outcome::err(EFAULT);
  return Outcome::ret(0);
}

Outcome sys_shutdown(Supervisor& s, Thread& t, Call& c) {
  const auto target = SocketTarget::of(s, t, c);
  if (!target.sock) return Outcome::native();
  const int how = c.arg_int(1);
  // Before the end of the stream goes what was written before. Else as much as there is room for:
  // writes may follow, and fill the pair again.
  if (target.stream && (how == SHUT_WR || how == SHUT_RDWR)) target.stream->drain();
  auto result = target.sock->shutdown(how);
  const bool listens =  // on, as it does when shut for writing
      target.stream && target.stream->sock().state() == StreamState::kListening;
  if (result && target.stream && !listens) target.stream->shut(how);
  if (target.stream && target.stream->unjoined()) s.files().set_uneven(*target.stream, true);
  if (target.file) s.files().mark_dirty(*target.file);  // pollers are to see it, also of a failure
  return Outcome::of(result);
}

}  // namespace

void register_socket_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_socket, sys_socket);
  set_handler(table, SYS_bind, sys_bind);
  set_handler(table, SYS_connect, sys_connect);
  set_handler(table, SYS_listen, sys_listen);
  set_handler(table, SYS_accept, sys_accept);
  set_handler(table, SYS_accept4, sys_accept);
  set_handler(table, SYS_getsockname, sys_getsockname);
  set_handler(table, SYS_getpeername, sys_getpeername);
  set_handler(table, SYS_setsockopt, sys_setsockopt);
  set_handler(table, SYS_getsockopt, sys_getsockopt);
  set_handler(table, SYS_shutdown, sys_shutdown);
}

}  // namespace unetns
