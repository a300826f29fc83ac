#include <linux/tcp.h>

#include <algorithm>

#include "inet/tcp/recovery.h"

namespace unetns {

namespace {
uint32_t us(Nanos t) { return static_cast<uint32_t>(t.count() / 1000); }
}  // namespace

void LossRecovery::fill_info(Nanos now, tcp_info& info) const {
  info.tcpi_ca_state = static_cast<uint8_t>(phase_);
  info.tcpi_retransmits = retransmits_;
  info.tcpi_backoff = backoffs_;
  info.tcpi_rto = us(rto());
  info.tcpi_unacked = board_.out().segments;
  info.tcpi_sacked = sack_ ? board_.sacked().segments : dupacks_;
  info.tcpi_lost = board_.lost().segments;
  info.tcpi_retrans = board_.retrans().segments;
  info.tcpi_last_data_sent = static_cast<uint32_t>((now - last_sent_).count() / 1'000'000);
  info.tcpi_rtt = us(rtt_.srtt());
  info.tcpi_rttvar = rtt_.measured() ? us(rtt_.rttvar()) : 250'000;
  info.tcpi_snd_cwnd = control_->cwnd();
  info.tcpi_snd_ssthresh = control_->ssthresh();
  info.tcpi_reordering = reordering_;
  info.tcpi_total_retrans = total_retrans_;
  info.tcpi_min_rtt = rtt_.min_rtt().count() == 0 ? ~uint32_t{0} : us(rtt_.min_rtt());
  const uint64_t pace = pacing_rate();
  info.tcpi_pacing_rate = pace;
  info.tcpi_max_pacing_rate = max_pacing_rate_;
  info.tcpi_delivery_rate = rate_.rate(board_.mss());
  info.tcpi_delivery_rate_app_limited = rate_.app_limited();
  info.tcpi_delivered = rate_.delivered();
  info.tcpi_bytes_retrans = bytes_retrans_;
  info.tcpi_dsack_dups = dsack_dups_;
  info.tcpi_reord_seen = reorderings_;
}

}  // namespace unetns
