#include "runtime/hosted_machine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace unetns {
namespace {

constexpr int kRounds = 200;
constexpr auto kGrace = std::chrono::milliseconds(500);

}  // namespace

Result<std::unique_ptr<HostedMachine>> HostedMachine::start(const RunOptions& options,
                                                            const HostFacts& facts, bool preload) {
  UNETNS_ASSIGN(PrivateDir dir, PrivateDir::create(preload || options.accelerate));
  std::unique_ptr<HostedMachine> out(new HostedMachine(std::move(dir)));
  if (preload) {
    auto made = Preload::create(out->dir_.path(), Preload::Library::kCarrier);
    if (!made)
      return fail(made.error().code,
                  fmt::format("can't make the library for refused system calls: {}",
                              std::strerror(made.error().code)));
    out->preload_.emplace(std::move(*made));
  }
  if (options.accelerate)
    if (auto made = Preload::create(out->dir_.path(), Preload::Library::kAccelerator); !made)
      return fail(made.error().code,
                  fmt::format("can't make the accelerator: {}", std::strerror(made.error().code)));
  auto supervisor = Supervisor::create(
      {.options = options, .private_dir = out->dir_.path(), .can_getfd = facts.pidfd_getfd});
  if (!supervisor)
    return fail(supervisor.error().code,
                fmt::format("can't start: {} {}", std::strerror(supervisor.error().code),
                            supervisor.error().message));
  out->supervisor_ = std::move(*supervisor);
  auto warden = Warden::start(out->dir_);
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
  UNETNS_TRY(out->open_egress(options.egress));
  return out;
}

Result<Net*> HostedMachine::named_net(const std::string& name) {
  Supervisor& s = *supervisor_;
  if (name.empty()) return &s.machine().init_net();
  const std::string path = "/run/netns/" + name;
  if (Net* there = s.mounts().mounted(path)) return there;
  const std::string real = *s.mounts().real(path);
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(real).parent_path(), error);
  const UniqueFd file(open(real.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file) return fail(errno);
  UNETNS_ASSIGN(NetRef net, s.machine().nets().create());
  s.reaper().hold(net);
  Net* made = net.get();
  s.mounts().mount(path, std::move(net));
  return made;
}

Result<void> HostedMachine::open_egress(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::ifstream file("/etc/resolv.conf");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const EgressTargets targets{first_nameserver(text)};
  Supervisor& s = *supervisor_;
  for (const std::string& name : names) {
    auto wrong = [&](const std::string& why) {
      return fail(EINVAL, fmt::format("can't open a way out of the namespace '{}': {}",
                                      name.empty() ? "init" : name, why));
    };
    auto net = named_net(name);
    if (!net) return wrong(std::strerror(net.error().code));
    auto egress = Egress::create(s.loop(), s.machine(), **net, targets);
    if (!egress) return wrong(egress.error().message);
    egress_.push_back(std::move(*egress));
  }
  return {};
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
