// What `unetns doctor` says of HostFacts.
#include <fmt/format.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>

#include "runtime/host_facts.h"
#include "runtime/process_mark.h"
#include "runtime/run.h"

namespace unetns {

std::string host_verdict(const HostFacts& facts) {
  if (facts.notify_errno == EBUSY && is_marked())
    return "this is inside a machine, and unetns does not run inside unetns: Linux allows one "
           "seccomp listener";
  if (facts.notify_errno == EBUSY)
    return "this process runs under a seccomp listener of another program, and Linux allows only "
           "one";
  if (facts.notify_errno)
    return fmt::format(
        "this host has no seccomp user notification ({}), without which programs can't be run; the "
        "library works",
        std::strerror(facts.notify_errno));
  if (!facts.answered_fd)
    return fmt::format(
        "kernel {} is too old: answering a call with a descriptor needs Linux 5.14 or newer",
        facts.kernel);
  if (!facts.memory)
    return "this host refuses process_vm_readv(2) on our own children, without which programs "
           "can't be run";
  return facts.netns_calls && facts.pidfd_getfd && facts.ptrace
             ? "programs can be run, with everything"
             : "programs can be run; this host is hardened, see the rows that are not \"good\"";
}

namespace {

// 0 also where there is no Yama.
int ptrace_scope() {
  int scope = 0;
  std::ifstream("/proc/sys/kernel/yama/ptrace_scope") >> scope;
  return scope;
}

bool can_trace_children() {
  const pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  if (child < 0) return false;
  const bool traced = ptrace(PTRACE_SEIZE, child, nullptr, nullptr) == 0;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return traced;
}

bool older_than(const std::string& release, int major, int minor) {
  int a = 0, b = 0;
  return std::sscanf(release.c_str(), "%d.%d", &a, &b) == 2 &&
         (a < major || (a == major && b < minor));
}

}  // namespace

HostReport probe_host() {
  HostFacts facts = find_host_facts();
  if (facts.notify_errno == 0) facts.ptrace = can_trace_children();
  using State = HostFinding::State;
  HostReport report;
  report.usable = facts.usable();
  report.verdict = host_verdict(facts);
  auto add = [&](std::string name, State state, std::string detail) {
    report.findings.push_back({std::move(name), state, std::move(detail)});
  };
  const bool cut_short = older_than(facts.kernel, 5, 19);
  add("kernel", cut_short ? State::kDegraded : State::kGood,
      facts.kernel +
          (cut_short ? ": before 5.19 a signal may interrupt a call that is served" : ""));
  add("seccomp notification", facts.notify_errno ? State::kMissing : State::kGood,
      facts.notify_errno ? std::strerror(facts.notify_errno)
                         : "system calls can be served by unetns");
  if (facts.notify_errno) return report;
  add("answer by descriptor", facts.answered_fd ? State::kGood : State::kMissing,
      facts.answered_fd ? "sockets are installed in one step" : "needs Linux 5.14");
  add("memory of programs", facts.memory ? State::kGood : State::kMissing,
      facts.memory ? "process_vm_readv, process_vm_writev" : "process_vm_readv is refused");
  add("synchronous wake-up", facts.sync_wake_up ? State::kGood : State::kDegraded,
      facts.sync_wake_up ? "a served call costs microseconds"
                         : "needs Linux 6.6; without it a served call costs tens of microseconds");
  add("pidfd_getfd", facts.pidfd_getfd ? State::kGood : State::kDegraded,
      facts.pidfd_getfd
          ? "descriptors of programs can be borrowed"
          : "refused; sockets are found through /proc, closings by looking: somewhat slower");
  add("marks", facts.prlimit ? State::kGood : State::kDegraded,
      facts.prlimit ? "every new process is placed exactly"
                    : "prlimit on children is refused; new processes are placed by their parent");
  add("marks of threads", facts.thread_marks ? State::kGood : State::kDegraded,
      facts.thread_marks
          ? "an exec by any thread is noticed without being asked for"
          : "ioprio_set on children is refused; every exec asks us: it takes longer");
  add("ptrace", facts.ptrace ? State::kGood : State::kDegraded,
      facts.ptrace
          ? "a call can be changed: clone(CLONE_NEWNET), rings of packet sockets"
          : "refused: clone(CLONE_NEWNET) and mapped rings of packet sockets (tcpdump) fail "
            "with EPERM");
  const int scope = ptrace_scope();
  add("named machines", scope ? State::kMissing : State::kGood,
      scope ? fmt::format("kernel.yama.ptrace_scope is {}: a machine can't serve programs that "
                          "`unetns exec` starts; `unetns run` works",
                          scope)
            : "`unetns up` and `unetns exec` work");
  add("outer filter", State::kGood, facts.outer_filter ? "there is one (a container?)" : "none");
  add("namespace calls", facts.netns_calls ? State::kGood : State::kDegraded,
      facts.netns_calls ? "unshare, setns, mount, umount2 reach us"
                        : "an outer filter refuses unshare, setns, mount, umount2 or clone(NEW*) "
                          "before we are asked: dynamic programs carry "
                          "them by a preloaded library, static ones can't make them");
  return report;
}

}  // namespace unetns
