// Segments on their way out. What a connection sends waits for the end of the event that caused
// it: between namespaces the answer may come back before IP's send() returns.
#include "inet/ip/ip_wire.h"
#include "inet/tcp/tcp_layer.h"

namespace unetns {

template <class F>
Packet TcpLayer<F>::build(PacketPool& pool, const TcpKey<F>& key, TcpSegmentOut out) {
  Packet p = out.payload ? std::move(out.payload)
                         : Packet::allocate(pool, Packet::kHeadroom + TcpHeader::kMaxSize, 0);
  const size_t header_size = TcpHeader::kMinSize + out.options.size();
  MutableBytes front = p.push(header_size);
  p.set_transport_here();
  TcpHeader header;
  header.src_port = key.local_port;
  header.dst_port = key.remote_port;
  header.seq = out.seq;
  header.ack = out.ack;
  header.flags = out.flags;
  header.window = out.window;
  header.urgent = out.urgent;
  header.checksum =
      pseudo_header_sum<F>(key.local, key.remote, IPPROTO_TCP, static_cast<uint32_t>(p.size()))
          .folded();
  header.emit(front.first(header_size), out.options);
  PacketMeta& meta = p.meta();
  // Left to whoever puts it on a real wire: between devices of this machine nobody needs it.
  meta.checksum = ChecksumState::kPartial;
  meta.csum_start = meta.transport_offset;
  meta.csum_offset = TcpHeader::kChecksumOffset;
  meta.gso_size = out.gso_size;
  return p;
}

template <class F>
void TcpLayer<F>::queue(Endpoint& endpoint, Packet packet, uint8_t ecn) {
  outgoing_.push_back({&endpoint, std::move(packet), ecn});
}

template <class F>
void TcpLayer<F>::flush() {
  if (flushing_) return;
  flushing_ = true;
  // What answers cause is appended while this runs.
  while (outgoing_head_ < outgoing_.size()) {
    Outgoing out = std::move(outgoing_[outgoing_head_++]);
    if (outgoing_head_ == outgoing_.size()) {
      outgoing_.clear();
      outgoing_head_ = 0;
    }
    if (out.endpoint) transmit(*out.endpoint, std::move(out.packet), out.ecn);
  }
  flushing_ = false;
  if (!graveyard_.empty()) {
    auto dead = std::move(graveyard_);
    graveyard_.clear();
  }
}

template <class F>
void TcpLayer<F>::write_part(Endpoint& e, Packet data) {
  e.push_tail = true;
  if (!e.tail_waits_) {
    if (tails_.empty()) e.net_.env().tasks.post([this] { push_tails(); });
    e.tail_waits_ = true;
    tails_.push_back(&e);
  }
  e.run([&](TcpConnection& c, Nanos now) { c.write(now, std::move(data), true, false); });
}

template <class F>
void TcpLayer<F>::push_tails() {
  // Pushing may end others that stand here.
  for (size_t i = 0; i < tails_.size(); i++) {
    Endpoint* e = tails_[i];
    if (e == nullptr) continue;
    e->tail_waits_ = false;
    if (!e->push_tail || !e->connection_ || e->detached_ || e->buried_) continue;
    e->run([](TcpConnection& c, Nanos now) { c.push(now); });
  }
  tails_.clear();
}

template <class F>
void TcpLayer<F>::transmit(Endpoint& e, Packet packet, uint8_t ecn) {
  IpTx<F> tx = e.tx();
  tx.tos = static_cast<uint8_t>((tx.tos & ~3) | ecn);
  tx.ids = &e.ip_ids_;
  auto route = ip_.output().route(e.net_, tx, &e.route_cache_);
  if (!route) {
    e.net_.drop(std::move(packet), DropReason::kIpNoRoute);
    return;
  }
  if (std::exchange(e.confirmed_, false))
    ip_.context().neighbours.confirm(*route->route.dev, route->nexthop);
  const uint32_t mtu = route->mtu;
  if (e.watched && e.owner_) e.owner_->tcp_transmit(tx, *route, packet);
  ip_.output().send(e.net_, tx, *route, std::move(packet));
  if (mtu != e.path_mtu_ && e.connection_ && !e.detached_ && !e.buried_) {
    e.path_mtu_ = mtu;
    e.run([mtu](TcpConnection& c, Nanos now) { c.path_mtu(now, mtu); });
  }
}

template <class F>
void TcpLayer<F>::send_reply(Net& net, const TcpKey<F>& key, TcpSegmentOut segment,
                             const ReplyPath& path) {
  TcpMibs& mibs = state(net).mibs;
  mibs.add(TcpMib::kOutSegs);
  if (segment.flags & TcpFlag::kRst) mibs.add(TcpMib::kOutRsts);
  IpTx<F> tx;
  tx.src = key.local;
  tx.dst = key.remote;
  tx.sport = key.local_port;
  tx.dport = key.remote_port;
  tx.proto = IPPROTO_TCP;
  tx.oif = path.oif;
  tx.mark = path.mark;
  tx.ttl = path.ttl;
  tx.never_cut = true;
  // A SYN-ACK is never cut into fragments, even where the route's MTU is locked.
  if (segment.flags & TcpFlag::kSyn) tx.pmtu_mode = IP_PMTUDISC_DO;
  tx.tos = static_cast<uint8_t>((path.tos & ~3) | segment.ip_ecn);
  auto route = ip_.output().route(net, tx);
  if (!route) return;
  ip_.output().send(net, tx, *route, build(registry_.packets(), key, std::move(segment)));
}

template <class F>
void TcpLayer<F>::send_reset(const Arrival& a, const TcpSegmentIn& segment) {
  auto reset = tcp_reset_for(segment);
  if (!reset) return;
  const bool reflect = ip_.settings(a.net).fwmark_reflect != 0;
  send_reply(a.net, a.key, std::move(*reset), {reflect ? a.mark : 0, 0, 0, 0});
}

template <class F>
uint32_t TcpLayer<F>::mtu_to(Net& net, const TcpKey<F>& key, int oif, uint32_t mark,
                             RouteHints* hints) {
  IpTx<F> tx;
  tx.src = key.local;
  tx.dst = key.remote;
  tx.sport = key.local_port;
  tx.dport = key.remote_port;
  tx.proto = IPPROTO_TCP;
  tx.oif = oif;
  tx.mark = mark;
  auto route = ip_.output().route(net, tx);
  if (!route) return 0;
  *hints = route->route.hints;
  return route->mtu;
}

#define UNETNS_TCP_OUTPUT(F)                                                                      \
  template Packet TcpLayer<F>::build(PacketPool&, const TcpKey<F>&, TcpSegmentOut);               \
  template void TcpLayer<F>::queue(Endpoint&, Packet, uint8_t);                                   \
  template void TcpLayer<F>::transmit(Endpoint&, Packet, uint8_t);                                \
  template void TcpLayer<F>::flush();                                                             \
  template void TcpLayer<F>::write_part(Endpoint&, Packet);                                       \
  template void TcpLayer<F>::send_reply(Net&, const TcpKey<F>&, TcpSegmentOut, const ReplyPath&); \
  template void TcpLayer<F>::send_reset(const Arrival&, const TcpSegmentIn&);                     \
  template uint32_t TcpLayer<F>::mtu_to(Net&, const TcpKey<F>&, int, uint32_t, RouteHints*)
UNETNS_TCP_OUTPUT(V4);

}  // namespace unetns
