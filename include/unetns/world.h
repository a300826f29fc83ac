// World: time, chance and deferred work for machines, and the loop that drives them.
//
// A machine makes no system call: its clock, its randomness and its timers come from a World. There
// are two:
//
//   SimulatedWorld  virtual time that jumps from one timer to the next, and a random stream that
//   follows from a seed. The
//                   same program with the same seed gives the same packets at the same nanosecond,
//                   always.
//   HostWorld       the clocks, the entropy and the file descriptors of this host
//   (clock_gettime(2), getrandom(2), epoll(7)).
//
// Several machines may share a world; then one clock drives them all.
//
// Threads: a world, its machines and everything in them belong to one thread at a time. Different
// worlds share nothing, and may run on different threads. Ownership: handles (Machine, Netns,
// Device, sockets …) keep what they need of the world alive, so objects may be destroyed in any
// order. A World must not be destroyed from inside of its own callbacks. Units:
// std::chrono::nanoseconds (Nanos).
#ifndef UNETNS_WORLD_H_
#define UNETNS_WORLD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "env/clock.h"
#include "unetns/result.h"

namespace unetns {

class Timer;
struct Env;
struct HostWorldState;
struct SimulatedWorldState;
struct WorldState;

// A call that is still to come. Destroying it, or cancel(), calls it off; so does destroying the
// world's loop for good.
class ScheduledCall {
 public:
  ScheduledCall();
  ~ScheduledCall();
  ScheduledCall(ScheduledCall&&) noexcept;
  ScheduledCall& operator=(ScheduledCall&&) noexcept;
  void cancel();
  bool pending() const;
  // Puts it off, or calls it again: from inside the call itself this makes it periodic.
  void again_in(Nanos delay);

 private:
  friend class World;
  std::shared_ptr<WorldState> world_;  // before what needs it
  std::unique_ptr<Timer> timer_;
};

class World {
 public:
  virtual ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Nanos now() const;  // monotonic; begins anywhere
  Nanos wall_time()
      const;  // since 1970-01-01 UTC; in simulations a fixed date, plus the time that has passed

  // Runs what is due now, until nothing is left, without waiting. Operations of machines put some
  // of their work off to here: the end of a namespace, for one.
  void settle();
  // Lets time pass, running everything on the way.
  void run_for(Nanos duration);
  // The same until `done` holds, which is asked after each step, or `at_most` has passed. Returns
  // done().
  bool run_until(const std::function<bool()>& done, Nanos at_most);

  // Calls `call` once, after `delay`. Keep the result: the call comes only while it lives.
  [[nodiscard]] ScheduledCall after(Nanos delay, std::function<void()> call);

  // What modules and device kinds of your own are given (unetns/extension.h).
  const Env& env() const;

 protected:
  explicit World(std::shared_ptr<WorldState> state);
  std::shared_ptr<WorldState> state_;

 private:
  friend class HostTap;
  friend class Machine;
};

class SimulatedWorld final : public World {
 public:
  // All that is random (addresses of devices, ports, sequence numbers, losses …) follows from the
  // seed.
  explicit SimulatedWorld(uint64_t seed = 1);
  // When the next timer is due; nothing: no timer is armed, and time alone changes nothing any
  // more.
  std::optional<Nanos> next_event() const;
  // Jumps to the next timer and runs what is due there. False: there is none.
  bool step();

 private:
  SimulatedWorldState& state() const;
};

class HostWorld final : public World {
 public:
  HostWorld();

  // Calls `ready` with the events (EPOLLIN …, epoll_ctl(2); level-triggered) whenever the
  // descriptor has them. It is borrowed, and unwatched when the result is destroyed, which must be
  // before it is closed. EEXIST: it is watched already.
  class Watch {
   public:
    Watch() = default;
    ~Watch();
    Watch(Watch&&) noexcept;
    Watch& operator=(Watch&&) noexcept;

   private:
    friend class HostWorld;
    std::shared_ptr<HostWorldState> world_;
    int fd_ = -1;
  };
  Result<Watch> watch(int fd, uint32_t events, std::function<void(uint32_t events)> ready);

  // One turn: waits for the next event or timer, at most so long, and runs what came.
  void run_once(Nanos at_most);

 private:
  std::shared_ptr<HostWorldState> host() const;
};

}  // namespace unetns

#endif  // UNETNS_WORLD_H_
