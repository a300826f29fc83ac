#include "runtime/unix_diag.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "host/unique_fd.h"

namespace unetns {

uint64_t unix_peer_inode(uint64_t inode) {
  UniqueFd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!fd) return 0;
  struct {
    nlmsghdr header;
    unix_diag_req ask;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.ask.sdiag_family = AF_UNIX;
  request.ask.udiag_states = ~0u;
  request.ask.udiag_ino = static_cast<__u32>(inode);
  request.ask.udiag_show = UDIAG_SHOW_PEER;
  request.ask.udiag_cookie[0] = request.ask.udiag_cookie[1] = ~0u;
  if (send(fd.get(), &request, sizeof request, 0) < 0) return 0;
  alignas(nlmsghdr) uint8_t answer[1024];
  const ssize_t n = recv(fd.get(), answer, sizeof answer, MSG_DONTWAIT);  // it is there at once
  if (n < static_cast<ssize_t>(sizeof(nlmsghdr))) return 0;
  const auto header = load<nlmsghdr>(answer);
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || header.nlmsg_len > static_cast<size_t>(n))
    return 0;
  size_t at = NLMSG_LENGTH(sizeof(unix_diag_msg));
  while (at + sizeof(rtattr) <= header.nlmsg_len) {
    const auto attribute = load<rtattr>(answer + at);
    if (attribute.rta_len < sizeof(rtattr) || at + attribute.rta_len > header.nlmsg_len) return 0;
    if (attribute.rta_type == UNIX_DIAG_PEER && attribute.rta_len >= RTA_LENGTH(sizeof(uint32_t)))
      return load<uint32_t>(answer + at + RTA_LENGTH(0));
    at += RTA_ALIGN(attribute.rta_len);
  }
  return 0;
}

}  // namespace unetns
