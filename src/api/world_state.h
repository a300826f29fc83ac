// What stands behind a World: one Env, and a way to let time pass.
#ifndef UNETNS_API_WORLD_STATE_H_
#define UNETNS_API_WORLD_STATE_H_

#include "env/env.h"
#include "host/event_loop.h"
#include "host/host_clock.h"
#include "host/host_rng.h"
#include "unetns/world.h"

namespace unetns {

struct WorldState {
  WorldState(const Clock& clock, Rng& rng) : timers(clock), env{clock, rng, timers, tasks} {}
  virtual ~WorldState() = default;
  WorldState(const WorldState&) = delete;
  WorldState& operator=(const WorldState&) = delete;
  void settle() {
    while (tasks.run_pending() + timers.run_due() > 0) {
    }
  }
  // Until `done` holds (empty: never does), at most so long. Whether it held.
  virtual bool run(const std::function<bool()>& done, Nanos at_most) = 0;

  TimerQueue timers;
  TaskQueue tasks;
  Env env;
};

struct SimulatedParts {
  explicit SimulatedParts(uint64_t seed) : rng(seed) {}
  FakeClock clock;
  SeededRng rng;
};

struct SimulatedWorldState final : private SimulatedParts, public WorldState {
  explicit SimulatedWorldState(uint64_t seed) : SimulatedParts(seed), WorldState(clock, rng) {}
  bool run(const std::function<bool()>& done, Nanos at_most) override;
  // To the next timer, if that is due by `end`.
  bool step(Nanos end);
};

struct HostParts {
  HostClock clock;
  HostRng rng;
};

struct HostWorldState final : private HostParts, public WorldState {
  HostWorldState() : WorldState(clock, rng) {}
  bool run(const std::function<bool()>& done, Nanos at_most) override;
  EventLoop loop;
};

}  // namespace unetns

#endif  // UNETNS_API_WORLD_STATE_H_
