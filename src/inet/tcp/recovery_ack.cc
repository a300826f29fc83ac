// What an ack says: what arrived, how long it took, what it tells about order.
#include <algorithm>

#include "inet/tcp/recovery_gathered.h"

namespace unetns {

namespace {
constexpr uint32_t kFar = uint32_t{1} << 31;
}  // namespace

AckResult LossRecovery::acked(const AckFacts& facts) {
  Gathered got;
  got.now = facts.now;
  got.in_flight = in_flight_segments();
  got.prior_sacked_end = sacked_end_;
  if (facts.ts_ecr) {
    // Milliseconds: the echoed segment left in this one or before it, at the latest.
    const uint32_t age = facts.ts_now - *facts.ts_ecr;
    got.echo_sent = age < 0x7fffffff ? std::max(facts.now - Nanos(std::chrono::milliseconds(age)) +
                                                    Nanos(std::chrono::milliseconds(1)) - Nanos(1),
                                                Nanos{})
                                     : facts.now;
  }
  if (facts.dsack) take_dsack(facts, got);
  take_acked(facts, got);
  take_sacks(facts, got);
  take_duplicate(facts, got);
  measure(facts, got);
  rate_.on_acked(facts.now, got.segments, got.rate, rtt_.min_rtt());
  if (probe_out_) judge_probe(facts, got);
  change_phase(facts, got);
  if (phase_ != Phase::kLoss) timeouts_.recovered(facts.now);
  set_window(facts, got);
  rearm(facts.now, got);
  return got.result;
}

void LossRecovery::delivered(const SentRange& piece, uint32_t segments, bool by_sack,
                             Gathered& got) {
  got.result.delivered += piece.size();
  got.segments += segments;
  (by_sack ? got.sacked_segments : got.acked_segments) += segments;
  rate_.on_delivered(piece.rate, piece.last_sent, got.rate);
  if (use_rack_) rack_.delivered(piece, got.now, rtt_.min_rtt(), got.echo_sent);
  if (piece.ever_retrans) return;
  if (!seq_gt(piece.end, high_)) got.original_acked = true;
  // Before something that arrived earlier: reordered.
  if (sack_ && seq_lt(piece.start, got.prior_sacked_end) && seq_lt(una_, got.prior_sacked_end))
    seen_reordering(board_.segments(got.prior_sacked_end - piece.start));
}

void LossRecovery::seen_reordering(uint32_t distance) {
  ++reorderings_;
  reordering_seen_ = true;
  reordering_ = std::clamp(distance, reordering_, std::max<uint32_t>(max_reordering_, reordering_));
}

void LossRecovery::take_acked(const AckFacts& facts, Gathered& got) {
  if (!seq_gt(facts.ack, una_) || seq_gt(facts.ack, nxt_)) return;
  got.result.advanced = true;
  got.result.acked = facts.ack - una_;
  board_.ack(facts.ack, [&](const SentRange& piece, uint32_t segments) {
    if (piece.ever_retrans) got.retrans_acked = true;
    if (piece.sacked) return;  // counted when it was SACKed
    if (!piece.ever_retrans) {
      if (got.first_sent.count() < 0) got.first_sent = piece.first_sent;
      got.last_sent = std::max(got.last_sent, piece.first_sent);
    }
    delivered(piece, segments, false, got);
  });
  // Without SACK nobody knows which of them had been there before (RFC 5682, 2).
  if (!sack_ && got.retrans_acked) got.original_acked = false;
  una_ = facts.ack;
  if (seq_lt(newreno_recover_, una_)) newreno_recover_ = una_ - 1;
  if (una_ - undo_from_ - 1 < kFar && una_ - undo_from_ > kFar / 2) undo_possible_ = false;
  retransmits_ = 0;
  sacked_end_ = seq_max(sacked_end_, una_);
  retrans_end_ = seq_max(retrans_end_, una_);
  // A receiver never leaves snd_una before what it has: it took SACKs back (RFC 2018, 8).
  reneging_ = !board_.empty() && board_.front().sacked;
}

void LossRecovery::take_sacks(const AckFacts& facts, Gathered& got) {
  if (!sack_) return;
  size_t blocks = 0;
  for (const SackBlock& block : facts.sacks) {
    if (++blocks > 4) break;
    if (!seq_lt(block.start, block.end) || seq_gt(block.end, nxt_) || !seq_gt(block.end, una_))
      continue;
    board_.sack(block, [&](const SentRange& piece) {
      if (piece.ever_retrans)
        got.retrans_sacked = true;
      else
        got.sack_sent = std::max(got.sack_sent, piece.first_sent);
      delivered(piece, piece.segments(), true, got);
      sacked_end_ = seq_max(sacked_end_, piece.end);
    });
  }
}

// RFC 2883: a segment arrived twice.
void LossRecovery::take_dsack(const AckFacts& facts, Gathered& got) {
  const SackBlock block = *facts.dsack;
  if (!sack_ || !seq_lt(block.start, block.end) || seq_gt(block.end, nxt_) ||
      block.end - block.start > (uint32_t{1} << 30))
    return;
  const uint32_t segments = board_.segments(block.end - block.start);
  dsack_dups_ += segments;
  got.dsack = true;
  got.dsack_of_probe = probe_out_ && probe_was_retrans_ && block.end == probe_end_;
  // What was sent twice because of a probe, or duplicated by the network, tells nothing about
  // order.
  if (use_rack_ && !got.dsack_of_probe && dsack_dups_ <= total_retrans_)
    rack_.widen(facts.ack, nxt_);
  if (undo_possible_ && seq_gt(block.end, undo_from_))
    undo_retrans_ -= std::min(undo_retrans_, segments);
}

// Without SACK a duplicate ack says that some segment arrived (RFC 5681, 2).
void LossRecovery::take_duplicate(const AckFacts& facts, Gathered& got) {
  got.duplicate = !got.result.advanced && facts.ack == una_ && !facts.window_changed &&
                  !board_.empty() && (!sack_ || got.sacked_segments != 0);
  if (sack_) return;
  if (got.duplicate) {
    if (dupacks_ + 1 < board_.out().segments) {
      ++dupacks_;
      ++got.segments;
      got.result.delivered += board_.mss();
    }
  } else if (got.result.advanced && dupacks_ != 0) {
    // One segment filled the hole; the others had been told of by duplicates.
    const uint32_t told = got.acked_segments > 0 ? got.acked_segments - 1 : 0;
    const uint32_t both = std::min(told, dupacks_);
    got.segments -= std::min(got.segments, both);
    dupacks_ = phase_ == Phase::kRecovery || phase_ == Phase::kLoss ? dupacks_ - both : 0;
    if (board_.empty()) dupacks_ = 0;
  }
}

// Karn's rule: nothing retransmitted is measured, except by the timestamp echoed. Nor is what the
// ack of a retransmission or of a duplicate tells of besides: it had arrived before, and the ack
// that said so got lost. That may have been a whole timeout ago, and to measure it would lengthen
// the next. (A receiver echoes no timestamp of a segment that lies before its window: RFC
// 7323, 5.3.)
void LossRecovery::measure(const AckFacts& facts, Gathered& got) {
  if (got.dsack) return;
  Nanos rtt{-1};
  if (got.first_sent.count() >= 0 && !got.retrans_acked) {
    rtt = facts.now - got.first_sent;
    got.rtt = facts.now - got.last_sent;
  }
  if (got.sack_sent.count() >= 0 && !got.retrans_acked && !got.retrans_sacked) {
    if (rtt.count() < 0) rtt = facts.now - got.sack_sent;
    if (got.rtt.count() < 0) got.rtt = facts.now - got.sack_sent;
  }
  if (rtt.count() < 0 && got.result.advanced && facts.ts_ecr) {
    const uint32_t age = facts.ts_now - *facts.ts_ecr;
    if (age < 0x7fffffff) rtt = std::chrono::milliseconds(std::max(age, 1u));
  }
  if (got.rtt.count() >= 0) rtt_.sample_min(facts.now, got.rtt);
  if (rtt.count() < 0) return;
  rtt_.sample(facts.now, rtt, una_, nxt_);
  backoffs_ = 0;
}

// RFC 8985, 7.4: did a probe repair a loss? Then that was congestion.
void LossRecovery::judge_probe(const AckFacts& facts, Gathered& got) {
  if (seq_lt(facts.ack, probe_end_)) return;
  if (!probe_was_retrans_ || got.dsack_of_probe) {
    probe_out_ = false;  // nothing was lost
  } else if (seq_gt(facts.ack, probe_end_)) {
    probe_out_ = false;
    if (phase_ <= Phase::kDisorder) {
      enter_cwr(facts.now, got);
      end_reduction();
      phase_ = Phase::kOpen;
    }
  } else if (!got.result.advanced && got.sacked_segments == 0 && !facts.window_changed) {
    probe_out_ = false;  // a duplicate ack: both arrived
  }
}

void LossRecovery::rearm(Nanos now, Gathered& got) {
  if (early_ == Early::kReorder) early_ = Early::kNone;
  if (board_.empty()) {
    rto_at_ = Nanos(-1);
    early_ = Early::kNone;
    return;
  }
  if (got.result.advanced) {
    rto_at_ = now + rto();
    // SACKs that were taken back are waited for only shortly.
    if (reneging_) rto_at_ = now + std::max<Nanos>(rtt_.srtt() / 2, std::chrono::milliseconds(10));
  }
  if (got.reorder_wait.count() > 0) {
    early_ = Early::kReorder;
    early_at_ = now + got.reorder_wait;
  } else if (got.result.advanced || board_.sacked().bytes != 0) {
    schedule_probe(now);
  }
}

}  // namespace unetns
