#include "runtime/run.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstring>

#include "runtime/host_facts.h"
#include "runtime/job_control.h"
#include "runtime/launch.h"
#include "runtime/preload.h"
#include "runtime/private_dir.h"
#include "runtime/supervisor.h"
#include "runtime/warden.h"

namespace unetns {
namespace {

constexpr int kOwnFailure = 125;
constexpr int kRounds = 200;
constexpr auto kGrace = std::chrono::milliseconds(500);

int complain(const std::string& text) {
  std::fprintf(stderr, "unetns: %s\n", text.c_str());
  return kOwnFailure;
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void set_up_log(int verbose) {
  if (!verbose) return;
  auto log = spdlog::stderr_logger_st("unetns");
  log->set_pattern("unetns: %v");
  log->set_level(spdlog::level::debug);
  spdlog::set_default_logger(log);
}

// What the first program left running ends with it: nobody would serve its calls.
void end_leftovers(Supervisor& supervisor) {
  supervisor.run_once(Nanos::zero());
  supervisor.processes().end_all(SIGTERM);
  const Nanos until = supervisor.env().clock.monotonic() + kGrace;
  while (supervisor.processes().size() > 0 && supervisor.env().clock.monotonic() < until)
    supervisor.run_once(std::chrono::milliseconds(20));
  // Again and again: one may be born while we look.
  for (int i = 0; i < kRounds && supervisor.processes().end_all(SIGKILL) > 0; i++)
    supervisor.run_once(std::chrono::milliseconds(2));
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

void report_unsupported(const Unsupported& unsupported) {
  if (unsupported.counts().empty()) {
    std::fprintf(stderr, "unetns: nothing unsupported was asked for\n");
    return;
  }
  std::fprintf(stderr, "unetns: asked for and not there:\n");
  for (const auto& [what, count] : unsupported.counts())
    std::fprintf(stderr, "  %6llu x %s\n", static_cast<unsigned long long>(count), what.c_str());
}

}  // namespace

int run_program(const RunOptions& options) {
  set_up_log(options.verbose);
  const HostFacts facts = find_host_facts();
  if (!facts.usable()) return complain(host_verdict(facts));
  auto dir = PrivateDir::create(!facts.netns_calls);
  if (!dir) return complain(dir.error().message);
  std::vector<std::string> environment;
  std::optional<Preload> preload;
  if (!facts.netns_calls) {
    auto made = Preload::create(dir->path());
    if (!made)
      return complain("can't make the library for refused system calls: " +
                      std::string(std::strerror(made.error().code)));
    preload.emplace(std::move(*made));
    environment.push_back(preload->environment());
  }
  auto supervisor = Supervisor::create(
      {.options = options, .private_dir = dir->path(), .can_getfd = facts.pidfd_getfd});
  if (!supervisor)
    return complain(fmt::format("can't start: {} {}", std::strerror(supervisor.error().code),
                                supervisor.error().message));
  Supervisor& s = **supervisor;

  auto warden = Warden::start(dir->path());
  if (!warden) return complain(fmt::format("can't fork: {}", std::strerror(warden.error().code)));
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const sigset_t mask = JobControl::block_signals();
  auto program = launch(options.argv, environment, {.map_root = options.map_root}, mask);
  if (!program)
    return complain(fmt::format("can't start the program: {}: {}", program.error().message,
                                std::strerror(program.error().code)));
  raise_descriptor_limit();
  s.processes().mark(program->pid, s.machine().init_net().id());
  s.attach(Listener(std::move(program->listener)));
  JobControl job(s.loop(), program->pid);
  if (auto started = job.start(); !started) return complain("can't watch the program");
  (void)!write(program->go.get(), "g", 1);
  program->go.reset();
  while (!job.status()) s.run_once(std::nullopt);
  end_leftovers(s);
  if (options.report_unsupported) report_unsupported(s.unsupported());
  return *job.status();
}

}  // namespace unetns
