// TimeSpent: how long a sender was busy, and what held it up (TCP_INFO's tcpi_busy_time and
// others).
#ifndef UNETNS_INET_TCP_TIME_SPENT_H_
#define UNETNS_INET_TCP_TIME_SPENT_H_

#include "env/clock.h"

namespace unetns {

class TimeSpent {
 public:
  enum Kind : uint8_t { kIdle, kBusy, kRwndLimited, kSndbufLimited, kKinds };
  void enter(Nanos now, Kind kind) {
    if (kind == kind_) return;
    spent_[kind_] += now - since_;
    since_ = now;
    kind_ = kind;
  }
  Nanos spent(Nanos now, Kind kind) const {
    return spent_[kind] + (kind == kind_ ? now - since_ : Nanos{});
  }
  // All but idle.
  Nanos busy(Nanos now) const {
    return spent(now, kBusy) + spent(now, kRwndLimited) + spent(now, kSndbufLimited);
  }

 private:
  Nanos since_{};
  Nanos spent_[kKinds]{};
  Kind kind_ = kIdle;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TIME_SPENT_H_
