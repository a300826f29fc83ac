#include "runtime/hosted_machine.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstring>

namespace unetns {
namespace {

constexpr int kRounds = 200;
constexpr auto kGrace = std::chrono::milliseconds(500);

}  // namespace

Result<std::unique_ptr<HostedMachine>> HostedMachine::start(const RunOptions& options,
                                                            const HostFacts& facts, bool preload) {
  UNETNS_ASSIGN(PrivateDir dir, PrivateDir::create(preload));
  std::unique_ptr<HostedMachine> out(new HostedMachine(std::move(dir)));
  if (preload) {
    auto made = Preload::create(out->dir_.path());
    if (!made)
      return fail(made.error().code,
                  fmt::format("can't make the library for refused system calls: {}",
                              std::strerror(made.error().code)));
    out->preload_.emplace(std::move(*made));
  }
  auto supervisor = Supervisor::create(
      {.options = options, .private_dir = out->dir_.path(), .can_getfd = facts.pidfd_getfd});
  if (!supervisor)
    return fail(supervisor.error().code,
                fmt::format("can't start: {} {}", std::strerror(supervisor.error().code),
                            supervisor.error().message));
  out->supervisor_ = std::move(*supervisor);
  auto warden = Warden::start(out->dir_.path());
  if (!warden)
    return fail(warden.error().code,
                fmt::format("can't fork: {}", std::strerror(warden.error().code)));
  out->warden_.emplace(std::move(*warden));
  if (!options.publish.empty()) {
    Supervisor& s = *out->supervisor_;
    out->publisher_.emplace(s.loop(), s.machine(), [&s](const std::string& name) {
      return name.empty() ? &s.machine().init_net() : s.mounts().mounted("/run/netns/" + name);
    });
    for (const PublishRule& rule : options.publish) UNETNS_TRY(out->publisher_->publish(rule));
  }
  return out;
}

void HostedMachine::end_programs() {
  Supervisor& s = *supervisor_;
  s.run_once(Nanos::zero());
  s.processes().end_all(SIGTERM);
  const Nanos until = s.env().clock.monotonic() + kGrace;
  while (s.processes().size() > 0 && s.env().clock.monotonic() < until)
    s.run_once(std::chrono::milliseconds(20));
  // Again and again: one may be born while we look.
  for (int i = 0; i < kRounds && s.processes().end_all(SIGKILL) > 0; i++)
    s.run_once(std::chrono::milliseconds(2));
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace unetns
