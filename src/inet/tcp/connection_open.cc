// TcpConnection: opening (RFC 9293 §3.5, 3.10.7.3; RFC 7413).
#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {
namespace {

constexpr Nanos kFirstTimeout = std::chrono::seconds(1);  // RFC 6298 §2.1
constexpr Nanos kSoon = std::chrono::milliseconds(8);

}  // namespace

TcpConnectionImpl::TcpConnectionImpl(const Parts& parts, uint32_t iss, uint32_t path_mtu,
                                     uint32_t ip_overhead,
                                     std::unique_ptr<CongestionControl> control, uint32_t ts_offset)
    : host_(parts.host),
      packets_(parts.packets),
      settings_(parts.settings),
      control_(std::move(control)),
      queue_(parts.packets),
      in_(parts.packets),
      ooo_(parts.packets),
      iss_(iss),
      ts_offset_(ts_offset),
      snd_una_(iss),
      pushed_(iss),
      snd_small_(iss),
      snd_up_(iss),
      syn_end_(iss + 1),
      pmtu_(path_mtu),
      ip_overhead_(ip_overhead),
      advmss_(tcp_advertised_mss(parts.settings, path_mtu, ip_overhead)),
      sndbuf_(parts.settings.sndbuf) {
  queue_.start(iss + 1);
}

TcpConnectionImpl::~TcpConnectionImpl() = default;

std::unique_ptr<TcpConnection> TcpConnection::active(const Parts& parts, uint32_t iss,
                                                     uint32_t path_mtu, uint32_t ip_overhead,
                                                     std::unique_ptr<CongestionControl> control,
                                                     uint32_t ts_offset) {
  return std::make_unique<TcpConnectionImpl>(parts, iss, path_mtu, ip_overhead, std::move(control),
                                             ts_offset);
}

std::unique_ptr<TcpConnection> TcpConnection::passive(const Parts& parts, Nanos now,
                                                      const TcpNegotiated& agreed,
                                                      uint32_t path_mtu, uint32_t ip_overhead,
                                                      std::unique_ptr<CongestionControl> control) {
  auto c = std::make_unique<TcpConnectionImpl>(parts, agreed.iss, path_mtu, ip_overhead,
                                               std::move(control), agreed.ts_offset);
  c->open_passive(now, agreed);
  return c;
}

std::unique_ptr<TcpConnection> TcpConnection::passive_fastopen(
    const Parts& parts, Nanos now, const TcpNegotiated& agreed, uint32_t path_mtu,
    uint32_t ip_overhead, std::unique_ptr<CongestionControl> control, Packet syn_data,
    bool syn_had_fin) {
  auto c = std::make_unique<TcpConnectionImpl>(parts, agreed.iss, path_mtu, ip_overhead,
                                               std::move(control), agreed.ts_offset);
  c->open_fastopen(now, agreed, std::move(syn_data), syn_had_fin);
  return c;
}

void TcpConnectionImpl::open_passive(Nanos now, const TcpNegotiated& agreed) {
  opened_ = true;
  agree(now, agreed);
  snd_una_ = iss_ + 1;
  start_recovery(now, snd_una_, agreed.handshake_rtt);
  state_ = TcpState::kEstablished;
  arm_keepalive(now);
}

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
    acks_.arrived(now, n, n, window_.rcvbuf(), kFirstTimeout, settings_);
  }
  if (fin) {
    fin_received_ = true;
    rcv_nxt_++;
  }
  syn_data_acked_ = agreed.syn_data_acked;
}

void TcpConnectionImpl::connect(Nanos now) {
  if (fastopen_child_ && state_ == TcpState::kSynRecv) {
    syn_timeout_ = kFirstTimeout;
    syn_sent_ = now;
    send_syn(now);
    return;
  }
  if (opened_) return;
  opened_ = true;
  set_state(TcpState::kSynSent);
  count(TcpMib::kActiveOpens);
  syn_asked_ecn_ = settings_.ecn == 1 || settings_.route.ecn;
  syn_timeout_ = kFirstTimeout;
  syn_sent_ = now;
  send_syn(now);
}

void TcpConnectionImpl::connect_fastopen(Nanos now, std::optional<Bytes> cookie, Packet data) {
  if (opened_) return;
  const bool asks = cookie && (cookie->empty() || cookie->size() > sizeof TcpOptions::fastopen);
  syn_asked_cookie_ = cookie.has_value();
  opened_ = true;
  if (data) queue_.append(std::move(data));
  set_state(TcpState::kSynSent);
  count(TcpMib::kActiveOpens);
  syn_timeout_ = kFirstTimeout;
  syn_sent_ = now;
  if (asks) {
    send_syn(now);
    return;
  }
  TcpSegmentOut out;
  out.seq = iss_;
  out.flags = TcpFlag::kSyn;
  out.window = syn_window();
  out.options = tcp_syn_options(settings_, now, pmtu_, ip_overhead_, ts_offset_);
  syn_stamp_ = out.options.ts_val;
  if (cookie) {
    out.options.has_fastopen = true;
    out.options.fastopen_len = static_cast<uint8_t>(cookie->size());
    std::copy(cookie->begin(), cookie->end(), out.options.fastopen);
  }
  const size_t room = tcp_mss_of(pmtu_, ip_overhead_) - out.options.size();
  const auto n = static_cast<uint32_t>(std::min<size_t>(queue_.size(), room));
  if (n) {
    out.payload = queue_.share(iss_ + 1, n);
    syn_data_ = true;
    syn_end_ += n;
  }
  segs_out_++;
  syn_deadline_ = now + syn_timeout_;
  host_.tcp_send(std::move(out));
}

TcpNegotiated TcpConnectionImpl::agreed() const {
  TcpNegotiated a;
  a.wscale_ok = wscale_ok_;
  a.ts_ok = ts_ok_;
  a.sack_ok = sack_ok_;
  a.rcv_wscale = window_.wscale();
  a.ts_recent = ts_recent_;
  a.ts_offset = ts_offset_;
  return a;
}

// A SYN's window is never scaled (RFC 7323 §2.2).
uint16_t TcpConnectionImpl::syn_window() const {
  return static_cast<uint16_t>(
      std::min(tcp_initial_window(settings_, advmss_, settings_.window_scaling), kTcpMaxWindow));
}

// A SYN, or in SYN-RECV a SYN-ACK.
void TcpConnectionImpl::send_syn(Nanos now) {
  TcpSegmentOut out;
  out.seq = iss_;
  out.flags = TcpFlag::kSyn;
  out.window = syn_window();
  if (state_ == TcpState::kSynRecv) {
    out.flags |= TcpFlag::kAck;
    out.ack = rcv_nxt_;
    if (ecn_ok_) out.flags |= TcpFlag::kEce;
    out.options = tcp_syn_ack_options(settings_, agreed(), now, pmtu_, ip_overhead_);
  } else {
    // RFC 3168 §6.1.1.1: a SYN that was lost may have been so for its ECN bits.
    if (syn_asked_ecn_ && (syn_tries_ == 0 || !settings_.ecn_fallback))
      out.flags |= TcpFlag::kEce | TcpFlag::kCwr;
    out.options = tcp_syn_options(settings_, now, pmtu_, ip_overhead_, ts_offset_);
    if (syn_tries_ == 0) syn_stamp_ = out.options.ts_val;
    out.options.has_fastopen = syn_asked_cookie_ && !syn_fallback_;
  }
  segs_out_++;
  syn_deadline_ = now + syn_timeout_;
  host_.tcp_send(std::move(out));
}

void TcpConnectionImpl::syn_timer(Nanos now) {
  if (now < syn_deadline_) return;
  syn_tries_++;
  const bool active = state_ == TcpState::kSynSent;
  const int limit = active ? settings_.syn_retries : settings_.synack_retries;
  const bool late = settings_.user_timeout != Nanos{} && now - syn_sent_ >= settings_.user_timeout;
  if (syn_tries_ > limit || late) {
    count(TcpMib::kAttemptFails);
    time_out(now);
    return;
  }
  syn_timeout_ = std::min(syn_timeout_ * 2, settings_.rto_max);
  syn_fallback_ = true;
  count(TcpMib::kRetransSegs);
  count(TcpMib::kTCPSynRetrans);
  count(TcpMib::kTCPTimeouts);
  send_syn(now);
}

void TcpConnectionImpl::agree(Nanos now, const TcpNegotiated& agreed) {
  irs_ = agreed.irs;
  rcv_nxt_ = copied_ = irs_ + 1;
  wscale_ok_ = agreed.wscale_ok;
  ts_ok_ = agreed.ts_ok;
  sack_ok_ = agreed.sack_ok;
  ecn_ok_ = agreed.ecn_ok;
  snd_wscale_ = agreed.snd_wscale;
  snd_wnd_ = max_window_ = agreed.peer_window;
  snd_wl1_ = irs_;
  peer_mss_ = agreed.peer_mss;
  ts_recent_ = agreed.ts_recent;
  ts_recent_since_ = now;
  const uint32_t window = agreed.window
                              ? agreed.window
                              : tcp_initial_window(settings_, advmss_, settings_.window_scaling);
  const uint32_t advmss = advmss_ - (ts_ok_ ? 12u : 0u);
  window_.start(now, settings_, rcv_nxt_, window, advmss, agreed.rcv_wscale);
  set_mss();
  acks_.start(settings_, std::max(std::min({advmss, mss_, window / 2, 536u}), 88u));
}

void TcpConnectionImpl::start_recovery(Nanos now, uint32_t first, std::optional<Nanos> rtt) {
  LossRecovery::Config config;
  config.iss = first;
  config.mss = mss_;
  config.sack = sack_ok_;
  config.timestamps = ts_ok_;
  config.frto = settings_.frto;
  config.tlp = settings_.tlp;
  config.rack = settings_.rack;
  config.slow_start_after_idle = settings_.slow_start_after_idle;
  config.reordering = settings_.reordering;
  config.max_reordering = settings_.max_reordering;
  config.pacing_ss_ratio = settings_.pacing_ss_ratio;
  config.pacing_ca_ratio = settings_.pacing_ca_ratio;
  config.rto_min = settings_.least_rto();
  if (settings_.route.init_cwnd) config.initial_window = settings_.route.init_cwnd;
  config.rto_max = settings_.rto_max;
  config.max_pacing_rate = settings_.max_pacing_rate;
  recovery_ = std::make_unique<LossRecovery>(config, std::move(control_));
  recovery_->handshake_done(now, rtt, syn_tries_ > 0);
  expand_sndbuf();
}

void TcpConnectionImpl::established(Nanos now) {
  syn_deadline_ = Nanos::max();
  syn_timeout_ = {};
  set_state(TcpState::kEstablished);
  arm_keepalive(now);
}

bool TcpConnectionImpl::in_syn_sent(Nanos now, TcpSegmentIn& segment) {
  const bool ack = segment.flags & TcpFlag::kAck;
  if (ack && !(seq_gt(segment.ack, iss_) && seq_le(segment.ack, syn_end_))) {
    // What the peer has of an older connection is gone with that: no need to wait.
    if (syn_tries_ == 0) syn_deadline_ = std::min(syn_deadline_, now + kSoon);
    if (auto reset = tcp_reset_for(segment)) host_.tcp_send(std::move(*reset));
    return false;
  }
  // PAWS of the handshake: what is echoed must be a stamp of ours.
  const TcpOptions& options = segment.options;
  if (ack && settings_.timestamps && options.has_ts && options.ts_ecr != 0 &&
      (seq_lt(options.ts_ecr, syn_stamp_) ||
       seq_gt(options.ts_ecr, tcp_timestamp(now, ts_offset_)))) {
    count(TcpMib::kPAWSActive);
    if (auto reset = tcp_reset_for(segment)) host_.tcp_send(std::move(*reset));
    return false;
  }
  if (segment.flags & TcpFlag::kRst) {
    if (!ack) return false;
    count(TcpMib::kAttemptFails);
    finish(ECONNREFUSED);
    return true;
  }
  if (!(segment.flags & TcpFlag::kSyn)) return false;
  TcpNegotiated agreed = tcp_negotiate(settings_, segment, iss_, ts_offset_);
  if (!ack) {  // both opened at once
    agreed.ecn_ok = syn_asked_ecn_ && tcp_syn_wants_ecn(segment.flags);
    agree(now, agreed);
    syn_end_ = iss_ + 1;
    set_state(TcpState::kSynRecv);
    syn_timeout_ = kFirstTimeout;
    syn_tries_ = 0;
    send_syn(now);
    return true;
  }
  agreed.ecn_ok = syn_asked_ecn_ && tcp_syn_ack_grants_ecn(segment.flags);
  agree(now, agreed);
  std::optional<Nanos> rtt;
  if (syn_tries_ == 0) rtt = now - syn_sent_;
  snd_una_ = segment.ack;
  queue_.acked(snd_una_);
  bytes_acked_ += snd_una_ - iss_;
  syn_data_acked_ = syn_data_ && snd_una_ != iss_ + 1;
  if (syn_data_)
    count(syn_data_acked_ ? TcpMib::kTCPFastOpenActive : TcpMib::kTCPFastOpenActiveFail);
  start_recovery(now, snd_una_, rtt);
  if (ecn_ok_ && syn_tries_ > 0) cwr_due_ = true;  // the lost SYN made the window small
  if (segment.options.has_fastopen && segment.options.fastopen_len && syn_asked_cookie_)
    host_.tcp_fastopen_cookie({segment.options.fastopen, segment.options.fastopen_len}, peer_mss_);
  last_ack_arrival_ = now;
  established(now);
  need_ack_ = ack_now_ = true;
  // Data and FIN of a SYN-ACK are for the peer to send again.
  output(now);
  ack_if_due(now);
  return true;
}

// Whether the segment's ack ends the handshake.
bool TcpConnectionImpl::in_syn_recv(Nanos now, const TcpSegmentIn& segment) {
  const uint32_t highest = fastopen_child_ ? recovery_->snd_nxt() : iss_ + 1;
  if (!(seq_gt(segment.ack, iss_) && seq_le(segment.ack, highest))) {
    if (auto reset = tcp_reset_for(segment)) host_.tcp_send(std::move(*reset));
    return false;
  }
  std::optional<Nanos> rtt;
  if (syn_tries_ == 0) rtt = now - syn_sent_;
  snd_una_ = iss_ + 1;
  if (fastopen_child_)
    recovery_->handshake_done(now, rtt, syn_tries_ > 0);
  else
    start_recovery(now, snd_una_, rtt);
  snd_wnd_ = uint32_t{segment.window} << snd_wscale_;
  max_window_ = std::max(max_window_, snd_wnd_);
  snd_wl1_ = segment.seq;
  established(now);
  if (fin_received_)
    set_state(fin_queued_ ? TcpState::kLastAck : TcpState::kCloseWait);
  else if (fin_queued_)
    set_state(TcpState::kFinWait1);
  return true;
}

}  // namespace unetns
