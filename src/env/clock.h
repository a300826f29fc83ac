// Time as the stack sees it. Nothing below host/ reads another clock.
#ifndef UNETNS_ENV_CLOCK_H_
#define UNETNS_ENV_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace unetns {

using Nanos = std::chrono::nanoseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Nanos monotonic() const = 0;  // since an arbitrary start ("boot"); never goes back
  virtual Nanos realtime() const = 0;   // since 1970
};

// For tests and simulations: time moves only when told.
class FakeClock final : public Clock {
 public:
  Nanos monotonic() const override { return now_; }
  Nanos realtime() const override { return epoch_ + now_; }
  void advance(Nanos by) { now_ += by; }
  void set(Nanos now) { now_ = now; }

 private:
  Nanos now_{std::chrono::seconds(1000)};
  Nanos epoch_{std::chrono::seconds(1'700'000'000)};
};

}  // namespace unetns

#endif  // UNETNS_ENV_CLOCK_H_
