#include "inet/tcp/rack.h"

#include <algorithm>

namespace unetns {

namespace {
constexpr uint32_t kFar = uint32_t{1} << 30;  // older than any window: another round
}

void Rack::delivered(const SentRange& range, Nanos now, Nanos min_rtt, Nanos echo_sent) {
  const Nanos rtt = now - range.last_sent;
  if (range.ever_retrans) {
    // Was it the original that arrived? Then its retransmission says nothing.
    if (echo_sent.count() >= 0 && echo_sent < range.last_sent) return;
    if (rtt < min_rtt) return;
  }
  rtt_ = rtt;
  if (!started() || sent_ < range.last_sent ||
      (sent_ == range.last_sent && seq_lt(end_, range.end))) {
    sent_ = range.last_sent;
    end_ = range.end;
  }
}

Nanos Rack::window(Nanos min_rtt, Nanos srtt, bool reordering_seen, bool exact) const {
  if (!reordering_seen && exact) return Nanos{};
  return std::min(mult_ * min_rtt / 4, srtt);
}

void Rack::widen(uint32_t ack, uint32_t snd_nxt) {
  if (in_dsack_round_ && dsack_round_ - ack - 1 < kFar) return;
  in_dsack_round_ = true;
  dsack_round_ = snd_nxt;
  if (mult_ < kMaxMult) ++mult_;
  persist_ = kPersist;
}

void Rack::recovery_ended() {
  if (persist_ != 0 && --persist_ == 0) mult_ = 1;
}

Rack::Found Rack::find_lost(Scoreboard& board, Nanos now, Nanos window,
                            uint32_t retrans_end) const {
  Found found;
  if (!started()) return found;
  for (uint32_t i = 0; i < board.ranges(); ++i) {
    const SentRange& r = board[i];
    if (!r.candidate()) continue;
    if (!sent_before(r)) {
      // From here on all are in the order of their sending.
      if (!seq_lt(r.start, retrans_end)) break;
      continue;
    }
    const Nanos left = r.last_sent + rtt_ + window - now;
    if (left.count() > 0) {
      found.wait = std::max(found.wait, left);
    } else {
      found.segments += r.segments();
      board.mark_lost(i);
    }
  }
  return found;
}

void Rack::mark_on_timeout(Scoreboard& board, Nanos now, Nanos window) const {
  bool first = true;
  for (uint32_t i = 0; i < board.ranges(); ++i) {
    const SentRange& r = board[i];
    if (r.candidate() && (first || (r.last_sent + rtt_ + window - now).count() <= 0))
      board.mark_lost(i);
    if (!r.sacked) first = false;
  }
}

}  // namespace unetns
