#include "runtime/publish.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace unetns {
namespace {

constexpr int kBacklog = 128;

sockaddr_in address_of(const std::string& text, uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, text.c_str(), &out.sin_addr);
  return out;
}

}  // namespace

Result<uint16_t> Publisher::publish(const PublishRule& rule) {
  auto wrong = [&](int code) {
    return fail(code, fmt::format("can't publish {}:{}: {}", rule.host_address, rule.host_port,
                                  std::strerror(code)));
  };
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return wrong(errno);
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at = address_of(rule.host_address, rule.host_port);
  socklen_t length = sizeof at;
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
      listen(fd.get(), kBacklog) != 0 ||
      getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &length) != 0)
    return wrong(errno);
  ports_.emplace_back(loop_, machine_.env().timers, std::move(fd),
                      [this, rule](UniqueFd connection) { taken(rule, std::move(connection)); });
  if (auto started = ports_.back().start(); !started) {
    ports_.pop_back();
    return wrong(started.error().code);
  }
  return ntohs(at.sin_port);
}

void Publisher::taken(const PublishRule& rule, UniqueFd fd) {
  auto inside = relays_.size() < kMaxConnections
                    ? connect_inside(rule)
                    : Result<std::unique_ptr<StreamSocket>>(fail(EMFILE));
  if (!inside) {
    const linger now{1, 0};  // refused: as a reset, since the host has accepted
    setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return;
  }
  relays_.emplace_back(loop_, machine_.env().tasks, machine_.packets(), std::move(fd),
                       std::move(*inside), [this](HostRelay& relay) {
                         relays_.remove_if([&](const HostRelay& r) { return &r == &relay; });
                       });
  if (!relays_.back().start()) relays_.pop_back();
}

Result<std::unique_ptr<StreamSocket>> Publisher::connect_inside(const PublishRule& rule) {
  Net* net = find_(rule.netns);
  if (!net) return fail(ENOENT);
  SystemCaller caller;
  UNETNS_ASSIGN(auto socket, machine_.socket(*net, caller, AF_INET, SOCK_STREAM, IPPROTO_TCP));
  std::unique_ptr<StreamSocket> stream(static_cast<StreamSocket*>(socket.release()));
  const sockaddr_in to = address_of("127.0.0.1", rule.port);
  auto connected = stream->connect(caller, bytes_of(to));
  if (!connected && connected.error().code != EINPROGRESS)
    return std::unexpected(connected.error());
  return stream;
}

}  // namespace unetns
