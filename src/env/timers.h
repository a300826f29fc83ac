// One-shot timers, ordered by deadline then by arming order; driven by whoever owns the loop.
#ifndef UNETNS_ENV_TIMERS_H_
#define UNETNS_ENV_TIMERS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "env/clock.h"

namespace unetns {

class TimerQueue;

// Owned by the object it belongs to; destroying it disarms it. Arming an armed timer moves it.
// The callback runs from TimerQueue::run_due and may arm, disarm or destroy any timer, itself
// included.
class Timer {
 public:
  Timer(TimerQueue& queue, std::function<void()> callback)
      : queue_(queue), callback_(std::move(callback)) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  void arm_at(Nanos deadline);  // on the monotonic clock
  void arm_in(Nanos delay);     // from now
  void disarm();
  bool armed() const { return index_ != kIdle; }
  Nanos deadline() const { return deadline_; }

 private:
  friend class TimerQueue;
  static constexpr size_t kIdle = static_cast<size_t>(-1);
  static constexpr size_t kDeferredBit = ~(kIdle >> 1);  // in index_: the rest counts in deferred_
  TimerQueue& queue_;
  std::function<void()> callback_;
  Nanos deadline_{};
  uint64_t order_ = 0;
  size_t index_ = kIdle;
};

class TimerQueue {
 public:
  explicit TimerQueue(const Clock& clock) : clock_(clock) {}
  std::optional<Nanos> next_deadline() const;
  // Runs every timer due at the clock's present time, those armed meanwhile for now or before
  // included only on the next call. Returns how many ran.
  size_t run_due();
  const Clock& clock() const { return clock_; }
  size_t size() const { return heap_.size() + deferred_.size(); }  // armed timers

 private:
  friend class Timer;
  bool before(const Timer* a, const Timer* b) const;
  void up(size_t i);
  void down(size_t i);
  void insert(Timer* t);
  void push(Timer* t);
  void remove(Timer* t);
  const Clock& clock_;
  std::vector<Timer*> heap_;  // binary heap; heap_[t->index_] == t
  std::vector<Timer*>
      deferred_;  // armed from a callback for the present or the past; run_due's end pushes them
  uint64_t next_order_ = 0;
  bool running_ = false;
  Nanos running_now_{};
  Timer* current_ = nullptr;  // whose callback runs; null again when that destroyed it
};

}  // namespace unetns

#endif  // UNETNS_ENV_TIMERS_H_
