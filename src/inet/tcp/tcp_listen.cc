// The handshakes of listeners: the SYN queue, SYN cookies (RFC 4987), TCP Fast Open (RFC 7413), and
// the queue that accept(2) takes from.
#include <algorithm>

#include "inet/ip/ip_wire.h"
#include "inet/tcp/tcp_layer.h"

namespace unetns {
namespace {
constexpr Nanos kCookieLife = std::chrono::minutes(4);
// Bits of tcp_fastopen.
constexpr int kFastOpenServer = 2, kFastOpenServerNoCookie = 0x200, kFastOpenAll = 0x400;
}  // namespace

template <class F>
Result<void> TcpLayer<F>::listen(Endpoint& e, int backlog) {
  const auto most = static_cast<uint32_t>(std::max(sysctls(e.net_).somaxconn, 0));
  const uint32_t bound = std::min(static_cast<uint32_t>(backlog), most);
  if (e.listening_) {
    e.listening_->backlog = bound;
    return {};
  }
  TcpNet<F>& s = state(e.net_);
  e.listening = true;
  if (!e.has_port) {
    if (auto claimed = claim(e, 0); !claimed) {
      e.listening = false;
      return claimed;
    }
  } else if (s.ports.conflicts(e, e.key.local_port)) {
    e.listening = false;
    return fail(EADDRINUSE);
  }
  // What a failed connect() left behind is no more.
  e.connection_.reset();
  e.charge();
  if (!e.address_bound) e.key.local = {};
  e.key.remote = {};
  e.key.remote_port = 0;
  e.listening_ = std::make_unique<TcpListening<F>>();
  e.listening_->backlog = bound;
  s.listeners.insert(e);
  return {};
}

template <class F>
void TcpLayer<F>::stop_listening(Endpoint& e) {
  state(e.net_).listeners.remove(e);
  e.listening = false;
  const auto listening = std::move(e.listening_);
  while (listening->first) {
    HalfOpen& r = *listening->first;
    listening->unlink(r);
    TcpNet<F>& s = state(e.net_);
    s.deadlines.remove(r.queued_for, r);
    s.connections.remove(r);
    delete &r;
  }
  // Nobody will take them any more.
  for (std::unique_ptr<Endpoint>& child : listening->accepted) {
    child->leave_fastopen();
    child->abort_at_close = true;
    release(std::move(child));
  }
}

// What a listener offers to peers follows the sysctls for as long as it listens.
template <class F>
void TcpLayer<F>::refresh(Endpoint& listener) const {
  const TcpSysctls& s = sysctls(listener.net_);
  TcpSettings& t = listener.settings;
  follow_sysctls(s, t);
}

template <class F>
std::unique_ptr<TcpEndpoint<F>> TcpLayer<F>::accept(Endpoint& e) {
  auto& queue = e.listening_->accepted;
  if (queue.empty()) return nullptr;
  std::unique_ptr<Endpoint> child = std::move(queue.front());
  queue.pop_front();
  child->leave_fastopen();
  return child;
}

template <class F>
void TcpLayer<F>::new_request(const Arrival& a, Endpoint& listener, TcpSegmentIn syn,
                              uint32_t iss) {
  TcpListening<F>& l = *listener.listening_;
  TcpMibs& mibs = a.state.mibs;
  auto drop = [&] {
    mibs.add(TcpMib::kListenDrops);
    a.net.drop(std::move(syn.payload), DropReason::kTcpListenOverflow);
  };
  const TcpSysctls& sys = sysctls(a.net);
  if (listener.accept_queue_full()) {
    mibs.add(TcpMib::kListenOverflows);
    return drop();
  }
  bool cookie = sys.syncookies == 2 && iss == 0;
  if (l.syn_queue_full() && iss == 0) {
    if (sys.syncookies == 0) {
      mibs.add(TcpMib::kTCPReqQFullDrop);
      return drop();
    }
    mibs.add(TcpMib::kTCPReqQFullDoCookies);
    cookie = true;
  }
  // Without cookies the last quarter is kept for peers that are known to be alive.
  const auto most = static_cast<uint32_t>(std::max(sys.max_syn_backlog, 0));
  if (sys.syncookies == 0 && iss == 0 && l.half_open >= most - most / 4) return drop();

  const uint32_t mark = sys.fwmark_accept != 0 ? a.mark : listener.path.mark;
  refresh(listener);
  const uint32_t mtu = mtu_to(a.net, a.key, listener.ifindex, mark, &listener.settings.route);
  if (mtu == 0) return drop();
  const uint32_t ts_offset = secrets_.ts_offset(a.key.addresses());
  constexpr uint32_t kOverhead = IpWire<F>::kMinHeader;
  if (cookie) {
    l.cookies_sent = true;
    l.last_cookie = a.now;
    mibs.add(TcpMib::kSyncookiesSent);
    TcpSegmentOut reply =
        cookies_.make(listener.settings, a.now, a.key.tuple(), syn, ts_offset, mtu, kOverhead);
    send_reply(a.net, a.key, std::move(reply),
               {mark, listener.ifindex, listener.path.ttl, listener.path.tos});
    return;
  }
  if (iss == 0) iss = secrets_.iss(a.now, a.key.tuple());
  if ((syn.options.has_fastopen || syn.size() != 0) && try_fastopen(a, listener, syn, iss, mtu))
    return;

  auto* r =
      new HalfOpen(a.net, listener, listener.settings, a.now, syn, iss, ts_offset, mtu, kOverhead);
  r->key = a.key;
  r->ifindex = listener.ifindex;
  r->uid = listener.uid;
  r->scope = listener.scope.of_connection();
  r->mark = mark;
  r->tos = sys.reflect_tos != 0 ? syn.ip_tos : listener.path.tos;
  a.state.connections.insert(*r);
  l.link(*r);
  requeue(*r);
  send_syn_ack(*r, a.now);
}

// How many may be open before their handshake ends; 0: no Fast Open here.
template <class F>
uint32_t TcpLayer<F>::fastopen_limit(const TcpListening<F>& l, int mode) {
  if (!(mode & kFastOpenServer)) return 0;
  return l.fastopen_max == 0 && (mode & kFastOpenAll) ? l.backlog : l.fastopen_max;
}

template <class F>
FastOpenKeys& TcpLayer<F>::fastopen_keys(Net& net) {
  FastOpenKeys& keys = state(net).fastopen_keys;
  if (!keys) keys = FastOpenKeys::random(net.env().rng);
  return keys;
}

template <class F>
const FastOpenKeys& TcpLayer<F>::keys_of(const TcpListening<F>& l, Net& net) {
  return l.fastopen_keys ? l.fastopen_keys : fastopen_keys(net);
}

template <class F>
void TcpLayer<F>::send_syn_ack(HalfOpen& r, Nanos now) {
  const TcpListening<F>& l = *r.listener.listening_;
  const bool grant =
      r.request.wants_fastopen_cookie() && fastopen_limit(l, sysctls(r.net).fastopen) != 0;
  TcpSegmentOut reply;
  if (grant) {
    const auto cookie = keys_of(l, r.net).cookie(r.key.from_peer().addresses());
    reply = r.request.syn_ack(now, cookie);
  } else {
    reply = r.request.syn_ack(now);
  }
  send_reply(r.net, r.key, std::move(reply), {r.mark, r.ifindex, r.listener.path.ttl, r.tos});
}

template <class F>
void TcpLayer<F>::requeue(HalfOpen& r) {
  const Nanos at = r.request.deadline();
  if (at == r.queued_for) return;
  TcpDeadlines<F>& deadlines = state(r.net).deadlines;
  if (r.queued_for != Nanos{}) deadlines.remove(r.queued_for, r);
  r.queued_for = at;
  deadlines.insert(at, r);
}

template <class F>
void TcpLayer<F>::forget(HalfOpen& r) {
  TcpNet<F>& s = state(r.net);
  r.listener.listening_->unlink(r);
  s.deadlines.remove(r.queued_for, r);
  s.connections.remove(r);
  delete &r;
}

template <class F>
void TcpLayer<F>::to_request(const Arrival& a, HalfOpen& r, TcpSegmentIn segment) {
  Endpoint& listener = r.listener;
  auto ignore = [&] { a.net.drop(std::move(segment.payload), DropReason::kTcpIgnored); };
  switch (r.request.segment(a.now, segment)) {
    case TcpRequest::Verdict::kIgnore:
    case TcpRequest::Verdict::kDeferred:
      requeue(r);
      return ignore();
    case TcpRequest::Verdict::kResend:
      requeue(r);
      send_syn_ack(r, a.now);
      return ignore();
    case TcpRequest::Verdict::kAck:
      send_reply(a.net, a.key, r.request.reply(a.now), {r.mark, r.ifindex, 0, r.tos});
      return ignore();
    case TcpRequest::Verdict::kTooSoon:
      a.state.mibs.add(TcpMib::kTCPACKSkippedSynRecv);
      return ignore();
    case TcpRequest::Verdict::kReset:
      send_reset(a, segment);
      return ignore();
    case TcpRequest::Verdict::kForget:
      a.state.mibs.add(TcpMib::kEmbryonicRsts);
      a.state.mibs.add(TcpMib::kAttemptFails);
      forget(r);
      send_reset(a, segment);
      return ignore();
    case TcpRequest::Verdict::kEstablished:
      break;
  }
  if (listener.accept_queue_full()) {
    a.state.mibs.add(TcpMib::kListenOverflows);
    a.state.mibs.add(TcpMib::kListenDrops);
    if (listener.settings.abort_on_overflow) {
      send_reset(a, segment);
      forget(r);
    } else {
      requeue(r);
    }
    a.net.drop(std::move(segment.payload), DropReason::kTcpListenOverflow);
    return;
  }
  const TcpNegotiated agreed = r.request.agreed();
  const uint32_t mtu = r.request.path_mtu(), mark = r.mark;
  const uint8_t tos = r.tos;
  listener.settings.route = r.request.route();
  forget(r);
  established(a, listener, agreed, mtu, mark, tos, std::move(segment));
}

template <class F>
void TcpLayer<F>::cookie_ack(const Arrival& a, Endpoint& listener, TcpSegmentIn ack) {
  TcpListening<F>& l = *listener.listening_;
  TcpMibs& mibs = a.state.mibs;
  std::optional<TcpNegotiated> agreed;
  const uint32_t mark = sysctls(a.net).fwmark_accept != 0 ? a.mark : listener.path.mark;
  uint32_t mtu = 0;
  if (l.cookies_sent && a.now - l.last_cookie < kCookieLife && !(ack.flags & TcpFlag::kSyn)) {
    refresh(listener);
    mtu = mtu_to(a.net, a.key, listener.ifindex, mark, &listener.settings.route);
    if (mtu != 0)
      agreed = cookies_.check(listener.settings, a.now, a.key.tuple(), ack,
                              secrets_.ts_offset(a.key.addresses()), mtu, IpWire<F>::kMinHeader);
    mibs.add(agreed ? TcpMib::kSyncookiesRecv : TcpMib::kSyncookiesFailed);
  }
  if (!agreed) {
    send_reset(a, ack);
    a.net.drop(std::move(ack.payload), DropReason::kTcpIgnored);
    return;
  }
  if (listener.accept_queue_full()) {
    mibs.add(TcpMib::kListenOverflows);
    mibs.add(TcpMib::kListenDrops);
    a.net.drop(std::move(ack.payload), DropReason::kTcpListenOverflow);
    return;
  }
  established(a, listener, *agreed, mtu, mark, listener.path.tos, std::move(ack));
}

template <class F>
std::unique_ptr<TcpEndpoint<F>> TcpLayer<F>::make_child(const Arrival& a, Endpoint& listener,
                                                        uint32_t mtu, uint32_t mark, uint8_t tos) {
  auto child = std::make_unique<Endpoint>(*this, a.net, listener.congestion_);
  a.state.endpoints++;
  child->key = a.key;
  child->settings = listener.settings;
  child->settings.defer_accept = {};
  child->path = listener.path;
  child->path.mark = mark;
  child->path.priority = 0;
  child->path.tos = tos;
  child->path_mtu_ = mtu;
  child->ifindex = listener.ifindex;
  child->uid = listener.uid;
  child->scope = listener.scope.of_connection();
  child->reuse_addr = listener.reuse_addr;
  child->reuse_port = listener.reuse_port;
  child->port_bound = false;  // once it is over, its port is not its own
  child->address_bound = listener.address_bound;
  child->last_state_ = TcpState::kSynRecv;
  a.state.connections.insert(*child);
  a.state.ports.insert(*child);
  return child;
}

template <class F>
void TcpLayer<F>::established(const Arrival& a, Endpoint& listener, const TcpNegotiated& agreed,
                              uint32_t mtu, uint32_t mark, uint8_t tos, TcpSegmentIn segment) {
  std::unique_ptr<Endpoint> owned = make_child(a, listener, mtu, mark, tos);
  Endpoint& child = *owned;
  child.connection_ =
      TcpConnection::passive({child, registry_.packets(), child.settings}, a.now, agreed, mtu,
                             IpWire<F>::kMinHeader, make_control(child));
  a.state.mibs.add(TcpMib::kPassiveOpens);
  listener.listening_->accepted.push_back(std::move(owned));
  if (listener.owner_) listener.owner_->tcp_event();
  give(child, std::move(segment));
}

template <class F>
bool TcpLayer<F>::try_fastopen(const Arrival& a, Endpoint& listener, TcpSegmentIn& syn,
                               uint32_t iss, uint32_t mtu) {
  TcpListening<F>& l = *listener.listening_;
  TcpMibs& mibs = a.state.mibs;
  const int mode = sysctls(a.net).fastopen;
  const bool asks = syn.options.has_fastopen && syn.options.fastopen_len == 0;
  if (asks) mibs.add(TcpMib::kTCPFastOpenCookieReqd);
  const uint32_t limit = fastopen_limit(l, mode);
  if (limit == 0) return false;
  bool old_key = false;
  if (!(mode & kFastOpenServerNoCookie) && !l.fastopen_no_cookie) {
    if (asks || !syn.options.has_fastopen) return false;
    const auto maker = keys_of(l, a.net).maker_of({syn.options.fastopen, syn.options.fastopen_len},
                                                  a.key.from_peer().addresses());
    if (!maker) {
      mibs.add(TcpMib::kTCPFastOpenPassiveFail);
      return false;
    }
    old_key = *maker != 0;
  }
  if (l.fastopen_open >= limit) {
    mibs.add(TcpMib::kTCPFastOpenListenOverflow);
    return false;
  }
  TcpNegotiated agreed =
      tcp_negotiate(listener.settings, syn, iss, secrets_.ts_offset(a.key.addresses()));
  agreed.syn_data_acked = syn.size() != 0;
  agreed.ecn_ok = tcp_grants_ecn(listener.settings, syn);
  const TcpSysctls& sys = sysctls(a.net);
  std::unique_ptr<Endpoint> owned =
      make_child(a, listener, mtu, sys.fwmark_accept != 0 ? a.mark : listener.path.mark,
                 sys.reflect_tos != 0 ? syn.ip_tos : listener.path.tos);
  Endpoint& child = *owned;
  child.connection_ = TcpConnection::passive_fastopen(
      {child, registry_.packets(), child.settings}, a.now, agreed, mtu, IpWire<F>::kMinHeader,
      make_control(child), std::move(syn.payload), syn.flags & TcpFlag::kFin);
  if (old_key) mibs.add(TcpMib::kTCPFastOpenPassiveAltKey);
  mibs.add(TcpMib::kTCPFastOpenPassive);
  mibs.add(TcpMib::kPassiveOpens);
  child.fastopen_waits_ = true;
  child.fresh_cookie_ = old_key;
  a.state.fastopen.emplace(&child, &l);
  l.fastopen_open++;
  l.accepted.push_back(std::move(owned));
  if (listener.owner_) listener.owner_->tcp_event();
  child.run([](TcpConnection& c, Nanos now) { c.connect(now); });
  return true;
}

template <class F>
void TcpLayer<F>::run_deadlines(Net& net) {
  TcpNet<F>& s = state(net);
  const Nanos now = net.env().clock.monotonic();
  while (Record* r = s.deadlines.take(now)) {
    if (r->kind == TcpRecordKind::kTimeWait) {
      auto& w = *static_cast<Waiting*>(r);
      s.mibs.add(TcpMib::kTW);
      forget(net, w);
      continue;
    }
    auto& half = *static_cast<HalfOpen*>(r);
    half.queued_for = {};
    refresh(half.listener);
    switch (half.request.timer(now)) {
      case TcpRequest::Timer::kGiveUp:
        s.mibs.add(TcpMib::kTCPTimeouts);
        s.mibs.add(TcpMib::kAttemptFails);
        forget(half);
        continue;
      case TcpRequest::Timer::kResend:
        s.mibs.add(TcpMib::kTCPSynRetrans);
        s.mibs.add(TcpMib::kRetransSegs);
        requeue(half);
        send_syn_ack(half, now);
        continue;
      case TcpRequest::Timer::kNothing:
        break;
    }
    // What is due is done: never the same moment again.
    half.queued_for = std::max(half.request.deadline(), now + std::chrono::milliseconds(1));
    s.deadlines.insert(half.queued_for, half);
  }
  s.deadlines.arm();
}

#define UNETNS_TCP_LISTEN(F)                                                                 \
  template Result<void> TcpLayer<F>::listen(Endpoint&, int);                                 \
  template void TcpLayer<F>::stop_listening(Endpoint&);                                      \
  template FastOpenKeys& TcpLayer<F>::fastopen_keys(Net&);                                   \
  template const FastOpenKeys& TcpLayer<F>::keys_of(const TcpListening<F>&, Net&);           \
  template std::unique_ptr<TcpEndpoint<F>> TcpLayer<F>::accept(Endpoint&);                   \
  template void TcpLayer<F>::new_request(const Arrival&, Endpoint&, TcpSegmentIn, uint32_t); \
  template void TcpLayer<F>::forget(HalfOpen&);                                              \
  template void TcpLayer<F>::to_request(const Arrival&, HalfOpen&, TcpSegmentIn);            \
  template void TcpLayer<F>::cookie_ack(const Arrival&, Endpoint&, TcpSegmentIn);            \
  template void TcpLayer<F>::run_deadlines(Net&)
UNETNS_TCP_LISTEN(V4);

}  // namespace unetns
