#include "socket/inet/udp_socket.h"

#include <linux/capability.h>
#include <linux/udp.h>

#include "packet/wire/udp.h"
#include "socket/cmsg.h"
#include "socket/inet/group_filter.h"
#include "socket/sol_socket.h"

namespace unetns {
namespace {

constexpr size_t kMaxSegments = 128;  // of UDP_SEGMENT
constexpr size_t kMaxPayload = 65535 - Ipv4Header::kMinSize - UdpHeader::kSize;

}  // namespace

Result<void> UdpSocket::bind(const Caller& caller, Bytes name) {
  const bool is_bound = connected() || binding_.local_port != 0;
  UNETNS_ASSIGN(const InetName to, names().to_bind(*this, parts(), caller, is_bound, name));
  UNETNS_TRY(check_address(to.address));
  if (to.port != 0 && to.port < ip().settings(net()).unprivileged_port_start &&
      !caller.capable(CAP_NET_BIND_SERVICE))
    return fail(EACCES);
  if (is_bound) return fail(EINVAL);
  return bind_port(to);
}

// ---- sending

Result<void> UdpSocket::apply_cmsg(const CmsgView& c, Outgoing& out) const {
  if (c.level != IPPROTO_UDP) return {};
  if (c.type != UDP_SEGMENT || c.data.size() != sizeof(uint16_t)) return fail(EINVAL);
  out.segment = load<uint16_t>(c.data.data());
  return {};
}

Result<size_t> UdpSocket::send(const Caller& caller, const SendRequest& request) {
  UNETNS_TRY(autobind());
  // One of AF_INET6 looks first where the name leads.
  if (inet6() && !pending_ && !NameFormat::is_ipv4(request.name)) UNETNS_TRY(destination(request));
  if (request.data.size() > 0xffff) return fail(EMSGSIZE);
  if (request.flags & MSG_OOB) return fail(EOPNOTSUPP);
  const bool more = udp_.cork || (request.flags & MSG_MORE);
  if (pending_) return append(request.data, more);  // whatever address it names
  UNETNS_ASSIGN(const Peer to, destination(request));
  UNETNS_ASSIGN(Outgoing out, prepare(caller, request, to));
  UNETNS_ASSIGN(const IpRoute<V4> route, ip().output().route(net(), out.tx));
  if (request.flags & kMsgProbe) return request.data.size();
  if (const int err = refusal()) return fail(err);
  if (more) {
    if (request.data.size() > kMaxPayload) return fail(EMSGSIZE);
    pending_ = std::make_unique<Pending>();
    pending_->options.assign(out.tx.options.begin(), out.tx.options.end());
    pending_->out = out;
    pending_->out.tx.options = pending_->options;
    pending_->to = to;
    return append(request.data, true);
  }
  UNETNS_TRY(transmit(out, route, to, request.data));
  return request.data.size();
}

Result<size_t> UdpSocket::append(Bytes data, bool more) {
  ByteVector& all = pending_->data;
  if (all.size() + data.size() > kMaxPayload) {
    pending_.reset();
    return fail(EMSGSIZE);
  }
  all.insert(all.end(), data.begin(), data.end());
  if (!more) UNETNS_TRY(push_pending());
  return data.size();
}

Result<void> UdpSocket::push_pending() {
  if (!pending_) return {};
  const std::unique_ptr<Pending> p = std::move(pending_);
  UNETNS_ASSIGN(const IpRoute<V4> route, ip().output().route(net(), p->out.tx));
  return transmit(p->out, route, p->to, p->data);
}

Result<void> UdpSocket::transmit(const Outgoing& out, const IpRoute<V4>& route, const Peer& to,
                                 Bytes data) {
  const size_t segment = out.segment;
  if (segment != 0) {
    const size_t header = Ipv4Header::kMinSize + out.tx.options.size() + UdpHeader::kSize;
    if (header + std::min(data.size(), segment) > route.mtu) return fail(EMSGSIZE);
    if (data.size() > segment * kMaxSegments || options().no_check) return fail(EINVAL);
  }
  Packet packet = Packet::copy_of(net().registry().packets(), data);
  if (segment != 0 && data.size() > segment) packet.meta().gso_size = out.segment;
  auto sent = parts().stack.udp().send(net(), out.tx, route, std::move(packet), options().no_check);
  if (!sent) return send_failed(std::move(sent).error(), to, route.mtu);
  if (out.wants_stamp()) {
    std::array<uint8_t, UdpHeader::kSize> header{};
    UdpHeader{out.tx.sport, out.tx.dport, static_cast<uint16_t>(data.size() + header.size()), 0}
        .emit(header);
    stamp_sent(out, route, header, data);
  }
  return {};
}

// ---- receiving

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

ByteVector UdpSocket::control_for(const Message& m) const {
  ByteVector out = InetSocket::control_for(m);
  if (udp_.gro && m.segment != 0) put_cmsg_value(out, IPPROTO_UDP, UDP_GRO, int{m.segment});
  return out;
}

Bytes UdpSocket::quoted_payload(const IcmpErrorRx<V4>& error) const {
  return error.transport.subspan(UdpHeader::kSize);
}

uint16_t UdpSocket::quoted_port(const IcmpErrorRx<V4>& error) const {
  return load_be16(&error.transport[2]);
}

// ---- options

Result<void> UdpSocket::choose_by(Bytes program) {
  if (!options().reuse_port) return fail(EINVAL);
  UNETNS_ASSIGN(auto filter, SocketFilter::from_option(program));
  parts().stack.udp().set_group_chooser(
      net(), *this, std::make_shared<GroupFilter>(std::move(filter), UdpHeader::kSize));
  return {};
}

Result<void> UdpSocket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level == SOL_SOCKET && name == SO_ATTACH_REUSEPORT_CBPF) return choose_by(value);
  if (level == SOL_SOCKET && name == kSoDetachReuseportBpf) {
    UNETNS_TRY(option_int(value));
    if (!chooser()) return fail(options().reuse_port ? ENOENT : EINVAL);
    parts().stack.udp().set_group_chooser(net(), *this, nullptr);
    return {};
  }
  if (level != IPPROTO_UDP && level != IPPROTO_UDPLITE)  // as on Linux, the other one's level too
    return InetSocket::set_option(caller, level, name, value);
  UNETNS_TRY(udp_.set(name, value));
  if (name == UDP_CORK && !udp_.cork) (void)push_pending();
  return {};
}

Result<ByteVector> UdpSocket::get_option(const Caller& caller, int level, int name, size_t max) {
  if (level != IPPROTO_UDP && level != IPPROTO_UDPLITE)
    return InetSocket::get_option(caller, level, name, max);
  return udp_.get(name, max);
}

}  // namespace unetns
