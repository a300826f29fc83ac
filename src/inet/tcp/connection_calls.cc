// TcpConnection: what the owner asks of it.
#include <poll.h>

#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {

uint32_t TcpConnectionImpl::send_room() const {
  const size_t used = queue_.cost();
  if (used >= sndbuf_) return 0;
  const uint32_t limit = send_limit();
  return used < limit ? static_cast<uint32_t>(limit - used) : 0;
}

void TcpConnectionImpl::write(Nanos now, Packet data, bool more, bool urgent) {
  if (!data || data.size() == 0 || sending_stopped()) return;
  more_ = unpushed_ = more;
  if (more) more_at_ = tcp_timestamp(now, 0);
  queue_.append(std::move(data));
  if (urgent) snd_up_ = queue_.end();
  output(now);
}

void TcpConnectionImpl::push(Nanos now) {
  more_ = unpushed_ = false;
  output(now);
}

uint32_t TcpConnectionImpl::unsent() const {
  if (state_ == TcpState::kClose) return 0;
  const uint32_t nxt = recovery_ ? recovery_->snd_nxt() : syn_end_;
  return seq_gt(queue_.end(), nxt) ? queue_.end() - nxt : 0;
}

uint32_t TcpConnectionImpl::unacked_or_unsent() const {
  if (state_ == TcpState::kClose || state_ == TcpState::kSynSent) return 0;
  return write_end() - (state_ == TcpState::kSynRecv ? iss_ + 1 : snd_una_);
}

bool TcpConnectionImpl::writable() const {
  return queue_.cost() * 3 <= size_t{send_limit()} * 2 && unsent() < settings_.notsent_lowat;
}

uint32_t TcpConnectionImpl::poll() const {
  uint32_t mask = 0;
  const bool closed = state_ == TcpState::kClose;
  const bool no_more_in = fin_received_ || reading_stopped_ || (closed && opened_);
  const bool no_more_out = fin_queued_ || (closed && opened_);
  if (closed || (no_more_in && no_more_out)) mask |= POLLHUP;
  if (no_more_in) mask |= POLLIN | POLLRDNORM | POLLRDHUP;
  if (state_ == TcpState::kSynSent || (state_ == TcpState::kSynRecv && !fastopen_child_))
    return error_ || soft_error_ ? mask | POLLERR : mask;
  if (readable()) mask |= POLLIN | POLLRDNORM;
  blocked_ = !no_more_out && !writable();
  if (!blocked_) mask |= POLLOUT | POLLWRNORM;
  if (urgent_ == Urgent::kHere) mask |= POLLPRI;
  if (error_) mask |= POLLERR;
  return mask;
}

void TcpConnectionImpl::settings_changed(Nanos now) {
  if (state_ == TcpState::kClose && !opened_) {
    advmss_ = tcp_advertised_mss(settings_, pmtu_, ip_overhead_);
    sndbuf_ = settings_.sndbuf;
    return;
  }
  if (!recovery_ || state_ == TcpState::kClose || rest_) return;
  window_.settings_changed(settings_);
  if (settings_.sndbuf_locked) sndbuf_ = settings_.sndbuf;
  recovery_->set_max_pacing_rate(settings_.max_pacing_rate);
  recovery_->set_rto_limits(settings_.rto_min, settings_.rto_max);
  if (settings_.quickack_off && !quickack_off_) acks_.go_slow();
  quickack_off_ = settings_.quickack_off;
  if (settings_.quickack) {
    acks_.go_quick();
    if (need_ack_) send_ack(now);
  }
  if (!settings_.keepalive) {
    keepalive_ = Nanos::max();
  } else {
    const Nanos idle = now - std::max(acks_.last_arrival(), last_ack_arrival_);
    if (synchronized()) keepalive_ = now + std::max(settings_.keep_idle - idle, Nanos{});
  }
  set_mss();
  output(now);
  after_read(now, 0);
}

void TcpConnectionImpl::set_control(std::unique_ptr<CongestionControl> control, Nanos now) {
  if (!recovery_) {
    control_ = std::move(control);
    return;
  }
  recovery_->set_control(std::move(control), now);
  output(now);  // what waited for the pacing of the one before
}

void TcpConnectionImpl::path_mtu(Nanos now, uint32_t mtu) {
  if (mtu == pmtu_) return;
  const bool narrower = mtu < pmtu_;
  pmtu_ = mtu;
  const uint32_t before = mss_;
  set_mss();
  if (narrower && state_ == TcpState::kSynSent) syn_too_big(now);
  if (!may_transmit() || rest_ || mss_ >= before || recovery_->all_acked()) return;
  // What is in flight was too large: it won't arrive. The first of it goes again at once, in
  // pieces that fit; loss detection finds the rest.
  const uint32_t first = recovery_->snd_una();  // behind our SYN, which may still be in flight
  const uint32_t in_flight = recovery_->snd_nxt() - first;
  if (in_flight <= mss_) return;  // but this fits
  transmit(now, first, first + std::min(in_flight, gso_limit()), true);
  output(now);
}

void TcpConnectionImpl::icmp_error(Nanos, int err, bool hard, uint32_t quoted_seq) {
  if (state_ == TcpState::kClose) return;
  if (state_ == TcpState::kSynSent || (state_ == TcpState::kSynRecv && !fastopen_child_)) {
    if (!in_flight(quoted_seq)) {
      count(TcpMib::kOutOfWindowIcmps);
    } else if (hard) {
      count(TcpMib::kAttemptFails);
      finish(err);
    } else {
      soft_error_ = err;
      host_.tcp_changed();
    }
    return;
  }
  if (!in_flight(quoted_seq)) {
    count(TcpMib::kOutOfWindowIcmps);
    return;
  }
  soft_error_ = err;  // RFC 1122 §4.2.3.9: told only if the connection fails for other reasons
}

size_t TcpConnectionImpl::memory() const {
  return sizeof *this + queue_.memory() + in_.memory() + ooo_.memory() +
         (recovery_  ? sizeof(LossRecovery) + recovery_->memory() + recovery_->control().memory()
          : control_ ? control_->memory()
                     : 0);
}

}  // namespace unetns
