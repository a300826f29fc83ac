// DelayedAnswers: what a proxy will answer for others, each after a while of its own, so that the
// owner of the address comes first (RFC 4861 §7.2.8).
#ifndef UNETNS_INET_NEIGH_DELAYED_ANSWERS_H_
#define UNETNS_INET_NEIGH_DELAYED_ANSWERS_H_

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "env/env.h"
#include "env/timers.h"

namespace unetns {

class NetDevice;

template <class Answer>
class DelayedAnswers {
 public:
  using Send = std::function<void(NetDevice&, const Answer&)>;
  DelayedAnswers(const Env& env, Send send)
      : env_(env), send_(std::move(send)), timer_(env.timers, [this] { run(); }) {}

  // False: more than `most` wait already.
  bool add(NetDevice& dev, const Answer& answer, Nanos delay, size_t most) {
    if (waiting_.size() > most) return false;
    waiting_.push_back({&dev, env_.clock.monotonic() + delay, answer});
    arm();
    return true;
  }
  void forget(const NetDevice& dev) {
    std::erase_if(waiting_, [&](const Item& i) { return i.dev == &dev; });
    arm();
  }
  size_t size() const { return waiting_.size(); }

 private:
  struct Item {
    NetDevice* dev;
    Nanos due;
    Answer answer;
  };
  void arm() {
    if (waiting_.empty()) return timer_.disarm();
    const auto next = std::min_element(waiting_.begin(), waiting_.end(),
                                       [](const Item& a, const Item& b) { return a.due < b.due; });
    timer_.arm_at(next->due);
  }
  void run() {
    const Nanos now = env_.clock.monotonic();
    std::vector<Item> due;
    for (const Item& i : waiting_)
      if (i.due <= now) due.push_back(i);
    std::erase_if(waiting_, [now](const Item& i) { return i.due <= now; });
    arm();
    for (const Item& i : due) send_(*i.dev, i.answer);
  }
  const Env& env_;
  Send send_;
  std::vector<Item> waiting_;
  Timer timer_;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_DELAYED_ANSWERS_H_
