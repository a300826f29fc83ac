#include "socket/inet/tcp_socket.h"

#include <linux/capability.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "inet/ip/ipv4_stack.h"
#include "socket/inet/inet6_ioctl.h"
#include "socket/ioctl/device_ioctls.h"
#include "socket/socket_filter.h"

namespace unetns {

TcpSocket::TcpSocket(Net& net, const InetParts& parts, const Caller& caller, int family)
    : StreamSocket(net, family, SOCK_STREAM, IPPROTO_TCP),
      parts_(parts),
      end_(parts.stack.tcp().make_endpoint(net)),
      names_(family) {
  end_->scope = names_.scope();
  end_->uid = caller.uid();
  end_->set_owner(this);
  options().rcvbuf = static_cast<int>(end_->settings.rcvbuf);
  options().sndbuf = static_cast<int>(end_->settings.sndbuf);
  sync_path();
}

TcpSocket::TcpSocket(const TcpSocket& listener, std::unique_ptr<Endpoint> end)
    : StreamSocket(listener.net(), listener.domain(), SOCK_STREAM, IPPROTO_TCP),
      parts_(listener.parts_),
      end_(std::move(end)),
      names_(listener.names_) {
  end_->set_owner(this);
  inherit(listener);
  phase_ = Phase::kConnected;
  tcp_event();
}

TcpSocket::~TcpSocket() { close(); }

void TcpSocket::inherit(const TcpSocket& l) {
  options() = l.options();
  if (l.ip_) ip().values() = l.ip_->values();
  if (l.seldom_ && l.seldom_->ipv6.any()) seldom().ipv6 = l.seldom_->ipv6.inherited();
  notsent_lowat_ = l.notsent_lowat_;
  own_ = l.own_;
  quickack_off_ = l.quickack_off_;
  multicast_ttl_given_ = false;
  options().priority = 0;
  // tcp_fwmark_accept and tcp_reflect_tos may have given it others than the listener's.
  options().mark = end_->path.mark;
  const uint8_t tos = end_->path.tos & ~3;  // without the bits of ECN
  if (tos != (with_ip([](const IpOptionSet& ip) { return ip.values().tos; }) & ~3))
    ip().values().tos = tos;
  want_inq_ = l.want_inq_;
  end_->stamp_arrivals = wants_receive_stamps(options());
}

Result<int> TcpSocket::device_index(std::string_view name) const {
  return with_ip([&](const IpOptionSet& ip) { return ip.device_index(name); });
}

std::string TcpSocket::device_name(int ifindex) const {
  return with_ip([&](const IpOptionSet& ip) { return ip.device_name(ifindex); });
}

TcpLayer<V4>& TcpSocket::tcp() const { return parts_.stack.tcp(); }

void TcpSocket::close() {
  if (!end_) return;
  const bool unread = unconsumed_ != 0;
  end_->abort_at_close = options().linger.onoff && options().linger.seconds == 0;
  tcp().release(std::move(end_), unread);
}

bool TcpSocket::all_acked() const { return unacked_or_unsent() == 0; }

// ---- what happens below

void TcpSocket::tcp_event() {
  if (late_ == Late::kStarted && state() != StreamState::kConnecting) {
    late_ = Late::kNo;
    phase_ = state() == StreamState::kFresh ? Phase::kUnconnected : Phase::kConnected;
  }
  if (const TcpConnection* c = connection()) {
    if (c->error() != 0 && error() == 0) {
      int err = 0;
      end_->quietly([&](TcpConnection& connection) { err = connection.take_error(); });
      was_reset_ = was_reset_ || err == ECONNRESET || err == EPIPE;
      set_error(err);
      return;
    }
  }
  notify();
}

// Also what ICMP told of a connection that goes on.
int TcpSocket::take_error() {
  if (const int err = take_pending()) return err;
  int soft = 0;
  if (connection()) end_->quietly([&](TcpConnection& c) { soft = c.take_soft_error(); });
  return soft;
}

// Linux queues what concerns the SYN whether or not it was asked to (IP_RECVERR).
void TcpSocket::tcp_icmp_error(const IcmpErrorRx<V4>& error) {
  seldom().errors.push(
      queued_error(error, end_->key.remote_port, error.transport, net().env().clock.realtime(),
                   with_ip([](const IpOptionSet& ip) { return ip.values().recv_err_rfc4884; })));
}

bool TcpSocket::tcp_filter(Packet& segment, size_t keep) {
  return SocketFilter::admit(filter(), segment, keep);
}

// ---- names

Result<void> TcpSocket::bind(const Caller& caller, Bytes name) {
  const bool is_bound = tcp_state() != TcpState::kClose || end_->has_port;
  UNETNS_ASSIGN(const InetName to, names_.to_bind(*this, parts_, caller, is_bound, name));
  const Ipv4Address& address = to.address;
  UNETNS_ASSIGN(const uint8_t type,
                with_ip([&](const IpOptionSet& ip) { return ip.check_bind(address); }));
  const uint16_t port = to.port;
  const IpSettings& settings = parts_.stack.ip().settings(net());
  if (port != 0 && port < settings.unprivileged_port_start && !caller.capable(CAP_NET_BIND_SERVICE))
    return fail(EACCES);
  if (is_bound) return fail(EINVAL);
  const TcpKey<V4> before = end_->key;
  end_->key.local = address;
  end_->scope = to.scope;
  if (port != 0 || !ip_ || !ip_->values().bind_no_port) {
    if (auto claimed = tcp().claim(*end_, port); !claimed) {
      end_->key = before;
      end_->scope = names_.scope();
      return claimed;
    }
    end_->port_bound = port != 0;
  }
  // Nothing can be sent from a group: the route chooses, but for AF_INET6.
  end_->source_open = (type == RTN_MULTICAST || type == RTN_BROADCAST) && !names_.inet6();
  end_->address_bound = !address.is_zero() || to.scope == SocketScope::mapped();
  names_.bound(to.scope);
  return {};
}

Result<SockAddr> TcpSocket::local_name() const {
  return names_.own_name(end_->key.local, end_->key.local_port);
}

Result<SockAddr> TcpSocket::peer_name() const {
  const TcpState s = tcp_state();
  if (s == TcpState::kClose || s == TcpState::kListen || s == TcpState::kSynSent)
    return fail(ENOTCONN);
  return names_.name(end_->key.remote, end_->key.remote_port);
}

Result<SockAddr> TcpSocket::peer_address() const {
  if (end_->key.remote_port == 0) return fail(ENOTCONN);
  return accepted_name();
}

Result<SockAddr> TcpSocket::accepted_name() const {
  return names_.name(end_->key.remote, end_->key.remote_port);
}

// ---- connecting

Result<void> TcpSocket::start_connect(const InetName& to, TcpLayer<V4>::SynData* data) {
  end_->settings = current_settings();
  sync_path();
  shutdown_ = 0;
  was_reset_ = false;
  late_ = Late::kNo;
  take_pending();  // of a connection before
  UNETNS_TRY(tcp().connect(*end_, to.address, to.port, data));
  end_->scope = names_.scope().of_connection();
  phase_ = Phase::kConnecting;
  return {};
}

TcpLayer<V4>::SynData TcpSocket::syn_data(Packet data) const {
  constexpr int kClientNoCookie = 4;  // of tcp_fastopen
  return {.data = std::move(data),
          .no_cookie = fastopen_no_cookie_ || (tcp().sysctls(net()).fastopen & kClientNoCookie)};
}

size_t TcpSocket::connect_late(Packet data, bool whole) {
  late_ = Late::kStarted;
  phase_ = Phase::kConnecting;
  TcpLayer<V4>::SynData with = syn_data(std::move(data));
  with.whole = whole;
  tcp().connect_late(*end_, with);
  notify();
  return with.taken;
}

Result<void> TcpSocket::finish_connect() {
  switch (tcp_state()) {
    case TcpState::kSynSent:
    case TcpState::kSynRecv:
      return fail(EALREADY);
    case TcpState::kClose: {
      if (end_->was_connected() && error() == 0) break;
      const int err = take_pending();
      phase_ = Phase::kUnconnected;
      // What the route chose as the source goes with the attempt.
      if (!end_->address_bound) {
        end_->key.local = {};
        end_->scope = names_.scope();
      }
      return fail(err != 0 ? err : ECONNABORTED);
    }
    default:
      break;
  }
  phase_ = Phase::kConnected;
  return {};
}

Result<void> TcpSocket::connect(const Caller&, Bytes name) {
  if (name.size() < sizeof(sa_family_t)) return fail(EINVAL);
  if (load<sa_family_t>(name.data()) == AF_UNSPEC) return disconnect();
  if (phase_ == Phase::kConnected || listening()) return fail(EISCONN);
  if (phase_ == Phase::kConnecting) return finish_connect();
  UNETNS_ASSIGN(const InetName to, names_.to_connect(*this, end_->key.local, name));
  if (fastopen_connect_) {
    // TCP_FASTOPEN_CONNECT: the SYN goes with the first data, when the cookie is known.
    TcpLayer<V4>::SynData none = syn_data({});
    none.late = true;
    UNETNS_TRY(start_connect(to, &none));
    if (none.late) {
      late_ = Late::kWaits;
      phase_ = Phase::kConnected;
      notify();
      return {};
    }
  } else {
    UNETNS_TRY(start_connect(to, nullptr));
  }
  return fail(EINPROGRESS);
}

// The pending error stays, and a connection that was alive leaves one.
Result<void> TcpSocket::disconnect() {
  const TcpState before = tcp_state();
  if (seldom_) seldom_->stamps = {};
  end_->watched = false;
  tcp().disconnect(*end_);
  end_->scope = names_.scope();
  switch (before) {
    case TcpState::kSynSent:
    case TcpState::kSynRecv:
    case TcpState::kEstablished:
    case TcpState::kFinWait1:
    case TcpState::kFinWait2:
    case TcpState::kCloseWait:
      set_error(ECONNRESET);
      break;
    default:
      break;
  }
  shutdown_ = 0;
  was_reset_ = false;
  late_ = Late::kNo;
  phase_ = Phase::kUnconnected;
  notify();
  return {};
}

Result<void> TcpSocket::listen(int backlog) {
  if (phase_ != Phase::kUnconnected) return fail(EINVAL);
  const TcpState s = tcp_state();
  if (s != TcpState::kClose && s != TcpState::kListen) return fail(EINVAL);
  if (s == TcpState::kClose) {
    end_->scope = names_.scope();
    end_->settings = current_settings();
    end_->settings.defer_accept = defer_accept();
    sync_path();
    shutdown_ = 0;
  }
  UNETNS_TRY(tcp().listen(*end_, backlog));
  end_->listening_state()->fastopen_max = fastopen_max_;
  end_->listening_state()->fastopen_no_cookie = fastopen_no_cookie_;
  if (seldom_) end_->listening_state()->fastopen_keys = seldom_->fastopen_keys;
  return {};
}

Result<std::unique_ptr<Socket>> TcpSocket::accept() {
  if (!listening()) return fail(EINVAL);
  std::unique_ptr<Endpoint> child = tcp().accept(*end_);
  if (!child) return fail(EAGAIN);
  return std::unique_ptr<Socket>(new TcpSocket(*this, std::move(child)));
}

size_t TcpSocket::accept_queue() const {
  return listening() ? end_->listening_state()->accepted.size() : 0;
}

Result<void> TcpSocket::shutdown(int how) {
  if (how < SHUT_RD || how > SHUT_RDWR) return fail(EINVAL);
  const auto bits = static_cast<uint8_t>(how + 1);
  switch (tcp_state()) {
    case TcpState::kClose:
      shutdown_ |= bits;  // reads are at the end from then on
      notify();
      return fail(ENOTCONN);
    case TcpState::kListen:
      if (bits & 1) tcp().disconnect(*end_);
      notify();
      return {};
    case TcpState::kSynSent:
      // As if the peer had refused.
      tcp().disconnect(*end_);
      late_ = Late::kNo;
      phase_ = Phase::kUnconnected;
      set_error(ECONNRESET);
      return {};
    default:
      break;
  }
  shutdown_ |= bits;
  end_->run([&](TcpConnection& c, Nanos now) {
    if (bits & 1) c.stop_reading();
    if (bits & 2) c.shutdown_send(now);
  });
  notify();
  return {};
}

// ---- readiness

StreamState TcpSocket::state() const {
  switch (tcp_state()) {
    case TcpState::kListen:
      return StreamState::kListening;
    case TcpState::kSynRecv:  // of a Fast Open listener: it may answer already
      if (phase_ == Phase::kConnected) return StreamState::kConnected;
      [[fallthrough]];
    case TcpState::kSynSent:
      return is_late() ? StreamState::kConnected : StreamState::kConnecting;
    case TcpState::kClose:
      return connection() && end_->was_connected() ? StreamState::kClosed : StreamState::kFresh;
    default:
      return StreamState::kConnected;
  }
}

uint32_t TcpSocket::poll() const {
  if (listening()) return accept_queue() != 0 ? POLLIN | POLLRDNORM : 0;
  const uint32_t err = error() != 0 || has_queued_errors() ? POLLERR : 0;
  const TcpConnection* c = connection();
  if (!c || (phase_ == Phase::kUnconnected && tcp_state() == TcpState::kClose))
    return POLLOUT | POLLHUP | err | (shutdown_ & 1 ? POLLIN | POLLRDHUP : 0);
  uint32_t events = c->poll() | err;
  if (is_late()) events |= POLLOUT | POLLWRNORM;
  if (tcp_state() == TcpState::kClose) {
    events |= POLLIN | POLLOUT | POLLRDHUP | POLLHUP;
  }
  // SO_RCVLOWAT: less is not worth waking for, unless it is the end.
  const auto enough = static_cast<size_t>(std::min(options().rcvlowat, options().rcvbuf / 2));
  if (enough > 1 && c->readable() < enough && !(events & (POLLRDHUP | POLLERR)))
    events &= ~uint32_t{POLLIN | POLLRDNORM};
  return events;
}

uint32_t TcpSocket::receive_memory() const {
  const TcpConnection* c = connection();
  return static_cast<uint32_t>((c ? c->readable() : 0) + unconsumed_);
}

Result<int> TcpSocket::ioctl(const Caller& caller, unsigned long request, MutableBytes arg) {
  auto give = [&](size_t value) -> Result<int> {
    if (arg.size() < sizeof(int)) return fail(EFAULT);
    store(arg.data(), static_cast<int>(value));
    return 0;
  };
  switch (request) {
    case SIOCINQ:
      if (listening()) return fail(EINVAL);
      return give(readable());
    case SIOCOUTQ:
      if (listening()) return fail(EINVAL);
      return give(unacked_or_unsent());
    case SIOCOUTQNSD:
      if (listening()) return fail(EINVAL);
      return give(unsent());
    case SIOCATMARK:
      return give(at_urgent_mark());
    case SIOCGSTAMP_OLD:
    case SIOCGSTAMPNS_OLD:
    case SIOCGSTAMP_NEW:
    case SIOCGSTAMPNS_NEW:
      return fail(ENOENT);  // of a stream no packet is remembered
    default:
      if (names_.inet6())
        if (auto done = inet6_ioctl(caller, request)) return *done;
      if (request == SIOCGIFPFLAGS || request == SIOCSIFPFLAGS) return fail(EINVAL);
      return parts_.ioctls.ioctl(net(), caller, request, arg);
  }
}

}  // namespace unetns
