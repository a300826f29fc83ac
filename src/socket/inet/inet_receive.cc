// Receiving: into the queue, out of it, and the control messages that go with a datagram.
#include <algorithm>

#include "socket/cmsg.h"
#include "socket/inet/inet_socket.h"
#include "socket/inet/ip_cmsgs.h"
#include "socket/socket_filter.h"

namespace unetns {

bool InetSocket::asks_for_device() const {
  return inet().pkt_info || (inet6() && ipv6_options_->pkt_info());
}

int InetSocket::device_of(const Ipv4Address& own, int loopback) const {
  RouteLookup<V4>& routes = ip().routes();
  if (routes.address_type(net(), own, loopback) == RTN_LOCAL) return loopback;
  int found = 0;
  parts_.netdevs.for_each(net(), [&](const NetDevice& dev) {
    if (found == 0 && routes.address_type(net(), own, dev.ifindex()) == RTN_LOCAL)
      found = dev.ifindex();
  });
  return found != 0 ? found : loopback;
}

QueuedDatagram<V4> InetSocket::datagram_of(Packet packet, const IpRx<V4>& rx) const {
  QueuedDatagram<V4> d;
  d.src = rx.src;
  d.dst = rx.dst;
  d.ttl = rx.ttl;
  d.tos = rx.tos;
  d.ifindex = packet.meta().iif ? packet.meta().iif : rx.dev->ifindex();
  if (rx.dev->is_loopback() && rx.to_us_alone() && asks_for_device())
    d.ifindex = device_of(rx.dst, d.ifindex);
  if (rx.header_len > Ipv4Header::kMinSize) {
    d.options_at = Ipv4Header::kMinSize;
    d.options_len = static_cast<uint16_t>(rx.header_len - Ipv4Header::kMinSize);
  }
  // What a reply would be sent from.
  d.local = rx.dst;
  if (!rx.to_us_alone() && inet().pkt_info)
    d.local = ip().routes().select_source(net(), *rx.dev, rx.src, RT_SCOPE_UNIVERSE);
  d.segment = packet.meta().gso_size;
  d.fragment = rx.largest_fragment;
  const Nanos stamp = packet.meta().tstamp;
  d.tstamp = stamp != Nanos{} ? stamp : net().env().clock.realtime();
  d.packet = std::move(packet);
  return d;
}

bool InetSocket::enqueue(QueuedDatagram<V4> d) {
  const bool strict = protocol() == IPPROTO_UDP && type() == SOCK_DGRAM;
  const int limit = options().rcvbuf;
  uint32_t elsewhere = unread_charge(false);
  if (elsewhere != 0 && !queue_.has_room(d, limit, elsewhere, strict))
    elsewhere = unread_charge(true);
  if (!queue_.push(d, limit, elsewhere, strict)) {
    net().drop(std::move(d.packet), DropReason::kSocketRcvbufFull);
    return false;
  }
  notify();
  return true;
}

Message InetSocket::to_message(const QueuedDatagram<V4>& d, ByteVector data) const {
  Message m;
  m.data = std::move(data);
  m.name = names_.name(d.src, d.src_port);
  m.tstamp = d.tstamp;
  m.ttl = d.ttl;
  m.tos = d.tos;
  m.ifindex = d.ifindex;
  m.charge = d.charge;
  m.drops = d.drops;
  m.segment = d.segment;
  m.fragment = d.fragment;
  m.dst = d.dst;
  m.local = d.local;
  m.dst_port = d.dst_port;
  if (d.options_len != 0) {
    const Bytes header = d.packet.network();
    if (header.size() >= size_t{d.options_at} + d.options_len) {
      const Bytes options = header.subspan(d.options_at, d.options_len);
      m.ip_options.assign(options.begin(), options.end());
    }
  }
  return m;
}

Result<void> InetSocket::may_receive(int flags) const {
  if ((flags & MSG_OOB) && !(type() == SOCK_DGRAM && protocol() == IPPROTO_UDP))
    return fail(EOPNOTSUPP);
  return {};
}

Result<Message> InetSocket::receive(int flags) {
  UNETNS_TRY(may_receive(flags));
  if (flags & MSG_ERRQUEUE) return receive_error();
  if (const int err = take_error()) return fail(err);
  if (queue_.empty()) {
    if ((shutdown_ & 1) && !(flags & MSG_DONTWAIT)) return Message{};
    return fail(EAGAIN);
  }
  if (flags & MSG_PEEK) {
    const QueuedDatagram<V4>& d = queue_.front();
    return to_message(d, d.packet.to_vector());
  }
  const QueuedDatagram<V4> d = queue_.pop();
  last_stamp_ = d.tstamp;
  return to_message(d, d.packet.to_vector());
}

Result<Message> InetSocket::receive_error() {
  if (errors_.empty()) return fail(EAGAIN);
  QueuedError<V4> e = errors_.pop();
  // The pending error is that of the next one in the queue.
  if (const int next = errors_.next_icmp_error())
    set_error(next);
  else if (e.err.ee_origin == SO_EE_ORIGIN_ICMP)
    take_error();
  return error_message(std::move(e), names_);
}

ByteVector InetSocket::control_for(const Message& m) const {
  ByteVector out;
  put_timestamp_cmsgs(out, options(), m.tstamp, !m.extended_err.empty());
  if (m.dst.has_value()) {
    if (options().rxq_ovfl && m.drops != 0) put_cmsg_value(out, SOL_SOCKET, SO_RXQ_OVFL, m.drops);
    if (inet6() && ipv6_options_->pkt_info()) put_ipv6_pktinfo(out, m);
    put_ip_cmsgs(out, inet(), m);
  }
  if (!m.extended_err.empty()) put_error_cmsg(out, inet6(), m);
  return out;
}

}  // namespace unetns
