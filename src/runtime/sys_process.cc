// clone(2) into a new namespace, and the limit that carries our mark.
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "runtime/clone_newnet.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

// clone with CLONE_NEWNET: the namespace is made here, the child by the kernel, without the flag.
Outcome sys_clone(Supervisor& s, Thread& t, Call& c) {
  if (!(c.args[0] & CLONE_NEWNET)) {
    s.processes().thread_wanted(t);
    return Outcome::native();
  }
  auto net = s.machine().nets().create();
  if (!net) return Outcome::err(net.error().code);
  s.reaper().hold(*net);
  s.processes().set_birth_net(t, std::move(*net));
  if (c.carried) return Outcome::ret(0);  // the carrier makes the call itself, without the flag
  bool released = false;
  const auto done = clone_without_newnet(t.tid, c.args[0], [&] {
    released = true;
    (void)c.listener->answer_error(c.id, kRestartNoIntr);
  });
  // With CLONE_VFORK the child is announced by its first call, before its parent goes on.
  if (t.process->birth_net && !(done && (c.args[0] & CLONE_VFORK))) s.processes().born(*t.process);
  if (released) return Outcome::answered();
  s.unsupported().note("clone(CLONE_NEWNET): ptrace is refused");
  return Outcome::err(done.error().code);
}

Outcome sys_execve(Supervisor& s, Thread& t, Call&) {
  s.processes().exec_wanted(t);
  return Outcome::native();
}

// RLIMIT_RTTIME holds our mark: programs read "unlimited" and may set it without effect.
Outcome write_unlimited(const Call& c, uint64_t address) {
  if (!address) return Outcome::ret(0);
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  return c.memory().write_object(address, unlimited) ? Outcome::ret(0) : Outcome::err(EFAULT);
}

Outcome sys_prlimit(Supervisor&, Thread&, Call& c) { return write_unlimited(c, c.args[3]); }
Outcome sys_getrlimit(Supervisor&, Thread&, Call& c) { return write_unlimited(c, c.args[1]); }
Outcome sys_setrlimit(Supervisor&, Thread&, Call&) { return Outcome::ret(0); }

}  // namespace

void register_process_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_clone, sys_clone);
  set_handler(table, SYS_execve, sys_execve);
  set_handler(table, SYS_execveat, sys_execve);
  set_handler(table, SYS_prlimit64, sys_prlimit);
#ifdef SYS_getrlimit
  set_handler(table, SYS_getrlimit, sys_getrlimit);
  set_handler(table, SYS_setrlimit, sys_setrlimit);
#endif
}

}  // namespace unetns
