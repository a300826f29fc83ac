#include "socket/inet/ping_socket.h"

#include <linux/capability.h>

#include "packet/wire/icmp.h"
#include "socket/socket_filter.h"

namespace unetns {

Result<void> PingSocket::bind(const Caller& caller, Bytes name) {
  UNETNS_ASSIGN(const sockaddr_in to, parse_name(name));
  if (to.sin_family != AF_INET && (to.sin_family != AF_UNSPEC || to.sin_addr.s_addr != 0))
    return fail(EAFNOSUPPORT);
  const uint16_t id = to_be16(to.sin_port);
  if (id != 0 && id < ip().settings(net()).unprivileged_port_start &&
      !caller.capable(CAP_NET_BIND_SERVICE))
    return fail(EACCES);
  const auto address = Ipv4Address::from_be(to.sin_addr.s_addr);
  if (!address.is_zero()) {
    const uint8_t type = ip().routes().address_type(net(), address);
    if (type == RTN_MULTICAST || type == RTN_BROADCAST) return fail(EADDRNOTAVAIL);
  }
  if (binding_.local_port != 0) return fail(EINVAL);
  UNETNS_TRY(bind_address(address));
  const auto claimed = parts().stack.ping().claim(net(), *this, id);
  if (!claimed) {
    binding_.local = {};
    source_ = {};
    address_bound_ = false;
    return fail(EADDRINUSE);
  }
  binding_.local_port = *claimed;
  port_bound_ = id != 0;
  return {};
}

Result<void> PingSocket::autobind() {
  if (binding_.local_port != 0) return {};
  UNETNS_ASSIGN(binding_.local_port, parts().stack.ping().claim(net(), *this, 0));
  return {};
}

void PingSocket::give_up_port() {
  if (binding_.local_port == 0) return;
  parts().stack.ping().release(net(), *this);
  binding_.local_port = 0;
}

Result<InetSocket::Peer> PingSocket::destination(const SendRequest& request) const {
  if (request.name.empty()) {
    if (!connected()) return fail(EDESTADDRREQ);
    return peer();
  }
  UNETNS_ASSIGN(const sockaddr_in to, parse_name(request.name));
  if (to.sin_family != AF_INET) return fail(EAFNOSUPPORT);
  return Peer{Ipv4Address::from_be(to.sin_addr.s_addr), 0};
}

Result<size_t> PingSocket::send(const Caller& caller, const SendRequest& request) {
  if (request.data.size() > 0xffff) return fail(EMSGSIZE);
  if (request.data.size() < IcmpHeader::kSize) return fail(EINVAL);
  if (request.flags & MSG_OOB) return fail(EOPNOTSUPP);
  if (request.data[0] != IcmpType::kEchoRequest || request.data[1] != 0) return fail(EINVAL);
  UNETNS_ASSIGN(const Peer to, destination(request));
  UNETNS_TRY(autobind());
  UNETNS_ASSIGN(const IpTx<V4> tx, prepare(caller, request, to));
  UNETNS_ASSIGN(const IpRoute<V4> route, ip().output().route(net(), tx));
  if (const int err = take_error()) return fail(err);
  if (send_shut()) return fail(EPIPE);

  Packet packet = Packet::copy_of(net().registry().packets(), request.data);
  const uint16_t sequence = load_be16(&request.data[6]);
  IcmpHeader::echo_request(binding_.local_port, sequence).emit_message(packet.head());
  packet.meta().checksum = ChecksumState::kUnnecessary;
  parts().stack.icmp().count_out(net(), IcmpType::kEchoRequest);
  auto sent = ip().output().send(net(), tx, route, std::move(packet));
  if (!sent) return send_failed(std::move(sent).error(), to, route.mtu);
  return request.data.size();
}

void PingSocket::deliver(Packet packet, const IpRx<V4>& rx) {
  if (!SocketFilter::admit(filter(), packet, IcmpHeader::kSize)) {
    net().drop(std::move(packet), DropReason::kSocketFilter);
    return;
  }
  enqueue(datagram_of(std::move(packet), rx));
}

}  // namespace unetns
