#include "inet/tcp/hystart.h"

#include <algorithm>

namespace unetns {

void HyStart::next_round(uint32_t snd_nxt) {
  round_end_ = snd_nxt;
  last_min_ = min_;
  min_ = kNone;
  samples_ = 0;
}

HyStart::Phase HyStart::on_acked(Nanos rtt, uint32_t ack, uint32_t snd_nxt) {
  if (!started_) {
    started_ = true;
    round_end_ = snd_nxt;
  }
  if (rtt.count() >= 0) {
    min_ = std::min(min_, static_cast<uint32_t>(std::min<int64_t>(rtt.count() / 1000, kNone - 1)));
    ++samples_;
  }
  if (phase_ == Phase::kSlowStart && samples_ >= kMinSamples && min_ != kNone &&
      last_min_ != kNone) {
    const uint32_t thresh = std::clamp(last_min_ / kThreshDivisor, kMinThreshUs, kMaxThreshUs);
    if (min_ >= uint64_t{last_min_} + thresh) {
      baseline_ = min_;
      phase_ = Phase::kConservative;
      css_rounds_ = 0;
    }
  } else if (phase_ == Phase::kConservative && samples_ >= kMinSamples && min_ < baseline_) {
    baseline_ = kNone;  // it was noise
    phase_ = Phase::kSlowStart;
  }
  if (static_cast<int32_t>(ack - round_end_) >= 0) {
    next_round(snd_nxt);
    if (phase_ == Phase::kConservative && ++css_rounds_ >= kCssRounds) phase_ = Phase::kDone;
  }
  return phase_;
}

uint32_t HyStart::growth(uint32_t acked) {
  if (phase_ == Phase::kSlowStart) return acked;
  const uint32_t sum = acked + rest_;
  rest_ = static_cast<uint8_t>(sum % kCssDivisor);
  return sum / kCssDivisor;
}

}  // namespace unetns
