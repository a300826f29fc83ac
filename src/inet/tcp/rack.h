// Rack: finds losses by time (RFC 8985): what was sent a reordering window before something that
// has arrived is lost.
#ifndef UNETNS_INET_TCP_RACK_H_
#define UNETNS_INET_TCP_RACK_H_

#include <cstdint>

#include "inet/tcp/scoreboard.h"

namespace unetns {

class Rack {
 public:
  static constexpr uint8_t kPersist = 16;  // recoveries that a widened window lasts
  static constexpr uint8_t kMaxMult = 255;

  // Step 2: `range` was delivered. echo_sent: when the segment that the receiver echoed was sent,
  // at the latest; negative: not known.
  void delivered(const SentRange& range, Nanos now, Nanos min_rtt, Nanos echo_sent);
  // Step 4: the window. `exact`: in recovery, or so much is SACKed that waiting is pointless.
  Nanos window(Nanos min_rtt, Nanos srtt, bool reordering_seen, bool exact) const;
  // A D-SACK came: our window was too small. Once a round trip.
  void widen(uint32_t ack, uint32_t snd_nxt);
  void recovery_ended();

  struct Found {
    uint32_t segments = 0;  // newly lost
    Nanos wait{};           // until the next may be; 0: none
  };
  // Step 5. `retrans_end`: nothing after it was ever retransmitted.
  Found find_lost(Scoreboard& board, Nanos now, Nanos window, uint32_t retrans_end) const;
  // RFC 8985, 6.3: on a timeout the first, and all that are overdue.
  void mark_on_timeout(Scoreboard& board, Nanos now, Nanos window) const;

  bool started() const { return sent_.count() >= 0; }
  Nanos rtt() const { return rtt_; }
  uint32_t window_mult() const { return mult_; }

 private:
  bool sent_before(const SentRange& r) const {
    return r.last_sent < sent_ || (r.last_sent == sent_ && seq_lt(r.end, end_));
  }

  Nanos sent_{-1}, rtt_{};  // of the most recently sent range that was delivered
  uint32_t end_ = 0;
  uint32_t dsack_round_ = 0;
  bool in_dsack_round_ = false;
  uint8_t mult_ = 1, persist_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RACK_H_
