#include "inet/tcp/tcp_endpoint.h"

#include <algorithm>

#include "inet/tcp/tcp_layer.h"

namespace unetns {

template <class F>
TcpEndpoint<F>::TcpEndpoint(TcpLayer<F>& layer, Net& net, std::string_view congestion)
    : TcpRecord<F>(TcpRecordKind::kEndpoint),
      layer_(layer),
      net_(net),
      congestion_(congestion),
      timer_(net.env().timers, [this] { timer_fired(); }) {}

template <class F>
TcpEndpoint<F>::~TcpEndpoint() {
  layer_.destroyed(*this);
}

template <class F>
TcpState TcpEndpoint<F>::state() const {
  if (listening_) return TcpState::kListen;
  if (!connection_ || detached_) return TcpState::kClose;
  return connection_->state();
}

template <class F>
IpTx<F> TcpEndpoint<F>::tx() const {
  IpTx<F> tx;
  tx.src = this->key.local;
  tx.dst = this->key.remote;
  tx.sport = this->key.local_port;
  tx.dport = this->key.remote_port;
  tx.oif = this->ifindex != 0 ? this->ifindex : path.unicast_ifindex;
  tx.proto = IPPROTO_TCP;
  tx.never_cut = true;
  tx.tos = path.tos;
  tx.ttl = path.ttl;
  tx.pmtu_mode = path.pmtu_mode;
  tx.mark = path.mark;
  tx.priority = path.priority;
  tx.any_source = path.any_source;
  if (path.dont_route) tx.scope = RT_SCOPE_LINK;
  return tx;
}

template <class F>
void TcpEndpoint<F>::tcp_send(TcpSegmentOut segment) {
  const uint8_t flags = segment.flags, ecn = segment.ip_ecn;
  const size_t size = segment.payload ? segment.payload.size() : 0;
  const size_t segments = segment.gso_size ? (size + segment.gso_size - 1) / segment.gso_size : 1;
  TcpMibs& mibs = layer_.state(net_).mibs;
  mibs.add(TcpMib::kOutSegs, segments);
  if (flags & TcpFlag::kRst) mibs.add(TcpMib::kOutRsts);
  if (ip_ids_ == 0) ip_ids_ = static_cast<uint16_t>(segment.seq ^ segment.seq >> 16);
  layer_.queue(*this, layer_.build(net_.registry().packets(), this->key, std::move(segment)), ecn);
}

template <class F>
void TcpEndpoint<F>::tcp_count(TcpMib mib, uint32_t n) {
  TcpMibs& mibs = layer_.state(net_).mibs;
  switch (mib) {
    case TcpMib::kAttemptFails:  // counted by the change of state, whatever caused it
    case TcpMib::kEstabResets:
    case TcpMib::kOutRsts:  // by what is sent
    case TcpMib::kTW:       // when the waiting ends
      return;
    case TcpMib::kTCPAbortOnClose:
      if (lingers_zero_) mib = TcpMib::kTCPAbortOnData;
      break;
    default:
      break;
  }
  mibs.add(mib, n);
  // Retransmissions count apart from what was sent (RFC 4022).
  if (mib == TcpMib::kRetransSegs) mibs.values[static_cast<size_t>(TcpMib::kOutSegs)] -= n;
}

template <class F>
void TcpEndpoint<F>::tcp_fastopen_cookie(Bytes cookie, uint16_t mss) {
  auto& cookies = layer_.state(net_).fastopen_cookies;
  if (cookie.size() > 16) return;
  if (cookies.size() >= TcpLayer<F>::kMaxFastOpenCookies) cookies.clear();
  auto& entry = cookies[this->key.remote];
  entry.mss = mss;
  if (cookie.empty()) return;
  entry.size = static_cast<uint8_t>(cookie.size());
  std::memcpy(entry.bytes.data(), cookie.data(), cookie.size());
}

template <class F>
std::optional<FastOpenKeys::Cookie> TcpEndpoint<F>::tcp_fresh_cookie() const {
  if (!fresh_cookie_) return std::nullopt;
  const auto& waiting = layer_.state(net_).fastopen;
  const auto it = waiting.find(const_cast<TcpEndpoint*>(this));
  if (it == waiting.end()) return std::nullopt;
  return layer_.keys_of(*it->second, net_).cookie(this->key.from_peer().addresses());
}

template <class F>
void TcpEndpoint<F>::arm() {
  if (detached_) return;
  const auto at = connection_->deadline();
  // One that is due too early does no harm: timer_fired() looks again.
  if (at && (!timer_.armed() || *at < timer_.deadline())) timer_.arm_at(*at);
}

template <class F>
void TcpEndpoint<F>::timer_fired() {
  if (!connection_ || detached_) return;
  const auto at = connection_->deadline();
  if (!at) return;
  if (*at > now())
    timer_.arm_at(*at);
  else
    run([](TcpConnection& c, Nanos t) { c.timer(t); });
}

template <class F>
TcpMemory TcpEndpoint<F>::tcp_memory() const {
  return layer_.memory_state();
}

template <class F>
bool TcpEndpoint<F>::tcp_may_challenge(Nanos now) {
  return layer_.state(net_).challenges.take(now, layer_.sysctls(net_).challenge_ack_limit);
}

template <class F>
void TcpEndpoint<F>::charge() {
  const size_t held = connection_ ? connection_->buffered() : 0;
  const auto now = static_cast<uint32_t>(std::min<size_t>(held, UINT32_MAX));
  layer_.memory_ += size_t{now} - charged_;
  charged_ = now;
}

template <class F>
void TcpEndpoint<F>::leave_fastopen() {
  if (!fastopen_waits_) return;
  fastopen_waits_ = false;
  auto& waiting = layer_.state(net_).fastopen;
  const auto it = waiting.find(this);
  if (it == waiting.end()) return;
  it->second->fastopen_open--;
  waiting.erase(it);
}

// The end of each event. May destroy an orphan: nothing is touched after it.
template <class F>
void TcpEndpoint<F>::settle() {
  charge();
  if (const TcpState s = connection_->state(); s != last_state_) state_changed(s);
  arm();
  if (acked_ && watched && owner_) owner_->tcp_acked();
  acked_ = false;
  if (std::exchange(changed_, false) && owner_) owner_->tcp_event();
  if (orphan_ && !buried_) {
    if (last_state_ == TcpState::kFinWait2 && !detached_) detached_ = layer_.become_waiting(*this);
    if (detached_ || connection_->dead()) layer_.bury(*this);
  }
  layer_.flush();
}

template <class F>
void TcpEndpoint<F>::state_changed(TcpState to) {
  const TcpState from = std::exchange(last_state_, to);
  TcpMibs& mibs = layer_.state(net_).mibs;
  changed_ = true;
  leave_fastopen();
  const bool handshake = from == TcpState::kSynSent || from == TcpState::kSynRecv;
  if (to != TcpState::kClose && to != TcpState::kSynSent && to != TcpState::kSynRecv)
    was_connected_ = true;
  if (to == TcpState::kClose) {
    if (handshake) mibs.add(TcpMib::kAttemptFails);
    if (from == TcpState::kEstablished || from == TcpState::kCloseWait)
      mibs.add(TcpMib::kEstabResets);
    if (!detached_) layer_.unhash(*this);
    detached_ = true;
    timer_.disarm();
  } else if (to == TcpState::kTimeWait && !detached_) {
    // What goes on is small and no business of the socket's any more.
    if (!layer_.become_waiting(*this)) layer_.unhash(*this);
    detached_ = true;
    timer_.disarm();
  }
}

template class TcpEndpoint<V4>;

}  // namespace unetns
