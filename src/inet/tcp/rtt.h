// RttEstimator: smoothed round trip time and the retransmission timeout it leads to (RFC 6298),
// with Linux's parameters: the deviation term is never below rto_min and falls slowly. Also the
// smallest RTT of the last five minutes (tcp_min_rtt_wlen). Microseconds inside.
#ifndef UNETNS_INET_TCP_RTT_H_
#define UNETNS_INET_TCP_RTT_H_

#include <cstdint>

#include "env/clock.h"

namespace unetns {

class RttEstimator {
 public:
  static constexpr Nanos kInitialRto = std::chrono::seconds(1);
  static constexpr Nanos kFallbackRto = std::chrono::seconds(3);
  static constexpr Nanos kMinRttWindow = std::chrono::seconds(300);

  RttEstimator(Nanos rto_min, Nanos rto_max) : rto_min_(to_us(rto_min)), rto_max_(to_us(rto_max)) {}

  void set_limits(Nanos rto_min, Nanos rto_max) {
    rto_min_ = to_us(rto_min);
    rto_max_ = to_us(rto_max);
  }

  // A measured round trip. The caller keeps to Karn's rule. `una` and `nxt` tell when a round ends.
  void sample(Nanos now, Nanos rtt, uint32_t una, uint32_t nxt);
  // Only for the minimum: a retransmission that was certainly the one acknowledged.
  void sample_min(Nanos now, Nanos rtt);

  // A handshake that was sent again, so that nothing of it could be measured (RFC 6298 §5.7).
  void fall_back() { var4_ = to_us(kFallbackRto); }

  bool measured() const { return srtt8_ != 0; }
  Nanos srtt() const { return from_us(srtt8_ / 8); }  // 0: none yet
  Nanos rttvar() const { return from_us(mdev4_ / 4); }
  Nanos min_rtt() const;  // 0: none yet
  Nanos rto() const;      // without backoff
  Nanos rto_min() const { return from_us(rto_min_); }
  Nanos rto_max() const { return from_us(rto_max_); }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  static uint32_t to_us(Nanos t);
  static Nanos from_us(uint64_t us) { return Nanos(static_cast<int64_t>(us) * 1000); }

  uint32_t rto_min_, rto_max_;
  uint32_t srtt8_ = 0;      // 8 * smoothed RTT
  uint32_t mdev4_ = 0;      // 4 * mean deviation
  uint32_t mdev4_max_ = 0;  // its maximum in this round
  uint32_t var4_ = 0;       // what the RTO uses; before the first sample all of it, if not 0
  uint32_t round_end_ = 0;
  // The window of the minimum is two halves; the older is dropped whole.
  uint32_t min_now_ = kNone, min_before_ = kNone;
  Nanos half_began_{};
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RTT_H_
