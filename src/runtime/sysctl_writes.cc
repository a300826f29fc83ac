#include "runtime/sysctl_writes.h"

#include <fcntl.h>
#include <sys/epoll.h>

namespace unetns {
namespace {
constexpr size_t kMaxText = 65536;
}

SysctlWrites::~SysctlWrites() {
  for (auto& w : open_) loop_.remove(w->fd.get());
}

Result<UniqueFd> SysctlWrites::open(NetRef net, std::string path) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return fail(errno);
  UniqueFd theirs(fds[1]);
  auto writer = std::make_unique<Writer>();
  writer->fd = UniqueFd(fds[0]);
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  writer->net = std::move(net);
  writer->path = std::move(path);
  auto added = loop_.add(fds[0], EPOLLIN, [this](uint32_t) { apply(); });
  if (!added) return std::unexpected(added.error());
  open_.push_back(std::move(writer));
  return theirs;
}

bool SysctlWrites::drain(Writer& writer) {
  char buffer[4096];
  bool wrote = false, closed = false;
  for (int i = 0; i < 16; i++) {
    const ssize_t n = read(writer.fd.get(), buffer, sizeof buffer);
    if (n > 0) {
      if (writer.text.size() + static_cast<size_t>(n) <= kMaxText)
        writer.text.append(buffer, static_cast<size_t>(n));
      wrote = true;
      continue;
    }
    closed = n == 0;
    break;
  }
  if (wrote) {
    SystemCaller caller;
    (void)files_.write(*writer.net, caller, writer.path, writer.text);
    writer.text.clear();
  }
  return !closed;
}

void SysctlWrites::apply() {
  for (size_t i = 0; i < open_.size();) {
    if (drain(*open_[i])) {
      i++;
      continue;
    }
    loop_.remove(open_[i]->fd.get());
    std::unique_ptr<Writer> done = std::move(open_[i]);
    open_.erase(open_.begin() + static_cast<ptrdiff_t>(i));
  }
}

}  // namespace unetns
