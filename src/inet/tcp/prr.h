// Prr: Proportional Rate Reduction (RFC 6937, with the bound of RFC 9937): how many segments an ack
// lets out during recovery. Counts segments.
#ifndef UNETNS_INET_TCP_PRR_H_
#define UNETNS_INET_TCP_PRR_H_

#include <algorithm>
#include <cstdint>

namespace unetns {

class Prr {
 public:
  void begin(uint32_t cwnd) {
    prior_cwnd_ = std::max(cwnd, 1u);
    delivered_ = sent_ = 0;
  }
  void on_sent(uint32_t segments) { sent_ += segments; }
  uint32_t sent() const { return sent_; }

  // One ack delivered `delivered` segments. `safe`: it moved snd_una and showed no further loss.
  // Gives the new cwnd.
  uint32_t on_acked(uint32_t delivered, bool safe, uint32_t in_flight, uint32_t ssthresh) {
    delivered_ += delivered;
    int64_t send;
    if (in_flight > ssthresh) {
      // Proportionally: sent / delivered as ssthresh / cwnd before.
      send =
          static_cast<int64_t>((uint64_t{delivered_} * ssthresh + prior_cwnd_ - 1) / prior_cwnd_) -
          sent_;
    } else {
      // Conservative bound: what was delivered; one more where that is safe (slow start).
      send = std::max<int64_t>(int64_t{delivered_} - sent_, delivered) + (safe ? 1 : 0);
      if (!safe) send = std::max<int64_t>(int64_t{delivered_} - sent_, 0);
      send = std::min<int64_t>(send, int64_t{ssthresh} - in_flight);
    }
    // The first retransmission goes out in any case.
    send = std::max<int64_t>(send, sent_ == 0 ? 1 : 0);
    return in_flight + static_cast<uint32_t>(send);
  }

 private:
  uint32_t prior_cwnd_ = 1, delivered_ = 0, sent_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_PRR_H_
