// clone(2) into a new namespace, and the limit that carries our mark.
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "runtime/supervisor.h"

namespace unetns {
namespace {

Outcome sys_clone(Supervisor& s, Thread&, Call&) {
  // Only with CLONE_NEWNET. The flag can't be taken out of a running call from here.
  s.unsupported().note("clone(CLONE_NEWNET) as a bare system call");
  return Outcome::err(EINVAL);
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
  set_handler(table, SYS_prlimit64, sys_prlimit);
#ifdef SYS_getrlimit
  set_handler(table, SYS_getrlimit, sys_getrlimit);
  set_handler(table, SYS_setrlimit, sys_setrlimit);
#endif
}

}  // namespace unetns
