// TcpConnection: data, FIN and urgent data that arrive, and when to acknowledge them.
#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {

void TcpConnectionImpl::note_ecn(const TcpSegmentIn& segment) {
  if (!ecn_ok_) return;
  if (segment.flags & TcpFlag::kCwr) {
    echo_ce_ = false;
    // A sender that has just reduced its window may have few segments left in it.
    if (segment.size()) ack_now_ = true;
  }
  if (!segment.size()) return;  // what marks an ack is no congestion of data's path
  if ((segment.ip_ecn & 3) == 3) {
    echo_ce_ = true;
    acks_.one_quick();
  } else if (segment.ip_ecn & 3) {
    seen_ect_ = true;
  }
}

// The urgent pointer names the byte behind the urgent one (RFC 793 as everybody reads it, RFC 6093
// §3.1). One of 0 is taken for the first byte, as by Linux.
void TcpConnectionImpl::take_urgent(const TcpSegmentIn& segment) {
  if (segment.flags & TcpFlag::kUrg) {
    const bool behind = segment.urgent && !settings_.urgent_is_last;
    const uint32_t at = segment.seq + segment.urgent - (behind ? 1 : 0);
    const bool newer = urgent_ == Urgent::kNone || seq_gt(at, urgent_seq_);
    if (newer && seq_ge(at, copied_) && seq_ge(at, rcv_nxt_)) {
      urgent_ = Urgent::kComing;
      urgent_seq_ = at;
      host_.tcp_urgent();
    }
  }
  if (urgent_ != Urgent::kComing) return;
  const uint32_t offset = urgent_seq_ - segment.seq;
  if (offset >= segment.size()) return;
  segment.payload.copy_to({&urgent_byte_, 1}, offset);
  urgent_ = Urgent::kHere;
  host_.tcp_changed();
}

// RFC 1122 §4.2.2.13: data for an end that is closed.
DropReason TcpConnectionImpl::refuse_data(const TcpSegmentIn& segment) {
  count(TcpMib::kTCPAbortOnData);
  if (auto reset = tcp_reset_for(segment)) {
    count(TcpMib::kOutRsts);
    host_.tcp_send(std::move(*reset));
  }
  finish(orphan_ ? 0 : state_ == TcpState::kCloseWait ? EPIPE : ECONNRESET);
  return DropReason::kTcpIgnored;
}

std::optional<DropReason> TcpConnectionImpl::take_data(Nanos now, TcpSegmentIn& segment) {
  const auto whole = static_cast<uint32_t>(segment.size());
  uint32_t size = whole;
  bool fin = segment.flags & TcpFlag::kFin;
  if (size == 0 && !fin) return {};
  if (fin_received_) {
    if (!seq_lt(segment.seq, rcv_nxt_))
      return DropReason::kTcpOutOfWindow;  // behind the FIN there is nothing
    if (seq_gt(segment.seq + size, rcv_nxt_)) return refuse_data(segment);  // and yet more comes
    need_ack_ = ack_now_ = true;
    if (sack_ok_ && settings_.dsack) {
      const uint32_t end = segment.seq + size + (fin ? 1 : 0);
      dsack_ = SackBlock{segment.seq, seq_min(end, rcv_nxt_)};
      count(TcpMib::kTCPDSACKOldSent);
    }
    return DropReason::kTcpOutOfWindow;
  }
  const bool half_closed = state_ == TcpState::kFinWait1 || state_ == TcpState::kFinWait2;
  if (state_ != TcpState::kEstablished && !half_closed) return DropReason::kTcpIgnored;
  uint32_t seq = segment.seq;
  if ((size || fin) && half_closed && (orphan_ || reading_stopped_) && seq_gt(seq + size, rcv_nxt_))
    return refuse_data(segment);
  need_ack_ = true;
  const bool was_due = ack_now_;
  const bool dsack = sack_ok_ && settings_.dsack;
  if (seq_lt(seq, rcv_nxt_)) {
    const uint32_t old = rcv_nxt_ - seq;
    ack_now_ = true;
    if (dsack) {
      dsack_ = SackBlock{seq, seq + std::min(old, size + (fin ? 1 : 0))};
      count(TcpMib::kTCPDSACKOldSent);
    }
    if (old >= size) {
      count(TcpMib::kDelayedACKLost);
      acks_.go_quick();
      if (!(fin && old == size)) return DropReason::kTcpOutOfWindow;
      size = 0;
      segment.payload = {};
    } else {
      drop_payload_front(packets_, segment.payload, old);
      size -= old;
    }
    seq = rcv_nxt_;
  }
  // What begins within the window is taken whole.
  if (size && !seq_lt(seq, rcv_nxt_ + window_.open(rcv_nxt_))) {
    ack_now_ = true;
    count(TcpMib::kTCPZeroWindowDrop);
    return DropReason::kTcpOutOfWindow;
  }
  bool fin_again = false;  // its place is taken, by data or by itself
  if (fin) {
    const uint32_t at = seq + size;
    const bool ahead = seq != rcv_nxt_;
    fin_again = ahead && (fin_seq_ == at || ooo_.covers(at));
    // Of two that contradict each other the first is met first.
    const bool first = !fin_seq_ || seq_lt(*fin_seq_, rcv_nxt_) || seq_lt(at, *fin_seq_);
    if (first && !fin_again) fin_seq_ = at;
    if (ahead) {
      ooo_.expect(seq, at + 1);
      ack_now_ = true;
    }
    if (fin_again && size == 0 && dsack) {
      dsack_ = SackBlock{at, at + 1};
      count(TcpMib::kTCPDSACKOfoSent);
    }
  }
  bool taken = true;
  if (size) {
    const uint32_t gso = segment.payload.meta().gso_size;
    note_arrival(now, size, gso && gso < size ? gso : whole);
    // Writes of one size look like full segments; what was pushed is the end of a message.
    small_came_ = small_came_ || (segment.flags & TcpFlag::kPsh);
    if (!ts_ok_) {
      window_.round_trip(now, rcv_nxt_);
    } else if (segment.options.ts_ecr != rtt_echo_ && size >= acks_.rcv_mss()) {
      rtt_echo_ = segment.options.ts_ecr;
      const uint32_t ms = tcp_timestamp(now, ts_offset_) - rtt_echo_;
      if (ms < 600'000) window_.round_trip_by_timestamp(ms);
    }
    taken =
        seq == rcv_nxt_ ? take_in_order(segment.payload) : take_out_of_order(seq, segment.payload);
    if (fin_again && dsack_ && dsack_->end == seq + size) dsack_->end++;
  }
  if (fin_seq_ == rcv_nxt_) {
    if (fin)
      ack_now_ = was_due;
    else if (ooo_.blocks())
      ack_now_ = true;  // it waited behind a hole
    take_fin(now);
  }
  if (!taken) return DropReason::kSocketRcvbufFull;
  return {};
}

void TcpConnectionImpl::note_arrival(Nanos now, uint32_t bytes, uint32_t segment_size) {
  small_came_ = bytes < acks_.rcv_mss();
  acks_.arrived(now, bytes, segment_size, window_.rcvbuf(), recovery_->rto(), settings_);
  window_.arrived(bytes, held(), memory_pressed());
}

// Whether there was room for it.
bool TcpConnectionImpl::take_in_order(Packet& data) {
  if (memory_full()) {
    if (ooo_.prune(0)) count(TcpMib::kOfoPruned);
    const size_t unread = held();
    if (unread && unread + payload_cost(data) > kLeastBuffer) {
      count(TcpMib::kTCPRcvQDrop);
      ack_now_ = true;
      return false;
    }
  }
  const size_t limit = size_t{window_.rcvbuf()} * 2 + 65536;
  if (held() + payload_cost(data) > limit) {
    if (ooo_.prune(0)) count(TcpMib::kOfoPruned);
    if (in_.cost() + payload_cost(data) > limit) {
      count(TcpMib::kTCPRcvQDrop);
      ack_now_ = true;
      return false;
    }
  }
  const uint32_t begin = rcv_nxt_;
  const bool had_hole = !ooo_.empty() || ooo_.blocks() != 0;
  auto queue = [this](Packet p) {
    const auto n = static_cast<uint32_t>(p.size());
    rcv_nxt_ += n;
    bytes_received_ += n;
    in_.append(std::move(p));
  };
  queue(std::move(data));
  if (had_hole && fin_seq_ != rcv_nxt_) {
    auto doubled = ooo_.before(rcv_nxt_);
    // A FIN that waited where there is data after all.
    const bool refuted = fin_seq_ && seq_ge(*fin_seq_, begin) && seq_lt(*fin_seq_, rcv_nxt_);
    if (refuted && !doubled)
      doubled = SackBlock{*fin_seq_, *fin_seq_ + 1};
    else if (refuted && doubled->end == *fin_seq_)
      doubled->end++;
    if (doubled && !dsack_ && sack_ok_ && settings_.dsack) {
      dsack_ = doubled;
      count(TcpMib::kTCPDSACKOldSent);
    }
    while (fin_seq_ != rcv_nxt_) {
      Packet next = ooo_.take(rcv_nxt_);
      if (!next) break;
      queue(std::move(next));
    }
    ack_now_ = true;  // the sender waits to hear that its hole is filled (RFC 5681 §4.2)
  }
  host_.tcp_changed();
  return true;
}

bool TcpConnectionImpl::take_out_of_order(uint32_t seq, Packet& data) {
  ack_now_ = true;
  if (memory_full()) {
    if (ooo_.prune(0)) count(TcpMib::kOfoPruned);
    count(TcpMib::kTCPOFODrop);
    return false;
  }
  const size_t limit = window_.rcvbuf();
  if (held() + payload_cost(data) > limit) {
    // Data nearer to the hole is worth more than what lies behind it.
    if (!ooo_.empty() && seq_lt(seq, ooo_.end())) {
      const size_t keep =
          limit > in_.cost() + payload_cost(data) ? limit - in_.cost() - payload_cost(data) : 0;
      if (ooo_.prune(keep)) count(TcpMib::kOfoPruned);
    }
    if (held() + payload_cost(data) > limit) {
      count(TcpMib::kTCPOFODrop);
      return false;
    }
  }
  count(TcpMib::kTCPOFOQueue);
  ooo_packets_++;
  const auto doubled = ooo_.insert(seq, std::move(data));
  if (doubled && sack_ok_ && settings_.dsack) {
    dsack_ = doubled;
    count(TcpMib::kTCPDSACKOfoSent);
  }
  return true;
}

void TcpConnectionImpl::take_fin(Nanos now) {
  rcv_nxt_++;
  fin_received_ = true;
  ooo_.clear();
  switch (state_) {
    case TcpState::kEstablished:
      set_state(TcpState::kCloseWait);
      acks_.go_slow();  // its ack may go with our own FIN
      break;
    case TcpState::kFinWait1:
      set_state(TcpState::kClosing);
      send_ack(now);
      break;
    case TcpState::kFinWait2:
      send_ack(now);
      enter_time_wait(now);
      break;
    default:
      break;
  }
  dsack_.reset();
  host_.tcp_changed();
}

void TcpConnectionImpl::ack_if_due(Nanos now) {
  if (!need_ack_) return;
  const bool two = rcv_nxt_ - window_.wup() > acks_.rcv_mss();
  if (ack_now_ || acks_.quick() || settings_.route.quickack || !ooo_.empty() ||
      (two && window_.wanted(held(), acks_.rcv_mss()) >= window_.window())) {
    send_ack(now);
  } else if (!acks_.pending()) {
    acks_.schedule(now, recovery_->rtt().srtt(), settings_);
  }
}

// ---- the reader's side

Packet TcpConnectionImpl::read(Nanos now, size_t max) {
  if (urgent_ != Urgent::kNone) {
    const uint32_t before = urgent_seq_ - copied_;
    if (before == 0 && in_.size()) {
      if (!settings_.oob_inline) {
        in_.skip(1);
        copied_++;
        after_read(now, 1);
      }
      urgent_ = Urgent::kNone;
    } else if (before < in_.size()) {
      max = std::min<size_t>(max, before);  // a read does not cross the mark
    }
  }
  Packet out = in_.read(max);
  if (!out) return out;
  copied_ += static_cast<uint32_t>(out.size());
  if (urgent_ != Urgent::kNone && seq_gt(copied_, urgent_seq_)) urgent_ = Urgent::kNone;
  after_read(now, out.size());
  return out;
}

size_t TcpConnectionImpl::readable() const {
  if (urgent_ == Urgent::kNone) return in_.size();
  const uint32_t before = urgent_seq_ - copied_;
  if (before >= in_.size()) return in_.size();
  if (before == 0) return settings_.oob_inline ? in_.size() : in_.size() - 1;
  return before;
}

const Packet* TcpConnectionImpl::peek() const { return in_.front(); }

bool TcpConnectionImpl::peer_closed() const { return fin_received_ && in_.size() == 0; }

bool TcpConnectionImpl::at_urgent_mark() const {
  return urgent_ != Urgent::kNone && urgent_seq_ == copied_;
}

Result<uint8_t> TcpConnectionImpl::read_urgent(bool peek) {
  if (settings_.oob_inline || urgent_ == Urgent::kNone || urgent_ == Urgent::kTaken)
    return fail(EINVAL);
  if (urgent_ == Urgent::kComing) return fail(EAGAIN);
  if (!peek) urgent_ = Urgent::kTaken;
  return urgent_byte_;
}

void TcpConnectionImpl::rmem_changed(Nanos now) { after_read(now, 0); }

void TcpConnectionImpl::after_read(Nanos now, size_t bytes) {
  if (!recovery_ || state_ == TcpState::kClose || rest_) return;
  if (bytes) window_.taken(now, copied_, settings_, !memory_pressed());
  if (fin_received_) {
    return;  // no window needs to open any more
  }
  const uint32_t wanted = window_.wanted(held(), acks_.rcv_mss());
  const bool worth = window_.worth_telling(rcv_nxt_, wanted);
  if (need_ack_) {
    const bool two = rcv_nxt_ - window_.wup() > acks_.rcv_mss();
    if ((two && (worth || in_.size() == 0)) ||
        (bytes && small_came_ && !acks_.dialogue() && in_.size() == 0)) {
      send_ack(now);
      return;
    }
  }
  // A window that has doubled is worth an ack of its own.
  const uint32_t open = window_.open(rcv_nxt_);
  if (open > tcp_window_of_space(window_.rcvbuf()) / 2) return;
  if (wanted && wanted >= 2 * open && worth) send_ack(now);
}

}  // namespace unetns
