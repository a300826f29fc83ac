#include "runtime/warden.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "runtime/proc_status.h"
#include "runtime/process_mark.h"

namespace unetns {
namespace {

constexpr int kRounds = 50;  // a process may be born while we look

[[noreturn]] void watch(pid_t supervisor, int line, const PrivateDir& private_dir) {
  setsid();  // a signal to the supervisor's process group must not end us
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  // Nothing of the supervisor's may be held open by us: pipes of its shell above all.
  constexpr int kFirst = 3;
  const std::array<int, 3> kept{fcntl(line, F_DUPFD, kFirst),
                                fcntl(private_dir.base(), F_DUPFD, kFirst),
                                fcntl(private_dir.dir(), F_DUPFD, kFirst)};
  for (int i = 0; i < kFirst; i++) dup2(kept[static_cast<size_t>(i)], i);
  syscall(SYS_close_range, kFirst, ~0u, 0);
  char byte;
  while (read(0, &byte, 1) < 0 && errno == EINTR) {
  }
  for (int i = 0; i < kRounds; i++) {
    bool any = false;
    for (pid_t pid : list_pids())
      if (read_mark(supervisor, pid)) any = kill(pid, SIGKILL) == 0 || any;
    if (!any) break;
    usleep(1000);
  }
  PrivateDir::remove(1, 2, private_dir.path());
  _exit(0);
}

}  // namespace

Result<Warden> Warden::start(const PrivateDir& private_dir) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return fail(errno);
  UniqueFd theirs(fds[0]), ours(fds[1]);
  const pid_t supervisor = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail(errno);
  if (pid == 0) {
    ours.reset();
    watch(supervisor, theirs.release(), private_dir);
  }
  return Warden(pid, std::move(ours));
}

Warden::~Warden() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace unetns
