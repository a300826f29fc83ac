// setsockopt(2) and getsockopt(2) of a TcpSocket: IPPROTO_TCP (tcp(7)), and what the other levels
// mean for a stream.
#include <linux/tcp.h>

#include <algorithm>

#include "inet/ip/ipv4_stack.h"
#include "socket/cmsg.h"
#include "socket/inet/tcp_socket.h"
#include "socket/sol_socket.h"

namespace unetns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kMaxKeepIdle = 32767, kMaxKeepInterval = 32767, kMaxKeepCount = 127;
constexpr int kMaxSynCount = 127, kMaxLinger2 = 120;
constexpr int kIsMptcp = 43, kRtoMaxMs = 44, kRtoMinUs = 45;  // newer than the headers
constexpr int kLeastRtoMaxMs = 1000, kMostRtoMaxMs = 120'000, kMostRtoMinUs = 200'000;
constexpr int kDelackMaxUs = 46, kLeastDelackTicks = 2, kMostDelackUs = 200'000;
constexpr int kMostTxDelay = (1 << 28) - 1;
constexpr int kTickUs = 4000;  // of a kernel with 250 ticks a second, in which Linux counts it
constexpr int kMinMss = 88, kMaxMss = 32767;
constexpr size_t kCongestionName = 16;  // TCP_CA_NAME_MAX

// TCP_DEFER_ACCEPT counts in timeouts of the SYN-ACK, which double from a second to two minutes:
// how many it takes to wait so long, and how long so many are.
constexpr int kMaxTimeout = 120, kMaxSteps = 255;
uint16_t steps_of_seconds(int s) {
  if (s <= 0) return 0;
  int steps = 1, timeout = 1;
  for (int period = 1; s > period && steps < kMaxSteps; steps++) {
    timeout = std::min(timeout * 2, kMaxTimeout);
    period += timeout;
  }
  return static_cast<uint16_t>(steps);
}
int seconds_of_steps(int steps) {
  int period = 0, timeout = 1;
  for (int i = 0; i < steps; i++) {
    period += timeout;
    timeout = std::min(timeout * 2, kMaxTimeout);
  }
  return period;
}

int seconds_of(Nanos t) { return static_cast<int>(std::chrono::duration_cast<seconds>(t).count()); }

bool yes_or_no(int v) { return v == 0 || v == 1; }

}  // namespace

Nanos TcpSocket::defer_accept() const { return seconds(seconds_of_steps(defer_accept_steps_)); }

// What the namespace's settings say now, and over them what the program set.
TcpSettings TcpSocket::current_settings() const {
  TcpSettings s = tcp().default_settings(net());
  const TcpSettings& o = end_->settings;
  if (o.rcvbuf_locked || phase_ != Phase::kUnconnected) s.rcvbuf = o.rcvbuf;
  if (o.sndbuf_locked || phase_ != Phase::kUnconnected) s.sndbuf = o.sndbuf;
  s.rcvbuf_locked = o.rcvbuf_locked;
  s.sndbuf_locked = o.sndbuf_locked;
  if (own_ & kOwnKeepIdle) s.keep_idle = o.keep_idle;
  if (own_ & kOwnKeepInterval) s.keep_interval = o.keep_interval;
  if (own_ & kOwnKeepCount) s.keep_count = o.keep_count;
  if (own_ & kOwnSynCount) s.syn_retries = o.syn_retries;
  s.own_syn_retries = (own_ & kOwnSynCount) != 0;
  if (own_ & kOwnLinger2) s.linger2 = o.linger2;
  if (own_ & kOwnRtoMax) s.rto_max = o.rto_max;
  if (own_ & kOwnRtoMin) s.rto_min = o.rto_min;
  if (notsent_lowat_ != 0) s.notsent_lowat = notsent_lowat_;
  s.nodelay = o.nodelay;
  s.cork = o.cork;
  s.quickack = o.quickack;
  s.keepalive = options().keep_alive;
  s.oob_inline = options().oob_inline;
  s.thin_linear = o.thin_linear;
  s.user_mss = o.user_mss;
  s.window_clamp = o.window_clamp;
  s.user_timeout = o.user_timeout;
  s.max_pacing_rate = o.max_pacing_rate;
  s.fastopen_connect = fastopen_connect_;
  return s;
}

void TcpSocket::settings_changed() {
  if (!connection()) return;
  end_->run([](TcpConnection& c, Nanos now) {
    c.settings_changed(now);
    c.push(now);
  });
}

void TcpSocket::sync_path() {
  const InetOptions i = with_ip([](const IpOptionSet& ip) { return ip.values(); });
  const SocketOptions& o = options();
  TcpPath& p = end_->path;
  p.mark = o.mark;
  p.priority = static_cast<uint32_t>(o.priority);
  p.unicast_ifindex = i.unicast_ifindex;
  p.ttl = static_cast<int16_t>(std::max(i.ttl, 0));
  p.tos = i.tos;
  p.pmtu_mode = i.pmtu_discover;
  p.min_ttl = i.min_ttl;
  p.dont_route = o.dont_route;
  p.any_source = i.free_bind || i.transparent;
  p.recv_err = i.recv_err;
}

void TcpSocket::options_changed() {
  if (!end_) return;
  end_->reuse_addr = options().reuse_addr;
  end_->reuse_port = options().reuse_port;
  end_->ifindex = options().bound_ifindex;
  sync_path();
}

Result<void> TcpSocket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level == IPPROTO_TCP) return set_tcp_option(caller, name, value);
  if (level == SOL_IPV6 && names_.inet6()) return set_ipv6_option(caller, name, value);
  if (level == SOL_IP) {
    UNETNS_TRY(ip().set(caller, name, value));
    if (name == IP_MULTICAST_TTL) multicast_ttl_given_ = true;
    if (name == IP_RECVERR && !ip().values().recv_err && seldom_) seldom_->errors.clear();
    sync_path();
    return {};
  }
  if (level == SOL_SOCKET && name == SO_MAX_PACING_RATE) {
    if (value.size() < sizeof(int)) return fail(EINVAL);
    const uint64_t rate =
        value.size() >= 8 ? load<uint64_t>(value.data()) : load<uint32_t>(value.data());
    const bool none = value.size() < 8 && rate == UINT32_MAX;
    end_->settings.max_pacing_rate = none ? ~uint64_t{0} : rate;
    settings_changed();
    return {};
  }
  if (level == SOL_SOCKET && (name == kSoTimestampingOld || name == kSoTimestampingNew))
    return set_timestamping(caller, name, value);
  UNETNS_TRY(StreamSocket::set_option(caller, level, name, value));
  TcpSettings& s = end_->settings;
  const SocketOptions& o = options();
  end_->stamp_arrivals = wants_receive_stamps(o);
  switch (name) {
    case SO_RCVBUF:
    case SO_RCVBUFFORCE:
      s.rcvbuf = static_cast<uint32_t>(o.rcvbuf);
      s.rcvbuf_locked = true;
      break;
    case SO_SNDBUF:
    case SO_SNDBUFFORCE:
      s.sndbuf = static_cast<uint32_t>(o.sndbuf);
      s.sndbuf_locked = true;
      break;
    case SO_KEEPALIVE:
      s.keepalive = o.keep_alive;
      break;
    case SO_OOBINLINE:
      s.oob_inline = o.oob_inline;
      break;
    case SO_RCVLOWAT: {  // never more than the buffer can hold
      const uint32_t most = s.rcvbuf_locked ? s.rcvbuf : s.rcvbuf_max;
      options().rcvlowat = std::min(options().rcvlowat, static_cast<int>(most / 2));
      return {};
    }
    case SO_DONTROUTE:
    case SO_PRIORITY:
      sync_path();
      return {};
    default:
      return {};
  }
  settings_changed();
  return {};
}

Result<ByteVector> TcpSocket::get_option(const Caller& caller, int level, int name, size_t max) {
  if (level == IPPROTO_TCP) return get_tcp_option(name, max);
  if (level == SOL_IP && name == IP_MULTICAST_TTL && !multicast_ttl_given_)
    return option_value(parts_.stack.ip().settings(net()).default_ttl, max);
  if (level == SOL_IP && name == kIpProtocol)
    return option_value(end_->key.local_port, max);  // in Linux they are one number
  if (level == SOL_IP && name == IP_PKTOPTIONS) return packet_options(max);
  if (level == SOL_IP)
    return with_ip(
        [&](const IpOptionSet& ip) { return ip.get(name, max, [this] { return path_mtu(); }); });
  if (level == SOL_IPV6 && names_.inet6()) return get_ipv6_option(name, max);
  if (level == SOL_SOCKET && name == SO_MAX_PACING_RATE) {
    const uint64_t rate = end_->settings.max_pacing_rate;
    if (max >= 8) return option_struct(rate, max);
    return option_value(static_cast<int>(std::min<uint64_t>(rate, UINT32_MAX)), max);
  }
  if (level == SOL_SOCKET && connection() &&
      (tcp_state() != TcpState::kClose || end_->was_connected())) {
    // They grow by themselves.
    if (name == SO_RCVBUF) return option_value(static_cast<int>(connection()->rcvbuf()), max);
    if (name == SO_SNDBUF) return option_value(static_cast<int>(connection()->sndbuf()), max);
  }
  if (level != SOL_SOCKET)
    return fail(names_.inet6() ? ENOPROTOOPT : EOPNOTSUPP);  // the latter unlike setsockopt(2)
  return StreamSocket::get_option(caller, level, name, max);
}

Result<uint32_t> TcpSocket::path_mtu() {
  const TcpState s = tcp_state();
  const bool has_path =
      s == TcpState::kClose ? connection() && end_->was_connected() : s != TcpState::kListen;
  const uint32_t mtu = has_path ? tcp().path_mtu(*end_) : 0;
  if (mtu == 0) return fail(ENOTCONN);
  return mtu;
}

Result<void> TcpSocket::set_ipv6_option(const Caller& caller, int name, Bytes value) {
  if (name != IPV6_V6ONLY && name != IPV6_ADDRFORM) {
    UNETNS_TRY(seldom().ipv6.set(ipv6_owner(), caller, name, value));
    sync_path();
    return {};
  }
  UNETNS_ASSIGN(const int v, option_int(value));
  if (name == IPV6_V6ONLY) {
    if (end_->has_port) return fail(EINVAL);
    names_.set_v6_only(v != 0);
  } else {
    if (v != AF_INET) return fail(EINVAL);
    if (tcp_state() != TcpState::kEstablished) return fail(ENOTCONN);
    names_.become_ipv4();
    set_domain(AF_INET);
  }
  end_->scope = names_.scope();
  return {};
}

Result<ByteVector> TcpSocket::get_ipv6_option(int name, size_t max) {
  if (name == IPV6_V6ONLY) return option_value(names_.v6_only(), max);
  if (name == IPV6_ADDRFORM) {
    if (tcp_state() != TcpState::kEstablished) return fail(ENOTCONN);
    return option_value(AF_INET6, max);
  }
  if (name == IPV6_MULTICAST_HOPS && !multicast_ttl_given_)
    return option_value(parts_.stack.ip().settings(net()).default_ttl, max);
  return seldom().ipv6.get(ipv6_owner(), name, max, [this] { return path_mtu(); });
}

Result<ByteVector> TcpSocket::query_option(const Caller& caller, int level, int name, Bytes given) {
  if (level == SOL_IP && (name == IP_MSFILTER || name == MCAST_MSFILTER))
    return with_ip([&](const IpOptionSet& ip) { return ip.group_filter(name, given); });
  return get_option(caller, level, name, given.size());
}

Result<void> TcpSocket::set_congestion(Bytes value) {
  std::string_view name(reinterpret_cast<const char*>(value.data()),
                        std::min(value.size(), kCongestionName - 1));
  name = name.substr(0, name.find('\0'));
  for (const std::string_view known : congestion_control_names()) {
    if (known != name) continue;
    if (end_->congestion() == known) return {};
    end_->set_congestion(known);
    if (connection() && tcp_state() != TcpState::kClose) {
      auto control = make_congestion_control(known, net().env().rng);
      end_->run([&](TcpConnection& c, Nanos now) { c.set_control(std::move(*control), now); });
    }
    return {};
  }
  return fail(ENOENT);
}

Result<void> TcpSocket::set_tcp_option(const Caller& caller, int name, Bytes value) {
  switch (name) {
    case TCP_CONGESTION:
      if (value.empty()) return fail(EINVAL);
      return set_congestion(value);
    case TCP_FASTOPEN_KEY: {
      UNETNS_ASSIGN(const FastOpenKeys keys, FastOpenKeys::of(value));
      seldom().fastopen_keys = keys;
      if (listening()) end_->listening_state()->fastopen_keys = keys;
      return {};
    }
    case TCP_ULP:  // no upper layer protocols are there
      return fail(value.empty() ? EINVAL : ENOENT);
    default:
      break;
  }
  UNETNS_ASSIGN(const int v, option_int(value));
  return set_tcp_number(caller, name, v);
}

Result<void> TcpSocket::set_tcp_number(const Caller&, int name, int v) {
  TcpSettings& s = end_->settings;
  const TcpState state = tcp_state();
  auto own = [&](Own bit, auto& field, auto to) -> Result<void> {
    own_ |= bit;
    field = to;
    settings_changed();
    return {};
  };
  auto flag = [&](bool& field) -> Result<void> {
    field = v != 0;
    settings_changed();
    return {};
  };
  auto kept = [&](bool& field) -> Result<void> {
    if (!yes_or_no(v)) return fail(EINVAL);
    field = v != 0;
    return {};
  };
  switch (name) {
    case TCP_NODELAY: {  // pushes also what a cork held (tcp(7))
      const bool cork = std::exchange(s.cork, s.cork && v == 0);
      UNETNS_TRY(flag(s.nodelay));
      s.cork = cork;
      return {};
    }
    case TCP_CORK:
      return flag(s.cork);
    case TCP_MAXSEG:
      if (v != 0 && (v < kMinMss || v > kMaxMss)) return fail(EINVAL);
      s.user_mss = static_cast<uint16_t>(v);
      return {};
    case TCP_KEEPIDLE:
      if (v < 1 || v > kMaxKeepIdle) return fail(EINVAL);
      return own(kOwnKeepIdle, s.keep_idle, seconds(v));
    case TCP_KEEPINTVL:
      if (v < 1 || v > kMaxKeepInterval) return fail(EINVAL);
      return own(kOwnKeepInterval, s.keep_interval, seconds(v));
    case TCP_KEEPCNT:
      if (v < 1 || v > kMaxKeepCount) return fail(EINVAL);
      return own(kOwnKeepCount, s.keep_count, v);
    case TCP_SYNCNT:
      if (v < 1 || v > kMaxSynCount) return fail(EINVAL);
      s.own_syn_retries = true;
      return own(kOwnSynCount, s.syn_retries, v);
    case TCP_LINGER2:
      if (v == 0) {
        own_ &= static_cast<uint16_t>(~kOwnLinger2);
        s.linger2 = seconds(tcp().sysctls(net()).fin_timeout_seconds);
        return {};
      }
      return own(kOwnLinger2, s.linger2, seconds(v < 0 ? -1 : std::min(v, kMaxLinger2)));
    case TCP_DEFER_ACCEPT:
      defer_accept_steps_ = steps_of_seconds(v);
      if (listening()) s.defer_accept = defer_accept();
      return {};
    case TCP_WINDOW_CLAMP:
      if (v == 0 && state != TcpState::kClose) return fail(EINVAL);
      s.window_clamp = v == 0 ? 0 : static_cast<uint32_t>(std::max(v, kMinRcvbuf / 2));
      settings_changed();
      return {};
    case TCP_QUICKACK:
      s.quickack = (v & 1) != 0;
      quickack_off_ = s.quickack_off = !s.quickack;
      settings_changed();
      return {};
    case TCP_THIN_LINEAR_TIMEOUTS:
      if (!yes_or_no(v)) return fail(EINVAL);
      s.thin_linear = v != 0;
      return {};
    case TCP_THIN_DUPACK:  // taken, and without effect (Linux 4.11)
      return yes_or_no(v) ? Result<void>() : fail(EINVAL);
    case TCP_USER_TIMEOUT:
      if (v < 0) return fail(EINVAL);
      s.user_timeout = milliseconds(v);
      settings_changed();
      return {};
    case TCP_FASTOPEN: {
      if (v < 0 || (state != TcpState::kClose && state != TcpState::kListen)) return fail(EINVAL);
      const int most = std::max(tcp().sysctls(net()).somaxconn, 0);
      fastopen_max_ = static_cast<uint32_t>(std::min(v, most));
      if (listening()) end_->listening_state()->fastopen_max = fastopen_max_;
      return {};
    }
    case TCP_FASTOPEN_CONNECT:
      if (!yes_or_no(v)) return fail(EINVAL);
      if (!(tcp().sysctls(net()).fastopen & 1)) return fail(EOPNOTSUPP);
      if (state != TcpState::kClose) return fail(EINVAL);
      return kept(fastopen_connect_);
    case TCP_FASTOPEN_NO_COOKIE:
      if (yes_or_no(v) && state != TcpState::kClose && state != TcpState::kListen)
        return fail(EINVAL);
      if (listening()) end_->listening_state()->fastopen_no_cookie = v != 0;
      return kept(fastopen_no_cookie_);
    case TCP_NOTSENT_LOWAT:
      notsent_lowat_ = static_cast<uint32_t>(v);
      s.notsent_lowat = v != 0 ? notsent_lowat_ : tcp().sysctls(net()).notsent_lowat;
      settings_changed();
      return {};
    case TCP_SAVE_SYN:
      return kept(save_syn_);
    case TCP_INQ:
      return kept(want_inq_);
    case TCP_TIMESTAMP:
      return fail(EPERM);  // for TCP_REPAIR
    case TCP_REPAIR:
      return fail(EPERM);
    case TCP_REPAIR_QUEUE:
      return fail(EPERM);
    case TCP_QUEUE_SEQ:
      return fail(state == TcpState::kClose ? EINVAL : EPERM);
    case kRtoMaxMs:
      if (v < kLeastRtoMaxMs || v > kMostRtoMaxMs) return fail(EINVAL);
      return own(kOwnRtoMax, s.rto_max, milliseconds(v));
    case kRtoMinUs:
      if (v <= kTickUs || v > kMostRtoMinUs) return fail(EINVAL);
      return own(kOwnRtoMin, s.rto_min,
                 std::chrono::microseconds((v + kTickUs - 1) / kTickUs * kTickUs));
    case TCP_REPAIR_OPTIONS:
      return fail(EINVAL);
    case TCP_REPAIR_WINDOW:
      return fail(EPERM);
    case TCP_TX_DELAY:
      return v < 0 || v > kMostTxDelay ? Result<void>(fail(EINVAL)) : Result<void>();
    case kDelackMaxUs: {
      const int ticks = v / kTickUs + (v % kTickUs != 0);
      if (v < 0 || ticks < kLeastDelackTicks || v > kMostDelackUs) return fail(EINVAL);
      delack_max_ = static_cast<uint8_t>(ticks);
      return {};
    }
    default:
      return fail(ENOPROTOOPT);
  }
}

ByteVector TcpSocket::info(size_t max) const {
  tcp_info t{};
  TcpInfoTail tail;
  t.tcpi_state = static_cast<uint8_t>(tcp_state());
  if (const TcpConnection* c = connection()) {
    const Nanos now = net().env().clock.monotonic();
    c->fill_info(now, t);
    tail = c->info_tail(now);
    t.tcpi_state = static_cast<uint8_t>(tcp_state());
  } else {
    t.tcpi_rto = 1'000'000;
    t.tcpi_snd_mss = 536;
    t.tcpi_rttvar = 250'000;
    t.tcpi_snd_ssthresh = 0x7fffffff;
    t.tcpi_snd_cwnd = 10;
    t.tcpi_reordering = 3;
    t.tcpi_pacing_rate = t.tcpi_max_pacing_rate = ~uint64_t{0};
    t.tcpi_min_rtt = UINT32_MAX;
    if (const auto* l = end_->listening_state()) {
      t.tcpi_unacked = static_cast<uint32_t>(end_->accept_queue());
      t.tcpi_sacked = l->backlog;
    }
  }
  static_assert(sizeof t >= TcpInfoTail::kOffset);
  ByteVector out(TcpInfoTail::kOffset + sizeof tail);
  std::copy_n(bytes_of(t).begin(), TcpInfoTail::kOffset, out.begin());
  std::copy_n(bytes_of(tail).begin(), sizeof tail, out.begin() + TcpInfoTail::kOffset);
  out.resize(std::min(out.size(), max));
  return out;
}

// TCP_MAXSEG.
uint32_t TcpSocket::segment_size() const {
  constexpr uint32_t kDefaultMss = 536, kTimestamps = 12;
  const TcpSettings& s = end_->settings;
  const TcpState state = tcp_state();
  if (state == TcpState::kSynSent)  // what the peer may send is not known yet
    return std::min<uint32_t>(s.user_mss ? s.user_mss : kDefaultMss, kDefaultMss) -
           (s.timestamps ? kTimestamps : 0);
  const bool was = connection() && (state != TcpState::kClose || end_->was_connected());
  if (!was || (state == TcpState::kClose && s.user_mss))
    return s.user_mss ? s.user_mss : kDefaultMss;
  tcp_info t{};
  connection()->fill_info(net().env().clock.monotonic(), t);
  return t.tcpi_snd_mss;
}

// IP_PKTOPTIONS: what recvmsg(2) would say of a datagram, of the connection.
ByteVector TcpSocket::packet_options(size_t max) const {
  ByteVector out;
  if (!ip_) return out;
  const InetOptions& asked = ip_->values();
  if (asked.pkt_info) {
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = end_->key.local.be();
    info.ipi_addr.s_addr = end_->key.remote.be();
    put_cmsg_value(out, SOL_IP, IP_PKTINFO, info);
  }
  if (asked.recv_ttl) put_cmsg_value(out, SOL_IP, IP_TTL, int{asked.multicast_ttl});
  if (asked.recv_tos) put_cmsg_value(out, SOL_IP, IP_TOS, int{0});
  out.resize(std::min(out.size(), max));
  return out;
}

Result<ByteVector> TcpSocket::get_tcp_option(int name, size_t max) {
  const TcpSettings s = connection() ? end_->settings : current_settings();
  const auto number = [max](auto v) { return option_value(static_cast<int>(v), max); };
  switch (name) {
    case TCP_NODELAY:
      return number(s.nodelay);
    case TCP_MAXSEG:
      return number(segment_size());
    case TCP_CORK:
      return number(s.cork);
    case TCP_KEEPIDLE:
      return number(seconds_of(s.keep_idle));
    case TCP_KEEPINTVL:
      return number(seconds_of(s.keep_interval));
    case TCP_KEEPCNT:
      return number(s.keep_count);
    case TCP_SYNCNT:
      return number(s.syn_retries);
    case TCP_LINGER2:
      return number(s.linger2 < Nanos{} ? -1 : seconds_of(s.linger2));
    case TCP_DEFER_ACCEPT:
      return number(seconds_of_steps(defer_accept_steps_));
    case TCP_WINDOW_CLAMP:
      return number(s.window_clamp);
    case TCP_INFO:
      return info(max);
    case TCP_QUICKACK:
      return number(!quickack_off_);
    case TCP_CONGESTION: {
      ByteVector out(kCongestionName, 0);
      const std::string_view n = end_->congestion();
      std::copy_n(n.begin(), std::min(n.size(), kCongestionName - 1), out.begin());
      out.resize(std::min(out.size(), max));
      return out;
    }
    case TCP_THIN_LINEAR_TIMEOUTS:
      return number(s.thin_linear);
    case TCP_THIN_DUPACK:
      return number(0);
    case TCP_USER_TIMEOUT:
      return number(std::chrono::duration_cast<milliseconds>(s.user_timeout).count());
    case TCP_FASTOPEN:
      return number(fastopen_max_);
    case TCP_FASTOPEN_CONNECT:
      return number(fastopen_connect_);
    case TCP_FASTOPEN_NO_COOKIE:
      return number(fastopen_no_cookie_);
    case TCP_TIMESTAMP:
      return number(static_cast<uint32_t>(
          std::chrono::duration_cast<milliseconds>(net().env().clock.monotonic()).count()));
    case TCP_NOTSENT_LOWAT:
      return number(notsent_lowat_);
    case TCP_SAVE_SYN:
      return number(save_syn_);
    case TCP_INQ:
      return number(want_inq_);
    case kRtoMaxMs:
      return number(std::chrono::duration_cast<milliseconds>(s.rto_max).count());
    case kRtoMinUs:
      return number(std::chrono::duration_cast<std::chrono::microseconds>(s.rto_min).count());
    case kDelackMaxUs:
      return number(delack_max_ * kTickUs);
    case kIsMptcp:
    case TCP_REPAIR:
    case TCP_TX_DELAY:
      return number(0);
    case TCP_CC_INFO: {
      ByteVector out =
          connection() ? connection()->congestion_info()
                       : (*make_congestion_control(end_->congestion(), net().env().rng))->info();
      out.resize(std::min(out.size(), max));
      return out;
    }
    case TCP_SAVED_SYN:
    case TCP_ULP:
      return ByteVector{};
    case TCP_FASTOPEN_KEY: {
      const Bytes keys = seldom_ ? seldom_->fastopen_keys.view() : Bytes{};
      return ByteVector(keys.begin(),
                        keys.begin() + std::min(std::ssize(keys), static_cast<ptrdiff_t>(max)));
    }
    case TCP_REPAIR_QUEUE:
    case TCP_QUEUE_SEQ:
    case TCP_REPAIR_WINDOW:
    case TCP_ZEROCOPY_RECEIVE:
      return fail(EINVAL);
    default:
      return fail(ENOPROTOOPT);
  }
}

}  // namespace unetns
