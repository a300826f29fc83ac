// DeliveryRate: how fast the path delivers (draft-cheng-iccrg-delivery-rate-estimation): each send
// remembers what had been delivered by then, each ack compares.
#ifndef UNETNS_INET_TCP_DELIVERY_RATE_H_
#define UNETNS_INET_TCP_DELIVERY_RATE_H_

#include <algorithm>
#include <cstdint>

#include "env/clock.h"

namespace unetns {

class DeliveryRate {
 public:
  // Kept with each range in flight.
  struct Snapshot {
    Nanos delivered_at{}, round_began{};
    uint32_t delivered = 0;
    bool app_limited = false;
    bool operator==(const Snapshot&) const = default;
  };
  // Gathers over one ack.
  struct Sample {
    Nanos prior_at{-1}, send_elapsed{};
    uint32_t prior_delivered = 0;
    bool app_limited = false;
  };

  Snapshot on_send(Nanos now, bool nothing_in_flight) {
    if (nothing_in_flight) round_began_ = delivered_at_ = now;
    return {delivered_at_, round_began_, delivered_, app_limited_until_ != 0};
  }
  void on_delivered(const Snapshot& was, Nanos sent, Sample& sample) {
    if (sample.prior_at.count() >= 0 &&
        static_cast<int32_t>(was.delivered - sample.prior_delivered) < 0)
      return;
    sample = {was.delivered_at, sent - was.round_began, was.delivered, was.app_limited};
    round_began_ = sent;
  }
  void on_acked(Nanos now, uint32_t segments, const Sample& sample, Nanos min_rtt) {
    if (segments == 0) return;
    delivered_ += segments;
    delivered_at_ = now;
    if (app_limited_until_ != 0 && static_cast<int32_t>(delivered_ - app_limited_until_) > 0)
      app_limited_until_ = 0;
    if (sample.prior_at.count() < 0) return;
    const Nanos interval = std::max(sample.send_elapsed, now - sample.prior_at);
    if (interval.count() <= 0 || interval < min_rtt) return;  // acks came in a burst
    const uint32_t count = delivered_ - sample.prior_delivered;
    // An application-limited sample says little, unless it is a record.
    if (sample.app_limited && rate(1) > segments_a_second(count, interval)) return;
    segments_ = count;
    interval_ = interval;
    app_limited_ = sample.app_limited;
  }
  // What `sample` gave, after on_acked(): segments a second; 0: nothing good.
  double measured(Nanos now, const Sample& sample, Nanos min_rtt) const {
    if (sample.prior_at.count() < 0) return 0;
    const Nanos interval = std::max(sample.send_elapsed, now - sample.prior_at);
    if (interval.count() <= 0 || interval < min_rtt) return 0;
    return static_cast<double>(delivered_ - sample.prior_delivered) * 1e9 /
           static_cast<double>(interval.count());
  }
  // The application has no more to send, though the window would let it.
  void limited_by_app(uint32_t in_flight) {
    app_limited_until_ = std::max(delivered_ + in_flight, 1u);
  }
  void count_syn() { ++delivered_; }
  void forget_syn() { delivered_ = 1; }  // it and its data are one

  uint32_t delivered() const { return delivered_; }             // segments, ever
  bool app_limited() const { return app_limited_; }             // of the last good sample
  bool limited_now() const { return app_limited_until_ != 0; }  // what is sent now
  uint64_t rate(uint32_t mss) const {                           // bytes a second
    return segments_ == 0 ? 0 : segments_a_second(uint64_t{segments_} * mss, interval_);
  }

 private:
  static uint64_t segments_a_second(uint64_t count, Nanos interval) {
    return static_cast<uint64_t>(static_cast<double>(count) * 1e9 /
                                 static_cast<double>(interval.count()));
  }
  Nanos delivered_at_{}, round_began_{}, interval_{};
  uint32_t delivered_ = 0, app_limited_until_ = 0;
  uint32_t segments_ = 0;  // of the last good sample, in interval_
  bool app_limited_ = false;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_DELIVERY_RATE_H_
