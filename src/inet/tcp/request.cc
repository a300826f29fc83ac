#include "inet/tcp/request.h"

#include <algorithm>

#include "inet/tcp/seq.h"

namespace unetns {
TcpRequest::TcpRequest(const TcpSettings& settings, Nanos now, const TcpSegmentIn& syn,
                       uint32_t iss, uint32_t ts_offset, uint32_t path_mtu, uint32_t ip_overhead)
    : settings_(&settings),
      agreed_(tcp_negotiate(settings, syn, iss, ts_offset)),
      started_(now),
      deadline_(now + kTcpFirstTimeout),
      timeout_(kTcpFirstTimeout),
      path_mtu_(path_mtu),
      route_(settings.route),
      advmss_(tcp_advertised_mss(settings, path_mtu, ip_overhead)),
      first_stamp_(tcp_timestamp(now, ts_offset)),
      last_stamp_(first_stamp_),
      ip_overhead_(static_cast<uint8_t>(ip_overhead)),
      wants_cookie_(syn.options.has_fastopen) {
  agreed_.window =
      tcp_initial_window(settings, advmss_ - (agreed_.ts_ok ? 12u : 0u), agreed_.wscale_ok);
  agreed_.ecn_ok = tcp_grants_ecn(settings, syn);
}

TcpSegmentOut TcpRequest::syn_ack(Nanos now) { return syn_ack(now, {}); }

TcpSegmentOut TcpRequest::syn_ack(Nanos now, Bytes cookie) {
  TcpSegmentOut out;
  out.seq = agreed_.iss;
  out.ack = agreed_.irs + 1;
  out.flags = TcpFlag::kSyn | TcpFlag::kAck;
  if (agreed_.ecn_ok) out.flags |= TcpFlag::kEce;
  out.window = static_cast<uint16_t>(std::min(agreed_.window, kTcpMaxWindow));
  out.options = tcp_syn_ack_options(*settings_, agreed_, now, path_mtu_, ip_overhead_);
  out.options.mss = advmss_;
  last_stamp_ = tcp_timestamp(now, agreed_.ts_offset);
  if (!cookie.empty() && cookie.size() <= sizeof out.options.fastopen) {
    out.options.has_fastopen = true;
    out.options.fastopen_len = static_cast<uint8_t>(cookie.size());
    std::copy(cookie.begin(), cookie.end(), out.options.fastopen);
  }
  return out;
}

TcpRequest::Timer TcpRequest::timer(Nanos now) {
  if (now < deadline_) return Timer::kNothing;
  const bool waiting = deferred_ && now < started_ + settings_->defer_accept;
  timeouts_++;
  if (timeouts_ > settings_->most_syn_acks() && !waiting) return Timer::kGiveUp;
  timeout_ = std::min(timeout_ * 2, settings_->rto_max);
  deadline_ = now + timeout_;
  if (waiting) return Timer::kNothing;
  resent_++;
  return Timer::kResend;
}

TcpRequest::Verdict TcpRequest::segment(Nanos now, const TcpSegmentIn& segment) {
  const uint32_t rcv_nxt = agreed_.irs + 1;
  const auto length = static_cast<uint32_t>(segment.size()) +
                      ((segment.flags & TcpFlag::kSyn) ? 1 : 0) +
                      ((segment.flags & TcpFlag::kFin) ? 1 : 0);
  const bool rst = segment.flags & TcpFlag::kRst, syn = segment.flags & TcpFlag::kSyn,
             ack = segment.flags & TcpFlag::kAck;
  if (syn && !ack && !rst && segment.seq == agreed_.irs) {
    if (settings_->too_soon_for_invalid(last_resend_, now)) return Verdict::kIgnore;
    last_resend_ = now;
    resent_++;
    return Verdict::kResend;
  }
  if (ack && !rst && segment.ack != agreed_.iss + 1) return Verdict::kReset;
  const bool stamped = agreed_.ts_ok && segment.options.has_ts;
  // Nor may it echo a stamp that no SYN-ACK had.
  const bool stray_echo =
      stamped && segment.options.ts_ecr != 0 &&
      (seq_lt(segment.options.ts_ecr, first_stamp_) || seq_gt(segment.options.ts_ecr, last_stamp_));
  const bool old = stamped && seq_lt(segment.options.ts_val, agreed_.ts_recent);
  const bool in_window =
      segment.seq - rcv_nxt < std::max<uint32_t>(agreed_.window, 1) ||
      (length && seq_lt(segment.seq, rcv_nxt) && seq_gt(segment.seq + length, rcv_nxt)) ||
      (segment.seq == rcv_nxt + agreed_.window && length == 0);
  if (!in_window || old || stray_echo) {
    if (rst) return Verdict::kIgnore;
    if (length && !syn) return Verdict::kAck;  // data is no part of a loop of acks
    if (settings_->too_soon_for_invalid(last_resend_, now)) return Verdict::kTooSoon;
    last_resend_ = now;
    return Verdict::kAck;
  }
  if (rst && segment.seq != rcv_nxt) {  // RFC 5961 §3.2
    if (settings_->too_soon_for_invalid(last_resend_, now)) return Verdict::kTooSoon;
    last_resend_ = now;
    return Verdict::kAck;
  }
  if (rst || syn) return Verdict::kForget;
  if (!ack) return Verdict::kIgnore;
  if (agreed_.ts_ok && segment.options.has_ts && seq_le(segment.seq, rcv_nxt))
    agreed_.ts_recent = segment.options.ts_val;
  const bool bare = segment.size() == 0 && !(segment.flags & TcpFlag::kFin);
  if (bare && now < started_ + settings_->defer_accept) {
    deferred_ = true;
    return Verdict::kDeferred;
  }
  agreed_.peer_window = uint32_t{segment.window} << agreed_.snd_wscale;
  agreed_.syn_retransmits = resent_;
  agreed_.syn_timeouts = timeouts_;
  agreed_.handshake_took = now - started_;
  if (resent_ == 0) {
    agreed_.handshake_rtt = now - started_;
  } else if (agreed_.ts_ok && segment.options.has_ts && segment.options.ts_ecr) {
    const uint32_t ms = tcp_timestamp(now, agreed_.ts_offset) - segment.options.ts_ecr;
    if (ms < 1u << 20) agreed_.handshake_rtt = std::chrono::milliseconds(std::max(ms, 1u));
    agreed_.syn_was_slow = segment.options.ts_ecr == first_stamp_;
  }
  return Verdict::kEstablished;
}

TcpSegmentOut TcpRequest::reply(Nanos now) const {
  TcpSegmentOut out;
  out.seq = agreed_.iss + 1;
  out.ack = agreed_.irs + 1;
  out.flags = TcpFlag::kAck;
  out.window = static_cast<uint16_t>(
      std::min<uint32_t>(agreed_.window >> agreed_.rcv_wscale, kTcpMaxWindow));
  if (agreed_.ts_ok) {
    out.options.has_ts = true;
    out.options.ts_val = tcp_timestamp(now, agreed_.ts_offset);
    out.options.ts_ecr = agreed_.ts_recent;
  }
  return out;
}

}  // namespace unetns
