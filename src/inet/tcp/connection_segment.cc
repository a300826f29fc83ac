// TcpConnection: judging an arriving segment (RFC 9293 §3.10.7.4, 7323 §5.3, 5961).
#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {
namespace {

constexpr Nanos kPawsDays = std::chrono::hours(24 * 24);

}  // namespace

std::optional<DropReason> TcpConnectionImpl::segment(Nanos now, TcpSegmentIn&& segment) {
  const auto size = static_cast<uint32_t>(segment.size());
  const uint32_t gso = size ? segment.payload.meta().gso_size : 0;
  const uint32_t segments = gso && size > gso ? (size + gso - 1) / gso : 1;
  segs_in_ += segments;
  if (size) data_segs_in_ += segments;
  if (state_ == TcpState::kClose) return DropReason::kTcpIgnored;
  if (rest_) return in_rest(now, segment);
  if (state_ == TcpState::kSynSent) return in_syn_sent(now, segment);
  bool syn = segment.flags & TcpFlag::kSyn;
  const bool same_syn = syn && state_ == TcpState::kSynRecv && segment.seq == irs_ &&
                        !(segment.flags & TcpFlag::kRst);
  if (same_syn && !(segment.flags & TcpFlag::kAck) && fastopen_child_) {
    if (settings_.too_soon_for_invalid(last_oow_, now)) return DropReason::kTcpIgnored;
    last_oow_ = now;
    syn_retransmits_++;
    send_syn(now);
    return {};
  }
  if (same_syn && (segment.flags & TcpFlag::kAck) && segment.ack == syn_end_) {
    // It answers our SYN: both opened at once.
    segment.flags &= static_cast<uint8_t>(~TcpFlag::kSyn);
    if (sack_ok_ && settings_.dsack) dsack_ = SackBlock{irs_, irs_ + 1};  // which came already
    need_ack_ = ack_now_ = true;
    segment.seq++;
    syn = false;
  }
  const uint32_t end =
      segment.seq + size + (syn ? 1 : 0) + ((segment.flags & TcpFlag::kFin) ? 1 : 0);
  // A peer that has sent its FIN may not count it in its RST.
  const bool ended = state_ == TcpState::kCloseWait || state_ == TcpState::kLastAck ||
                     state_ == TcpState::kClosing;
  if ((segment.flags & TcpFlag::kRst) && ended && segment.seq == rcv_nxt_ - 1) {
    take_reset();
    return {};
  }
  // RFC 9293 §3.10.7.4 judges the sequence number first; Linux does not even answer these.
  if (!(segment.flags & (TcpFlag::kAck | TcpFlag::kRst)) && !syn) return DropReason::kTcpIgnored;
  if (const auto reason = out_of_place(now, segment, end)) return reason;
  if (segment.flags & TcpFlag::kRst) {
    // RFC 5961 §3.2: only the very next sequence number, or the one behind what was SACKed, which a
    // peer may take for it; else the peer is asked.
    if (segment.seq == rcv_nxt_ ||
        (sack_ok_ && ooo_.blocks() && segment.seq == ooo_.blocks_end())) {
      take_reset();
      return {};
    }
    return challenge(now);
  }
  if (syn) {
    count(TcpMib::kTCPSYNChallenge);
    return challenge(now);
  }
  if (state_ == TcpState::kSynRecv && !in_syn_recv(now, segment)) return DropReason::kTcpIgnored;
  // What was expected brings its stamp, whatever it acknowledges; else an old ack does not.
  const bool expected = as_expected(segment);
  const bool plausible = plausible_ack(segment.ack);
  if (expected || (plausible && !seq_lt(segment.ack, snd_una_))) take_timestamp(now, segment);
  if (!plausible && !expected) return challenge(now);
  const bool mere_data = expected && size && segment.ack == snd_una_;
  if (plausible) take_ack(now, segment);
  if (state_ == TcpState::kClose) return {};
  note_ecn(segment);
  take_urgent(segment);
  auto reason = take_data(now, segment);
  if (rest_ && need_ack_ && ack_now_) send_ack(now);  // an old FIN with the ack of an orphan's
  if (state_ == TcpState::kClose || rest_) return reason;
  if (!plausible) {
    const DropReason ignored = challenge(now);
    if (size == 0) reason = ignored;
  }
  if (!mere_data) end_more(now);
  output(now);
  ack_if_due(now);
  return reason;
}

// MSG_MORE holds back what was written with it, not what a segment of the peer lets go; but the
// parts of one write come with it too, and stay together.
void TcpConnectionImpl::end_more(Nanos now) {
  constexpr uint32_t kOneWrite = 2;  // milliseconds
  if (tcp_timestamp(now, 0) - more_at_ > kOneWrite) more_ = false;
}

// The next segment of a stream that goes on as it went: Linux's header prediction, which takes the
// data of such a one also when its ack is of no use. (It needs memory that is at hand, as where
// other data is being kept.)
bool TcpConnectionImpl::as_expected(const TcpSegmentIn& segment) const {
  return state_ == TcpState::kEstablished && segment.seq == rcv_nxt_ &&
         (segment.flags & ~TcpFlag::kPsh) == TcpFlag::kAck && seq_le(segment.ack, snd_nxt()) &&
         uint32_t{segment.window} << snd_wscale_ == snd_wnd_ && segment.options.has_ts == ts_ok_ &&
         segment.options.sack_count == 0 && ooo_.empty() && urgent_ == Urgent::kNone &&
         window_.window() != 0 && (segment.size() == 0 || queue_.size() != 0 || held() != 0);
}

// In TIME-WAIT, and FIN-WAIT-2 of an orphan.
std::optional<DropReason> TcpConnectionImpl::in_rest(Nanos now, const TcpSegmentIn& segment) {
  const auto verdict = rest_->segment(now, segment, settings_);
  ending_ = rest_->deadline();
  if (rest_->state() != state_) set_state(rest_->state());
  switch (verdict) {
    case TcpTimeWait::Verdict::kAck:
      segs_out_++;
      host_.tcp_send(rest_->ack(now));
      break;
    case TcpTimeWait::Verdict::kReset:
      count(TcpMib::kTCPAbortOnData);
      send_reset(now);
      finish(0);
      break;
    case TcpTimeWait::Verdict::kForget:
      finish(0);
      break;
    case TcpTimeWait::Verdict::kNew:
    case TcpTimeWait::Verdict::kIgnore:
      break;
  }
  if (segment.size()) return DropReason::kTcpIgnored;
  return {};
}

// PAWS (RFC 7323 §5.3): a timestamp from before the last one taken, unless that is ancient.
bool TcpConnectionImpl::too_old(const TcpSegmentIn& segment) const {
  return ts_ok_ && segment.options.has_ts && seq_lt(segment.options.ts_val, ts_recent_);
}

std::optional<DropReason> TcpConnectionImpl::out_of_place(Nanos now, const TcpSegmentIn& segment,
                                                          uint32_t end) {
  const bool rst = segment.flags & TcpFlag::kRst;
  if (!rst && too_old(segment) && now - ts_recent_since_ < kPawsDays) {
    count(TcpMib::kPAWSEstab);
    // An ack that was overtaken says nothing new, and needs no answer.
    if (segment.seq == rcv_nxt_ && end == segment.seq && seq_le(segment.ack, snd_una_))
      return DropReason::kTcpOldStamp;
    if (segment.size())
      dsack_ = SackBlock{segment.seq, segment.seq + static_cast<uint32_t>(segment.size())};
    if (dsack_ && (!settings_.dsack || !sack_ok_ || seq_gt(dsack_->end, rcv_nxt_))) dsack_.reset();
    answer_out_of_window(now, segment, TcpMib::kTCPACKSkippedPAWS);
    return DropReason::kTcpOldStamp;
  }
  const uint32_t right = rcv_nxt_ + window_.open(rcv_nxt_);
  if (!seq_lt(end, window_.wup()) && !seq_gt(segment.seq, right)) return {};
  if (rst) return DropReason::kTcpOutOfWindow;
  if (segment.flags & TcpFlag::kSyn) {
    count(TcpMib::kTCPSYNChallenge);
    return challenge(now);
  }
  const bool something = end != segment.seq;
  if (something && seq_le(end, rcv_nxt_) && sack_ok_ && settings_.dsack) {
    dsack_ = SackBlock{segment.seq, end};
    count(TcpMib::kTCPDSACKOldSent);
  } else if (seq_gt(segment.seq, right)) {
    count(TcpMib::kBeyondWindow);
  }
  if (something && seq_lt(segment.seq, rcv_nxt_)) acks_.go_quick();
  answer_out_of_window(now, segment, TcpMib::kTCPACKSkippedSeq);
  return DropReason::kTcpOutOfWindow;
}

// Segments without data are answered so rarely that two ends which disagree don't talk for ever.
void TcpConnectionImpl::answer_out_of_window(Nanos now, const TcpSegmentIn& segment,
                                             TcpMib skipped) {
  if (segment.size() == 0 && !(segment.flags & TcpFlag::kFin)) {
    if (settings_.too_soon_for_invalid(last_oow_, now)) {
      count(skipped);
      return;
    }
    last_oow_ = now;
  }
  send_ack(now);
}

// What makes us ask the peer is not taken.
DropReason TcpConnectionImpl::challenge(Nanos now) {
  const bool too_soon = settings_.too_soon_for_invalid(last_oow_, now);
  if (!too_soon) last_oow_ = now;
  if (too_soon || !host_.tcp_may_challenge(now)) {
    count(TcpMib::kTCPACKSkippedChallenge);
  } else {
    count(TcpMib::kTCPChallengeACK);
    send_ack(now);
  }
  return DropReason::kTcpIgnored;
}

void TcpConnectionImpl::take_timestamp(Nanos now, const TcpSegmentIn& segment) {
  // RFC 7323 §4.3: of segments that the last ack sent has not passed.
  if (!ts_ok_ || !segment.options.has_ts || seq_gt(segment.seq, window_.wup())) return;
  ts_recent_ = segment.options.ts_val;
  ts_recent_since_ = now;
}

void TcpConnectionImpl::take_reset() {
  switch (state_) {
    case TcpState::kSynRecv:
      count(TcpMib::kAttemptFails);
      break;
    case TcpState::kCloseWait:
      count(TcpMib::kEstabResets);
      finish(EPIPE);
      return;
    case TcpState::kEstablished:
      count(TcpMib::kEstabResets);
      break;
    default:
      break;
  }
  finish(ECONNRESET);
}

}  // namespace unetns
