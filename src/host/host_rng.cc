#include "host/host_rng.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace unetns {
namespace {

void read_kernel(MutableBytes out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      // Going on with predictable sequence numbers and ports would be worse than stopping.
      std::perror("unetns: getrandom");
      std::abort();
    }
    out = out.subspan(static_cast<size_t>(n));
  }
}

}  // namespace

void HostRng::fill(MutableBytes out) {
  if (out.size() >= block_.size()) return read_kernel(out);
  while (!out.empty()) {
    if (used_ == block_.size()) {
      read_kernel(block_);
      used_ = 0;
    }
    const size_t n = std::min(out.size(), block_.size() - used_);
    std::memcpy(out.data(), block_.data() + used_, n);
    std::memset(block_.data() + used_, 0, n);
    used_ += n;
    out = out.subspan(n);
  }
}

}  // namespace unetns
