// What `unetns doctor` says of HostFacts.
#include <fmt/format.h>

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
  return facts.netns_calls && facts.pidfd_getfd
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

}  // namespace

HostReport probe_host() {
  const HostFacts facts = find_host_facts();
  using State = HostFinding::State;
  HostReport report;
  report.usable = facts.usable();
  report.verdict = host_verdict(facts);
  auto add = [&](std::string name, State state, std::string detail) {
    report.findings.push_back({std::move(name), state, std::move(detail)});
  };
  add("kernel", State::kGood, facts.kernel);
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
