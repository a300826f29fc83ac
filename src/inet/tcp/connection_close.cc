// TcpConnection: the ends of a connection (RFC 9293 §3.6, 3.10.4, RFC 2525 §2.17).
#include "inet/tcp/connection_impl.h"

namespace unetns {

void TcpConnectionImpl::set_state(TcpState state) {
  state_ = state;
  host_.tcp_changed();
}

void TcpConnectionImpl::queue_fin(Nanos now) {
  fin_queued_ = true;
  more_ = unpushed_ = false;
  output(now);
}

void TcpConnectionImpl::shutdown_send(Nanos now) {
  if (fin_queued_) return;
  switch (state_) {
    case TcpState::kSynRecv:  // in_syn_recv() goes on from here
      queue_fin(now);
      break;
    case TcpState::kEstablished:
      set_state(TcpState::kFinWait1);
      queue_fin(now);
      break;
    case TcpState::kCloseWait:
      set_state(TcpState::kLastAck);
      queue_fin(now);
      break;
    case TcpState::kSynSent:
      finish(0);
      break;
    default:
      break;
  }
}

void TcpConnectionImpl::stop_reading() {
  reading_stopped_ = true;
  host_.tcp_changed();
}

void TcpConnectionImpl::close(Nanos now) {
  if (orphan_) return;
  orphan_ = true;
  if (state_ == TcpState::kClose) return;
  if (in_.size()) {
    // Data that the program will never read: the peer must know (RFC 2525 §2.17).
    count(TcpMib::kTCPAbortOnClose);
    in_.clear();
    if (!rest_) send_reset(now);
    finish(0);
    return;
  }
  // From now on a closed window is probed only for so long.
  if (persist_backoff_ != 0) {
    persist_backoff_ = 0;
    persist_ = Nanos::max();
    if (recovery_) arm_persist(now);
  }
  if (!fin_queued_) {
    shutdown_send(now);
    return;
  }
  if (state_ == TcpState::kSynRecv) output(now);  // the FIN, which waited for the handshake
  if (state_ == TcpState::kFinWait2) enter_fin_wait2(now);
}

void TcpConnectionImpl::abort(Nanos now) {
  if (state_ == TcpState::kClose) return;
  // Where both have said that they are done, an RST would say nothing.
  const bool done = (state_ == TcpState::kClosing || state_ == TcpState::kLastAck) &&
                    (!recovery_ || write_end() == recovery_->snd_nxt());
  if (synchronized() && state_ != TcpState::kTimeWait && !done) {
    send_reset(now);
    count(TcpMib::kTCPAbortOnClose);
  }
  in_.clear();
  finish(0);
}

void TcpConnectionImpl::kill(int err) {
  opened_ = true;
  if (state_ != TcpState::kClose) finish(err);
}

void TcpConnectionImpl::finish(int err) {
  if (err) error_ = err;
  queue_.clear();
  ooo_.clear();
  rest_.reset();
  syn_deadline_ = persist_ = keepalive_ = ending_ = Nanos::max();
  need_ack_ = ack_now_ = false;
  set_state(TcpState::kClose);
}

// An orphan that still holds much when there is no memory left.
bool TcpConnectionImpl::gives_memory_back(Nanos now) {
  if (!orphan_ || buffered() <= kLeastBuffer || !memory_full()) return false;
  count(TcpMib::kTCPAbortOnMemory);
  send_reset(now);
  finish(0);
  return true;
}

void TcpConnectionImpl::time_out(Nanos) {
  if (state_ != TcpState::kSynSent && state_ != TcpState::kSynRecv)
    count(TcpMib::kTCPAbortOnTimeout);
  finish(soft_error_ ? soft_error_ : ETIMEDOUT);
}

void TcpConnectionImpl::enter_fin_wait2(Nanos now) {
  if (state_ != TcpState::kFinWait2) set_state(TcpState::kFinWait2);
  if (!orphan_) return;
  if (settings_.linger2 < Nanos{}) {
    count(TcpMib::kTCPAbortOnLinger);
    send_reset(now);
    finish(0);
    return;
  }
  if (need_ack_) send_ack(now);
  keepalive_ = Nanos::max();
  TcpTimeWait::State s;
  s.fin_wait2 = true;
  s.snd_nxt = recovery_->snd_nxt();
  s.rcv_nxt = rcv_nxt_;
  s.rcv_wnd = window_.open(rcv_nxt_);
  s.ts_ok = ts_ok_;
  s.ts_recent = ts_recent_;
  s.ts_offset = ts_offset_;
  s.rcv_wscale = window_.wscale();
  s.since = now;
  s.deadline = now + settings_.linger2;
  ending_ = s.deadline;
  rest_.emplace(s);
}

void TcpConnectionImpl::enter_time_wait(Nanos now) {
  if (need_ack_) send_ack(now);
  count(TcpMib::kTW);
  keepalive_ = persist_ = Nanos::max();
  TcpTimeWait::State s;
  s.snd_nxt = recovery_->snd_nxt();
  s.rcv_nxt = rcv_nxt_;
  s.rcv_wnd = window_.open(rcv_nxt_);
  s.ts_ok = ts_ok_;
  s.ts_recent = ts_recent_;
  s.ts_offset = ts_offset_;
  s.rcv_wscale = window_.wscale();
  s.since = now;
  s.deadline = now + TcpTimeWait::kTime;
  ending_ = s.deadline;
  rest_.emplace(s);
  set_state(TcpState::kTimeWait);
}

std::optional<TcpTimeWait> TcpConnectionImpl::time_wait(Nanos) const { return rest_; }

}  // namespace unetns
