#include "runtime/truesize.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <vector>

namespace unetns {

TruesizeTable::TruesizeTable() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0) {
    a_ = UniqueFd(pair[0]);
    b_ = UniqueFd(pair[1]);
  }
}

uint32_t TruesizeTable::of(uint32_t length) {
  auto [it, fresh] = known_.try_emplace(length, 0);
  if (!fresh) return it->second;
  std::vector<char> data(length ? length : 1);
  int queued = 0;
  if (send(a_.get(), data.data(), length, MSG_NOSIGNAL) == static_cast<ssize_t>(length) &&
      ioctl(a_.get(), SIOCOUTQ, &queued) == 0)
    it->second = static_cast<uint32_t>(queued);
  (void)!recv(b_.get(), data.data(), data.size(), MSG_DONTWAIT);
  return it->second;
}

}  // namespace unetns
