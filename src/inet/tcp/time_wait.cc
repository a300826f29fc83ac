#include "inet/tcp/time_wait.h"

#include <algorithm>

#include "inet/tcp/handshake.h"
#include "inet/tcp/seq.h"

namespace unetns {
TcpTimeWait::Verdict TcpTimeWait::segment(Nanos now, const TcpSegmentIn& segment,
                                          const TcpSettings& settings) {
  const bool rst = segment.flags & TcpFlag::kRst, syn = segment.flags & TcpFlag::kSyn,
             ack = segment.flags & TcpFlag::kAck, fin = segment.flags & TcpFlag::kFin;
  const uint32_t end =
      segment.seq + static_cast<uint32_t>(segment.size()) + (syn ? 1 : 0) + (fin ? 1 : 0);
  const bool stamped = s_.ts_ok && segment.options.has_ts;
  const bool old = stamped && !rst && seq_lt(segment.options.ts_val, s_.ts_recent);
  auto limited_ack = [&] {
    if (end != segment.seq && !syn) return Verdict::kAck;  // data is no part of a loop of acks
    if (settings.too_soon_for_invalid(last_ack_, now)) return Verdict::kIgnore;
    last_ack_ = now;
    return Verdict::kAck;
  };
  if (s_.fin_wait2) {
    const uint32_t window = std::max<uint32_t>(s_.rcv_wnd, 1);
    const bool in_window =
        segment.seq - s_.rcv_nxt < window ||
        (end != segment.seq && seq_lt(segment.seq, s_.rcv_nxt) && seq_gt(end, s_.rcv_nxt)) ||
        (segment.seq == s_.rcv_nxt + s_.rcv_wnd && end == segment.seq);
    if (old || !in_window) return rst ? Verdict::kIgnore : limited_ack();
    if (rst) return Verdict::kForget;
    if (syn && !seq_lt(segment.seq, s_.rcv_nxt)) return Verdict::kReset;
    if (!ack || end == segment.seq || seq_le(end, s_.rcv_nxt)) return Verdict::kIgnore;
    if (!fin || end != s_.rcv_nxt + 1) return Verdict::kReset;
    s_.fin_wait2 = false;
    s_.rcv_nxt = end;
    if (stamped) s_.ts_recent = segment.options.ts_val;
    s_.since = now;
    s_.deadline = now + kTime;
    return Verdict::kAck;
  }
  if (!old && segment.seq == s_.rcv_nxt && (end == segment.seq || rst)) {
    if (rst && !settings.rfc1337) return Verdict::kForget;
    if (stamped) s_.ts_recent = segment.options.ts_val;
    s_.deadline = now + kTime;
    return Verdict::kIgnore;
  }
  // RFC 6191 §2: a higher timestamp, or sequence number, shows that the SYN is not an old one.
  if (syn && !rst && !ack && !old &&
      (seq_gt(segment.seq, s_.rcv_nxt) ||
       (stamped && seq_gt(segment.options.ts_val, s_.ts_recent))))
    return Verdict::kNew;
  if (rst) return Verdict::kIgnore;
  if (old || ack) s_.deadline = now + kTime;
  return limited_ack();
}

TcpSegmentOut TcpTimeWait::ack(Nanos now) const {
  TcpSegmentOut out;
  out.seq = s_.snd_nxt;
  out.ack = s_.rcv_nxt;
  out.flags = TcpFlag::kAck;
  out.window = static_cast<uint16_t>(std::min<uint32_t>(s_.rcv_wnd >> s_.rcv_wscale, 65535));
  if (s_.ts_ok) {
    out.options.has_ts = true;
    out.options.ts_val = tcp_timestamp(now, s_.ts_offset);
    out.options.ts_ecr = s_.ts_recent;
  }
  return out;
}

bool TcpTimeWait::may_reuse(Nanos now) const {
  return s_.ts_ok && !s_.fin_wait2 && now - s_.since > std::chrono::seconds(1);
}

}  // namespace unetns
