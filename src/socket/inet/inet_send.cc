// Sending: the options and control messages of one call become an order for ip/.
#include <linux/capability.h>

#include "inet/ip/ip_options.h"
#include "socket/cmsg.h"
#include "socket/inet/inet_socket.h"

namespace unetns {
namespace {

// Control messages of level SOL_SOCKET that a datagram socket takes (socket(7)).
Result<void> apply_socket_cmsg(const Caller& caller, const CmsgView& c, IpTx<V4>& tx) {
  constexpr int kTimestampingOld = 37, kTimestampingNew = 65, kTxtime = 61;
  switch (c.type) {
    case SO_MARK:
      if (!caller.capable(CAP_NET_ADMIN) && !caller.capable(CAP_NET_RAW)) return fail(EPERM);
      if (c.data.size() != 4) return fail(EINVAL);
      tx.mark = load<uint32_t>(c.data.data());
      return {};
    case SO_PRIORITY:
      if (c.data.size() != 4) return fail(EINVAL);
      tx.priority = load<uint32_t>(c.data.data());
      return {};
    case kTimestampingOld:
    case kTimestampingNew:
      return c.data.size() == 4 ? Result<void>() : fail(EINVAL);
    case SCM_RIGHTS:
    case SCM_CREDENTIALS:  // of unix sockets: passed over
      return {};
    case kTxtime:
    default:
      return fail(EINVAL);
  }
}

Result<void> apply_ip_cmsg(const CmsgView& c, IpTx<V4>& tx) {
  auto number = [&]() -> Result<int> {
    if (c.data.size() == 4) return load<int>(c.data.data());
    if (c.data.size() == 1 && c.type == IP_TOS) return int{c.data[0]};
    return fail(EINVAL);
  };
  switch (c.type) {
    case IP_PKTINFO: {
      if (c.data.size() != sizeof(in_pktinfo)) return fail(EINVAL);
      const auto info = load<in_pktinfo>(c.data.data());
      if (info.ipi_ifindex) tx.oif = info.ipi_ifindex;
      tx.src = Ipv4Address::from_be(info.ipi_spec_dst.s_addr);
      return {};
    }
    case IP_TTL: {
      UNETNS_ASSIGN(const int v, number());
      if (v < 1 || v > 255) return fail(EINVAL);
      tx.ttl = v;
      return {};
    }
    case IP_TOS: {
      UNETNS_ASSIGN(const int v, number());
      if (v < 0 || v > 255) return fail(EINVAL);
      tx.tos = static_cast<uint8_t>(v);
      return {};
    }
    case IP_RETOPTS:
      if (c.data.size() > 40 || !check_ip_options(c.data)) return fail(EINVAL);
      tx.options = c.data.first(c.data.size() & ~size_t{3});
      return {};
    default:
      return fail(EINVAL);
  }
}

}  // namespace

void InetSocket::apply_destination(IpTx<V4>& tx) const {
  // "This host" (RFC 1122 §3.2.1.3) as a destination means ourselves.
  if (tx.dst.is_zero()) tx.dst = tx.src.is_zero() ? Ipv4Address(INADDR_LOOPBACK) : tx.src;
  if (tx.dst.is_multicast()) {
    if (tx.oif == 0) tx.oif = inet().multicast_ifindex;
    if (tx.src.is_zero()) tx.src = inet().multicast_address;
    if (tx.ttl == 0) {
      tx.ttl = inet().multicast_ttl;
      tx.ttl_given = true;
    }
    tx.multicast_loop = inet().multicast_loop;
  } else if (tx.oif == 0) {
    tx.oif = inet().unicast_ifindex;
  }
}

Result<IpTx<V4>> InetSocket::prepare(const Caller& caller, const SendRequest& request,
                                     const Peer& peer) {
  const SocketOptions& o = options();
  IpTx<V4> tx;
  tx.src = source_;
  tx.dst = peer.address;
  tx.sport = binding_.local_port;
  tx.dport = peer.port;
  tx.oif = o.bound_ifindex;
  tx.proto = static_cast<uint8_t>(protocol());
  tx.tos = inet().tos;
  tx.pmtu_mode = inet().pmtu_discover;
  tx.mark = o.mark;
  tx.priority = static_cast<uint32_t>(o.priority);
  tx.broadcast_ok = o.broadcast;
  tx.any_source = inet().free_bind || inet().transparent;
  tx.options = inet().ip_options;
  if (o.dont_route || (request.flags & MSG_DONTROUTE)) tx.scope = RT_SCOPE_LINK;

  CmsgReader reader(request.control);
  while (const auto c = reader.next()) {
    if (c->level == SOL_SOCKET) UNETNS_TRY(apply_socket_cmsg(caller, *c, tx));
    if (c->level == SOL_IP) UNETNS_TRY(apply_ip_cmsg(*c, tx));
  }
  if (!reader.ok()) return fail(EINVAL);
  apply_destination(tx);
  // The socket's own TTL is for unicasts; that of a control message for all.
  if (tx.ttl == 0 && !tx.ttl_given && inet().ttl > 0) tx.ttl = inet().ttl;
  return tx;
}

std::unexpected<Error> InetSocket::send_failed(Error error, const Peer& peer, uint32_t mtu) {
  if (error.code == EMSGSIZE && inet().recv_err) {
    QueuedError<V4> q;
    q.err.ee_errno = EMSGSIZE;
    q.err.ee_origin = SO_EE_ORIGIN_LOCAL;
    q.err.ee_info = mtu;
    q.dst = peer.address;
    q.port = peer.port;
    q.tstamp = net().env().clock.realtime();
    errors_.push(std::move(q));
    notify();
  }
  return std::unexpected<Error>(std::move(error));
}

}  // namespace unetns
