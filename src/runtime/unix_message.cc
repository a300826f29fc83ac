#include "runtime/unix_message.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <algorithm>

#include "runtime/listener.h"

namespace unetns {
namespace {

constexpr size_t kMaxMessage = 1 << 20;
constexpr size_t kMaxControl = 20480;  // net.core.optmem_max
constexpr int kScmPidfd = 4;

// Calls `fn` with the type and the place of the contents of each control message of SOL_SOCKET.
template <class Fn>
Result<void> for_each_control(MutableBytes control, Fn fn) {
  size_t at = 0;
  while (at + sizeof(cmsghdr) <= control.size()) {
    const auto h = load<cmsghdr>(control.data() + at);
    if (h.cmsg_len < sizeof(cmsghdr) || h.cmsg_len > control.size() - at) return fail(EINVAL);
    if (h.cmsg_level == SOL_SOCKET) UNETNS_TRY(fn(h.cmsg_type, control.subspan(at, h.cmsg_len)));
    at += CMSG_ALIGN(h.cmsg_len);
  }
  return {};
}

}  // namespace

Result<std::vector<iovec>> MessageCall::vec(const ProgramMemory& memory) const {
  if (only) return std::vector<iovec>{*only};
  return memory.read_iovec(reinterpret_cast<uint64_t>(header.msg_iov), header.msg_iovlen);
}

Result<UnixMessage> UnixMessage::read(const Call& c, const Thread& t, const MessageCall& m) {
  UnixMessage out;
  const ProgramMemory memory = c.memory();
  UNETNS_ASSIGN(auto vec, m.vec(memory));
  size_t total = 0;
  for (const iovec& v : vec) {
    if (v.iov_len > kMaxMessage) return fail(EMSGSIZE);
    total += v.iov_len;
  }
  if (total > kMaxMessage) return fail(EMSGSIZE);
  UNETNS_ASSIGN(out.data_, memory.gather(vec, kMaxMessage));
  if (!m.header.msg_control || !m.header.msg_controllen) return out;
  if (m.header.msg_controllen > kMaxControl) return fail(ENOBUFS);
  ByteVector theirs(m.header.msg_controllen);
  UNETNS_TRY(memory.read(reinterpret_cast<uint64_t>(m.header.msg_control), theirs));
  // SCM_CREDENTIALS are left out: we may not speak for the program.
  UNETNS_TRY(for_each_control(theirs, [&](int type, MutableBytes message) -> Result<void> {
    if (type != SCM_RIGHTS) return {};
    for (size_t at = sizeof(cmsghdr); at + sizeof(int) <= message.size(); at += sizeof(int)) {
      UniqueFd ours(static_cast<int>(
          syscall(SYS_pidfd_getfd, t.process->pidfd.get(), load<int>(message.data() + at), 0)));
      if (!ours) return fail(EBADF);
      store(message.data() + at, ours.get());
      out.descriptors_.push_back(std::move(ours));
    }
    out.control_.insert(out.control_.end(), message.begin(), message.end());
    out.control_.resize(CMSG_ALIGN(out.control_.size()));
    return {};
  }));
  return out;
}

Result<size_t> UnixMessage::send(int socket, const HostName& to, int flags) const {
  iovec vec{const_cast<uint8_t*>(data_.data()), data_.size()};
  msghdr m{};
  m.msg_name = const_cast<sockaddr*>(to.address());
  m.msg_namelen = to.length();
  m.msg_iov = &vec;
  m.msg_iovlen = 1;
  if (!control_.empty()) {
    m.msg_control = const_cast<uint8_t*>(control_.data());
    m.msg_controllen = control_.size();
  }
  const ssize_t n = sendmsg(socket, &m, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0) return fail(errno);
  return static_cast<size_t>(n);
}

Result<int> install_descriptor(const Call& c, int fd, bool cloexec) {
  seccomp_notif_addfd add{};
  add.id = c.id;
  add.srcfd = static_cast<__u32>(fd);
  add.newfd_flags = cloexec ? O_CLOEXEC : 0;
  const int n = ioctl(c.listener->fd(), SECCOMP_IOCTL_NOTIF_ADDFD, &add);
  if (n < 0) return fail(errno);
  return n;
}

Result<void> write_unix_name(const Call& c, std::string_view name, uint64_t address, size_t room) {
  const HostName full(name);
  const Bytes bytes{reinterpret_cast<const uint8_t*>(full.address()), full.length()};
  return c.memory().write(address, bytes.first(std::min(room, bytes.size())));
}

Result<size_t> receive_unix(const Call& c, const UnixNames& names, int socket, MessageCall& m,
                            int flags) {
  const ProgramMemory memory = c.memory();
  UNETNS_ASSIGN(auto vec, m.vec(memory));
  size_t room = 0;
  for (const iovec& v : vec) room = std::min(kMaxMessage, room + std::min(kMaxMessage, v.iov_len));
  ByteVector data(room);
  ByteVector control(m.header.msg_control ? std::min(m.header.msg_controllen, kMaxControl) : 0);
  sockaddr_un name{};
  iovec ours{data.data(), data.size()};
  msghdr got{};
  got.msg_name = &name;
  got.msg_namelen = sizeof name;
  got.msg_iov = &ours;
  got.msg_iovlen = 1;
  got.msg_control = control.empty() ? nullptr : control.data();
  got.msg_controllen = control.size();
  const ssize_t n = recvmsg(socket, &got, flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n < 0) return fail(errno);
  const bool cloexec = flags & MSG_CMSG_CLOEXEC;
  control.resize(got.msg_controllen);
  std::vector<UniqueFd> descriptors;
  UNETNS_TRY(for_each_control(control, [&](int type, MutableBytes message) -> Result<void> {
    if (type != SCM_RIGHTS && type != kScmPidfd) return {};
    for (size_t at = sizeof(cmsghdr); at + sizeof(int) <= message.size(); at += sizeof(int)) {
      descriptors.emplace_back(load<int>(message.data() + at));
      UNETNS_ASSIGN(const int theirs, install_descriptor(c, descriptors.back().get(), cloexec));
      store(message.data() + at, theirs);
    }
    return {};
  }));
  const size_t size = std::min(static_cast<size_t>(n), data.size());
  UNETNS_TRY(memory.scatter(vec, Bytes(data).first(size)));
  std::string_view path(name.sun_path, got.msg_namelen - offsetof(sockaddr_un, sun_path));
  const auto known = names.program_name(path);
  if (known) path = *known;
  UNETNS_TRY(write_unix_name(c, path, reinterpret_cast<uint64_t>(m.header.msg_name),
                             m.header.msg_namelen));
  m.header.msg_namelen = HostName(path).length();
  if (!control.empty())
    UNETNS_TRY(memory.write(reinterpret_cast<uint64_t>(m.header.msg_control), control));
  m.header.msg_controllen = control.size();
  m.header.msg_flags = got.msg_flags & ~(cloexec ? 0 : MSG_CMSG_CLOEXEC);
  return static_cast<size_t>(n);
}

}  // namespace unetns
