// CubicControl: CUBIC (RFC 9438) with HyStart++ (RFC 9406) in slow start.
#ifndef UNETNS_INET_TCP_CONGESTION_CUBIC_H_
#define UNETNS_INET_TCP_CONGESTION_CUBIC_H_

#include "inet/tcp/congestion.h"
#include "inet/tcp/hystart.h"

namespace unetns {

class CubicControl final : public CongestionControl {
 public:
  static constexpr double kC = 0.4, kBeta = 0.7;
  static constexpr double kAlpha = 3 * (1 - kBeta) / (1 + kBeta);  // of the Reno-friendly window

  std::string_view name() const override { return "cubic"; }
  void on_acked(const CongestionSample& sample) override;
  uint32_t reduced(Nanos now) override;
  void on_rto(Nanos now) override;
  void undo(uint32_t prior_cwnd, uint32_t prior_ssthresh) override;
  void on_restart(Nanos now, Nanos idle, bool app_limited) override;
  size_t memory() const override { return sizeof(*this); }

  double w_max() const { return w_max_; }
  double k() const { return k_; }  // seconds

 private:
  void start_epoch(Nanos now);
  void avoid_congestion(const CongestionSample& sample, uint32_t acked);

  Nanos epoch_{-1};  // start of the current curve; negative: none
  double w_max_ = 0, prior_w_max_ = 0;
  double k_ = 0;
  double prior_cwnd_ = 0;  // when it was last reduced
  double w_est_ = 0;       // what Reno would have
  double fraction_ = 0;    // of a segment, not yet in cwnd
  HyStart hystart_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CONGESTION_CUBIC_H_
