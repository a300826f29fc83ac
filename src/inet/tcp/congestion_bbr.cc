#include "inet/tcp/congestion_bbr.h"

#include <linux/inet_diag.h>

namespace unetns {

namespace {

// The gain of each round trip while it probes for bandwidth: asks for more, lets the queue that
// this made drain, and cruises.
constexpr uint16_t kCycle[] = {320, 192, 256, 256, 256, 256, 256, 256};
constexpr uint32_t kCycleLength = std::size(kCycle);
constexpr uint16_t kCycleWindow = 512;
constexpr double kBelowBandwidth = 0.99;
constexpr Nanos kNominalRtt = std::chrono::milliseconds(1);
// Bytes a second (4.2.2 of the draft: 1.2 Mbit/s).
constexpr uint64_t kSlow = 150'000;
// What acks may be late by; more would be no burst of them but a path that stood still.
constexpr Nanos kMostAggregation = std::chrono::milliseconds(100);

double seconds(Nanos t) { return static_cast<double>(t.count()) * 1e-9; }

}  // namespace

void BbrControl::start(const PathSample& sample) {
  mss_ = sample.mss;
  ssthresh_ = kUnlimited;
  min_rtt_ = sample.min_rtt;
  min_rtt_at_ = sample.now;
  next_round_ = sample.delivered;
  // 4.2.1: from the window, as nothing was delivered yet.
  const Nanos rtt = sample.srtt.count() > 0 ? sample.srtt : kNominalRtt;
  pacing_rate_ = static_cast<uint64_t>(uint64_t{cwnd_} * mss_ / seconds(rtt) * kHighGain / kUnit *
                                       kBelowBandwidth);
  mode_ = Mode::kStartup;
}

bool BbrControl::on_path_sample(const PathSample& sample) {
  mss_ = sample.mss;
  if (pacing_gain_ == 0) enter(Mode::kStartup, sample.now);
  begin_round(sample);
  update_bandwidth(sample);
  update_aggregation(sample);
  check_cycle(sample);
  check_full_pipe(sample);
  check_drain(sample);
  update_min_rtt(sample);
  check_probe_rtt(sample);
  set_pacing_rate(pacing_gain_);
  set_window(sample);
  return mode_ == Mode::kProbeRtt;
}

// 4.1.1.3: a round trip is over when the first of what left after it began arrives.
void BbrControl::begin_round(const PathSample& sample) {
  round_start_ =
      sample.prior_delivered && static_cast<int32_t>(*sample.prior_delivered - next_round_) >= 0;
  if (!round_start_) return;
  next_round_ = sample.delivered;
  ++rounds_;
  conserve_ = false;
}

void BbrControl::update_bandwidth(const PathSample& sample) {
  if (sample.rate > 0 && (!sample.app_limited || sample.rate >= bandwidth_.best()))
    bandwidth_.update(rounds_, sample.rate);
}

// Draft -02, 4.5.5: acks that come in bursts, as radio links and receivers with large segments send
// them, need a larger window, or there would be none left in between.
void BbrControl::update_aggregation(const PathSample& sample) {
  if (sample.acked == 0 || bandwidth_.best() <= 0) return;
  double expected = 0;
  if (extra_since_.count() >= 0) expected = bandwidth_.best() * seconds(sample.now - extra_since_);
  if (extra_since_.count() < 0 || extra_count_ <= expected) {
    extra_since_ = sample.now;
    extra_count_ = expected = 0;
  }
  extra_count_ += sample.acked;
  const double most = std::min<double>(cwnd_, bandwidth_.best() * seconds(kMostAggregation));
  extra_acked_.update(rounds_, std::clamp(extra_count_ - expected, 0.0, most));
}

void BbrControl::check_cycle(const PathSample& sample) {
  if (mode_ != Mode::kProbeBw) return;
  const bool full_length = sample.now - cycle_began_ > min_rtt_;
  bool next = full_length;
  if (pacing_gain_ > kUnit) {
    // Until the path really holds more, or loses what is too much.
    next = full_length && (sample.lost > 0 || sample.was_in_flight >= inflight(pacing_gain_));
  } else if (pacing_gain_ < kUnit) {
    next = full_length || sample.was_in_flight <= inflight(kUnit);
  }
  if (next) advance_cycle(sample.now);
}

void BbrControl::advance_cycle(Nanos now) {
  cycle_began_ = now;
  cycle_ = static_cast<uint8_t>((cycle_ + 1) % kCycleLength);
  pacing_gain_ = kCycle[cycle_];
}

// 4.3.2.2: three rounds in which the bandwidth did not grow by a quarter.
void BbrControl::check_full_pipe(const PathSample& sample) {
  if (filled_pipe_ || !round_start_ || sample.app_limited) return;
  if (bandwidth_.best() >= full_bandwidth_ * 1.25) {
    full_bandwidth_ = bandwidth_.best();
    full_count_ = 0;
  } else if (++full_count_ >= kFullRounds) {
    filled_pipe_ = true;
  }
}

void BbrControl::check_drain(const PathSample& sample) {
  if (mode_ == Mode::kStartup && filled_pipe_) {
    enter(Mode::kDrain, sample.now);
    // Of no use here, but TCP_INFO shows by it what the path holds, as on Linux.
    ssthresh_ = static_cast<uint32_t>(std::min<double>(inflight(kUnit), kMaxWindow));
  }
  if (mode_ == Mode::kDrain && sample.in_flight <= inflight(kUnit))
    enter(Mode::kProbeBw, sample.now);
}

void BbrControl::update_min_rtt(const PathSample& sample) {
  min_rtt_expired_ = sample.now > min_rtt_at_ + kMinRttWindow;
  if (sample.rtt.count() < 0) return;
  if (sample.rtt <= min_rtt_ || min_rtt_.count() == 0 || min_rtt_expired_) {
    min_rtt_ = std::max(sample.rtt, Nanos(1));
    min_rtt_at_ = sample.now;
  }
}

// 4.3.5: nothing as short was seen for ten seconds. Perhaps the queue is our own: look without.
void BbrControl::check_probe_rtt(const PathSample& sample) {
  if (mode_ != Mode::kProbeRtt && min_rtt_expired_ && !idle_restart_) {
    save_window();
    enter(Mode::kProbeRtt, sample.now);
    probe_rtt_done_at_ = Nanos(-1);
  }
  if (mode_ == Mode::kProbeRtt) {
    if (probe_rtt_done_at_.count() < 0) {
      if (sample.in_flight <= kMinWindow) {
        probe_rtt_done_at_ = sample.now + kProbeRttTime;
        probe_rtt_round_done_ = false;
        next_round_ = sample.delivered;
      }
    } else {
      if (round_start_) probe_rtt_round_done_ = true;
      if (probe_rtt_round_done_) end_probe_rtt(sample.now);
    }
  }
  if (sample.acked != 0) idle_restart_ = false;
}

void BbrControl::end_probe_rtt(Nanos now) {
  if (probe_rtt_done_at_.count() < 0 || now <= probe_rtt_done_at_) return;
  min_rtt_at_ = now;
  cwnd_ = std::max(cwnd_, prior_cwnd_);
  enter(filled_pipe_ ? Mode::kProbeBw : Mode::kStartup, now);
}

void BbrControl::enter(Mode mode, Nanos now) {
  mode_ = mode;
  switch (mode) {
    case Mode::kStartup:
      pacing_gain_ = cwnd_gain_ = kHighGain;
      break;
    case Mode::kDrain:
      pacing_gain_ = kDrainGain;
      cwnd_gain_ = kHighGain;
      break;
    case Mode::kProbeBw:
      // Any phase but the one that drains: flows that begin together are not to probe together.
      cwnd_gain_ = kCycleWindow;
      cycle_ = static_cast<uint8_t>(kCycleLength - 1 - rng_.below(kCycleLength - 1));
      advance_cycle(now);
      break;
    case Mode::kProbeRtt:
      pacing_gain_ = cwnd_gain_ = kUnit;
      break;
  }
}

void BbrControl::set_pacing_rate(uint32_t gain) {
  const double rate = bandwidth_.best() * mss_ * gain / kUnit * kBelowBandwidth;
  if (bandwidth_.best() > 0 && (filled_pipe_ || rate > static_cast<double>(pacing_rate_)))
    pacing_rate_ = static_cast<uint64_t>(std::clamp(rate, 1.0, 1e18));
}

uint32_t BbrControl::least_burst() const { return pacing_rate_ < kSlow ? 1 : 2; }

// 4.2.2: what leaves at once is about a millisecond's worth.
uint32_t BbrControl::quantum() const {
  constexpr uint64_t kLargest = 65536;
  const uint64_t bytes = std::min(pacing_rate_ / 1000, kLargest);
  return std::max(static_cast<uint32_t>(bytes / mss_), least_burst());
}

// 4.2.3.2, with room for what waits to be sent and to be acknowledged in one piece.
double BbrControl::inflight(uint32_t gain) const {
  if (min_rtt_.count() == 0) return kInitialWindow;
  return bandwidth_.best() * seconds(min_rtt_) * gain / kUnit + 3 * quantum();
}

void BbrControl::set_window(const PathSample& sample) {
  follow_recovery(sample);
  if (!conserve_) {
    double target = inflight(cwnd_gain_);
    if (filled_pipe_) target += extra_acked_.best();
    const auto most = static_cast<uint32_t>(std::min<double>(target, kMaxWindow));
    if (filled_pipe_)
      cwnd_ = std::min(cwnd_ + sample.acked, most);
    else if (cwnd_ < most || sample.delivered < kInitialWindow)
      cwnd_ += sample.acked;
    cwnd_ = std::clamp<uint32_t>(cwnd_, kMinWindow, kMaxWindow);
  }
  if (mode_ == Mode::kProbeRtt) cwnd_ = std::min(cwnd_, kMinWindow);
}

// 4.2.3.4: a loss is no sign of what the path holds, but for a round trip no more leaves than
// arrived: a large loss may tell of less room.
void BbrControl::follow_recovery(const PathSample& sample) {
  if (sample.lost > 0) cwnd_ = cwnd_ > sample.lost ? cwnd_ - sample.lost : 1;
  if (sample.recovering && !recovering_) {
    conserve_ = true;
    next_round_ = sample.delivered;
    cwnd_ = sample.in_flight + std::max(sample.acked, 1u);
  } else if (repairing_ && !sample.recovering && !sample.timed_out) {
    conserve_ = false;
    cwnd_ = std::max(cwnd_, prior_cwnd_);
  }
  recovering_ = sample.recovering;
  repairing_ = sample.recovering || sample.timed_out;
  if (conserve_) cwnd_ = std::max(cwnd_, sample.in_flight + sample.acked);
}

void BbrControl::save_window() {
  prior_cwnd_ = repairing_ || mode_ == Mode::kProbeRtt ? std::max(prior_cwnd_, cwnd_) : cwnd_;
}

// Losses do not lower the window for long; what it was comes back with the end of the recovery.
uint32_t BbrControl::reduced(Nanos) {
  save_window();
  return ssthresh_;
}

void BbrControl::undo(uint32_t prior_cwnd, uint32_t prior_ssthresh) {
  CongestionControl::undo(prior_cwnd, prior_ssthresh);
  full_bandwidth_ = 0;  // what was found in a recovery without a cause does not count
  full_count_ = 0;
}

// 4.3.4.4: the queue is empty, so there is nothing to drain and no need to probe at once.
void BbrControl::on_restart(Nanos now, Nanos, bool app_limited) {
  if (!app_limited) return;
  idle_restart_ = true;
  extra_since_ = Nanos(-1);
  if (mode_ == Mode::kProbeBw)
    set_pacing_rate(kUnit);
  else if (mode_ == Mode::kProbeRtt)
    end_probe_rtt(now);
}

ByteVector BbrControl::info() const {
  const auto bytes = static_cast<uint64_t>(bandwidth_.best() * mss_);
  tcp_bbr_info out{};
  out.bbr_bw_lo = static_cast<uint32_t>(bytes);
  out.bbr_bw_hi = static_cast<uint32_t>(bytes >> 32);
  out.bbr_min_rtt = static_cast<uint32_t>(min_rtt_.count() / 1000);
  out.bbr_pacing_gain = pacing_gain_;
  out.bbr_cwnd_gain = cwnd_gain_;
  const Bytes raw = bytes_of(out);
  return ByteVector(raw.begin(), raw.end());
}

}  // namespace unetns
