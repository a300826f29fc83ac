#include "inet/tcp/recovery.h"

#include <algorithm>
#include <utility>

namespace unetns {

LossRecovery::LossRecovery(const Config& config, std::unique_ptr<CongestionControl> control)
    : sack_(config.sack),
      timestamps_(config.timestamps),
      use_frto_(config.frto),
      use_tlp_(config.tlp),
      use_rack_(config.rack),
      restart_after_idle_(config.slow_start_after_idle),
      established_(false),
      thin_linear_(false),
      governed_(control->governs()),
      initial_reordering_(std::max<uint8_t>(config.reordering, 1)),
      max_reordering_(config.max_reordering),
      pacing_ss_ratio_(config.pacing_ss_ratio),
      pacing_ca_ratio_(config.pacing_ca_ratio),
      initial_window_(config.initial_window),
      control_(std::move(control)),
      una_(config.iss),
      nxt_(config.iss),
      high_(config.iss),
      newreno_recover_(config.iss),
      sacked_end_(config.iss),
      retrans_end_(config.iss),
      reordering_(initial_reordering_),
      usage_end_(config.iss),
      max_pacing_rate_(config.max_pacing_rate),
      rtt_(config.rto_min, config.rto_max),
      board_(std::max(config.mss, 1u)) {}

LossRecovery::~LossRecovery() = default;

void LossRecovery::sent(Nanos now, uint32_t start, uint32_t end, bool app_limited) {
  if (start == end) return;
  // RACK asks which was sent later, and takes the higher sequence number when two left at the same
  // time (RFC 8985, 6.2): wrong for a retransmission that follows new data. A clock of which
  // many events fall on one tick, like one moved by hand, must not bring them into that order.
  if (start != nxt_ && now <= last_sent_)
    now = last_sent_ + Nanos(1);
  else
    now = std::max(now, last_sent_);
  if (start != nxt_) {
    retransmitted(now, start, end);
  } else {
    const bool first = board_.empty();
    if (first && last_sent_.count() != 0) {
      control_->set_cwnd(window(now));
      control_->on_restart(now, now - last_sent_, rate_.limited_now());
    }
    SentRange range;
    range.start = start;
    range.end = nxt_ = end;
    range.first_sent = range.last_sent = now;
    range.rate = rate_.on_send(now, first);
    board_.append(range);
    if (probing_) {
      probe_end_ = nxt_;
      probe_out_ = true;
      probe_was_retrans_ = false;
    }
    if (frto_ == Frto::kNewData) frto_ = Frto::kJudge;
    if (rto_at_.count() < 0) rto_at_ = now + rto();
    more_to_send_ = !app_limited;
    note_use(app_limited);
    if (!probing_) schedule_probe(now);
  }
  if (phase_ == Phase::kRecovery || phase_ == Phase::kCwr)
    prr_.on_sent(board_.segments(end - start));
  probing_ = resend_now_ = false;
  last_sent_ = now;
  if (paced()) pacing_.on_sent(now, end - start, pacing_rate());
}

void LossRecovery::retransmitted(Nanos now, uint32_t start, uint32_t end) {
  const bool head = !seq_gt(start, una_);
  if (frto_ == Frto::kNewData) frto_ = Frto::kOff;
  board_.retransmitted(start, end, now, rate_.on_send(now, false));
  retrans_end_ = seq_max(retrans_end_, end);
  const uint32_t segments = board_.segments(end - start);
  total_retrans_ += segments;
  bytes_retrans_ += end - start;
  if (undo_possible_ && !probing_) {
    if (retrans_began_.count() < 0) retrans_began_ = now;
    undo_retrans_ += segments;
  }
  if (probing_) {
    probe_end_ = nxt_;
    probe_out_ = probe_was_retrans_ = true;
  }
  if (rto_at_.count() < 0 || head) rto_at_ = now + rto();
}

// Was the window really used in this round trip? Only then may it grow. A sender that waits for a
// large send's worth of room is as limited as one without any.
void LossRecovery::note_use(bool app_limited) {
  const uint32_t flying = in_flight_segments(), cwnd = control_->cwnd();
  const uint32_t room = cwnd > flying ? cwnd - flying : 0;
  const uint32_t chunk = std::min(cwnd / 3, board_.segments(65536));
  const bool limited = room == 0 || (!app_limited && !window_full_ && room <= chunk);
  if (!seq_lt(una_, usage_end_) || limited || (!cwnd_limited_ && flying > most_in_flight_)) {
    cwnd_limited_ = limited;
    most_in_flight_ = flying;
    usage_end_ = nxt_;
  }
  if (app_limited && room != 0 && !board_.any_waiting()) rate_.limited_by_app(flying);
}

// cwnd, less what idle time took from it (RFC 2861 as RFC 5681, 4.1 leads to it): halved for each
// RTO without anything in flight, down to the initial window.
uint32_t LossRecovery::window(Nanos now) const {
  uint32_t cwnd = control_->cwnd();
  if (!restart_after_idle_ || governed_ || !board_.empty() || last_sent_.count() == 0) return cwnd;
  const uint32_t least = std::min(cwnd, initial_window_);
  const Nanos rto = rtt_.rto();
  for (Nanos idle = now - last_sent_; idle > rto && cwnd > least; idle -= rto) cwnd /= 2;
  return std::max(cwnd, least);
}

uint32_t LossRecovery::may_send(Nanos now) const {
  const uint32_t mss = board_.mss();
  if (paced() && !probing_ && pacing_.blocks(now)) return 0;
  const uint32_t cwnd = window(now), flying = in_flight_segments();
  uint64_t room = cwnd > flying ? uint64_t{cwnd - flying} * mss : 0;
  if (probing_) room = std::max<uint64_t>(room, mss);
  if (paced()) room = std::min<uint64_t>(room, quantum());
  return static_cast<uint32_t>(std::min<uint64_t>(room, 0x7fffffff));
}

std::optional<SeqRange> LossRecovery::next_lost(Nanos now, uint32_t max) const {
  if (!board_.any_waiting()) return std::nullopt;
  // RFC 5682 (2b): after the first ack, new data tells whether the timeout was spurious.
  if (frto_ == Frto::kNewData && more_to_send_ && !window_full_) return std::nullopt;
  if (paced() && !resend_now_ && pacing_.blocks(now)) return std::nullopt;
  const uint32_t cwnd = control_->cwnd(), flying = in_flight_segments(), mss = board_.mss();
  if (flying >= cwnd) return std::nullopt;
  uint64_t room = uint64_t{cwnd - flying} * mss;
  if (paced()) room = std::min<uint64_t>(room, quantum());
  const auto block = board_.next_waiting(static_cast<uint32_t>(std::min<uint64_t>(max, room)));
  if (!block) return std::nullopt;
  return SeqRange{block->start, block->end};
}

SeqRange LossRecovery::probe(uint32_t max) const {
  if (board_.empty()) return {nxt_, nxt_};
  // The last that is not SACKed.
  for (uint32_t i = board_.ranges(); i-- > 0;) {
    const SentRange& r = board_[i];
    if (r.sacked) continue;
    uint32_t size = std::min({r.size(), max, board_.mss()});
    const uint32_t odd = r.size() % board_.mss();
    if (odd != 0) size = std::min(size, odd);  // as it was cut into segments
    return {r.end - size, r.end};
  }
  return {nxt_, nxt_};
}

std::optional<Nanos> LossRecovery::deadline() const {
  std::optional<Nanos> at;
  const auto earlier = [&](Nanos t) {
    if (!at || t < *at) at = t;
  };
  if (rto_at_.count() >= 0) earlier(rto_at_);
  if (early_ != Early::kNone) earlier(early_at_);
  if (paced() && pacing_.wants_wake()) earlier(pacing_.until());
  return at;
}

RecoveryTimer LossRecovery::on_timer(Nanos now) {
  if (early_ == Early::kReorder && early_at_ <= now) {
    early_ = Early::kNone;
    return reorder_timeout(now) ? RecoveryTimer::kResend : RecoveryTimer::kNone;
  }
  if (early_ == Early::kProbe && early_at_ <= now) {
    early_ = Early::kNone;
    if (!board_.empty()) {
      probing_ = true;
      rto_at_ = now + rto();
      return RecoveryTimer::kProbe;
    }
  }
  if (rto_at_.count() >= 0 && rto_at_ <= now) {
    if (board_.empty()) {
      rto_at_ = Nanos(-1);
      return RecoveryTimer::kNone;
    }
    enter_loss(now);
    return RecoveryTimer::kTimeout;
  }
  return paced_enough(now) ? RecoveryTimer::kResend : RecoveryTimer::kNone;
}

bool LossRecovery::paced_enough(Nanos now) {
  if (!paced() || !pacing_.wants_wake() || pacing_.blocks(now)) return false;
  pacing_.woken();
  return true;
}

// RFC 8985, 7.2: a probe after two round trips without an ack, instead of waiting for the RTO.
void LossRecovery::schedule_probe(Nanos now) {
  if (early_ == Early::kProbe) early_ = Early::kNone;
  if (!use_tlp_ || !sack_ || !established_ || probe_out_ || early_ != Early::kNone ||
      board_.empty() || board_.sacked().bytes != 0 ||
      (phase_ != Phase::kOpen && phase_ != Phase::kCwr))
    return;
  // One segment may have to wait for a delayed ack; others have a clock's tick of margin.
  Nanos wait = 2 * rtt_.srtt();
  if (!rtt_.measured())
    wait = RttEstimator::kInitialRto;
  else if (board_.out().segments == 1)
    wait += rtt_.rto_min();
  else
    wait += std::chrono::milliseconds(2);
  early_ = Early::kProbe;
  early_at_ = now + wait;
  if (rto_at_.count() >= 0) early_at_ = std::min(early_at_, rto_at_);
}

Nanos LossRecovery::pacing_until() const {
  return paced() && pacing_.wants_wake() ? pacing_.until() : Nanos{};
}

uint64_t LossRecovery::pacing_rate() const {
  const uint64_t own = control_->pacing_rate();
  const uint64_t rate =
      own != 0 ? own
               : Pacing::rate_of(uint64_t{control_->cwnd()} * board_.mss(), rtt_.srtt(),
                                 control_->cwnd() < control_->ssthresh() / 2 ? pacing_ss_ratio_
                                                                             : pacing_ca_ratio_);
  return std::min(rate, max_pacing_rate_);
}

uint32_t LossRecovery::quantum() const {
  return Pacing::quantum(pacing_rate(), board_.mss(), least_burst(2));
}

uint32_t LossRecovery::large_send(uint8_t rtt_log) const {
  constexpr uint64_t kLargest = 65536;
  uint64_t bytes = pacing_rate() / 1024;
  if (rtt_log != 0 && !paced()) {
    const auto trips =
        static_cast<uint64_t>(rtt_.min_rtt().count() / 1000) >> std::min<int>(rtt_log, 63);
    if (trips < 17) bytes += kLargest >> trips;
  }
  return static_cast<uint32_t>(std::min(bytes, kLargest));
}

void LossRecovery::negotiated(bool sack, bool timestamps) {
  sack_ = sack;
  timestamps_ = timestamps;
}

void LossRecovery::set_mss(uint32_t mss) { board_.set_mss(std::max(mss, 1u)); }

void LossRecovery::set_control(std::unique_ptr<CongestionControl> control, Nanos now) {
  control->set_cwnd(control_->cwnd());
  control->set_ssthresh(control_->ssthresh());
  control_ = std::move(control);
  governed_ = control_->governs();
  if (!paced()) pacing_.off();
  // What is counted of this recovery was not told while another one governed.
  if (phase_ == Phase::kCwr || phase_ == Phase::kRecovery) prr_.begin(control_->cwnd());
  control_->start(path_sample(now));
}

void LossRecovery::set_max_pacing_rate(uint64_t rate) {
  max_pacing_rate_ = rate;
  if (!paced()) pacing_.off();
}

void LossRecovery::handshake_done(Nanos now, std::optional<Nanos> rtt, int syn_losses) {
  if (!rtt && syn_losses > 0) rtt_.fall_back();
  if (rtt && !rtt_.measured()) rtt_.sample(now, *rtt, una_, nxt_);
  if (rate_.delivered() == 0) rate_.count_syn();
  // What the SYN went through is no congestion of the data's path, except that RFC 6928 §2 wants a
  // small start when it was lost more than once.
  established_ = true;
  phase_ = Phase::kOpen;
  frto_ = Frto::kOff;
  undo_possible_ = false;
  backoffs_ = retransmits_ = 0;
  control_->set_ssthresh(CongestionControl::kUnlimited);
  control_->set_cwnd(syn_losses > 1 ? 1 : initial_window_);
  control_->start(path_sample(now));
  if (rto_at_.count() >= 0) rto_at_ = now + rto();
  if (early_ == Early::kProbe) early_ = Early::kNone;  // of data that went ahead: not yet
  high_ = newreno_recover_ = una_;
}

void LossRecovery::probe_timeout(Nanos) {
  if (backoffs_ < 255) ++backoffs_;
}

void LossRecovery::probe_answered() {
  if (board_.empty()) backoffs_ = retransmits_ = 0;
}

Nanos LossRecovery::rto() const {
  const Nanos base = rtt_.rto(), most = rtt_.rto_max();
  if (backoffs_ >= 20) return most;
  return std::min(base * (int64_t{1} << backoffs_), most);
}

Nanos LossRecovery::first_unacked_since() const {
  return board_.empty() ? Nanos{} : board_.front().first_sent;
}

size_t LossRecovery::memory() const { return board_.memory() + control_->memory(); }

}  // namespace unetns
