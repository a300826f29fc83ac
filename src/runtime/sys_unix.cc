// Abstract names of AF_UNIX sockets (unix(7)): what is bound to one, connected to one or sent to
// one is done here, on the program's own socket, under a name that tells the namespace. All else of
// UNIX sockets is the host's, untouched.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "runtime/caller.h"
#include "runtime/supervisor.h"
#include "runtime/unix_diag.h"
#include "runtime/unix_message.h"

namespace unetns {
namespace {

constexpr int kSoPeerPidfd = 77;
constexpr int kAutomaticTries = 64;
constexpr size_t kFamily = sizeof(sa_family_t);

template <class T>
T option_of(int fd, int name, T otherwise) {
  T value = otherwise;
  socklen_t length = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : otherwise;
}

// The program's socket, if it is a UNIX one and can be reached.
UniqueFd borrow(Supervisor& s, const Thread& t, int fd) {
  if (!s.files().can_getfd() || fd < 0) return UniqueFd();
  UniqueFd copy(static_cast<int>(syscall(SYS_pidfd_getfd, t.process->pidfd.get(), fd, 0)));
  if (copy && option_of(copy.get(), SO_DOMAIN, 0) != AF_UNIX) copy.reset();
  return copy;
}

std::string_view path_of(const sockaddr_un& name, socklen_t length) {
  return length <= kFamily
             ? std::string_view()
             : std::string_view(name.sun_path, std::min<size_t>(length, sizeof name) - kFamily);
}

// The abstract name at `address`; nullopt when it is none. An empty one asks for an automatic name.
std::optional<std::string> abstract_name(const Call& c, uint64_t address, uint64_t length) {
  if (!address || length < kFamily || length > sizeof(sockaddr_un)) return std::nullopt;
  sockaddr_un name{};
  if (!c.memory().read(address, mutable_bytes_of(name).first(length))) return std::nullopt;
  const std::string_view path = path_of(name, static_cast<socklen_t>(length));
  if (name.sun_family != AF_UNIX || (!path.empty() && path[0] != 0)) return std::nullopt;
  return std::string(path);
}

HostName host_name(Supervisor& s, const Thread& t, std::string_view name) {
  return HostName(s.unix_names().host_name(t.net->id(), name));
}

Outcome done(int result) { return result < 0 ? Outcome::err(errno) : Outcome::ret(result); }

Outcome bind_automatic(Supervisor& s, Thread& t, const UniqueFd& socket) {
  sockaddr_un now{};
  socklen_t length = sizeof now;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&now), &length) == 0 &&
      length > kFamily)
    return Outcome::ret(0);  // it has a name, which stays
  for (int i = 0; i < kAutomaticTries; i++) {
    const HostName name = host_name(s, t, s.unix_names().next_automatic());
    if (bind(socket.get(), name.address(), name.length()) == 0) return Outcome::ret(0);
    if (errno != EADDRINUSE) return Outcome::err(errno);
  }
  return Outcome::err(ENOSPC);
}

Outcome unix_bind(Supervisor& s, Thread& t, Call& c) {
  const auto name = abstract_name(c, c.args[1], c.args[2]);
  if (!name) return Outcome::native();
  const UniqueFd socket = borrow(s, t, c.arg_int(0));
  if (!socket) return Outcome::native();
  s.effect = true;
  if (name->empty()) return bind_automatic(s, t, socket);
  const HostName host = host_name(s, t, *name);
  return done(bind(socket.get(), host.address(), host.length()));
}

// connect(2) that doesn't wait. The flag is one of the open file, which the program shares; of a
// socket that isn't connected yet nobody reads.
int connect_now(int fd, const HostName& to, bool stream) {
  const int flags = stream ? fcntl(fd, F_GETFL) : O_NONBLOCK;
  if (!(flags & O_NONBLOCK)) fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  const int result = connect(fd, to.address(), to.length());
  const int error = errno;
  if (!(flags & O_NONBLOCK)) fcntl(fd, F_SETFL, flags);
  errno = error;
  return result;
}

// A call that can't go on now: waits, as long as the socket's time limit says.
Outcome wait_or(Supervisor& s, Call& c, UniqueFd socket, int limit, int flags, uint32_t events) {
  if (c.expired || (flags & MSG_DONTWAIT) || (fcntl(socket.get(), F_GETFL) & O_NONBLOCK))
    return Outcome::err(EAGAIN);
  if (!c.deadline_known) {
    c.deadline_known = true;
    const timeval time = option_of(socket.get(), limit, timeval{});
    const Nanos longest =
        std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    if (longest > Nanos::zero()) c.deadline = s.env().clock.monotonic() + longest;
  }
  return s.block_on(std::move(socket), events);
}

Outcome unix_connect(Supervisor& s, Thread& t, Call& c) {
  const auto name = abstract_name(c, c.args[1], c.args[2]);
  if (!name || name->empty()) return Outcome::native();
  UniqueFd socket = borrow(s, t, c.arg_int(0));
  if (!socket) return Outcome::native();
  const bool stream = option_of(socket.get(), SO_TYPE, SOCK_STREAM) != SOCK_DGRAM;
  s.effect = true;
  int result = connect_now(socket.get(), host_name(s, t, *name), stream);
  // A name that the host's kernel chose itself, when a socket with SO_PASSCRED was first used.
  if (result < 0 && errno == ECONNREFUSED && UnixNames::is_automatic(*name))
    result = connect_now(socket.get(), HostName(*name), stream);
  if (result < 0 &&
      errno == EAGAIN)  // the listener's queue is full; nobody tells when not any more
    return wait_or(s, c, std::move(socket), SO_SNDTIMEO, 0, 0);
  struct stat st {};
  if (result == 0 && stream && fstat(socket.get(), &st) == 0)
    s.unix_names().connected(st.st_ino, t.process->tgid);
  return done(result);
}

// Gives a name back if it is one of ours, which the program knows by another.
template <int (*Get)(int, sockaddr*, socklen_t*)>
Outcome unix_get_name(Supervisor& s, Thread& t, Call& c) {
  if (!s.unix_names().any()) return Outcome::native();
  const UniqueFd socket = borrow(s, t, c.arg_int(0));
  if (!socket) return Outcome::native();
  sockaddr_un host{};
  socklen_t length = sizeof host;
  if (Get(socket.get(), reinterpret_cast<sockaddr*>(&host), &length) != 0) return Outcome::native();
  const auto name = s.unix_names().program_name(path_of(host, length));
  if (!name) return Outcome::native();
  auto room = c.memory().read_object<int>(c.args[2]);
  if (!room) return Outcome::err(EFAULT);
  if (*room < 0) return Outcome::err(EINVAL);
  if (!write_unix_name(c, *name, c.args[1], static_cast<size_t>(*room)) ||
      !c.memory().write_object<int>(c.args[2], static_cast<int>(kFamily + name->size())))
    return Outcome::err(EFAULT);
  return Outcome::ret(0);
}

int get_own(int fd, sockaddr* name, socklen_t* length) { return getsockname(fd, name, length); }
int get_peer(int fd, sockaddr* name, socklen_t* length) { return getpeername(fd, name, length); }

// SO_PEERCRED of a connection that we made for a program would tell our process.
Outcome unix_getsockopt(Supervisor& s, Thread& t, Call& c) {
  const int option = c.arg_int(2);
  if (c.arg_int(1) != SOL_SOCKET || (option != SO_PEERCRED && option != kSoPeerPidfd) ||
      !s.unix_names().any_connected())
    return Outcome::native();
  const UniqueFd socket = borrow(s, t, c.arg_int(0));
  if (!socket) return Outcome::native();
  ucred peer = option_of(socket.get(), SO_PEERCRED, ucred{});
  struct stat st {};
  if (peer.pid != getpid() || fstat(socket.get(), &st) != 0) return Outcome::native();
  const auto who = s.unix_names().who_connected(unix_peer_inode(st.st_ino));
  auto room = c.memory().read_object<int>(c.args[4]);
  if (!who || !room || *room < 0) return Outcome::native();
  peer.pid = *who;
  int pidfd = -1;
  Bytes value = bytes_of(peer);
  if (option == kSoPeerPidfd) {
    if (static_cast<size_t>(*room) < sizeof pidfd) return Outcome::native();
    const UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, *who, 0)));
    if (!process) return Outcome::err(errno);
    auto installed = install_descriptor(c, process.get(), true);
    if (!installed) return Outcome::err(installed.error().code);
    pidfd = *installed;
    value = bytes_of(pidfd);
  }
  value = value.first(std::min(value.size(), static_cast<size_t>(*room)));
  if (!c.memory().write(c.args[3], value) ||
      !c.memory().write_object<int>(c.args[4], static_cast<int>(value.size())))
    return Outcome::err(EFAULT);
  return Outcome::ret(0);
}

// One message to an abstract name. Nullopt: it is to none.
std::optional<Result<size_t>> send_one(Supervisor& s, Thread& t, Call& c, const MessageCall& m,
                                       int flags, UniqueFd* socket) {
  const auto name =
      abstract_name(c, reinterpret_cast<uint64_t>(m.header.msg_name), m.header.msg_namelen);
  if (!name || name->empty()) return std::nullopt;
  if (!*socket) *socket = borrow(s, t, c.arg_int(0));
  if (!*socket) return std::nullopt;
  auto out = UnixMessage::read(c, t, m);
  if (!out) return Result<size_t>(std::unexpected(out.error()));
  s.effect = true;
  auto sent = out->send(socket->get(), host_name(s, t, *name), flags);
  if (!sent && sent.error().code == ECONNREFUSED && UnixNames::is_automatic(*name))
    sent = out->send(socket->get(), HostName(*name), flags);
  return sent;
}

Outcome sent(Supervisor& s, Call& c, UniqueFd socket, int flags, const Result<size_t>& n) {
  if (n) return Outcome::ret(static_cast<int64_t>(*n));
  if (n.error().code == EAGAIN)  // the receiver's queue is full
    return wait_or(s, c, std::move(socket), SO_SNDTIMEO, flags, 0);
  return Outcome::err(n.error().code);
}

Outcome unix_sendto(Supervisor& s, Thread& t, Call& c) {
  if (!c.args[4]) return Outcome::native();
  const MessageCall m(c.args[1], c.args[2], c.args[4], static_cast<socklen_t>(c.args[5]));
  UniqueFd socket;
  const auto n = send_one(s, t, c, m, c.arg_int(3), &socket);
  return n ? sent(s, c, std::move(socket), c.arg_int(3), *n) : Outcome::native();
}

Outcome unix_sendmsg(Supervisor& s, Thread& t, Call& c) {
  auto m = c.memory().read_object<msghdr>(c.args[1]);
  if (!m || !m->msg_name) return Outcome::native();
  UniqueFd socket;
  const auto n = send_one(s, t, c, MessageCall(*m), c.arg_int(2), &socket);
  return n ? sent(s, c, std::move(socket), c.arg_int(2), *n) : Outcome::native();
}

// Only where the first one goes to an abstract name.
Outcome unix_sendmmsg(Supervisor& s, Thread& t, Call& c) {
  constexpr uint64_t kMost = 1024;
  UniqueFd socket;
  const uint64_t count = std::min<uint64_t>(static_cast<unsigned>(c.args[2]), kMost);
  if (count == 0) return Outcome::native();  // which tells whether there is a descriptor
  while (c.progress < count) {
    const uint64_t at = c.args[1] + c.progress * sizeof(mmsghdr);
    auto m = c.memory().read_object<mmsghdr>(at);
    const auto n =
        m ? send_one(s, t, c, MessageCall(m->msg_hdr), c.arg_int(3), &socket) : std::nullopt;
    if (!n && c.progress == 0) return Outcome::native();
    if (!n || (!*n && c.progress > 0)) break;
    if (!*n) return sent(s, c, std::move(socket), c.arg_int(3), *n);
    (void)c.memory().write_object<unsigned>(at + offsetof(mmsghdr, msg_len),
                                            static_cast<unsigned>(**n));
    c.progress++;
  }
  return Outcome::ret(static_cast<int64_t>(c.progress));
}

// A datagram for a program that wants to know the sender's name: if that is one of ours, it is
// received here. Nullopt: natively.
std::optional<UniqueFd> sender_is_ours(Supervisor& s, Thread& t, Call& c, int flags,
                                       Outcome* waits) {
  if (!s.unix_names().any()) return std::nullopt;
  UniqueFd socket = borrow(s, t, c.arg_int(0));
  if (!socket || option_of(socket.get(), SO_TYPE, 0) != SOCK_DGRAM ||
      (flags & (MSG_ERRQUEUE | MSG_OOB)))
    return std::nullopt;
  sockaddr_un name{};
  socklen_t length = sizeof name;
  char none;
  if (recvfrom(socket.get(), &none, 0, MSG_PEEK | MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&name),
               &length) < 0) {
    if (errno != EAGAIN) return std::nullopt;
    *waits = wait_or(s, c, std::move(socket), SO_RCVTIMEO, flags, EPOLLIN);
    return UniqueFd();
  }
  if (!s.unix_names().ours(path_of(name, length))) return std::nullopt;
  return socket;
}

Outcome unix_recvfrom(Supervisor& s, Thread& t, Call& c) {
  if (!c.args[4]) return Outcome::native();
  Outcome waits = Outcome::native();
  auto socket = sender_is_ours(s, t, c, c.arg_int(3), &waits);
  if (!socket) return Outcome::native();
  if (!*socket) return waits;
  auto room = c.memory().read_object<int>(c.args[5]);
  if (!room) return Outcome::err(EFAULT);
  if (*room < 0) return Outcome::err(EINVAL);
  MessageCall m(c.args[1], c.args[2], c.args[4], static_cast<socklen_t>(*room));
  auto n = receive_unix(c, s.unix_names(), socket->get(), m, c.arg_int(3));
  if (!n && n.error().code == EAGAIN)
    return wait_or(s, c, std::move(*socket), SO_RCVTIMEO, c.arg_int(3), EPOLLIN);
  if (n && !c.memory().write_object<int>(c.args[5], static_cast<int>(m.header.msg_namelen)))
    return Outcome::err(EFAULT);
  return Outcome::of(n);
}

Outcome unix_recvmsg(Supervisor& s, Thread& t, Call& c) {
  if (!s.unix_names().any()) return Outcome::native();
  auto header = c.memory().read_object<msghdr>(c.args[1]);
  if (!header || !header->msg_name || static_cast<int>(header->msg_namelen) < 0)
    return Outcome::native();
  Outcome waits = Outcome::native();
  auto socket = sender_is_ours(s, t, c, c.arg_int(2), &waits);
  if (!socket) return Outcome::native();
  if (!*socket) return waits;
  MessageCall m(*header);
  auto n = receive_unix(c, s.unix_names(), socket->get(), m, c.arg_int(2));
  if (!n && n.error().code == EAGAIN)
    return wait_or(s, c, std::move(*socket), SO_RCVTIMEO, c.arg_int(2), EPOLLIN);
  if (n && !c.memory().write_object(c.args[1], m.header)) return Outcome::err(EFAULT);
  return Outcome::of(n);
}

}  // namespace

void register_unix_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_bind, unix_bind);
  set_handler(table, SYS_connect, unix_connect);
  set_handler(table, SYS_getsockname, unix_get_name<get_own>);
  set_handler(table, SYS_getpeername, unix_get_name<get_peer>);
  set_handler(table, SYS_getsockopt, unix_getsockopt);
  set_handler(table, SYS_sendto, unix_sendto);
  set_handler(table, SYS_sendmsg, unix_sendmsg);
  set_handler(table, SYS_sendmmsg, unix_sendmmsg);
  set_handler(table, SYS_recvfrom, unix_recvfrom);
  set_handler(table, SYS_recvmsg, unix_recvmsg);
}

}  // namespace unetns
