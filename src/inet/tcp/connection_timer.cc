// TcpConnection: its timers, of which the owner sees one deadline.
#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {
std::optional<Nanos> TcpConnectionImpl::deadline() const {
  if (state_ == TcpState::kClose) return std::nullopt;
  if (rest_) return ending_;
  Nanos at = std::min({syn_deadline_, persist_, keepalive_, ending_, acks_.deadline()});
  if (recovery_ && state_ != TcpState::kSynRecv) {
    if (const auto recovery = recovery_->deadline()) at = std::min(at, *recovery);
    if (settings_.user_timeout != Nanos{} && timeouts_ && !recovery_->all_acked())
      at = std::min(at, recovery_->first_unacked_since() + settings_.user_timeout);
  } else if (recovery_) {
    if (const Nanos paced = recovery_->pacing_until(); paced != Nanos{}) at = std::min(at, paced);
  }
  if (at == Nanos::max()) return std::nullopt;
  return at;
}

void TcpConnectionImpl::timer(Nanos now) {
  if (state_ == TcpState::kClose) return;
  if (now >= ending_) {
    ending_ = Nanos::max();
    finish(0);
    return;
  }
  if (rest_) return;
  if (now >= syn_deadline_) syn_timer(now);
  if (!recovery_ || state_ == TcpState::kClose) return;
  if (acks_.pending() && now >= acks_.deadline()) {
    acks_.expired(settings_);
    if (need_ack_) {
      count(TcpMib::kDelayedACKs);
      send_ack(now);
    }
  }
  // Until the handshake ends the SYN-ACK alone is sent again (RFC 7413 §4.2.2).
  if (state_ != TcpState::kSynRecv)
    recovery_timer(now);
  else if (recovery_->paced_enough(now))
    output(now);
  if (state_ == TcpState::kClose) return;
  if (now >= persist_) persist_timer(now);
  if (state_ == TcpState::kClose) return;
  if (now >= keepalive_) keepalive_timer(now);
}

void TcpConnectionImpl::recovery_timer(Nanos now) {
  if (settings_.user_timeout != Nanos{} && timeouts_ && !recovery_->all_acked() &&
      now - recovery_->first_unacked_since() >= settings_.user_timeout) {
    time_out(now);
    return;
  }
  const auto at = recovery_->deadline();
  if (!at || now < *at) return;
  recovery_->set_thin_linear(state_ == TcpState::kEstablished &&
                             (settings_.thin_linear || settings_.all_thin_linear));
  switch (recovery_->on_timer(now)) {
    case RecoveryTimer::kNone:
      break;
    case RecoveryTimer::kResend:
      output(now);
      break;
    case RecoveryTimer::kProbe: {
      count(TcpMib::kTCPLossProbes);
      const uint32_t nxt = recovery_->snd_nxt();
      const uint32_t waiting = write_end() - nxt;
      const uint32_t window = seq_gt(window_end(), nxt) ? window_end() - nxt : 0;
      const uint32_t n = std::min({waiting, window, segment_size()});
      if (n) {
        transmit(now, nxt, nxt + n, false);
      } else {
        const SeqRange last = recovery_->probe(segment_size());
        if (last.size()) transmit(now, last.start, last.end, true);
      }
      break;
    }
    case RecoveryTimer::kTimeout:
      count(TcpMib::kTCPTimeouts);
      if (gives_memory_back(now) || gave_up(now)) return;
      if (timeouts_ < 255) timeouts_++;
      if (ecn_ok_) cwr_due_ = true;
      if (timeouts_ > settings_.retries1) host_.tcp_path_suspect();
      probe_black_hole(now);
      output(now);
      break;
  }
}

bool TcpConnectionImpl::gave_up(Nanos now) {
  if (timeouts_ == 0) {
    stalled_since_ = now;
    return false;
  }
  const int retries = orphan_ ? settings_.orphan_retries : settings_.retries2;
  const bool late =
      settings_.user_timeout != Nanos{}
          ? now - recovery_->first_unacked_since() >= settings_.user_timeout
          : now - stalled_since_ >= time_of_retries(retries, settings_.rto_min, settings_.rto_max);
  // A peer that shrank its window to nothing and still answers is no dead one (RFC 9293 §3.8.6.1).
  if (!late || (snd_wnd_ == 0 && !orphan_ && now - last_ack_arrival_ < settings_.rto_max))
    return false;
  time_out(now);
  return true;
}

// RFC 4821, the black-hole part: large packets may get lost without a word.
void TcpConnectionImpl::probe_black_hole(Nanos now) {
  const TcpSettings& s = settings_;
  if (!s.mtu_probing || now - stalled_since_ < time_of_retries(s.retries1, s.rto_min, s.rto_max))
    return;
  const bool first = largest_probed_ == 0;
  const uint32_t next = first ? s.base_mss : std::min<uint32_t>(largest_probed_ / 2, s.base_mss);
  const uint32_t floor = std::max(s.mtu_probe_floor, s.min_snd_mss);
  largest_probed_ = static_cast<uint16_t>(first ? next : std::max(next, floor));
  set_mss();
}

void TcpConnectionImpl::arm_persist(Nanos now) {
  if (!recovery_->all_acked() || write_end() == recovery_->snd_nxt()) {
    persist_ = Nanos::max();
    return;
  }
  if (persist_ != Nanos::max()) return;
  Nanos wait = std::max(recovery_->rto(), settings_.rto_min);
  // What a cork holds back goes after one timeout (tcp(7) says 200 ms, its least).
  if (!seq_gt(window_end(), recovery_->snd_nxt())) {
    for (int i = 0; i < persist_backoff_ && wait < settings_.rto_max; i++) wait *= 2;
  }
  persist_ = now + std::min(wait, settings_.rto_max);
}

// Nothing is in flight and something waits: for the window to open, or for a cork to be drawn.
void TcpConnectionImpl::persist_timer(Nanos now) {
  persist_ = Nanos::max();
  if (write_end() == recovery_->snd_nxt() || !recovery_->all_acked()) return;
  if (seq_gt(window_end(), recovery_->snd_nxt())) {
    unpushed_ = false;
    output(now, true);
    return;
  }
  if (gives_memory_back(now)) return;
  if (probing_since_ == Nanos{}) probing_since_ = now;
  const int limit = orphan_ ? settings_.orphan_retries : settings_.retries2;
  const bool late =
      settings_.user_timeout != Nanos{} && now - probing_since_ >= settings_.user_timeout;
  // A peer that answers may keep its window closed for ever, but not an orphan's data in memory.
  if ((orphan_ ? persist_backoff_ : probes_out_) >= limit || late) {
    time_out(now);
    return;
  }
  probes_out_++;
  if (persist_backoff_ < 255) persist_backoff_++;  // the largest number of retries
  count(TcpMib::kTCPWinProbe);
  send_probe(now);
  arm_persist(now);
  if (settings_.user_timeout != Nanos{})
    persist_ = std::min(persist_, probing_since_ + settings_.user_timeout);
}

void TcpConnectionImpl::arm_keepalive(Nanos now) {
  const bool on = settings_.keepalive && synchronized() && !rest_ && state_ != TcpState::kClose;
  keepalive_ = on ? now + settings_.keep_idle : Nanos::max();
}

void TcpConnectionImpl::keepalive_timer(Nanos now) {
  if (!settings_.keepalive) {
    keepalive_ = Nanos::max();
    return;
  }
  if (!recovery_->all_acked() || write_end() != recovery_->snd_nxt()) {
    keepalive_ = now + settings_.keep_idle;
    return;
  }
  const Nanos idle = now - std::max(acks_.last_arrival(), last_ack_arrival_);
  if (idle < settings_.keep_idle) {
    keepalive_ = now + settings_.keep_idle - idle;
    return;
  }
  const bool dead = settings_.user_timeout != Nanos{}
                        ? keepalives_out_ > 0 && idle >= settings_.user_timeout
                        : keepalives_out_ >= settings_.keep_count;
  if (dead) {
    send_reset(now);
    time_out(now);
    return;
  }
  keepalives_out_++;
  count(TcpMib::kTCPKeepAlive);
  send_probe(now);
  keepalive_ = now + settings_.keep_interval;
}

}  // namespace unetns
