// Env: the outside world of one Machine, by reference. All that the stack knows of time and chance.
#ifndef UNETNS_ENV_ENV_H_
#define UNETNS_ENV_ENV_H_

#include "env/clock.h"
#include "env/rng.h"
#include "env/tasks.h"
#include "env/timers.h"

namespace unetns {

struct Env {
  const Clock& clock;
  Rng& rng;
  TimerQueue& timers;
  TaskQueue& tasks;
};

// A whole outside world for unit tests: virtual time, a seeded Rng, and a loop that runs to idle.
class FakeEnv {
 public:
  explicit FakeEnv(uint64_t seed = 1) : rng_(seed), timers_(clock_) {}
  Env& env() { return env_; }
  FakeClock& clock() { return clock_; }
  // Runs queued tasks and due timers until there are none left.
  void settle() {
    while (tasks_.run_pending() + timers_.run_due() > 0) {
    }
  }
  // Moves time forward, stopping at each timer on the way.
  void advance(Nanos by) {
    const Nanos end = clock_.monotonic() + by;
    settle();
    while (auto next = timers_.next_deadline()) {
      if (*next > end) break;
      if (*next > clock_.monotonic()) clock_.set(*next);
      settle();
    }
    clock_.set(end);
    settle();
  }

 private:
  FakeClock clock_;
  SeededRng rng_;
  TimerQueue timers_;
  TaskQueue tasks_;
  Env env_{clock_, rng_, timers_, tasks_};
};

}  // namespace unetns

#endif  // UNETNS_ENV_ENV_H_
