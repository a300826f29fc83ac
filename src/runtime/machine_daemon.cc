#include "runtime/machine_daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <optional>

#include "runtime/control_server.h"
#include "runtime/hosted_machine.h"

namespace unetns {
namespace {

void leave_terminal(const std::string& log_path) {
  setsid();
  (void)!chdir("/");
  UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  UniqueFd log(
      open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  dup2(null.get(), 0);
  dup2(log ? log.get() : null.get(), 1);
  dup2(log ? log.get() : null.get(), 2);
}

void set_up_log(int verbose) {
  auto log = spdlog::stderr_logger_st("unetns");
  log->set_pattern("%Y-%m-%d %H:%M:%S.%e %v");
  log->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  log->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(log);
}

// The signals that a daemon is told by.
class Signals {
 public:
  Signals() {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    for (int s : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&set, s);
    sigprocmask(SIG_SETMASK, &set, nullptr);
    fd_ = UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  Result<void> watch(EventLoop& loop) {
    return loop.add(fd_.get(), EPOLLIN, [this](uint32_t) { read_all(); });
  }
  void unwatch(EventLoop& loop) { loop.remove(fd_.get()); }
  bool ended() const { return ended_; }

 private:
  void read_all() {
    signalfd_siginfo info;
    while (read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
      if (info.ssi_signo != SIGCHLD) ended_ = true;
    // Threads that died while we traced them: their parents wait for us to let go of them.
    while (waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
    }
  }
  UniqueFd fd_;
  bool ended_ = false;
};

// Until all is gone; returns who waits for that.
std::vector<UniqueFd> serve(const UpOptions& options, const HostFacts& facts, const ControlDir& dir,
                            UniqueFd socket, const std::function<void(const std::string&)>& ready) {
  Signals signals;
  // Later programs may come from where more is refused than here.
  auto hosted = HostedMachine::start(options.machine, facts, true);
  if (!hosted && facts.netns_calls) hosted = HostedMachine::start(options.machine, facts, false);
  if (!hosted) {
    ready(hosted.error().message);
    return {};
  }
  Supervisor& s = (*hosted)->supervisor();
  raise_descriptor_limit();
  ControlServer control(s, std::move(socket),
                        {.since = std::time(nullptr),
                         .directory = (*hosted)->private_dir(),
                         .carrier = !(*hosted)->preload_path().empty(),
                         .accelerator = options.machine.accelerate});
  if (!signals.watch(s.loop()) || !control.start()) {
    ready("can't watch the control socket");
    return {};
  }
  spdlog::info("up");
  ready("");
  while (!control.down_asked() && !signals.ended()) s.run_once(std::nullopt);
  spdlog::info("going down");
  (*hosted)->end_programs();
  if (auto lock = dir.lock()) dir.remove(options.name);
  signals.unwatch(s.loop());
  return control.take_waiting();
}

}  // namespace

void machine_daemon(const UpOptions& options, const HostFacts& facts, const ControlDir& dir,
                    UniqueFd socket, const std::function<void(const std::string&)>& ready) {
  leave_terminal(dir.log_path(options.name));
  set_up_log(options.machine.verbose);
  const auto waiting = serve(options, facts, dir, std::move(socket), ready);
  std::_Exit(0);
}

}  // namespace unetns
