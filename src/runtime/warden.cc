#include "runtime/warden.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "runtime/proc_status.h"
#include "runtime/process_mark.h"

namespace unetns {
namespace {

constexpr int kRounds = 50;  // a process may be born while we look

[[noreturn]] void watch(pid_t supervisor, int line, const std::string& private_dir) {
  setsid();  // a signal to the supervisor's process group must not end us
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  // Nothing of the supervisor's may be held open by us: pipes of its shell above all.
  dup2(line, 0);
  syscall(SYS_close_range, 1, ~0u, 0);
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
  std::error_code ignored;
  std::filesystem::remove_all(private_dir, ignored);
  _exit(0);
}

}  // namespace

Result<Warden> Warden::start(const std::string& private_dir) {
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
