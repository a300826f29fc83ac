// HyStart++ (RFC 9406): ends slow start when round trips grow longer, by way of a careful phase
// (Conservative Slow Start) that can be left again.
#ifndef UNETNS_INET_TCP_HYSTART_H_
#define UNETNS_INET_TCP_HYSTART_H_

#include <cstdint>

#include "env/clock.h"

namespace unetns {

class HyStart {
 public:
  static constexpr uint32_t kMinSamples = 8, kCssDivisor = 4, kCssRounds = 5;
  static constexpr uint32_t kMinThreshUs = 4000, kMaxThreshUs = 16000, kThreshDivisor = 8;

  enum class Phase : uint8_t { kSlowStart, kConservative, kDone };

  // One ack in slow start; rtt negative: no sample. kDone: set ssthresh to cwnd.
  Phase on_acked(Nanos rtt, uint32_t ack, uint32_t snd_nxt);
  Phase phase() const { return phase_; }
  // Of `acked` segments the window grows by how many?
  uint32_t growth(uint32_t acked);
  void reset() { *this = HyStart(); }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};

  void next_round(uint32_t snd_nxt);

  uint32_t round_end_ = 0;
  uint32_t last_min_ = kNone, min_ = kNone;  // microseconds
  uint32_t baseline_ = kNone;
  uint32_t samples_ = 0;
  uint8_t css_rounds_ = 0, rest_ = 0;
  bool started_ = false;
  Phase phase_ = Phase::kSlowStart;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_HYSTART_H_
