#include "runtime/stay_here.h"

#include <cstring>

namespace unetns {

StayHere::StayHere(pid_t tid) : tid_(tid) {
  const int cpu = sched_getcpu();
  cpu_set_t before;
  // Fails on machines with more processors than such a set has: so be it.
  if (cpu < 0 || sched_getaffinity(tid, sizeof before, &before) != 0) return;
  if (!CPU_ISSET(cpu, &before) || CPU_COUNT(&before) == 1) return;
  CPU_ZERO(&here_);
  CPU_SET(cpu, &here_);
  if (sched_setaffinity(tid, sizeof here_, &here_) == 0) before_ = before;
}

StayHere::~StayHere() {
  if (!before_) return;
  cpu_set_t now;
  const auto is = [&](const cpu_set_t& wanted) {
    return sched_getaffinity(tid_, sizeof now, &now) == 0 && CPU_EQUAL(&now, &wanted);
  };
  if (!is(here_)) return;  // others' wishes of meanwhile count more
  // What was asked for stays the limit when the processors of its cpuset become more: no limit, if
  // that comes to the same.
  cpu_set_t all;
  std::memset(&all, 0xff, sizeof all);
  (void)sched_setaffinity(tid_, sizeof all, &all);
  if (!is(*before_)) (void)sched_setaffinity(tid_, sizeof *before_, &*before_);
}

}  // namespace unetns
