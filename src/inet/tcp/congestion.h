// CongestionControl: how much may be in flight. Counts whole segments like Linux does (TCP_INFO's
// snd_cwnd). LossRecovery finds what was delivered and lost and asks; the algorithms decide.
#ifndef UNETNS_INET_TCP_CONGESTION_H_
#define UNETNS_INET_TCP_CONGESTION_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "env/clock.h"

namespace unetns {

// What one ack told. Segments are MSS-sized; an ack of one GSO send counts all of its segments.
struct CongestionSample {
  Nanos now{};
  uint32_t acked = 0;      // segments newly acknowledged or SACKed
  uint32_t in_flight = 0;  // segments, before this ack
  uint32_t ack = 0, snd_nxt = 0;
  Nanos rtt{-1};             // of this ack; negative: none
  Nanos srtt{};              // 0: none yet
  Nanos min_rtt{};           // 0: none yet
  bool cwnd_limited = true;  // the window was really used; otherwise it must not grow (RFC 7661)
};

class CongestionControl {
 public:
  static constexpr uint32_t kInitialWindow = 10;  // RFC 6928
  static constexpr uint32_t kUnlimited = 0x7fffffff;

  virtual ~CongestionControl() = default;
  virtual std::string_view name() const = 0;

  uint32_t cwnd() const { return cwnd_; }
  uint32_t ssthresh() const { return ssthresh_; }
  bool in_slow_start() const { return cwnd_ < ssthresh_; }
  // LossRecovery's own settings: PRR, RTO, undo, idle.
  void set_cwnd(uint32_t segments) { cwnd_ = std::clamp<uint32_t>(segments, 1, kMaxWindow); }
  void set_ssthresh(uint32_t segments) { ssthresh_ = segments; }

  // Grows the window. Not called during fast recovery and CWR, where PRR rules.
  virtual void on_acked(const CongestionSample& sample) = 0;
  // A congestion event (loss, ECN or RTO), once a window: the new ssthresh. cwnd is left to PRR.
  virtual uint32_t reduced(Nanos now) = 0;
  virtual void on_rto(Nanos) {}
  // The event was no congestion: back to what was before. Sets cwnd and ssthresh.
  virtual void undo(uint32_t prior_cwnd, uint32_t prior_ssthresh) {
    cwnd_ = std::max(cwnd_, prior_cwnd);
    ssthresh_ = std::max(ssthresh_, prior_ssthresh);
  }
  // The first data after a while without any in flight.
  virtual void on_restart(Nanos /*now*/, Nanos /*idle*/) {}
  // Bytes a second that it wants to be paced to; 0: it does not care.
  virtual uint64_t pacing_rate() const { return 0; }
  virtual size_t memory() const = 0;

 protected:
  static constexpr uint32_t kMaxWindow = 1u << 24;
  // Slow start for `acked` segments, up to ssthresh; gives back what is left over.
  uint32_t slow_start(uint32_t acked) {
    const uint32_t grown = std::min({cwnd_ + acked, ssthresh_, kMaxWindow});
    const uint32_t used = grown - cwnd_;
    cwnd_ = grown;
    return acked - std::min(used, acked);
  }

  uint32_t cwnd_ = kInitialWindow;
  uint32_t ssthresh_ = kUnlimited;
};

// By the name that TCP_CONGESTION takes: "cubic", "reno". ENOENT: there is none of that name.
Result<std::unique_ptr<CongestionControl>> make_congestion_control(std::string_view name);
// All names, the default first.
std::span<const std::string_view> congestion_control_names();

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CONGESTION_H_
