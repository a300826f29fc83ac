// TcpConnection: what an arriving ack changes (RFC 9293 §3.10.7.4, RFC 2018, RFC 3168).
#include <algorithm>
#include <bit>

#include "inet/tcp/connection_impl.h"

namespace unetns {
namespace {

// Splits the blocks of a segment: the first may tell of a duplicate (RFC 2883 §4). Those outside of
// what is in flight are dropped. Returns how many are left in `out`.
size_t split_sacks(const TcpOptions& o, uint32_t ack, uint32_t nxt, SackBlock (&out)[4],
                   std::optional<SackBlock>& dsack) {
  size_t n = 0;
  for (size_t i = 0; i < o.sack_count; i++) {
    const SackBlock b = o.sack[i];
    if (!seq_lt(b.start, b.end)) continue;
    if (i == 0) {
      const bool inside =
          o.sack_count > 1 && seq_ge(b.start, o.sack[1].start) && seq_le(b.end, o.sack[1].end);
      if (seq_le(b.end, ack) || seq_lt(b.start, ack) || inside) {
        if (seq_le(b.end, nxt)) dsack = b;
        continue;
      }
    }
    if (seq_gt(b.start, ack) && seq_le(b.end, nxt)) out[n++] = b;
  }
  return n;
}

}  // namespace

void TcpConnectionImpl::update_window(const TcpSegmentIn& segment) {
  const uint32_t window = uint32_t{segment.window} << snd_wscale_;
  if (!(seq_gt(segment.ack, snd_una_) || seq_gt(segment.seq, snd_wl1_) ||
        (segment.seq == snd_wl1_ && (window > snd_wnd_ || window == 0))))
    return;
  snd_wl1_ = segment.seq;
  snd_wnd_ = window;
  if (window <= max_window_) return;
  max_window_ = window;
  if (halved_by_window_ || max_window_ / 2 < mss_) set_mss();
}

// RFC 5961 §5.2: an ack of what was not sent, or of what is too long ago, makes the segment
// worthless.
bool TcpConnectionImpl::plausible_ack(uint32_t ack) const {
  if (seq_gt(ack, snd_nxt())) return false;
  return !seq_lt(ack, snd_una_) || snd_una_ - ack <= std::min<uint64_t>(max_window_, bytes_acked_);
}

void TcpConnectionImpl::take_ack(Nanos now, const TcpSegmentIn& segment) {
  const uint32_t ack = segment.ack, nxt = snd_nxt();
  if (seq_lt(ack, snd_una_)) return;  // overtaken: only its data counts
  last_ack_arrival_ = now;
  keepalives_out_ = 0;
  probes_out_ = 0;
  const uint32_t old_window = snd_wnd_;
  update_window(segment);
  if (snd_una_ == iss_ && ack != iss_) {  // SYNs had crossed, and ours is acknowledged at last
    snd_una_++;
    bytes_acked_++;
  }
  if (snd_wnd_ != 0) probing_since_ = {};
  if (recovery_->all_acked()) return;
  AckFacts facts;
  facts.now = now;
  facts.ack = ack;
  SackBlock blocks[4];
  if (sack_ok_ && segment.options.sack_count) {
    const size_t n = split_sacks(segment.options, ack, nxt, blocks, facts.dsack);
    facts.sacks = {blocks, n};
    if (facts.dsack) count(TcpMib::kTCPDSACKRecv);
  }
  if (ts_ok_ && segment.options.has_ts && segment.options.ts_ecr)
    facts.ts_ecr = segment.options.ts_ecr - ts_offset_;
  facts.ts_now = tcp_timestamp(now, 0);
  facts.window_changed =
      snd_wnd_ != old_window || segment.size() || (segment.flags & TcpFlag::kFin);
  facts.ece = ecn_ok_ && (segment.flags & TcpFlag::kEce);
  const AckResult result = recovery_->acked(facts);
  if (result.reduced && ecn_ok_) cwr_due_ = true;
  if (result.delivered) {
    const uint32_t segments = (result.delivered + mss_ - 1) / mss_;
    count(TcpMib::kTCPDelivered, segments);
    if (facts.ece) {
      count(TcpMib::kTCPDeliveredCE, segments);
      delivered_ce_ += segments;
    }
  }
  if (result.advanced)
    took_ack(now, ack - snd_una_);
  else if (segment.size() == 0)
    count(TcpMib::kTCPPureAcks);
}

void TcpConnectionImpl::took_ack(Nanos now, uint32_t acked) {
  snd_una_ += acked;
  bytes_acked_ += acked;
  end_more(now);
  timeouts_ = 0;
  stalled_since_ = {};
  soft_error_ = 0;
  persist_backoff_ = 0;
  const bool was_full = send_room() == 0;
  queue_.acked(snd_una_);
  // What is acknowledged must not look like the future half the sequence space later.
  snd_up_ = seq_max(snd_up_, snd_una_);
  snd_small_ = seq_max(snd_small_, snd_una_);
  expand_sndbuf();
  host_.tcp_confirmed();
  if (was_full || (blocked_ && writable())) host_.tcp_changed();
  if (!fin_queued_ || snd_una_ != write_end()) return;
  switch (state_) {
    case TcpState::kFinWait1:
      enter_fin_wait2(now);
      break;
    case TcpState::kClosing:
      enter_time_wait(now);
      break;
    case TcpState::kLastAck:
      finish(0);
      break;
    default:
      break;
  }
}

// Room for twice what the path takes (tcp(7), tcp_wmem), with the overhead that Linux counts for
// each segment: so that programs see the sizes they know. Thrice where the window is kept in a
// recovery, which would hold the data of a window as well until it ends.
void TcpConnectionImpl::expand_sndbuf() {
  if (settings_.sndbuf_locked) {
    sndbuf_ = settings_.sndbuf;
    return;
  }
  if (memory_pressed()) {
    sndbuf_ = std::max(sndbuf_, settings_.sndbuf);
    return;
  }
  const uint64_t segment = std::bit_ceil(uint64_t{mss_} + 640) + 256;
  const uint64_t segments =
      std::max({recovery_->control().cwnd(), CongestionControl::kInitialWindow,
                uint32_t{settings_.reordering} + 1});
  const uint32_t windows = recovery_->governed() ? 3 : 2;
  const uint64_t wanted = std::min<uint64_t>(windows * segments * segment, settings_.sndbuf_max);
  sndbuf_ = std::max({sndbuf_, settings_.sndbuf, static_cast<uint32_t>(wanted)});
}

}  // namespace unetns
