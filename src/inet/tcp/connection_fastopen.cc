// TcpConnection: data that goes with SYNs (TCP Fast Open, RFC 7413).
#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {

void TcpConnectionImpl::open_fastopen(Nanos now, const TcpNegotiated& agreed, Packet data,
                                      bool fin) {
  opened_ = fastopen_child_ = true;
  agree(now, agreed);
  state_ = TcpState::kSynRecv;
  start_recovery(now, iss_ + 1, std::nullopt);
  if (data && data.size()) {
    data_segs_in_++;
    const auto n = static_cast<uint32_t>(data.size());
    rcv_nxt_ += n;
    bytes_received_ += n;
    in_.append(std::move(data));
    window_.told(rcv_nxt_);
    acks_.arrived(now, n, n, window_.rcvbuf(), kTcpFirstTimeout, settings_);
  }
  if (fin) {
    fin_received_ = true;
    rcv_nxt_++;
  }
  syn_data_acked_ = agreed.syn_data_acked;
}

// Options may fill their whole room, whatever of it they do (RFC 7413 §4.2.1 leaves it open).
uint32_t TcpConnectionImpl::syn_room(uint16_t peer_mss) const {
  constexpr uint32_t kOptions = TcpHeader::kMaxSize - TcpHeader::kMinSize;
  uint32_t mss = tcp_mss_of(pmtu_, ip_overhead_);
  if (settings_.user_mss) mss = std::min<uint32_t>(mss, settings_.user_mss);
  if (peer_mss) mss = std::min<uint32_t>(mss, peer_mss);
  return mss > kOptions ? mss - kOptions : 0;
}

uint32_t TcpConnectionImpl::connect_fastopen(Nanos now, const FastOpen& how, Packet data) {
  if (opened_) return 0;
  const std::optional<Bytes>& cookie = how.cookie;
  const bool asks = cookie && (cookie->empty() || cookie->size() > sizeof TcpOptions::fastopen);
  const uint32_t room = asks ? 0 : syn_room(how.peer_mss);
  if (data && !how.whole && data.size() > room) {
    if (room)
      data.trim(room);
    else
      data = {};
  }
  syn_asked_cookie_ = cookie.has_value();
  if (data) queue_.append(std::move(data));
  begin_open(now);
  TcpSegmentOut syn = make_syn(now);
  if (cookie && !asks) {
    syn.options.fastopen_len = static_cast<uint8_t>(cookie->size());
    std::copy(cookie->begin(), cookie->end(), syn.options.fastopen);
  }
  const uint32_t taken = queue_.size();
  if (const uint32_t n = std::min(taken, room)) {
    syn.payload = queue_.share(iss_ + 1, n);
    syn_data_ = true;
    syn_end_ += n;
    bytes_sent_ += n;
    data_segs_out_++;
    last_data_sent_ = now;
    count(TcpMib::kTCPOrigDataSent);
  }
  send_syn(now, std::move(syn));
  return taken;
}

// What went with the SYN is in flight as any other data.
void TcpConnectionImpl::track_syn_data() {
  if (syn_data_) recovery_->sent(syn_sent_, iss_ + 1, syn_end_, true);
}

// How much of the SYN's data the SYN-ACK took; what is left of it goes again at once.
void TcpConnectionImpl::judge_syn_data(Nanos now, uint32_t ack) {
  track_syn_data();
  if (ack != iss_ + 1) {
    AckFacts facts;
    facts.now = now;
    facts.ack = ack;
    const AckResult result = recovery_->acked(facts);
    count(TcpMib::kTCPDelivered, (result.delivered + mss_ - 1) / mss_);
  }
  syn_data_acked_ = recovery_->all_acked();
  count(syn_data_acked_ ? TcpMib::kTCPFastOpenActive : TcpMib::kTCPFastOpenActiveFail);
  if (syn_data_acked_)
    recovery_->syn_data_taken();
  else
    recovery_->syn_data_lost();
}

// A Fast Open SYN that was too large for the path goes again without its data.
void TcpConnectionImpl::syn_too_big(Nanos now) {
  if (!syn_data_ || syn_fallback_) return;
  syn_fallback_ = true;
  syn_retransmits_++;
  count(TcpMib::kRetransSegs);
  count(TcpMib::kTCPSynRetrans);
  send_syn(now);
}

}  // namespace unetns
