// The phases of the sender (open, disorder, CWR, recovery, loss) and what leads from one to the
// other.
#include <algorithm>

#include "inet/tcp/recovery_gathered.h"

namespace unetns {

void LossRecovery::change_phase(const AckFacts& facts, Gathered& got) {
  const bool held = end_phase(got);
  if (facts.ece && phase_ <= Phase::kDisorder) enter_cwr(facts.now, got);
  if (held) return;
  if (phase_ == Phase::kLoss) {
    in_loss(facts, got);
    if (phase_ == Phase::kLoss) {
      find_lost(facts.now, got);
      return;
    }
  }
  // A partial ack that proves the retransmissions needless.
  if (phase_ == Phase::kRecovery && got.result.advanced && undo_possible_ &&
      board_.retrans().segments == 0 && may_undo(got))
    undo(true, got);
  if (phase_ <= Phase::kRecovery && undo_possible_ && got.dsack && may_undo(got)) undo(false, got);
  find_lost(facts.now, got);
  if (board_.any_waiting() && phase_ < Phase::kRecovery) {
    enter_recovery(facts.now, got);
  } else if (phase_ <= Phase::kDisorder) {
    phase_ = board_.sacked().bytes != 0 || dupacks_ != 0 ? Phase::kDisorder : Phase::kOpen;
  }
}

// All that was in flight at the begin has been acknowledged. Gives whether the phase is held all
// the same: without SACK, duplicates of just that ack tell of no new loss (RFC 6582, 6).
bool LossRecovery::end_phase(Gathered& got) {
  if (phase_ <= Phase::kDisorder || seq_lt(una_, high_)) return false;
  if (phase_ == Phase::kCwr) {
    // Held a little longer, so that the CWR bit reaches the receiver.
    if (una_ == high_) return false;
    end_reduction();
    phase_ = Phase::kOpen;
    return false;
  }
  const bool slow = phase_ == Phase::kLoss && frto_ != Frto::kOff && got.original_acked;
  if (undo_possible_ && (slow || may_undo(got))) {
    undo(true, got);
  } else if (!sack_ && una_ == high_) {
    frto_ = Frto::kOff;
    dupacks_ = 0;
    return true;
  } else if (phase_ == Phase::kRecovery) {
    end_reduction();
  }
  rack_.recovery_ended();
  frto_ = Frto::kOff;
  dupacks_ = 0;
  phase_ = Phase::kOpen;
  return false;
}

// After a timeout: was it needed? (RFC 5682, with its SACK variant.)
void LossRecovery::in_loss(const AckFacts&, Gathered& got) {
  if (got.result.advanced && undo_possible_ && may_undo(got)) {
    undo(true, got);
    return;
  }
  if (frto_ == Frto::kOff) return;
  if (got.original_acked &&
      undo_possible_) {  // what nobody sent again arrived: it had only been slow
    undo(true, got);
    return;
  }
  // Also when the chance to send new data was not taken.
  if (got.duplicate || got.sacked_segments != 0 || frto_ == Frto::kNewData)
    frto_ = Frto::kOff;
  else if (frto_ == Frto::kFirstAck && got.result.advanced)
    frto_ = more_to_send_ ? Frto::kNewData : Frto::kOff;
}

void LossRecovery::find_lost(Nanos now, Gathered& got) {
  if (!sack_) {
    find_lost_newreno(got);
  } else if (!use_rack_) {
    find_lost_by_count(got);
  } else {
    const Rack::Found found = rack_.find_lost(board_, now, reorder_window(), retrans_end_);
    got.lost += found.segments;
    got.reorder_wait = found.wait;
  }
}

Nanos LossRecovery::reorder_window() const {
  const bool exact = phase_ >= Phase::kRecovery || board_.sacked().segments >= initial_reordering_;
  return rack_.window(rtt_.min_rtt(), rtt_.srtt(), reordering_seen_, exact);
}

// RFC 6675: lost is what has `reordering_` SACKed segments above it.
void LossRecovery::find_lost_by_count(Gathered& got) {
  if (board_.sacked().segments < reordering_) return;
  uint32_t above = 0;
  for (uint32_t i = board_.ranges(); i-- > 0;) {
    const SentRange& r = board_[i];
    if (r.sacked) {
      above += r.segments();
    } else if (above >= reordering_ && !r.ever_retrans && !r.lost) {
      got.lost += r.segments();
      board_.mark_lost(i);
    }
  }
}

// RFC 6582: the first segment, after enough duplicates or at a partial ack.
void LossRecovery::find_lost_newreno(Gathered& got) {
  if (board_.empty()) return;
  const bool partial = phase_ == Phase::kRecovery && got.result.advanced;
  const bool dup = phase_ < Phase::kRecovery && dupacks_ >= reordering_ &&
                   (seq_gt(una_, newreno_recover_) || total_retrans_ == 0);
  if ((!partial && !dup) || board_.front().waits()) return;
  board_.cut(0, board_.front().mss - board_.front().phase);
  got.lost += 1;
  board_.mark_lost(0);
}

void LossRecovery::begin_reduction(Nanos now) {
  prior_cwnd_ = control_->cwnd();
  prior_ssthresh_ = control_->ssthresh();
  prr_.begin(prior_cwnd_);
  control_->set_ssthresh(control_->reduced(now));
}

void LossRecovery::enter_cwr(Nanos now, Gathered& got) {
  undo_possible_ = false;
  begin_reduction(now);
  high_ = nxt_;
  phase_ = Phase::kCwr;
  got.result.reduced = true;
}

void LossRecovery::enter_recovery(Nanos now, Gathered& got) {
  if (phase_ != Phase::kCwr) {
    begin_reduction(now);
    undo_possible_ = true;
    got.result.reduced = true;
  }
  undo_from_ = una_;
  undo_retrans_ = board_.retrans().segments;
  retrans_began_ = Nanos(-1);
  high_ = newreno_recover_ = nxt_;
  probe_out_ = false;
  phase_ = Phase::kRecovery;
}

void LossRecovery::end_reduction() {
  if (!governed_ && control_->ssthresh() < CongestionControl::kUnlimited)
    control_->set_cwnd(control_->ssthresh());
}

// RFC 6298, 5.4 to 5.6; RFC 5681, 3.1.
void LossRecovery::enter_loss(Nanos now) {
  timeouts_.timeout(now, retransmits_ == 0);
  const bool fresh = phase_ <= Phase::kDisorder || !seq_lt(una_, high_) ||
                     (phase_ == Phase::kLoss && retransmits_ == 0);
  if (fresh) {
    prior_cwnd_ = control_->cwnd();
    prior_ssthresh_ = control_->ssthresh();
    control_->set_ssthresh(control_->reduced(now));
    undo_from_ = una_;
    undo_retrans_ = board_.retrans().segments;
    retrans_began_ = Nanos(-1);
    undo_possible_ = true;
  }
  // A timeout on top of a recovery that did not end is no delay (RFC 5682, 2, step 1).
  const bool again = phase_ == Phase::kLoss && retransmits_ > 0 && frto_ != Frto::kOff;
  frto_ = use_frto_ && (phase_ < Phase::kRecovery || again) ? Frto::kFirstAck : Frto::kOff;
  control_->on_rto(now);
  resend_now_ = true;
  if (!board_.empty() && board_.front().sacked) {
    board_.forget_sacks();
    reneging_ = false;
    sacked_end_ = una_;
    board_.mark_all_lost();
  } else if (sack_ && use_rack_ && rack_.started()) {
    rack_.mark_on_timeout(board_, now, reorder_window());
  } else {
    board_.mark_all_lost();
  }
  dupacks_ = 0;
  probe_out_ = probing_ = false;
  early_ = Early::kNone;
  phase_ = Phase::kLoss;
  high_ = newreno_recover_ = nxt_;
  control_->set_cwnd(in_flight_segments() + 1);
  constexpr uint32_t kThin = 4;
  constexpr uint8_t kLinearRetries = 6;
  if (thin_linear_ && board_.out().segments < kThin && retransmits_ < kLinearRetries)
    backoffs_ = 0;
  else if (backoffs_ < 255)
    ++backoffs_;
  if (retransmits_ < 255) ++retransmits_;
  rto_at_ = now + rto();
}

bool LossRecovery::reorder_timeout(Nanos now) {
  Gathered got;
  got.now = now;
  got.in_flight = in_flight_segments();
  find_lost(now, got);
  if (got.reorder_wait.count() > 0) {
    early_ = Early::kReorder;
    early_at_ = now + got.reorder_wait;
  }
  if (got.lost == 0) return false;
  if (phase_ < Phase::kRecovery) enter_recovery(now, got);
  if (governed_)
    govern(got);
  else if (phase_ == Phase::kRecovery)
    control_->set_cwnd(prr_.on_acked(1, false, in_flight_segments(), control_->ssthresh()));
  return true;
}

// All retransmissions were needless: each was D-SACKed (RFC 3708), or the ack is of an original
// (Eifel, RFC 3522).
bool LossRecovery::may_undo(const Gathered& got) const {
  if (retrans_began_.count() < 0) return false;
  if (undo_retrans_ == 0) return true;
  return timestamps_ && got.echo_sent.count() >= 0 && got.echo_sent < retrans_began_;
}

void LossRecovery::undo(bool loss_too, Gathered& got) {
  if (loss_too) board_.unmark_waiting();
  // A fast retransmission for nothing: what was late had been overtaken.
  if (phase_ != Phase::kLoss && sack_ && got.result.advanced)
    seen_reordering(board_.segments(sacked_end_ - (una_ - got.result.acked)));
  control_->undo(prior_cwnd_, prior_ssthresh_);
  undo_possible_ = false;
  got.result.undone = true;
  frto_ = Frto::kOff;
  if (phase_ == Phase::kLoss || phase_ == Phase::kRecovery) {
    phase_ = Phase::kOpen;
    high_ = una_;
    dupacks_ = 0;
  }
}

PathSample LossRecovery::path_sample(Nanos now) const {
  PathSample sample;
  sample.now = now;
  sample.mss = board_.mss();
  sample.was_in_flight = sample.in_flight = in_flight_segments();
  sample.delivered = rate_.delivered();
  sample.srtt = rtt_.srtt();
  sample.min_rtt = rtt_.min_rtt();
  sample.recovering = phase_ == Phase::kRecovery;
  sample.timed_out = phase_ == Phase::kLoss;
  return sample;
}

void LossRecovery::govern(const Gathered& got) {
  PathSample sample = path_sample(got.now);
  sample.acked = got.segments;
  sample.lost = got.lost;
  sample.was_in_flight = got.in_flight;
  if (got.rate.prior_at.count() >= 0) sample.prior_delivered = got.rate.prior_delivered;
  sample.rate = rate_.measured(got.now, got.rate, rtt_.min_rtt());
  sample.app_limited = got.rate.app_limited;
  sample.rtt = got.rtt;
  if (control_->on_path_sample(sample)) rate_.limited_by_app(in_flight_segments());
}

void LossRecovery::set_window(const AckFacts& facts, Gathered& got) {
  if (governed_) {
    govern(got);
    return;
  }
  if (phase_ == Phase::kCwr || phase_ == Phase::kRecovery) {
    const bool safe = got.result.advanced && got.lost == 0;
    if (got.segments != 0 || got.lost != 0)
      control_->set_cwnd(
          prr_.on_acked(got.segments, safe, in_flight_segments(), control_->ssthresh()));
    // RFC 6582, 3.2: the segment that a partial ack asks for goes at once.
    if (!sack_ && got.lost != 0)
      control_->set_cwnd(std::max(control_->cwnd(), in_flight_segments() + 1));
    return;
  }
  if (got.segments == 0 || (!got.result.advanced && reordering_ <= initial_reordering_)) return;
  CongestionSample sample;
  sample.now = facts.now;
  sample.acked = got.segments;
  sample.in_flight = got.in_flight;
  sample.ack = una_;
  sample.snd_nxt = nxt_;
  sample.rtt = got.rtt;
  sample.srtt = rtt_.srtt();
  sample.min_rtt = rtt_.min_rtt();
  sample.cwnd_limited = cwnd_limited_ ||
                        (control_->in_slow_start() && control_->cwnd() < 2 * most_in_flight_) ||
                        phase_ == Phase::kLoss;
  control_->on_acked(sample);
}

}  // namespace unetns
