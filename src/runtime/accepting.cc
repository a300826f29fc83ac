#include "runtime/accepting.h"

#include <sys/socket.h>

namespace unetns {
namespace {
constexpr auto kRest = std::chrono::milliseconds(100);
}  // namespace

Result<void> Accepting::start() {
  return loop_.add(socket_.get(), EPOLLIN, [this](uint32_t) { accept(); });
}

void Accepting::accept() {
  UniqueFd fd(accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd) return taken_(std::move(fd));
  if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
  loop_.remove(socket_.get());
  rest_.arm_in(kRest);
}

void Accepting::go_on() {
  if (!start()) rest_.arm_in(kRest);
}

}  // namespace unetns
