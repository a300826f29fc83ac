// HostEnv: the real outside world for a Machine, without an event loop: what is due runs when told.
#ifndef UNETNS_BENCH_HOST_ENV_H_
#define UNETNS_BENCH_HOST_ENV_H_

#include "env/env.h"
#include "host/host_clock.h"
#include "host/host_rng.h"

namespace unetns {

class HostEnv {
 public:
  HostEnv() = default;
  HostEnv(const HostEnv&) = delete;
  HostEnv& operator=(const HostEnv&) = delete;
  const Env& env() const { return env_; }
  void settle() {
    while (tasks_.run_pending() > 0) {
    }
  }

 private:
  HostClock clock_;
  HostRng rng_;
  TimerQueue timers_{clock_};
  TaskQueue tasks_;
  Env env_{clock_, rng_, timers_, tasks_};
};

}  // namespace unetns

#endif  // UNETNS_BENCH_HOST_ENV_H_
