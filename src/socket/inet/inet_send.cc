// Sending: the options and control messages of one call become an order for ip/.
#include <linux/net_tstamp.h>

#include <algorithm>

#include "inet/demux/mapped_address.h"
#include "inet/ip/ip_options.h"
#include "socket/cmsg.h"
#include "socket/inet/inet_options.h"
#include "socket/inet/inet_socket.h"
#include "socket/inet/sent_stamp.h"

namespace unetns {
namespace {

Result<void> apply_ip_cmsg(const CmsgView& c, IpTx<V4>& tx, ByteVector* options) {
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
      options->assign(c.data.begin(), c.data.begin() + std::min<ptrdiff_t>(std::ssize(c.data), 40));
      if (!check_ip_options(*options)) return fail(EINVAL);
      while (options->size() % 4) options->push_back(0);
      tx.options = *options;
      return {};
    case kIpProtocol: {  // of raw sockets with IPPROTO_RAW in IPv6: taken, and without a say here
      UNETNS_ASSIGN(const int v, number());
      return v < 1 || v > 255 ? Result<void>(fail(EINVAL)) : Result<void>();
    }
    default:
      return fail(EINVAL);
  }
}

// Of an AF_INET6 socket, for a packet of IPv4: the others are passed over.
Result<void> apply_ipv6_cmsg(const CmsgView& c, IpTx<V4>& tx) {
  if (c.type != IPV6_PKTINFO) return {};
  if (c.data.size() < sizeof(in6_pktinfo)) return fail(EINVAL);
  const auto info = load<in6_pktinfo>(c.data.data());
  const auto source = unmapped(Ipv6Address::from(bytes_of(info.ipi6_addr).data()));
  if (!source) return fail(EINVAL);
  if (info.ipi6_ifindex) tx.oif = static_cast<int>(info.ipi6_ifindex);
  tx.src = *source;
  return {};
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
    tx.multicast_loop = names_.inet6() ? ipv6_options_->multicast_loop() : inet().multicast_loop;
  } else if (tx.oif == 0) {
    tx.oif = inet().unicast_ifindex;
  }
}

Result<InetSocket::Peer> InetSocket::destination(const SendRequest& request) const {
  if (request.name.empty()) {
    if (!connected()) return fail(EDESTADDRREQ);
    return peer();
  }
  UNETNS_ASSIGN(const InetName to,
                names_.to_send(*this, binding_.local, connected(), request.name));
  if (type() == SOCK_DGRAM && protocol() == IPPROTO_UDP && to.port == 0) return fail(EINVAL);
  return Peer{to.address, to.port};
}

Result<InetSocket::Outgoing> InetSocket::prepare(const Caller& caller, const SendRequest& request,
                                                 const Peer& peer) {
  const SocketOptions& o = options();
  Outgoing out;
  out.segment = default_segment();
  out.stamps = o.timestamping;
  IpTx<V4>& tx = out.tx;
  tx.src = source_;
  tx.dst = peer.address;
  tx.sport = binding_.local_port;
  tx.dport = peer.port;
  tx.oif = o.bound_ifindex;
  tx.proto = static_cast<uint8_t>(protocol());
  if (connected()) tx.ids = &ip_ids_;
  tx.tos = inet().tos;
  tx.pmtu_mode = inet().pmtu_discover;
  tx.mark = o.mark;
  tx.priority = static_cast<uint32_t>(o.priority);
  tx.broadcast_ok = o.broadcast;
  tx.any_source = inet().transparent;
  tx.options = inet().ip_options;
  if (o.dont_route || (request.flags & MSG_DONTROUTE)) tx.scope = RT_SCOPE_LINK;

  SendOrders orders;
  CmsgReader reader(request.control);
  while (const auto c = reader.next()) {
    if (c->level == SOL_SOCKET)
      UNETNS_TRY(orders.read(caller, *c));
    else if (c->level == SOL_IP)
      UNETNS_TRY(apply_ip_cmsg(*c, tx, &sent_options_));
    else if (c->level == SOL_IPV6 && inet6())
      UNETNS_TRY(apply_ipv6_cmsg(*c, tx));
    else
      UNETNS_TRY(apply_cmsg(*c, out));
  }
  if (!reader.ok()) return fail(EINVAL);
  tx.mark = orders.mark.value_or(tx.mark);
  tx.priority = orders.priority.value_or(tx.priority);
  out.stamps = orders.stamps.value_or(out.stamps);
  apply_destination(tx);
  // The socket's own TTL is for unicasts; that of a control message for all.
  if (tx.ttl == 0 && !tx.ttl_given && inet().ttl > 0) tx.ttl = inet().ttl;
  return out;
}

int InetSocket::refusal() {
  if (const int err = take_error()) return err;
  return send_shut() ? EPIPE : 0;
}

void InetSocket::stamp_sent(const Outgoing& out, const IpRoute<V4>& route, Bytes header,
                            Bytes data) {
  if (!out.wants_stamp()) return;
  const int flags = options().timestamping;
  const bool id = flags & SOF_TIMESTAMPING_OPT_ID;
  auto queue = [&](uint32_t what) {
    auto q = sent_stamp(what, id ? options().timestamping_id : 0, net().env().clock.realtime());
    if (flags & SOF_TIMESTAMPING_OPT_CMSG) q.offender = route.src;
    q.ifindex = route.route.dev->ifindex();
    if (!(flags & SOF_TIMESTAMPING_OPT_TSONLY)) q.payload = sent_frame(out.tx, route, header, data);
    errors_.push(std::move(q));
  };
  if (out.stamps & SOF_TIMESTAMPING_TX_SCHED) queue(SCM_TSTAMP_SCHED);
  if (out.stamps & SOF_TIMESTAMPING_TX_SOFTWARE) queue(SCM_TSTAMP_SND);
  if (id) ++options().timestamping_id;
  notify();
}

std::unexpected<Error> InetSocket::send_failed(Error error, const Peer& peer, uint32_t mtu) {
  if (error.code == EMSGSIZE && inet().recv_err) {
    QueuedError<V4> q;
    q.err.ee_errno = EMSGSIZE;
    q.err.ee_origin = SO_EE_ORIGIN_LOCAL;
    q.err.ee_info = mtu;
    q.dst = peer.address;
    q.port = connected() ? peer_.port : 0;
    q.tstamp = net().env().clock.realtime();
    errors_.push(std::move(q));
    notify();
  }
  return std::unexpected<Error>(std::move(error));
}

}  // namespace unetns
