// Pacing: spreads sends over time to keep to a rate. Off unless a rate is set.
#ifndef UNETNS_INET_TCP_PACING_H_
#define UNETNS_INET_TCP_PACING_H_

#include <algorithm>
#include <cstdint>

#include "env/clock.h"

namespace unetns {

class Pacing {
 public:
  static constexpr uint64_t kNoLimit = ~uint64_t{0};

  // What the window would give by itself, `percent` of it a round trip (tcp_pacing_ss_ratio in slow
  // start, tcp_pacing_ca_ratio later).
  static uint64_t rate_of(uint64_t cwnd_bytes, Nanos srtt, uint16_t percent) {
    if (srtt.count() <= 0) return kNoLimit;
    const double rate =
        static_cast<double>(cwnd_bytes) * percent * 1e7 / static_cast<double>(srtt.count());
    return static_cast<uint64_t>(std::max(rate, 1.0));
  }
  // About a millisecond's worth of whole segments, at least two, at most one large send.
  static uint32_t quantum(uint64_t rate, uint32_t mss, uint32_t least_segments = 2) {
    const uint64_t segments = std::min<uint64_t>(rate / 1024, 65536) / mss;
    return static_cast<uint32_t>(std::max<uint64_t>(segments, least_segments) * mss);
  }

  void on_sent(Nanos now, uint32_t bytes, uint64_t rate) {
    const double ns =
        static_cast<double>(bytes) * 1e9 / static_cast<double>(std::max<uint64_t>(rate, 1));
    // A timer that fires late must not lower the rate: what waited for it left in time, as far as
    // the rate goes. But not for more than the millisecond that a burst may have.
    const Nanos least = wake_ || woken_ ? now - std::chrono::milliseconds(1) : now;
    next_ = std::max(next_, least) + Nanos(static_cast<int64_t>(std::min(ns, 1e12)));
    wake_ = true;
    woken_ = false;
  }
  bool blocks(Nanos now) const { return next_ > now; }
  Nanos until() const { return next_; }
  bool wants_wake() const { return wake_; }
  void woken() {
    wake_ = false;
    woken_ = true;
  }
  void off() { *this = Pacing(); }

 private:
  Nanos next_{};
  bool wake_ = false, woken_ = false;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_PACING_H_
