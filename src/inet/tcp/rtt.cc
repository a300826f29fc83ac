#include "inet/tcp/rtt.h"

#include <algorithm>

namespace unetns {

uint32_t RttEstimator::to_us(Nanos t) {
  const int64_t us = t.count() / 1000;
  return static_cast<uint32_t>(std::clamp<int64_t>(us, 1, 400'000'000));
}

void RttEstimator::sample_min(Nanos now, Nanos rtt) {
  const Nanos half = kMinRttWindow / 2;
  if (now - half_began_ >= half) {
    min_before_ = now - half_began_ >= 2 * half ? kNone : min_now_;
    min_now_ = kNone;
    half_began_ = now;
  }
  min_now_ = std::min(min_now_, to_us(rtt));
}

void RttEstimator::sample(Nanos now, Nanos rtt, uint32_t una, uint32_t nxt) {
  sample_min(now, rtt);
  const uint32_t r = to_us(rtt);
  if (srtt8_ == 0) {  // RFC 6298 (2.2)
    srtt8_ = r * 8;
    mdev4_ = r * 2;
    var4_ = mdev4_max_ = std::max(mdev4_, rto_min_);
    round_end_ = nxt;
    return;
  }
  // (2.3), in integers. A sample far below the mean raises the deviation only by an eighth of its
  // weight, so that a path becoming faster does not make the RTO jump up.
  const int64_t err = int64_t{r} - srtt8_ / 8;
  int64_t dev = err < 0 ? -err : err;
  dev -= mdev4_ / 4;
  if (err < 0 && dev > 0) dev /= 8;
  srtt8_ = static_cast<uint32_t>(std::max<int64_t>(int64_t{srtt8_} + err, 8));
  mdev4_ = static_cast<uint32_t>(std::max<int64_t>(int64_t{mdev4_} + dev, 0));
  if (mdev4_ > mdev4_max_) {
    mdev4_max_ = mdev4_;
    var4_ = std::max(var4_, mdev4_max_);
  }
  if (static_cast<int32_t>(una - round_end_) > 0) {  // once a round trip it may fall, by a quarter
    if (mdev4_max_ < var4_) var4_ -= (var4_ - mdev4_max_) / 4;
    round_end_ = nxt;
    mdev4_max_ = rto_min_;
  }
}

Nanos RttEstimator::min_rtt() const {
  const uint32_t least = std::min(min_now_, min_before_);
  return least == kNone ? Nanos{} : from_us(least);
}

Nanos RttEstimator::rto() const {
  if (srtt8_ == 0) return std::min(var4_ != 0 ? from_us(var4_) : kInitialRto, rto_max());
  return std::min(from_us(uint64_t{srtt8_ / 8} + std::max(var4_, rto_min_)), rto_max());
}

}  // namespace unetns
