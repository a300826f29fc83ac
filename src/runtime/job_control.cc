#include "runtime/job_control.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

namespace unetns {
namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (int s :
       {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGUSR1, SIGUSR2, SIGWINCH})
    sigaddset(&set, s);
  return set;
}

}  // namespace

sigset_t JobControl::block_signals() {
  const sigset_t set = watched();
  sigset_t before;
  sigprocmask(SIG_BLOCK, &set, &before);
  return before;
}

JobControl::~JobControl() {
  if (signal_fd_) loop_.remove(signal_fd_.get());
}

Result<void> JobControl::start() {
  const sigset_t set = watched();
  signal_fd_ = UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signal_fd_) return fail(errno);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  reap();  // it may have ended before we listened
  return loop_.add(signal_fd_.get(), EPOLLIN, [this](uint32_t) { signals(); });
}

void JobControl::signals() {
  signalfd_siginfo info;
  while (read(signal_fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    switch (info.ssi_signo) {
      case SIGCHLD:
        reap();
        break;
      // Sent to us alone; from the terminal (SI_KERNEL) the program has it already.
      case SIGTERM:
      case SIGHUP:
      case SIGUSR1:
      case SIGUSR2:
      case SIGINT:
      case SIGQUIT:
        if (info.ssi_code <= 0 && static_cast<pid_t>(info.ssi_pid) != program_)
          kill(program_, static_cast<int>(info.ssi_signo));
        break;
      case SIGCONT:
        kill(program_, SIGCONT);
        break;
      default:
        break;  // SIGTSTP: we stop when the program has
    }
  }
}

void JobControl::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG | WUNTRACED);
    if (pid <= 0) return;
    if (pid != program_) continue;  // an orphan that was given to us
    if (WIFSTOPPED(status)) {
      // Only what the terminal does to a job stops us too: others of the run go on and must be
      // served.
      const int signal = WSTOPSIG(status);
      if (signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU) continue;
      kill(getpid(), SIGSTOP);
      kill(program_, SIGCONT);
      continue;
    }
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}

}  // namespace unetns
