#include "socket/inet/inet_socket.h"

#include <linux/icmp.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "socket/inet/inet6_ioctl.h"
#include "socket/ioctl/device_ioctls.h"
#include "socket/queue_ioctl.h"
#include "socket/socket_filter.h"
#include "socket/sol_socket.h"

namespace unetns {

InetSocket::InetSocket(Net& net, const InetParts& parts, const Caller& caller, int type,
                       int protocol, PortSpace<V4>* ports, int family)
    : Socket(net, family, type, protocol),
      parts_(parts),
      ports_(ports),
      names_(family),
      ip_options_(*this, parts) {
  if (inet6()) ipv6_options_ = std::make_unique<Ipv6OptionSet>();
  binding_.scope = names_.scope();
  binding_.uid = caller.uid();
  binding_.protocol = static_cast<uint16_t>(protocol);
}

void InetSocket::options_changed() {
  binding_.ifindex = options().bound_ifindex;
  binding_.reuse_addr = options().reuse_addr;
  binding_.reuse_port = options().reuse_port;
}

Result<sockaddr_in> InetSocket::parse_name(Bytes name) {
  if (name.size() < sizeof(sockaddr_in)) return fail(EINVAL);
  return load<sockaddr_in>(name.data());
}

Result<void> InetSocket::bind_address(const InetName& to) {
  const Ipv4Address& address = to.address;
  UNETNS_ASSIGN(const uint8_t type, ip_options_.check_bind(address));
  binding_.local = address;
  binding_.scope = to.scope;
  // Nothing can be sent from a group: the route chooses, but for AF_INET6.
  const bool open = (type == RTN_MULTICAST || type == RTN_BROADCAST) && !names_.inet6();
  source_ = open ? Ipv4Address() : address;
  address_bound_ = !address.is_zero() || to.scope == SocketScope::mapped();
  return {};
}

Result<void> InetSocket::autobind() {
  if (!ports_ || binding_.local_port != 0) return {};
  UNETNS_ASSIGN(binding_.local_port, ports_->claim(net(), *this, 0));
  return {};
}

void InetSocket::give_up_port() {
  if (!ports_ || binding_.local_port == 0) return;
  ports_->release(net(), *this);
  binding_.local_port = 0;
}

Result<void> InetSocket::bind_port(const InetName& to) {
  const Binding<V4> before = binding_;
  const Ipv4Address source_before = source_;
  const bool bound_before = address_bound_;
  UNETNS_TRY(bind_address(to));
  const auto bound = [&] { names_.bound(to.scope); };
  if (to.port == 0 && inet().bind_no_port) return bound(), Result<void>();
  const auto claimed = ports_->claim(net(), *this, to.port);
  if (!claimed) {
    binding_ = before;
    source_ = source_before;
    address_bound_ = bound_before;
    return fail(EADDRINUSE);
  }
  binding_.local_port = *claimed;
  port_bound_ = to.port != 0;
  bound();
  return {};
}

Result<SockAddr> InetSocket::local_name() const {
  return names_.own_name(binding_.local, binding_.local_port);
}

Result<SockAddr> InetSocket::peer_name() const {
  // A peer without a port does not count, where there are ports.
  if (!connected_ || (peer_.port == 0 && ports_)) return fail(ENOTCONN);
  return names_.name(peer_.address, peer_.port);
}

Result<void> InetSocket::connect(const Caller&, Bytes name) {
  if (name.size() < sizeof(sa_family_t)) return fail(EINVAL);
  if (load<sa_family_t>(name.data()) == AF_UNSPEC) return disconnect();
  UNETNS_TRY(autobind());
  UNETNS_ASSIGN(const InetName to, names_.to_connect(*this, binding_.local, name));

  IpTx<V4> tx;
  tx.dst = to.address;
  tx.src = source_;
  tx.oif = options().bound_ifindex;
  tx.tos = inet().tos;
  tx.mark = options().mark;
  tx.proto = static_cast<uint8_t>(protocol());
  tx.any_source = inet().transparent;
  tx.broadcast_ok = options().broadcast;
  apply_destination(tx);
  UNETNS_ASSIGN(const IpRoute<V4> route, ip().output().route(net(), tx));
  if (source_.is_zero()) source_ = route.src;
  if (binding_.local.is_zero()) binding_.local = route.src;
  peer_ = {tx.dst, to.port};
  if (filters_by_peer()) {
    binding_.remote = peer_.address;
    binding_.remote_port = peer_.port;
  }
  connected_ = true;
  binding_.scope = names_.scope().of_connection();
  ip_ids_ = static_cast<uint16_t>(net().env().rng.u32());
  return {};
}

Result<void> InetSocket::disconnect() {
  connected_ = false;
  peer_ = {};
  binding_.remote = {};
  binding_.remote_port = 0;
  binding_.scope = names_.scope();
  if (!address_bound_) {
    binding_.local = {};
    source_ = {};
  }
  if (!port_bound_) give_up_port();
  return {};
}

Result<void> InetSocket::shutdown(int how) {
  if (how < SHUT_RD || how > SHUT_RDWR) return fail(EINVAL);
  // Also of a socket without a peer: who waits there is woken.
  shutdown_ |= static_cast<uint8_t>(how + 1);
  notify();
  if (!connected_) return fail(ENOTCONN);
  return {};
}

uint32_t InetSocket::poll() const {
  uint32_t events = POLLOUT;
  if (error() != 0 || !errors_.empty()) events |= POLLERR;
  if (shutdown_ & 1) events |= POLLRDHUP | POLLIN;
  if (shutdown_ == 3) events |= POLLHUP;
  if (!queue_.empty()) events |= POLLIN;
  return events;
}

bool InetSocket::wants_group(const Ipv4Address& group, const Ipv4Address& source,
                             int ifindex) const {
  for (const GroupMembership& m : inet().memberships)
    if (m.group == group && m.ifindex == ifindex) return m.filter.accepts(source);
  return inet().multicast_all;
}

void InetSocket::icmp_error(const IcmpErrorRx<V4>& e) {
  if (e.type == ICMP_REDIRECT) return ip().redirected(net(), e);
  if (e.err == 0) return;  // source quench
  bool hard = e.hard;
  if (e.too_big()) {
    if (inet().pmtu_discover < IP_PMTUDISC_INTERFACE) ip().path_mtu_told(net(), e);
    if (inet().pmtu_discover == IP_PMTUDISC_DONT) return;
    hard = true;
  }
  if (inet().recv_err) {
    errors_.push(queued_error(e, quoted_port(e), quoted_payload(e), net().env().clock.realtime(),
                              inet().recv_err_rfc4884));
  } else if (!hard || !connected_) {
    return;
  }
  set_error(e.err);
}

Result<void> InetSocket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level == SOL_IPV6 && inet6()) return set_ipv6_option(caller, name, value);
  if (level != SOL_IP) return Socket::set_option(caller, level, name, value);
  UNETNS_TRY(ip_options_.set(caller, name, value));
  binding_.port_low = inet().port_low;
  binding_.port_high = inet().port_high;
  if (name == IP_RECVERR && !inet().recv_err) errors_.clear();
  return {};
}

Result<ByteVector> InetSocket::get_option(const Caller& caller, int level, int name, size_t max) {
  if (level == SOL_SOCKET) return Socket::get_option(caller, level, name, max);
  if (level == SOL_IPV6 && inet6()) return get_ipv6_option(name, max);
  if (level != SOL_IP)
    return fail(inet6() ? ENOPROTOOPT : EOPNOTSUPP);  // the latter unlike setsockopt(2)
  if (name == kIpProtocol && type() == SOCK_DGRAM)
    return option_value(binding_.local_port, max);  // in Linux they are one number
  return ip_options_.get(name, max, [this] { return path_mtu(); });
}

Result<void> InetSocket::set_ipv6_option(const Caller& caller, int name, Bytes value) {
  if (name != IPV6_V6ONLY && name != IPV6_ADDRFORM)
    return ipv6_options_->set(ipv6_owner(), caller, name, value);
  UNETNS_ASSIGN(const int v, option_int(value));
  if (name == IPV6_V6ONLY) {
    if (binding_.local_port != 0) return fail(EINVAL);
    names_.set_v6_only(v != 0);
  } else {
    if (v != AF_INET) return fail(EINVAL);
    if (!connected_) return fail(ENOTCONN);
    names_.become_ipv4();
    set_domain(AF_INET);
  }
  binding_.scope = names_.scope();
  return {};
}

Result<ByteVector> InetSocket::get_ipv6_option(int name, size_t max) {
  if (name == IPV6_V6ONLY) return option_value(names_.v6_only(), max);
  if (name == IPV6_ADDRFORM) {
    if (!connected_) return fail(ENOTCONN);
    return option_value(AF_INET6, max);
  }
  return ipv6_options_->get(ipv6_owner(), name, max, [this] { return path_mtu(); });
}

Result<ByteVector> InetSocket::query_option(const Caller& caller, int level, int name,
                                            Bytes given) {
  if (level == SOL_IP && (name == IP_MSFILTER || name == MCAST_MSFILTER))
    return ip_options_.group_filter(name, given);
  return get_option(caller, level, name, given.size());
}

Result<uint32_t> InetSocket::path_mtu() const {
  if (!connected_) return fail(ENOTCONN);
  IpTx<V4> tx;
  tx.src = source_;
  tx.dst = peer_.address;
  tx.oif = options().bound_ifindex;
  const auto route = ip().output().route(net(), tx);
  if (!route) return fail(ENOTCONN);
  return route->mtu;
}

Result<int> InetSocket::ioctl(const Caller& caller, unsigned long request, MutableBytes arg) {
  const size_t next = queue_.empty() ? 0 : queue_.front().packet.size();
  if (auto done = queue_ioctl(request, arg, next, last_stamp_)) return *done;
  if (inet6())
    if (auto done = inet6_ioctl(caller, request)) return *done;
  if (request == SIOCSIFPFLAGS || request == SIOCGIFPFLAGS) return fail(EINVAL);
  return parts_.ioctls.ioctl(net(), caller, request, arg);
}

}  // namespace unetns
