#include "host/fd_message.h"

#include <sys/socket.h>

#include <cstring>

namespace unetns {

Result<void> send_with_fd(int socket, Bytes message, int fd) {
  iovec vec{const_cast<uint8_t*>(message.data()), message.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  msghdr m{};
  m.msg_iov = &vec;
  m.msg_iovlen = 1;
  if (fd >= 0) {
    m.msg_control = control;
    m.msg_controllen = sizeof control;
    cmsghdr* h = CMSG_FIRSTHDR(&m);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(h), &fd, sizeof fd);
  }
  ssize_t n;
  do n = sendmsg(socket, &m, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n < 0) return fail(errno);
  return {};
}

Result<FdMessage> receive_with_fd(int socket, MutableBytes out) {
  iovec vec{out.data(), out.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  msghdr m{};
  m.msg_iov = &vec;
  m.msg_iovlen = 1;
  m.msg_control = control;
  m.msg_controllen = CMSG_LEN(sizeof(int));  // room for one: the kernel closes others
  ssize_t n;
  do n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n < 0) return fail(errno);
  FdMessage got;
  got.size = static_cast<size_t>(n);
  const cmsghdr* h = CMSG_FIRSTHDR(&m);
  if (h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS &&
      h->cmsg_len == CMSG_LEN(sizeof(int))) {
    int fd;
    std::memcpy(&fd, CMSG_DATA(h), sizeof fd);
    got.fd = UniqueFd(fd);
  }
  return got;
}

}  // namespace unetns
