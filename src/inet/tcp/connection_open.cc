// TcpConnection: opening (RFC 9293 §3.5, 3.10.7.3).
#include <algorithm>

#include "inet/tcp/connection_impl.h"

namespace unetns {
namespace {

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
  syn_retransmits_ = agreed.syn_retransmits;
  syn_was_slow_ = agreed.syn_was_slow;
  start_recovery(now, snd_una_, agreed.handshake_rtt);
  recovery_->timeouts().handshake(agreed.syn_timeouts, agreed.handshake_took);
  state_ = TcpState::kEstablished;
  arm_keepalive(now);
}

void TcpConnectionImpl::connect(Nanos now) {
  if (fastopen_child_ && state_ == TcpState::kSynRecv) {
    syn_timeout_ = kTcpFirstTimeout;
    syn_sent_ = now;
    send_syn(now);
    return;
  }
  if (opened_) return;
  begin_open(now);
  send_syn(now);
}

void TcpConnectionImpl::begin_open(Nanos now) {
  opened_ = true;
  set_state(TcpState::kSynSent);
  count(TcpMib::kActiveOpens);
  syn_asked_ecn_ = settings_.ecn == 1 || settings_.route.ecn;
  syn_timeout_ = kTcpFirstTimeout;
  syn_sent_ = now;
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
TcpSegmentOut TcpConnectionImpl::make_syn(Nanos now) {
  TcpSegmentOut out;
  out.seq = iss_;
  out.flags = TcpFlag::kSyn;
  out.window = syn_window();
  if (state_ == TcpState::kSynRecv) {
    out.flags |= TcpFlag::kAck;
    out.ack = rcv_nxt_;
    if (ecn_ok_) out.flags |= TcpFlag::kEce;
    out.options = tcp_syn_ack_options(settings_, agreed(), now, pmtu_, ip_overhead_);
    if (const auto cookie = fastopen_child_ ? host_.tcp_fresh_cookie() : std::nullopt) {
      out.options.has_fastopen = true;
      out.options.fastopen_len = static_cast<uint8_t>(cookie->size());
      std::ranges::copy(*cookie, out.options.fastopen);
    }
    if (!fastopen_child_) {  // SYNs that crossed: what ours offered stands
      out.options = tcp_syn_options(settings_, now, pmtu_, ip_overhead_, ts_offset_);
      out.options.ts_ecr = ts_recent_;
    }
  } else {
    // RFC 3168 §6.1.1.1: a SYN that was lost may have been so for its ECN bits.
    if (syn_asked_ecn_ && (syn_retransmits_ == 0 || !settings_.ecn_fallback))
      out.flags |= TcpFlag::kEce | TcpFlag::kCwr;
    out.options = tcp_syn_options(settings_, now, pmtu_, ip_overhead_, ts_offset_);
    if (syn_retransmits_ == 0) syn_stamp_ = out.options.ts_val;
    out.options.has_fastopen = syn_asked_cookie_ && !syn_fallback_;
  }
  return out;
}

void TcpConnectionImpl::send_syn(Nanos now, TcpSegmentOut syn) {
  segs_out_++;
  arm_syn(now);
  host_.tcp_send(std::move(syn));
}

void TcpConnectionImpl::arm_syn(Nanos now) {
  syn_deadline_ = now + syn_timeout_;
  if (settings_.user_timeout != Nanos{})
    syn_deadline_ = std::min(syn_deadline_, std::max(now, syn_sent_ + settings_.user_timeout));
}

// A SYN is sent for as long as so many retries take whose pauses double from the first, though
// some of those pauses do not double (tcp_syn_linear_timeouts, Linux 6.5): more of them fit in.
bool TcpConnectionImpl::syn_gave_up(Nanos now) const {
  if (settings_.user_timeout != Nanos{} && now - syn_sent_ >= settings_.user_timeout) return true;
  if (fastopen_child_)  // has one more than what has no data to lose
    return syn_tries_ > settings_.most_syn_acks() + (settings_.own_syn_retries ? 0 : 1);
  if (state_ != TcpState::kSynSent) return syn_tries_ > settings_.syn_retries;
  return now - syn_sent_ >=
         time_of_retries(settings_.syn_retries, kTcpFirstTimeout, settings_.rto_max);
}

void TcpConnectionImpl::syn_timer(Nanos now) {
  if (now < syn_deadline_) return;
  if (syn_tries_ < 255) syn_tries_++;
  if (syn_gave_up(now)) {
    count(TcpMib::kAttemptFails);
    time_out(now);
    return;
  }
  if (state_ != TcpState::kSynSent || syn_tries_ > settings_.syn_linear_timeouts)
    syn_timeout_ = std::min(syn_timeout_ * 2, settings_.rto_max);
  syn_retransmits_++;
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
  recovery_->handshake_done(now, rtt, syn_was_slow_ ? 0 : syn_retransmits_);
  expand_sndbuf();
}

void TcpConnectionImpl::established(Nanos now) {
  syn_deadline_ = Nanos::max();
  syn_timeout_ = {};
  recovery_->timeouts().handshake(syn_tries_, now - syn_sent_ - kTcpFirstTimeout);
  set_state(TcpState::kEstablished);
  arm_keepalive(now);
}

// Of a SYN that went more than once only a stamp tells which was answered.
std::optional<Nanos> TcpConnectionImpl::handshake_rtt(Nanos now,
                                                      const TcpSegmentIn& segment) const {
  if (syn_retransmits_ == 0) return now - syn_sent_;
  if (!ts_ok_ || !segment.options.has_ts || segment.options.ts_ecr == 0) return std::nullopt;
  const uint32_t ms = tcp_timestamp(now, ts_offset_) - segment.options.ts_ecr;
  if (ms > 1u << 20) return std::nullopt;
  return std::chrono::milliseconds(std::max(ms, 1u));
}

std::optional<DropReason> TcpConnectionImpl::in_syn_sent(Nanos now, TcpSegmentIn& segment) {
  const bool ack = segment.flags & TcpFlag::kAck;
  if (ack && !(seq_gt(segment.ack, iss_) && seq_le(segment.ack, syn_end_))) {
    // What the peer has of an older connection is gone with that: no need to wait.
    if (syn_tries_ == 0) syn_deadline_ = std::min(syn_deadline_, now + kSoon);
    if (auto reset = tcp_reset_for(segment)) host_.tcp_send(std::move(*reset));
    return DropReason::kTcpIgnored;
  }
  // PAWS of the handshake: what is echoed must be a stamp of ours.
  const TcpOptions& options = segment.options;
  if (ack && settings_.timestamps && options.has_ts && options.ts_ecr != 0 &&
      (seq_lt(options.ts_ecr, syn_stamp_) ||
       seq_gt(options.ts_ecr, tcp_timestamp(now, ts_offset_)))) {
    count(TcpMib::kPAWSActive);
    if (auto reset = tcp_reset_for(segment)) host_.tcp_send(std::move(*reset));
    return DropReason::kTcpIgnored;
  }
  if (segment.flags & TcpFlag::kRst) {
    if (!ack) return DropReason::kTcpIgnored;
    count(TcpMib::kAttemptFails);
    finish(ECONNREFUSED);
    return {};
  }
  if (!(segment.flags & TcpFlag::kSyn)) return DropReason::kTcpIgnored;
  // Data that comes along is for the peer to send again, but for that of Fast Open.
  std::optional<DropReason> unused;
  if (segment.size()) unused = DropReason::kTcpIgnored;
  TcpNegotiated agreed = tcp_negotiate(settings_, segment, iss_, ts_offset_);
  if (!ack) {  // both opened at once
    agreed.ecn_ok = syn_asked_ecn_ && tcp_syn_wants_ecn(segment.flags);
    agree(now, agreed);
    set_state(TcpState::kSynRecv);
    syn_timeout_ = kTcpFirstTimeout;
    syn_tries_ = 0;
    send_syn(now);
    return unused;
  }
  agreed.ecn_ok = syn_asked_ecn_ && tcp_syn_ack_grants_ecn(segment.flags);
  agree(now, agreed);
  const std::optional<Nanos> rtt = handshake_rtt(now, segment);
  count(TcpMib::kTCPDelivered);
  snd_una_ = segment.ack;
  queue_.acked(snd_una_);
  bytes_acked_ += snd_una_ - iss_;
  syn_was_slow_ = syn_retransmits_ > 0 && ts_ok_ && options.has_ts && options.ts_ecr == syn_stamp_;
  start_recovery(now, iss_ + 1, rtt);
  if (syn_retransmits_ > 0) recovery_->syn_was_lost();
  if (ecn_ok_ && syn_retransmits_ > 0) cwr_due_ = true;  // the lost SYN made the window small
  if (syn_asked_cookie_)
    host_.tcp_fastopen_cookie({segment.options.fastopen, segment.options.fastopen_len}, peer_mss_);
  last_ack_arrival_ = now;
  established(now);
  need_ack_ = ack_now_ = true;
  if (syn_data_) judge_syn_data(now, snd_una_);
  if (syn_data_ ? syn_data_acked_ : syn_asked_cookie_) {
    segment.seq++;
    unused = take_data(now, segment);
    if (fin_received_) ack_now_ = false;
  }
  if (state_ == TcpState::kClose) return unused;
  output(now);
  ack_if_due(now);
  return unused;
}

// Whether the segment's ack ends the handshake. Where SYNs crossed, one of nothing does so too: as
// with Linux, not RFC 9293 §3.10.7.4.
bool TcpConnectionImpl::in_syn_recv(Nanos now, const TcpSegmentIn& segment) {
  const uint32_t highest = fastopen_child_ ? recovery_->snd_nxt() : syn_end_;
  const bool nothing = segment.ack == iss_;
  if ((nothing && fastopen_child_) || seq_lt(segment.ack, iss_) || seq_gt(segment.ack, highest)) {
    if (auto reset = tcp_reset_for(segment)) host_.tcp_send(std::move(*reset));
    return false;
  }
  const std::optional<Nanos> rtt = nothing ? std::nullopt : handshake_rtt(now, segment);
  if (!nothing) snd_una_ = iss_ + 1;
  if (fastopen_child_) {
    recovery_->handshake_done(now, rtt, syn_retransmits_);
  } else {
    start_recovery(now, iss_ + 1, rtt);
    track_syn_data();
    if (!nothing) bytes_acked_++;  // the SYN, as in in_syn_sent()
  }
  snd_wnd_ = uint32_t{segment.window} << snd_wscale_;
  max_window_ = std::max(max_window_, snd_wnd_);
  snd_wl1_ = segment.seq;
  established(now);
  if (fin_received_)
    set_state(fin_queued_ ? TcpState::kLastAck : TcpState::kCloseWait);
  else if (fin_queued_)
    set_state(TcpState::kFinWait1);
  if (fin_queued_) {  // it goes before what this segment brings is looked at
    take_timestamp(now, segment);
    output(now);
  }
  return true;
}

}  // namespace unetns
