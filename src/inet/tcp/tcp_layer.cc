#include "inet/tcp/tcp_layer.h"

#include <algorithm>

#include "inet/ip/ip_wire.h"

namespace unetns {

template <class F>
TcpLayer<F>::TcpLayer(NetRegistry& registry, IpLayer<F>& ip, PernetId<Slot> slot)
    : registry_(registry),
      ip_(ip),
      slot_(slot),
      secrets_(registry.env().rng),
      cookies_(registry.env().rng) {}

template <class F>
Result<std::unique_ptr<TcpLayer<F>>> TcpLayer<F>::create(NetRegistry& registry, IpLayer<F>& ip) {
  UNETNS_ASSIGN(const PernetId<Slot> slot, registry.add_state<Slot>());
  std::unique_ptr<TcpLayer> layer(new TcpLayer(registry, ip, slot));
  UNETNS_TRY(registry.register_subsystem(*layer));
  ip.register_protocol(IPPROTO_TCP, *layer);
  return layer;
}

template <class F>
TcpLayer<F>::~TcpLayer() {
  drop_orphans();
  registry_.unregister(*this);
}

template <class F>
std::unique_ptr<TcpNet<F>> TcpLayer<F>::make_state(Net& net) {
  return std::make_unique<TcpNet<F>>(net.env().timers, [this, &net] { run_deadlines(net); });
}

template <class F>
void TcpLayer<F>::drop_orphans() {
  std::vector<TcpOrphan<F>> all;
  registry_.for_each([&](Net& net) {
    const auto& s = net.get(slot_).state;
    if (!s) return;
    for (auto& [key, orphan] : s->orphans) all.push_back(std::move(orphan));
    s->orphans.clear();
  });
  orphans_ = 0;
}

// Sockets are gone by now: they hold the namespace. So are orphans and listeners.
template <class F>
void TcpLayer<F>::exit(Net& net) {
  auto& s = net.get(slot_).state;
  if (!s) return;
  std::vector<Waiting*> waiting;
  for (Record* r : s->connections)
    if (r->kind == TcpRecordKind::kTimeWait) waiting.push_back(static_cast<Waiting*>(r));
  for (Waiting* w : waiting) {
    s->connections.remove(*w);
    s->ports.remove(*w);
    delete w;
  }
  s.reset();
}

template <class F>
TcpSettings TcpLayer<F>::default_settings(const Net& net) const {
  using std::chrono::seconds;
  const TcpSysctls& s = sysctls(net);
  TcpSettings t;
  auto bytes = [](int32_t v) { return static_cast<uint32_t>(std::max(v, 0)); };
  t.rcvbuf = bytes(s.rmem_default);
  t.rcvbuf_max = bytes(s.rmem_max);
  t.sndbuf = bytes(s.wmem_default);
  t.sndbuf_max = bytes(s.wmem_max);
  t.notsent_lowat = s.notsent_lowat;
  t.keep_idle = seconds(s.keepalive_time_seconds);
  t.keep_interval = seconds(s.keepalive_intvl_seconds);
  t.keep_count = s.keepalive_probes;
  t.linger2 = seconds(s.fin_timeout_seconds);
  t.syn_retries = s.syn_retries;
  t.syn_linear_timeouts = static_cast<uint8_t>(s.syn_linear_timeouts);
  // A listener's children begin with what it began with.
  t.reordering = static_cast<uint8_t>(std::clamp(s.reordering, 1, 255));
  follow_sysctls(s, t);
  return t;
}

// Those that no program can set for a socket of its own.
template <class F>
void TcpLayer<F>::follow_sysctls(const TcpSysctls& s, TcpSettings& t) {
  t.synack_retries = static_cast<uint8_t>(s.synack_retries);
  t.retries1 = s.retries1;
  t.retries2 = s.retries2;
  t.orphan_retries = s.orphan_retries != 0 ? s.orphan_retries : 8;  // 0 means 8 (tcp(7))
  t.window_scaling = s.window_scaling != 0;
  t.timestamps = s.timestamps != 0;
  t.sack = s.sack != 0;
  t.dsack = s.dsack != 0;
  t.ecn = static_cast<uint8_t>(s.ecn);
  t.slow_start_after_idle = s.slow_start_after_idle != 0;
  t.frto = s.frto != 0;
  t.tlp = s.early_retrans >= 3;
  t.rack = (s.recovery & 1) != 0;
  t.abort_on_overflow = s.abort_on_overflow != 0;
  t.mtu_probing = s.mtu_probing != 0;
  t.base_mss = static_cast<uint16_t>(std::clamp(s.base_mss, 48, 65535));
  t.moderate_rcvbuf = s.moderate_rcvbuf != 0;
  t.min_snd_mss = static_cast<uint16_t>(s.min_snd_mss);
  t.max_reordering = static_cast<uint16_t>(std::clamp(s.max_reordering, 1, 65535));
  t.pacing_ss_ratio = static_cast<uint16_t>(s.pacing_ss_ratio);
  t.pacing_ca_ratio = static_cast<uint16_t>(s.pacing_ca_ratio);
  t.invalid_ratelimit_ms = static_cast<uint16_t>(std::clamp(s.invalid_ratelimit_ms, 0, 65535));
  t.min_tso_segs = static_cast<uint8_t>(s.min_tso_segs);
  t.tso_win_divisor = static_cast<uint8_t>(s.tso_win_divisor);
  t.tso_rtt_log = static_cast<uint8_t>(s.tso_rtt_log);
  t.rfc1337 = s.rfc1337 != 0;
  t.ecn_fallback = s.ecn_fallback != 0;
  t.urgent_is_last = s.stdurg != 0;
  t.signed_windows = s.signed_windows != 0;
  t.all_thin_linear = s.thin_linear_timeouts != 0;
  t.mtu_probe_floor = static_cast<uint16_t>(s.mtu_probe_floor);
}

template <class F>
std::string_view TcpLayer<F>::congestion(const Net& net) const {
  const TcpNet<F>* s = state_if_any(net);
  return s && !s->congestion.empty() ? s->congestion : kDefaultCongestionControl;
}

template <class F>
Result<void> TcpLayer<F>::set_congestion(Net& net, std::string_view name) {
  for (const std::string_view known : congestion_control_names())
    if (known == name) {
      state(net).congestion = known;
      return {};
    }
  return fail(ENOENT);
}

template <class F>
std::unique_ptr<CongestionControl> TcpLayer<F>::make_control(const Endpoint& e) const {
  return std::move(*make_congestion_control(e.congestion_, e.net_.env().rng));
}

template <class F>
std::unique_ptr<TcpEndpoint<F>> TcpLayer<F>::make_endpoint(Net& net) {
  auto e = std::make_unique<Endpoint>(*this, net, congestion(net));
  e->settings = default_settings(net);
  state(net).endpoints++;
  return e;
}

// ---- ports

template <class F>
Result<void> TcpLayer<F>::claim(Endpoint& e, uint16_t port) {
  TcpNet<F>& s = state(e.net_);
  if (port == 0) {
    const IpSettings& range = ip_.settings(e.net_);
    port = s.ports.pick(e, range.local_port_min, range.local_port_max, e.net_.env().rng,
                        ip_.reserved_ports(e.net_), sysctls(e.net_).autobind_reuse != 0);
    if (port == 0) return fail(EADDRINUSE);
  } else if (s.ports.conflicts(e, port)) {
    return fail(EADDRINUSE);
  }
  e.key.local_port = port;
  e.by_connect = false;
  s.ports.insert(e);
  return {};
}

template <class F>
bool TcpLayer<F>::may_take(TcpNet<F>& s, const Net& net, const TcpKey<F>& key, bool loopback,
                           Nanos now) const {
  const Record* r = s.connections.find(key);
  if (!r) return true;
  if (r->kind != TcpRecordKind::kTimeWait) return false;
  const int32_t mode = sysctls(net).tw_reuse;
  if (mode == 0 || (mode == 2 && !loopback)) return false;
  return static_cast<const Waiting*>(r)->time_wait.may_reuse(now);
}

template <class F>
Result<void> TcpLayer<F>::connect(Endpoint& e, const Address& to, uint16_t port,
                                  SynData* syn_data) {
  Net& net = e.net_;
  TcpNet<F>& s = state(net);
  const TcpKey<F> before = e.key;
  e.route_cache_ = {};  // of a connection before, which went elsewhere
  e.key.remote = to;
  e.key.remote_port = port;
  if (e.source_open || !e.address_bound) e.key.local = {};
  auto undo = [&](int err) {
    e.key = before;
    return fail(err);
  };
  if (to.is_zero())  // "this host" (RFC 1122 §3.2.1.3)
    e.key.remote = e.key.local.is_zero() ? Address(INADDR_LOOPBACK) : e.key.local;
  auto route = ip_.output().route(net, e.tx());
  if (!route) return undo(route.error().code);
  if (route->multicast || route->broadcast) return undo(ENETUNREACH);
  if (e.key.local.is_zero()) e.key.local = route->src;

  const Nanos now = e.now();
  // tcp_tw_reuse 2: not also what goes to an address of ours by the loopback device.
  const bool loopback = e.key.remote.is_loopback() || e.key.local.is_loopback();
  auto free = [&](const TcpKey<F>& key) { return may_take(s, net, key, loopback, now); };
  if (!e.has_port) {
    const IpSettings& range = ip_.settings(net);
    const uint16_t chosen =
        s.ports.pick_for_connect(range.local_port_min, range.local_port_max, net.env().rng,
                                 ip_.reserved_ports(net), [&](uint16_t candidate) {
                                   TcpKey<F> key = e.key;
                                   key.local_port = candidate;
                                   return !free(key);
                                 });
    if (chosen == 0) return undo(EADDRNOTAVAIL);
    e.key.local_port = chosen;
    e.by_connect = true;
    s.ports.insert(e);
  } else if (!free(e.key)) {
    return undo(EADDRNOTAVAIL);
  }
  uint32_t iss = secrets_.iss(now, e.key.tuple());
  if (Record* old = s.connections.find(e.key)) {
    auto& waiting = *static_cast<Waiting*>(old);
    iss = waiting.time_wait.next_iss();
    forget(net, waiting);
  }
  s.connections.insert(e);
  e.path_mtu_ = route->mtu;
  e.settings.route = route->route.hints;
  e.detached_ = e.was_connected_ = false;
  e.last_state_ = TcpState::kClose;
  e.connection_ = TcpConnection::active({e, registry_.packets(), e.settings}, iss, route->mtu,
                                        IpWire<F>::kMinHeader, make_control(e),
                                        secrets_.ts_offset(e.key.addresses()));
  if (!syn_data) {
    e.starting_ = true;
    e.run([](TcpConnection& c, Nanos t) { c.connect(t); });
    e.starting_ = false;
    return {};
  }
  syn_data->late = syn_data->late && (syn_data->no_cookie || s.knows_cookie(e.key.remote));
  if (syn_data->late)
    e.run([](TcpConnection& c, Nanos) { c.connect_late(); });
  else
    connect_late(e, *syn_data);
  return {};
}

template <class F>
void TcpLayer<F>::connect_late(Endpoint& e, SynData& with) {
  const auto& cookies = state(e.net_).fastopen_cookies;
  const auto it = cookies.find(e.key.remote);
  TcpConnection::FastOpen how{.cookie = Bytes(), .whole = with.whole};
  if (it != cookies.end()) {
    how.cookie = Bytes(it->second.bytes).first(it->second.size);
    how.peer_mss = it->second.mss;
  }
  if (with.no_cookie) how.cookie.reset();
  e.starting_ = true;
  e.run([&](TcpConnection& c, Nanos t) {
    with.taken = c.connect_fastopen(t, how, std::move(with.data));
  });
  e.starting_ = false;
}

template <class F>
uint32_t TcpLayer<F>::path_mtu(Endpoint& e) {
  auto route = ip_.output().route(e.net_, e.tx());
  return route ? route->mtu : 0;
}

// ---- what there is

template <class F>
TcpMibs TcpLayer<F>::mibs(const Net& net) const {
  const TcpNet<F>* s = state_if_any(net);
  if (!s) return {};
  TcpMibs m = s->mibs;
  uint64_t established = 0;
  for (const Record* r : s->connections) {
    if (r->kind != TcpRecordKind::kEndpoint) continue;
    const TcpState state = static_cast<const Endpoint*>(r)->state();
    established += state == TcpState::kEstablished || state == TcpState::kCloseWait;
  }
  m.values[static_cast<size_t>(TcpMib::kCurrEstab)] = established;
  return m;
}

template <class F>
auto TcpLayer<F>::use(const Net& net) const -> Use {
  Use u;
  const TcpNet<F>* s = state_if_any(net);
  if (!s) return u;
  u.time_waits = s->time_waits;
  u.orphans = s->orphans.size();
  u.allocated = s->endpoints;
  s->listeners.for_each([&](const Record&) { u.in_use++; });
  for (const Record* r : s->connections)
    if (r->kind == TcpRecordKind::kEndpoint) {
      u.in_use++;
      u.memory += static_cast<const Endpoint*>(r)->connection_->memory();
    }
  return u;
}

template <class F>
void TcpLayer<F>::for_each(const Net& net, const std::function<void(const Record&)>& fn) const {
  const TcpNet<F>* s = state_if_any(net);
  if (!s) return;
  s->listeners.for_each(fn);
  for (const Record* r : s->connections) fn(*r);
}

template class TcpLayer<V4>;

}  // namespace unetns
