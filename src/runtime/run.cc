#include "runtime/run.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "runtime/dropped_capability.h"
#include "runtime/host_facts.h"
#include "runtime/hosted_machine.h"
#include "runtime/job_control.h"
#include "runtime/launch.h"
#include "runtime/preload.h"

namespace unetns {
namespace {

constexpr int kOwnFailure = 125;

int complain(const std::string& text) {
  std::fprintf(stderr, "unetns: %s\n", text.c_str());
  return kOwnFailure;
}

void set_up_log(int verbose) {
  if (!verbose) return;
  auto log = spdlog::stderr_logger_st("unetns");
  log->set_pattern("unetns: %v");
  log->set_level(spdlog::level::debug);
  spdlog::set_default_logger(log);
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
  auto hosted = HostedMachine::start(options, facts, !facts.netns_calls);
  if (!hosted) return complain(hosted.error().message);
  Supervisor& s = (*hosted)->supervisor();
  const std::vector<std::string> environment =
      preload_environment({facts.netns_calls ? "" : (*hosted)->preload_path(),
                           options.accelerate ? Preload::path_in((*hosted)->private_dir(),
                                                                 Preload::Library::kAccelerator)
                                              : ""});

  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const sigset_t mask = JobControl::block_signals();
  auto program = launch(options.argv, environment,
                        {.map_root = options.map_root,
                         .loader_offset = facts.loader_offset,
                         .loader_access = facts.loader_access,
                         .native_bounding = host_bounding(),
                         .exec = !facts.thread_marks},
                        mask, options.accelerate);
  if (!program)
    return complain(fmt::format("can't start the program: {}: {}", program.error().message,
                                std::strerror(program.error().code)));
  raise_descriptor_limit();
  s.processes().mark(program->pid, s.machine().init_net().id());
  if (auto attached = s.attach(Listener(std::move(program->listener))); !attached)
    return complain("can't watch the program");
  JobControl job(s.loop(), program->pid);
  if (auto started = job.start(); !started) return complain("can't watch the program");
  (void)!write(program->go.get(), "g", 1);
  program->go.reset();
  while (!job.status()) s.run_once(std::nullopt);
  (*hosted)->end_programs();  // what the first one left running ends with it
  if (options.report_unsupported) report_unsupported(s.unsupported());
  return *job.status();
}

}  // namespace unetns
