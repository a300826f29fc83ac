#include "env/timers.h"

#include <algorithm>
#include <utility>

namespace unetns {

Timer::~Timer() {
  disarm();
  if (queue_.current_ == this) queue_.current_ = nullptr;
}

void Timer::arm_at(Nanos deadline) {
  disarm();
  deadline_ = deadline;
  queue_.insert(this);
}

void Timer::arm_in(Nanos delay) { arm_at(queue_.clock_.monotonic() + delay); }

void Timer::disarm() {
  if (armed()) queue_.remove(this);
}

bool TimerQueue::before(const Timer* a, const Timer* b) const {
  return a->deadline_ != b->deadline_ ? a->deadline_ < b->deadline_ : a->order_ < b->order_;
}

void TimerQueue::up(size_t i) {
  Timer* t = heap_[i];
  while (i > 0) {
    const size_t parent = (i - 1) / 2;
    if (!before(t, heap_[parent])) break;
    heap_[i] = heap_[parent];
    heap_[i]->index_ = i;
    i = parent;
  }
  heap_[i] = t;
  t->index_ = i;
}

void TimerQueue::down(size_t i) {
  Timer* t = heap_[i];
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) child++;
    if (!before(heap_[child], t)) break;
    heap_[i] = heap_[child];
    heap_[i]->index_ = i;
    i = child;
  }
  heap_[i] = t;
  t->index_ = i;
}

void TimerQueue::insert(Timer* t) {
  t->order_ = next_order_++;
  if (running_ && t->deadline_ <= running_now_) {
    t->index_ = deferred_.size() | Timer::kDeferredBit;
    deferred_.push_back(t);
    return;
  }
  push(t);
}

void TimerQueue::push(Timer* t) {
  heap_.push_back(t);
  up(heap_.size() - 1);
}

void TimerQueue::remove(Timer* t) {
  if (t->index_ & Timer::kDeferredBit) {
    const size_t i = t->index_ & ~Timer::kDeferredBit;
    deferred_[i] = deferred_.back();
    deferred_[i]->index_ = i | Timer::kDeferredBit;
    deferred_.pop_back();
  } else {
    const size_t i = t->index_;
    Timer* last = heap_.back();
    heap_.pop_back();
    if (last != t) {
      heap_[i] = last;
      last->index_ = i;
      up(i);
      down(last->index_);
    }
  }
  t->index_ = Timer::kIdle;
}

std::optional<Nanos> TimerQueue::next_deadline() const {
  std::optional<Nanos> next;
  if (!heap_.empty()) next = heap_[0]->deadline_;
  for (const Timer* t : deferred_) next = next ? std::min(*next, t->deadline_) : t->deadline_;
  return next;
}

size_t TimerQueue::run_due() {
  if (running_) return 0;
  running_ = true;
  running_now_ = clock_.monotonic();
  size_t ran = 0;
  while (!heap_.empty() && heap_[0]->deadline_ <= running_now_) {
    Timer* t = heap_[0];
    remove(t);
    current_ = t;
    // The callback may destroy the timer, so it must not run from the timer's own memory.
    std::function<void()> callback = std::move(t->callback_);
    callback();
    if (current_ == t) t->callback_ = std::move(callback);
    current_ = nullptr;
    ran++;
  }
  running_ = false;
  for (Timer* t : deferred_) push(t);
  deferred_.clear();
  return ran;
}

}  // namespace unetns
