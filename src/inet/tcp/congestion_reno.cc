#include "inet/tcp/congestion_reno.h"

namespace unetns {

void RenoControl::on_acked(const CongestionSample& sample) {
  if (!sample.cwnd_limited) return;
  uint32_t acked = sample.acked;
  if (in_slow_start()) acked = slow_start(acked);
  if (acked == 0) return;
  acked_ += acked;
  if (acked_ >= cwnd_) {  // one segment a window
    const uint32_t windows = acked_ / cwnd_;
    acked_ -= windows * cwnd_;
    cwnd_ = std::min(cwnd_ + windows, kMaxWindow);
  }
}

}  // namespace unetns
