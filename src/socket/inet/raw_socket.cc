#include "socket/inet/raw_socket.h"

#include <linux/icmp.h>

#include <algorithm>

#include "socket/socket_filter.h"
#include "socket/sol_socket.h"

namespace unetns {

RawSocket::RawSocket(Net& net, const InetParts& parts_in, const Caller& caller, int protocol)
    : InetSocket(net, parts_in, caller, SOCK_RAW, protocol, nullptr) {
  options().reuse_addr = true;  // as Linux makes them
  inet().header_included = protocol == IPPROTO_RAW;
  // getsockname(2) shows the protocol where others have the port.
  binding_.local_port = static_cast<uint16_t>(protocol);
  parts().stack.raw().add(net, *this);
}

RawSocket::~RawSocket() { parts().stack.raw().remove(net(), *this); }

Result<void> RawSocket::bind(const Caller&, Bytes name) {
  if (connected()) return fail(EINVAL);
  UNETNS_ASSIGN(const sockaddr_in to, parse_name(name));
  return bind_address({Ipv4Address::from_be(to.sin_addr.s_addr)});
}

Result<size_t> RawSocket::send(const Caller& caller, const SendRequest& request) {
  if (request.data.size() > 0xffff) return fail(EMSGSIZE);
  if (request.flags & MSG_OOB) return fail(EOPNOTSUPP);
  UNETNS_ASSIGN(const Peer to, destination(request));
  UNETNS_ASSIGN(Outgoing out, prepare(caller, request, to));
  IpTx<V4>& tx = out.tx;
  tx.sport = tx.dport = 0;
  const bool own_header = inet().header_included;
  if (own_header) tx.any_source = true;
  UNETNS_ASSIGN(const IpRoute<V4> route, ip().output().route(net(), tx));
  // What Linux checks where a send is accounted in a socket's first buffer, which a raw one with a
  // header of ours passes by.
  if (own_header)
    if (const int err = refusal()) return fail(err);
  if (request.flags & kMsgProbe) return request.data.size();

  Packet packet = Packet::copy_of(net().registry().packets(), request.data);
  if (own_header && request.data.size() < Ipv4Header::kMinSize) return fail(EINVAL);
  if (protocol() == IPPROTO_ICMP && !own_header && !request.data.empty())
    parts().stack.icmp().count_out(net(), request.data[0]);
  auto sent = own_header ? ip().output().send_with_header(net(), tx, route, std::move(packet))
                         : ip().output().send(net(), tx, route, std::move(packet));
  if (!sent) return send_failed(std::move(sent).error(), to, route.mtu);
  stamp_sent(out, route, {}, request.data);
  return request.data.size();
}

bool RawSocket::wants(const Packet& packet) const {
  if (protocol() != IPPROTO_ICMP || icmp_filter_ == 0) return true;
  const Bytes icmp = packet.head();
  if (icmp.size() < 8) return false;
  return icmp[0] >= 32 || ((icmp_filter_ >> icmp[0]) & 1) == 0;
}

void RawSocket::deliver(Packet packet, const IpRx<V4>& rx) {
  packet.front_to_network();
  if (!SocketFilter::admit(filter(), packet, rx.header_len)) {
    net().drop(std::move(packet), DropReason::kSocketFilter);
    return;
  }
  enqueue(datagram_of(std::move(packet), rx));
}

Bytes RawSocket::quoted_payload(const IcmpErrorRx<V4>& error) const {
  return inet().header_included ? error.quoted : error.transport;
}

Result<void> RawSocket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level != SOL_RAW) return InetSocket::set_option(caller, level, name, value);
  if (name != ICMP_FILTER) return fail(ENOPROTOOPT);
  if (protocol() != IPPROTO_ICMP) return fail(EOPNOTSUPP);
  std::memcpy(&icmp_filter_, value.data(), std::min(value.size(), sizeof icmp_filter_));
  return {};
}

Result<ByteVector> RawSocket::get_option(const Caller& caller, int level, int name, size_t max) {
  if (level != SOL_RAW) return InetSocket::get_option(caller, level, name, max);
  if (name != ICMP_FILTER) return fail(ENOPROTOOPT);
  if (protocol() != IPPROTO_ICMP) return fail(EOPNOTSUPP);
  return option_struct(icmp_filter_, max);
}

}  // namespace unetns
