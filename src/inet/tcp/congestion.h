// CongestionControl: how much may be in flight. Counts whole segments like Linux does (TCP_INFO's
// snd_cwnd). LossRecovery finds what was delivered and lost and asks; the algorithms decide.
#ifndef UNETNS_INET_TCP_CONGESTION_H_
#define UNETNS_INET_TCP_CONGESTION_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "env/clock.h"
#include "env/rng.h"

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

// What one ack told an algorithm that makes a model of the path. All in segments.
struct PathSample {
  Nanos now{};
  uint32_t mss = 1;
  uint32_t acked = 0;          // newly acknowledged or SACKed
  uint32_t lost = 0;           // newly marked
  uint32_t was_in_flight = 0;  // before this ack
  uint32_t in_flight = 0;      // after it
  uint32_t delivered = 0;      // ever
  // When the latest of what is newly acknowledged left: what had been delivered by then. Nothing is
  // known when nothing arrived.
  std::optional<uint32_t> prior_delivered;
  double rate = 0;           // of delivery since then, segments a second; 0: no good sample
  bool app_limited = false;  // which says little then
  bool recovering = false;   // in fast recovery
  bool timed_out = false;    // repairing what a timeout marked lost
  Nanos rtt{-1};             // of this ack; negative: none
  Nanos srtt{};              // 0: none yet
  Nanos min_rtt{};           // 0: none yet
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
  // The first data after a while without any in flight; whether the program had had no more.
  virtual void on_restart(Nanos /*now*/, Nanos /*idle*/, bool /*app_limited*/) {}

  // An algorithm with a model of the path sets the window in all phases by itself: it gets every
  // ack as a PathSample and none by on_acked(); neither PRR nor idle time touch its window, and it
  // is paced.
  virtual bool governs() const { return false; }
  // It begins: the handshake is done, or it was chosen now. Nothing is acked in this sample.
  virtual void start(const PathSample&) {}
  // True: it keeps the flight small on purpose, so that what leaves now says nothing of the rate
  // that the path would give.
  virtual bool on_path_sample(const PathSample&) { return false; }
  // The least number of segments that it wants to be sent at once, when there are so many.
  virtual uint32_t least_burst() const { return 2; }
  // What TCP_CC_INFO gives (union tcp_cc_info of <linux/inet_diag.h>).
  virtual ByteVector info() const { return {}; }
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

// By the name that TCP_CONGESTION takes: "reno", "cubic", "bbr". ENOENT: there is none of that
// name. `rng` must outlive it.
Result<std::unique_ptr<CongestionControl>> make_congestion_control(std::string_view name, Rng& rng);
std::span<const std::string_view> congestion_control_names();
inline constexpr std::string_view kDefaultCongestionControl = "cubic";

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CONGESTION_H_
