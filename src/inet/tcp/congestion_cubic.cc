#include "inet/tcp/congestion_cubic.h"

#include <cmath>

namespace unetns {

void CubicControl::on_acked(const CongestionSample& sample) {
  // Rounds are followed even when the window may not grow, or HyStart would compare old ones.
  HyStart::Phase phase = hystart_.phase();
  if (in_slow_start() && ssthresh_ == kUnlimited)
    phase = hystart_.on_acked(sample.rtt, sample.ack, sample.snd_nxt);
  if (!sample.cwnd_limited) return;
  uint32_t acked = sample.acked;
  if (in_slow_start()) {
    if (ssthresh_ == kUnlimited && phase != HyStart::Phase::kSlowStart) {
      if (phase == HyStart::Phase::kDone) {
        ssthresh_ = cwnd_;
      } else {
        slow_start(hystart_.growth(acked));
        return;
      }
    } else {
      acked = slow_start(acked);
    }
  }
  if (acked > 0) avoid_congestion(sample, acked);
}

// RFC 9438, 4.2: K is the time that the curve takes back to W_max.
void CubicControl::start_epoch(Nanos now) {
  epoch_ = now;
  const double cwnd = cwnd_ + fraction_;
  if (cwnd < w_max_) {
    k_ = std::cbrt((w_max_ - cwnd) / kC);
  } else {
    k_ = 0;
    w_max_ = cwnd;
  }
  w_est_ = cwnd;
}

void CubicControl::avoid_congestion(const CongestionSample& sample, uint32_t acked) {
  if (epoch_.count() < 0) start_epoch(sample.now);
  const double t = static_cast<double>((sample.now - epoch_).count()) * 1e-9;
  const double rtt = static_cast<double>(sample.srtt.count()) * 1e-9;
  double cwnd = cwnd_ + fraction_;
  // 4.3: the Reno-friendly region; with alpha 1 once what was lost is regained.
  w_est_ += (w_est_ < prior_cwnd_ ? kAlpha : 1.0) * acked / cwnd;
  const auto curve = [&](double at) {
    const double d = at - k_;
    return kC * d * d * d + w_max_;
  };
  if (curve(t) < w_est_) {
    cwnd = std::max(cwnd, w_est_);
  } else {
    const double target = std::clamp(curve(t + rtt), cwnd, 1.5 * cwnd);  // 4.4, 4.5
    cwnd += std::min((target - cwnd) * acked / cwnd, target - cwnd);
  }
  cwnd = std::min(cwnd, static_cast<double>(kMaxWindow));
  cwnd_ = static_cast<uint32_t>(cwnd);
  fraction_ = cwnd - cwnd_;
}

uint32_t CubicControl::reduced(Nanos) {
  const double cwnd = cwnd_ + fraction_;
  prior_w_max_ = w_max_;
  prior_cwnd_ = cwnd;
  w_max_ = cwnd < w_max_ ? cwnd * (1 + kBeta) / 2 : cwnd;  // 4.7: fast convergence
  epoch_ = Nanos(-1);
  // The next curve begins at the exact value: rounding down at every loss would cost small windows
  // an appreciable part.
  const double next = std::max(cwnd * kBeta, 2.0);
  const auto whole = static_cast<uint32_t>(next);
  fraction_ = next - whole;
  return whole;
}

void CubicControl::on_rto(Nanos) {
  epoch_ = Nanos(-1);
  fraction_ = 0;
  hystart_.reset();
}

void CubicControl::undo(uint32_t prior_cwnd, uint32_t prior_ssthresh) {
  CongestionControl::undo(prior_cwnd, prior_ssthresh);
  w_max_ = prior_w_max_;
  fraction_ = 0;
  epoch_ = Nanos(-1);
}

// Time without data is no time in which the curve may rise (RFC 9438, 5.8).
void CubicControl::on_restart(Nanos, Nanos idle, bool) {
  if (epoch_.count() >= 0) epoch_ += idle;
}

}  // namespace unetns
