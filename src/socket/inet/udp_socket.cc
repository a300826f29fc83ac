#include "socket/inet/udp_socket.h"

#include <linux/capability.h>

#include "packet/wire/udp.h"
#include "socket/socket_filter.h"

namespace unetns {

Result<void> UdpSocket::bind(const Caller& caller, Bytes name) {
  UNETNS_ASSIGN(const sockaddr_in to, parse_name(name));
  // AF_UNSPEC with the wildcard address has always been taken for AF_INET.
  if (to.sin_family != AF_INET && (to.sin_family != AF_UNSPEC || to.sin_addr.s_addr != 0))
    return fail(EAFNOSUPPORT);
  const Binding<V4> before = binding_;
  const Ipv4Address source_before = source_;
  const bool bound_before = address_bound_;
  const uint16_t port = to_be16(to.sin_port);
  UNETNS_TRY(bind_address(Ipv4Address::from_be(to.sin_addr.s_addr)));
  auto undo = [&](int err) {
    binding_ = before;
    source_ = source_before;
    address_bound_ = bound_before;
    return fail(err);
  };
  if (port != 0 && port < ip().settings(net()).unprivileged_port_start &&
      !caller.capable(CAP_NET_BIND_SERVICE))
    return undo(EACCES);
  if (connected() || before.local_port != 0) return undo(EINVAL);
  if (port == 0 && inet().bind_no_port) return {};
  const auto claimed = parts().stack.udp().claim(net(), *this, port);
  if (!claimed) return undo(EADDRINUSE);
  binding_.local_port = *claimed;
  port_bound_ = port != 0;
  return {};
}

Result<void> UdpSocket::autobind() {
  if (binding_.local_port != 0) return {};
  UNETNS_ASSIGN(binding_.local_port, parts().stack.udp().claim(net(), *this, 0));
  return {};
}

void UdpSocket::give_up_port() {
  if (binding_.local_port == 0) return;
  parts().stack.udp().release(net(), *this);
  binding_.local_port = 0;
}

Result<InetSocket::Peer> UdpSocket::destination(const SendRequest& request) const {
  if (request.name.empty()) {
    if (!connected()) return fail(EDESTADDRREQ);
    return peer();
  }
  UNETNS_ASSIGN(const sockaddr_in to, parse_name(request.name));
  if (to.sin_family != AF_INET && to.sin_family != AF_UNSPEC) return fail(EAFNOSUPPORT);
  if (to.sin_port == 0) return fail(EINVAL);
  return Peer{Ipv4Address::from_be(to.sin_addr.s_addr), to_be16(to.sin_port)};
}

Result<size_t> UdpSocket::send(const Caller& caller, const SendRequest& request) {
  if (request.data.size() > 0xffff) return fail(EMSGSIZE);
  if (request.flags & MSG_OOB) return fail(EOPNOTSUPP);
  UNETNS_ASSIGN(const Peer to, destination(request));
  UNETNS_TRY(autobind());
  UNETNS_ASSIGN(const IpTx<V4> tx, prepare(caller, request, to));
  UNETNS_ASSIGN(const IpRoute<V4> route, ip().output().route(net(), tx));
  if (const int err = take_error()) return fail(err);
  if (send_shut()) return fail(EPIPE);

  PacketPool& pool = net().registry().packets();
  Packet packet = Packet::copy_of(pool, request.data);
  auto sent = parts().stack.udp().send(net(), tx, route, std::move(packet), options().no_check);
  if (!sent) return send_failed(std::move(sent).error(), to, route.mtu);
  return request.data.size();
}

void UdpSocket::deliver(Packet packet, const IpRx<V4>& rx) {
  if (!SocketFilter::admit(filter(), packet, UdpHeader::kSize) || rx.ttl < inet().min_ttl) {
    net().drop(std::move(packet), DropReason::kSocketFilter);
    return;
  }
  const UdpView udp = *UdpView::parse(packet.head(), 0xffff);
  const uint16_t from = udp.src_port(), to = udp.dst_port();
  packet.pull(UdpHeader::kSize);
  QueuedDatagram<V4> d = datagram_of(std::move(packet), rx);
  d.src_port = from;
  d.dst_port = to;
  if (enqueue(std::move(d))) return;
  UdpStats& counters = parts().stack.udp().counters(net());
  counters.rcvbuf_errors++;
  counters.in_errors++;
  counters.in_datagrams--;
}

Bytes UdpSocket::quoted_payload(const IcmpErrorRx<V4>& error) const {
  return error.transport.subspan(UdpHeader::kSize);
}

uint16_t UdpSocket::quoted_port(const IcmpErrorRx<V4>& error) const {
  return load_be16(&error.transport[2]);
}

}  // namespace unetns
