// TcpConnection: TCP_INFO.
#include <linux/tcp.h>

#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {
namespace {

uint32_t ms(Nanos t) {
  return static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(t).count());
}
uint64_t us(Nanos t) {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

}  // namespace

// The SYN counts as a segment, and so does its data.
void TcpConnectionImpl::fill_syn_info(struct ::tcp_info& info) const {
  info.tcpi_rto = static_cast<uint32_t>(us(syn_timeout_));
  info.tcpi_unacked = syn_sent_ == Nanos{} ? 0 : syn_data_ ? 2 : 1;
  info.tcpi_retransmits = syn_retransmits_;
  info.tcpi_backoff =
      static_cast<uint8_t>(std::max(syn_retransmits_ - settings_.syn_linear_timeouts, 0));
  if (syn_retransmits_ == 0) return;
  info.tcpi_ca_state = TCP_CA_Loss;
  info.tcpi_lost = info.tcpi_unacked;
  info.tcpi_retrans = 1;
  info.tcpi_snd_ssthresh = CongestionControl::kInitialWindow / 2;
  info.tcpi_snd_cwnd = 1;
}

void TcpConnectionImpl::fill_info(Nanos now, struct ::tcp_info& info) const {
  info = {};
  info.tcpi_state = static_cast<uint8_t>(state_);
  info.tcpi_rto = static_cast<uint32_t>(us(std::chrono::seconds(1)));
  info.tcpi_snd_mss = mss_;
  info.tcpi_snd_cwnd = CongestionControl::kInitialWindow;
  info.tcpi_snd_ssthresh = 0x7fffffff;
  info.tcpi_reordering = settings_.reordering;
  if (recovery_)
    recovery_->fill_info(now, info);
  else if (state_ == TcpState::kSynSent)
    fill_syn_info(info);
  if (state_ != TcpState::kSynSent && snd_una_ == iss_ && !fastopen_child_)
    info.tcpi_unacked++;  // our SYN, which crossed the peer's
  info.tcpi_total_retrans += syn_retransmits_;
  info.tcpi_state = static_cast<uint8_t>(state_);
  if (ts_ok_) info.tcpi_options |= TCPI_OPT_TIMESTAMPS;
  if (sack_ok_) info.tcpi_options |= TCPI_OPT_SACK;
  if (wscale_ok_) {
    info.tcpi_options |= TCPI_OPT_WSCALE;
    info.tcpi_snd_wscale = snd_wscale_ & 15;
    info.tcpi_rcv_wscale = window_.wscale() & 15;
  }
  if (ecn_ok_ || (state_ == TcpState::kSynSent && syn_asked_ecn_))
    info.tcpi_options |= TCPI_OPT_ECN;
  if (seen_ect_) info.tcpi_options |= TCPI_OPT_ECN_SEEN;
  if (syn_data_acked_) info.tcpi_options |= TCPI_OPT_SYN_DATA;
  constexpr uint8_t kFastOpenChild = 128;  // TCPI_OPT_TFO_CHILD, newer than some headers
  if (fastopen_child_) info.tcpi_options |= kFastOpenChild;
  info.tcpi_probes = std::max(probes_out_, keepalives_out_);
  if (probes_out_ || persist_ != Nanos::max()) info.tcpi_backoff = persist_backoff_;
  info.tcpi_ato = static_cast<uint32_t>(us(acks_.ato()));
  info.tcpi_snd_mss = mss_;
  if (state_ == TcpState::kSynSent && settings_.timestamps) info.tcpi_snd_mss -= 12;
  info.tcpi_rcv_mss = acks_.rcv_mss();
  info.tcpi_advmss = static_cast<uint32_t>(advmss_ - (ts_ok_ ? 12 : 0));
  info.tcpi_pmtu = pmtu_;
  info.tcpi_rcv_ssthresh = window_.ssthresh();
  info.tcpi_rcv_space = window_.space();
  info.tcpi_rcv_rtt = static_cast<uint32_t>(us(window_.rtt()));
  const Nanos start = syn_sent_;
  info.tcpi_last_data_sent = ms(now - std::max(last_data_sent_, start));
  info.tcpi_last_data_recv = ms(now - std::max(acks_.last_arrival(), start));
  info.tcpi_last_ack_recv = ms(now - std::max(last_ack_arrival_, start));
  info.tcpi_bytes_acked = bytes_acked_;
  info.tcpi_bytes_received = bytes_received_;
  info.tcpi_segs_out = segs_out_;
  info.tcpi_segs_in = segs_in_;
  info.tcpi_data_segs_in = data_segs_in_;
  info.tcpi_data_segs_out = data_segs_out_;
  info.tcpi_notsent_bytes = unsent();
  info.tcpi_bytes_sent = bytes_sent_;
  info.tcpi_busy_time = us(spent_.busy(now));
  info.tcpi_rwnd_limited = us(spent_.spent(now, TimeSpent::kRwndLimited));
  info.tcpi_sndbuf_limited = us(spent_.spent(now, TimeSpent::kSndbufLimited));
  info.tcpi_rcv_ooopack = ooo_packets_;
  info.tcpi_snd_wnd = snd_wnd_;
  info.tcpi_delivered_ce = delivered_ce_;
}

ByteVector TcpConnectionImpl::congestion_info() const {
  const CongestionControl& control = recovery_ ? recovery_->control() : *control_;
  return control.info();
}

TcpInfoTail TcpConnectionImpl::info_tail(Nanos now) const {
  TcpInfoTail out;
  out.rcv_wnd = window_.window();
  TimeoutSums sums;
  if (recovery_)
    sums = recovery_->timeouts();
  else
    sums.handshake(syn_tries_, now - syn_sent_ - kTcpFirstTimeout);
  out.total_rto = sums.timeouts();
  out.total_rto_recoveries = sums.recoveries();
  out.total_rto_time = sums.spent(now);
  return out;
}

}  // namespace unetns
