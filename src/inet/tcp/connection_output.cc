// TcpConnection: sending (RFC 9293 §3.7.4, 3.8.6.2, RFC 896 with Minshall's variant).
#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {

void TcpConnectionImpl::set_mss() {
  uint32_t mss = tcp_mss_of(pmtu_, ip_overhead_);
  mss = std::min<uint32_t>(mss, peer_mss_);
  if (settings_.user_mss) mss = std::min<uint32_t>(mss, settings_.user_mss);
  mss = std::max<uint32_t>(mss, settings_.min_snd_mss);
  if (ts_ok_) mss -= 12;
  if (largest_probed_) mss = std::min<uint32_t>(mss, largest_probed_);
  // Two segments must fit into the peer's window, or each would wait for a delayed ack.
  constexpr uint32_t kDefaultMss = 536;
  const uint32_t most = max_window_ > kDefaultMss ? max_window_ / 2 : max_window_;
  halved_by_window_ = most != 0 && most < mss;
  if (halved_by_window_) mss = most;
  mss = std::max(mss, kTcpMinMss - (ts_ok_ ? 12 : 0));
  mss_ = mss;
  if (recovery_) recovery_->set_mss(mss);
}

// Where a peer's tiny window makes segments tiny, some room is kept for data.
size_t TcpConnectionImpl::sack_blocks() const {
  constexpr uint32_t kLeastPayload = 8, kOption = 4, kBlock = 8;
  if (!sack_ok_ || mss_ < kLeastPayload + kOption) return 0;
  const size_t most = std::min<size_t>(ts_ok_ ? 3 : 4, (mss_ - kLeastPayload - kOption) / kBlock);
  return std::min(ooo_.blocks() + (dsack_ ? 1 : 0), most);
}

// What SACK blocks leave of a full segment.
uint32_t TcpConnectionImpl::segment_size() const {
  const size_t blocks = sack_blocks();
  return blocks == 0 ? mss_ : mss_ - static_cast<uint32_t>(4 + 8 * blocks);
}

uint32_t TcpConnectionImpl::gso_limit() const {
  const uint32_t size = segment_size();
  const uint32_t options = mss_ - size + (ts_ok_ ? 12 : 0);
  const uint32_t room = 65535 - ip_overhead_ - TcpHeader::kMinSize - options;
  return room > size ? room - room % size : size;
}

// Half of the congestion window at most, so that acks keep coming.
uint32_t TcpConnectionImpl::burst_limit() const {
  const uint32_t most = gso_limit(), size = segment_size();
  if (seq_gt(snd_up_, recovery_->snd_nxt())) return size;  // each tells how far the urgent byte is
  const uint32_t half = std::max(recovery_->control().cwnd() / 2, 1u) * size;
  const uint32_t worth = std::max(recovery_->large_send(settings_.tso_rtt_log),
                                  recovery_->least_burst(settings_.min_tso_segs) * size);
  return std::min({most, half, worth - worth % size});
}

void TcpConnectionImpl::output(Nanos now, bool force) {
  if (!may_transmit()) return;
  send_lost(now);
  send_new(now, force);
  arm_persist(now);
  note_what_holds(now);
}

void TcpConnectionImpl::send_lost(Nanos now) {
  while (auto range = recovery_->next_lost(now, burst_limit())) {
    if (range->size() == 0) return;
    transmit(now, range->start, range->end, true);
  }
}

void TcpConnectionImpl::send_new(Nanos now, bool force) {
  if (write_end() == recovery_->snd_nxt()) return;
  while (recovery_->pacing_until() <= now) {
    const uint32_t n = sendable(now, force);
    if (n == 0) return;
    const uint32_t nxt = recovery_->snd_nxt();
    transmit(now, nxt, nxt + n, false);
    force = false;
  }
}

// How much of the sequence space may leave as the next packet. `force`: a little is enough.
uint32_t TcpConnectionImpl::sendable(Nanos now, bool force) const {
  const uint32_t nxt = recovery_->snd_nxt();
  const uint32_t waiting = queue_.end() - nxt > 0x7fffffff ? 0 : queue_.end() - nxt;
  // Before the handshake has ended only a socket that is closed says so.
  const bool fin = fin_queued_ && nxt != write_end() && (state_ != TcpState::kSynRecv || orphan_);
  if (waiting == 0 && !fin) return 0;
  const uint32_t window = seq_gt(window_end(), nxt) ? window_end() - nxt : 0;
  if (window == 0) return 0;
  if (waiting == 0) return 1;  // a FIN needs no room in the congestion window
  const uint32_t cwnd = recovery_->may_send(now);
  const uint32_t size = segment_size(), limit = burst_limit();
  uint32_t n = std::min({waiting, window, cwnd, limit});
  if (n == 0) return 0;
  if (n == waiting) {
    const uint32_t rest = n < size ? n : n % size;
    if (rest && !force && hold_small(rest)) n -= rest;
    return n == waiting && fin && n < window ? n + 1 : n;
  }
  if (n < size) {
    // Sender's silly window avoidance: the persist timer forces what is too little. A full segment
    // is half of the largest window at most, so there is no other bound (RFC 9293 §3.8.6.2.1).
    return force || (recovery_->all_acked() && cwnd < window) ? n : 0;
  }
  // What the window leaves goes whole, as the peer waits for it.
  const uint32_t rest = n == window && !hold_small(n % size) ? n % size : 0;
  n -= n % size;
  // Few large packets rather than many small: while acks are to come, wait for a larger share. Not
  // where packets are as small as they get: the window would only stay unused. Nor where pacing
  // says how large they may be.
  if (n < limit && n < waiting && !force && !recovery_->paced() &&
      limit > settings_.min_tso_segs * size && settings_.tso_win_divisor != 0 &&
      !recovery_->reducing()) {
    const uint32_t in_flight = recovery_->in_flight();
    const uint32_t share = (in_flight + n) / settings_.tso_win_divisor;
    if (in_flight >= 2 * size && n < std::min(limit, share - share % size)) return 0;
  }
  return n + rest;
}

// Nagle: a small segment waits while another small one is unacknowledged.
bool TcpConnectionImpl::hold_small(uint32_t) const {
  if (fin_queued_ || seq_gt(snd_up_, snd_una_)) return false;  // until the urgent byte is there
  if (settings_.cork || more_) return true;
  if (settings_.nodelay) return false;
  return seq_gt(snd_small_, snd_una_) && seq_le(snd_small_, recovery_->snd_nxt());
}

void TcpConnectionImpl::transmit(Nanos now, uint32_t start, uint32_t end, bool again) {
  const bool fin = fin_queued_ && end == write_end();
  const uint32_t data_end = fin ? end - 1 : end;
  const uint32_t n = data_end - start, size = segment_size();
  const uint32_t segments = n > size ? (n + size - 1) / size : 1;
  TcpSegmentOut out;
  out.seq = start;
  out.flags = TcpFlag::kAck;
  if (fin) out.flags |= TcpFlag::kFin;
  if (n) {
    out.payload = queue_.share(start, n);
    // A packet of many segments ends with a push, or what gathers them again would wait for more.
    // The same after half of a window, or a program that reads much at once would sleep on it.
    if ((data_end == queue_.end() && !unpushed_) || n > size ||
        (!again && seq_gt(data_end, pushed_ + max_window_ / 2))) {
      out.flags |= TcpFlag::kPsh;
      if (!again) pushed_ = data_end;
    }
    if (n > size) out.gso_size = static_cast<uint16_t>(size);
  }
  if (again) {
    count(TcpMib::kRetransSegs, segments);
    // Neither a probe of the tail nor what a SYN-ACK did not take.
    if (recovery_->reducing())
      count(timeouts_ ? TcpMib::kTCPSlowStartRetrans : TcpMib::kTCPFastRetrans, segments);
  } else if (n) {
    if (ecn_ok_) {  // RFC 3168 §6.1.5: never on retransmissions
      out.ip_ecn = 2;
      if (cwr_due_) out.flags |= TcpFlag::kCwr;
      cwr_due_ = false;
    }
    if (n % size) snd_small_ = data_end;
    count(TcpMib::kTCPOrigDataSent, segments);
  }
  bytes_sent_ += n;
  if (n) data_segs_out_ += segments;
  segs_out_ += segments - 1;
  if (recovery_->all_acked()) persist_ = Nanos::max();
  recovery_->sent(now, start, end, seq_ge(end, write_end()));
  if (n) {
    last_data_sent_ = now;
    acks_.sent_data(now);
  }
  emit(now, std::move(out), true);
}

void TcpConnectionImpl::fill_header(Nanos now, TcpSegmentOut& out) {
  const uint32_t before = window_.window();
  const uint32_t window = window_.advertise(rcv_nxt_, held(), acks_.rcv_mss());
  if (window == 0) {
    count(before ? TcpMib::kTCPToZeroWindowAdv : TcpMib::kTCPWantZeroWindowAdv);
  } else if (before == 0) {
    count(TcpMib::kTCPFromZeroWindowAdv);
  }
  out.ack = rcv_nxt_;
  out.window = window_.on_wire(window);
  if (ts_ok_) {
    out.options.has_ts = true;
    out.options.ts_val = tcp_timestamp(now, ts_offset_);
    out.options.ts_ecr = ts_recent_;
  }
  if (const size_t most = sack_blocks()) {
    uint8_t n = 0;
    if (dsack_) out.options.sack[n++] = *dsack_;
    for (size_t i = 0; n < most; i++) out.options.sack[n++] = ooo_.block(i);
    out.options.sack_count = n;
  }
  dsack_.reset();
  if (echo_ce_) out.flags |= TcpFlag::kEce;
  if (seq_gt(snd_up_, snd_una_) && seq_gt(snd_up_, out.seq)) {  // acks tell it as well
    out.flags |= TcpFlag::kUrg;
    out.urgent = static_cast<uint16_t>(std::min<uint32_t>(snd_up_ - out.seq, 65535));
  }
}

void TcpConnectionImpl::emit(Nanos now, TcpSegmentOut out, bool acks) {
  fill_header(now, out);
  segs_out_++;
  if (acks) {
    acks_.sent_ack();
    need_ack_ = ack_now_ = false;
  }
  host_.tcp_send(std::move(out));
}

// What has been sent next, unless the peer has taken back the window for it: it would not look at
// the segment then. Less than a unit of the window scale is no sign of that.
uint32_t TcpConnectionImpl::acceptable_seq() const {
  const uint32_t nxt = recovery_ ? recovery_->snd_nxt() : iss_ + 1;
  if (!seq_lt(window_end(), nxt)) return nxt;
  if (wscale_ok_ && nxt - window_end() < uint32_t{1} << window_.wscale()) return nxt;
  return window_end();
}

void TcpConnectionImpl::send_ack(Nanos now) {
  if (!recovery_ && state_ != TcpState::kSynRecv) return;
  TcpSegmentOut out;
  out.seq = acceptable_seq();
  out.flags = TcpFlag::kAck;
  emit(now, std::move(out), true);
}

// A segment from before the window, which the peer must answer; and one in its place that tells of
// urgent data, which one from before may not do.
void TcpConnectionImpl::send_probe(Nanos now) {
  if (seq_gt(snd_up_, snd_una_)) {
    TcpSegmentOut urgent;
    urgent.seq = snd_una_;
    urgent.flags = TcpFlag::kAck;
    emit(now, std::move(urgent), false);
  }
  TcpSegmentOut out;
  out.seq = snd_una_ - 1;
  out.flags = TcpFlag::kAck;
  emit(now, std::move(out), false);
}

void TcpConnectionImpl::send_reset(Nanos now) {
  TcpSegmentOut out;
  out.seq = acceptable_seq();
  out.flags = TcpFlag::kRst | TcpFlag::kAck;
  count(TcpMib::kOutRsts);
  emit(now, std::move(out), false);
}

void TcpConnectionImpl::note_what_holds(Nanos now) {
  const uint32_t waiting = write_end() - recovery_->snd_nxt();
  const bool by_window =
      waiting && recovery_->snd_nxt() + std::min(waiting, mss_) - snd_una_ > snd_wnd_;
  recovery_->window_limited(by_window);
  if (waiting == 0 && recovery_->all_acked())
    spent_.enter(now, TimeSpent::kIdle);
  else if (by_window)
    spent_.enter(now, TimeSpent::kRwndLimited);
  else if (waiting == 0 && blocked_)
    spent_.enter(now, TimeSpent::kSndbufLimited);
  else
    spent_.enter(now, TimeSpent::kBusy);
}

}  // namespace unetns
