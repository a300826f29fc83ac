// TimeoutSums: what TCP_INFO says of all timeouts of a connection (tcpi_total_rto and the two
// behind it), those of the handshake included.
#ifndef UNETNS_INET_TCP_TIMEOUT_SUMS_H_
#define UNETNS_INET_TCP_TIMEOUT_SUMS_H_

#include <algorithm>
#include <cstdint>

#include "env/clock.h"

namespace unetns {

class TimeoutSums {
 public:
  // `first`: something was acknowledged since the last one. A recovery begins then; one that had
  // not ended is not counted on.
  void timeout(Nanos now, bool first) {
    timeouts_++;
    if (!first) return;
    recoveries_++;
    began_ = std::max(ms(now), 1u);
  }
  void recovered(Nanos now) {
    spent_ = spent(now);
    began_ = 0;
  }
  // That of the handshake, which took so long.
  void handshake(uint8_t timeouts, Nanos took) {
    if (timeouts == 0) return;
    timeouts_ = timeouts;
    recoveries_ = 1;
    spent_ = ms(took);
  }
  uint16_t timeouts() const { return timeouts_; }
  uint16_t recoveries() const { return recoveries_; }
  uint32_t spent(Nanos now) const { return spent_ + (began_ ? ms(now) - began_ : 0); }  // ms

 private:
  static uint32_t ms(Nanos t) { return static_cast<uint32_t>(t.count() / 1'000'000); }

  uint16_t timeouts_ = 0, recoveries_ = 0;
  uint32_t began_ = 0, spent_ = 0;  // ms; 0: none goes on
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TIMEOUT_SUMS_H_
