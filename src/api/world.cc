#include "unetns/world.h"

#include "api/world_state.h"

namespace unetns {

bool SimulatedWorldState::step(Nanos end) {
  const auto next = timers.next_deadline();
  if (!next || *next > end) return false;
  if (*next > clock.monotonic()) clock.set(*next);
  settle();
  return true;
}

bool SimulatedWorldState::run(const std::function<bool()>& done, Nanos at_most) {
  const Nanos end = clock.monotonic() + at_most;
  settle();
  do {
    if (done && done()) return true;
  } while (step(end));
  if (end > clock.monotonic()) clock.set(end);
  settle();
  return done && done();
}

bool HostWorldState::run(const std::function<bool()>& done, Nanos at_most) {
  const Nanos end = clock.monotonic() + at_most;
  settle();
  for (;;) {
    if (done && done()) return true;
    const Nanos left = end - clock.monotonic();
    if (left <= Nanos::zero()) return false;
    loop.run_once(timers, tasks, left);
  }
}

// ---- World

World::World(std::shared_ptr<WorldState> state) : state_(std::move(state)) {}
World::~World() = default;
Nanos World::now() const { return state_->env.clock.monotonic(); }
Nanos World::wall_time() const { return state_->env.clock.realtime(); }
void World::settle() { state_->settle(); }
void World::run_for(Nanos duration) { state_->run({}, duration); }
bool World::run_until(const std::function<bool()>& done, Nanos at_most) {
  return state_->run(done, at_most);
}
const Env& World::env() const { return state_->env; }

ScheduledCall World::after(Nanos delay, std::function<void()> call) {
  ScheduledCall scheduled;
  scheduled.world_ = state_;
  scheduled.timer_ = std::make_unique<Timer>(state_->timers, std::move(call));
  scheduled.timer_->arm_in(delay);
  return scheduled;
}

ScheduledCall::ScheduledCall() = default;
ScheduledCall::ScheduledCall(ScheduledCall&&) noexcept = default;
ScheduledCall::~ScheduledCall() = default;
ScheduledCall& ScheduledCall::operator=(ScheduledCall&& o) noexcept {
  timer_ = std::move(o.timer_);  // the old one first: it needs its world
  world_ = std::move(o.world_);
  return *this;
}
void ScheduledCall::cancel() {
  if (timer_) timer_->disarm();
}
bool ScheduledCall::pending() const { return timer_ && timer_->armed(); }
void ScheduledCall::again_in(Nanos delay) {
  if (timer_) timer_->arm_in(delay);
}

// ---- SimulatedWorld

SimulatedWorld::SimulatedWorld(uint64_t seed)
    : World(std::make_shared<SimulatedWorldState>(seed)) {}
SimulatedWorldState& SimulatedWorld::state() const {
  return static_cast<SimulatedWorldState&>(*state_);
}
std::optional<Nanos> SimulatedWorld::next_event() const { return state_->timers.next_deadline(); }
bool SimulatedWorld::step() { return state().step(Nanos::max()); }

// ---- HostWorld

HostWorld::HostWorld() : World(std::make_shared<HostWorldState>()) {}
std::shared_ptr<HostWorldState> HostWorld::host() const {
  return std::static_pointer_cast<HostWorldState>(state_);
}

Result<HostWorld::Watch> HostWorld::watch(int fd, uint32_t events,
                                          std::function<void(uint32_t events)> ready) {
  auto world = host();
  UNETNS_TRY(world->loop.add(fd, events, std::move(ready)));
  Watch watch;
  watch.world_ = std::move(world);
  watch.fd_ = fd;
  return watch;
}

void HostWorld::run_once(Nanos at_most) {
  auto world = host();
  world->loop.run_once(world->timers, world->tasks, at_most);
}

HostWorld::Watch::~Watch() {
  if (world_) world_->loop.remove(fd_);
}
HostWorld::Watch::Watch(Watch&& o) noexcept : world_(std::move(o.world_)), fd_(o.fd_) {}
HostWorld::Watch& HostWorld::Watch::operator=(Watch&& o) noexcept {
  std::swap(world_, o.world_);
  std::swap(fd_, o.fd_);
  return *this;
}

}  // namespace unetns
