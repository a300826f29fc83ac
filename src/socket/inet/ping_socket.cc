#include "socket/inet/ping_socket.h"

#include <linux/capability.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "packet/wire/icmp.h"
#include "socket/socket_filter.h"

namespace unetns {
namespace {
constexpr uint8_t kExtendedEcho = 42;  // RFC 8335
}  // namespace

PingSocket::PingSocket(Net& net, const InetParts& parts, const Caller& caller)
    : InetSocket(net, parts, caller, SOCK_DGRAM, IPPROTO_ICMP, &parts.stack.ping()) {
  options().reuse_addr = true;  // as Linux makes them
  options_changed();
}

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
  return bind_port({address, id});
}

// Unlike other datagram sockets these don't tell what waits (seen by trying).
Result<int> PingSocket::ioctl(const Caller& caller, unsigned long request, MutableBytes arg) {
  if (request == SIOCINQ || request == SIOCOUTQ) return fail(ENOTTY);
  return InetSocket::ioctl(caller, request, arg);
}

Result<size_t> PingSocket::send(const Caller& caller, const SendRequest& request) {
  UNETNS_TRY(autobind());
  if (request.data.size() > 0xffff) return fail(EMSGSIZE);
  if (request.data.size() < IcmpHeader::kSize) return fail(EINVAL);
  if (request.flags & MSG_OOB) return fail(EOPNOTSUPP);
  const uint8_t kind = request.data[0];
  if ((kind != IcmpType::kEchoRequest && kind != kExtendedEcho) || request.data[1] != 0)
    return fail(EINVAL);
  UNETNS_ASSIGN(const Peer to, destination(request));
  UNETNS_ASSIGN(const Outgoing out, prepare(caller, request, to));
  UNETNS_ASSIGN(const IpRoute<V4> route, ip().output().route(net(), out.tx));
  if (request.flags & kMsgProbe) return request.data.size();
  if (const int err = refusal()) return fail(err);

  Packet packet = Packet::copy_of(net().registry().packets(), request.data);
  MutableBytes message = packet.head();
  store_be16(&message[4], binding_.local_port);
  store_be16(&message[2], 0);
  store_be16(&message[2], internet_checksum(message));
  packet.meta().checksum = ChecksumState::kUnnecessary;
  parts().stack.icmp().count_out(net(), kind);
  auto sent = ip().output().send(net(), out.tx, route, std::move(packet));
  if (!sent) return send_failed(std::move(sent).error(), to, route.mtu);
  stamp_sent(out, route, {}, request.data);
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
