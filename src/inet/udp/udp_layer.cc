#include "inet/udp/udp_layer.h"

#include "packet/gso.h"
#include "packet/wire/icmp.h"
#include "packet/wire/udp.h"

namespace unetns {

template <class F>
Result<std::unique_ptr<UdpLayer<F>>> UdpLayer<F>::create(NetRegistry& registry, IpLayer<F>& ip) {
  UNETNS_ASSIGN(const PernetId<Slot> slot, registry.add_state<Slot>());
  std::unique_ptr<UdpLayer> layer(new UdpLayer(ip, slot));
  ip.register_protocol(IPPROTO_UDP, *layer);
  return layer;
}

template <class F>
typename UdpLayer<F>::State& UdpLayer<F>::state(Net& net) const {
  auto& s = net.get(slot_).state;
  if (!s) s = std::make_unique<State>();
  return *s;
}

template <class F>
UdpStats UdpLayer<F>::stats(const Net& net) const {
  const auto& s = net.get(slot_).state;
  return s ? s->stats : UdpStats{};
}

template <class F>
void UdpLayer<F>::for_each(const Net& net,
                           const std::function<void(const Endpoint<F>&)>& fn) const {
  if (const auto& s = net.get(slot_).state) s->ports.for_each(fn);
}

template <class F>
Result<uint16_t> UdpLayer<F>::claim(Net& net, Endpoint<F>& endpoint, uint16_t port) {
  PortTable<F>& ports = state(net).ports;
  if (port != 0) {
    if (ports.conflicts(endpoint.binding(), port, &endpoint)) return fail(EADDRINUSE);
  } else {
    const IpSettings& s = ip_.settings(net);
    PortRange range{s.local_port_min, s.local_port_max};
    const Binding<F>& b = endpoint.binding();
    auto inside = [&s](uint16_t p) { return s.local_port_min <= p && p <= s.local_port_max; };
    if (inside(b.port_low)) range.first = b.port_low;
    if (inside(b.port_high)) range.last = b.port_high;
    port = ports.pick(b, range, net.env().rng, ip_.reserved_ports(net));
    if (port == 0) return fail(EAGAIN);
  }
  ports.insert(port, endpoint);
  return port;
}

template <class F>
void UdpLayer<F>::release(Net& net, Endpoint<F>& endpoint) {
  state(net).ports.remove(endpoint.binding().local_port, endpoint);
}

template <class F>
Result<void> UdpLayer<F>::send(Net& net, const IpTx<F>& tx, const IpRoute<F>& route, Packet payload,
                               bool no_checksum) {
  const size_t length = payload.size() + UdpHeader::kSize;
  if (length > 65535) return fail(EMSGSIZE);
  UdpHeader header{tx.sport, tx.dport, static_cast<uint16_t>(length), 0};
  MutableBytes front = payload.push(UdpHeader::kSize);
  payload.set_transport_here();
  PacketMeta& meta = payload.meta();
  if (no_checksum) {
    meta.checksum = ChecksumState::kNone;
  } else {
    // Left to whoever puts it on a real wire: between devices of this machine nobody needs it.
    header.checksum = pseudo_header_sum<F>(route.src, tx.dst, IPPROTO_UDP, header.length).folded();
    meta.checksum = ChecksumState::kPartial;
    meta.csum_start = meta.transport_offset;
    meta.csum_offset = 6;
  }
  header.emit(front);
  auto sent = ip_.output().send(net, tx, route, std::move(payload));
  if (sent) state(net).stats.out_datagrams++;
  return sent;
}

template <class F>
void UdpLayer<F>::receive(Net& net, Packet packet, const IpRx<F>& rx) {
  State& s = state(net);
  auto reject = [&](DropReason reason) {
    s.stats.in_errors++;
    if (reason == DropReason::kUdpChecksum) s.stats.in_csum_errors++;
    net.drop(std::move(packet), reason);
  };
  if (!packet.ensure_linear(UdpHeader::kSize)) return reject(DropReason::kUdpMalformed);
  const auto udp = UdpView::parse(packet.head(), packet.size());
  if (!udp) return reject(udp.error());
  packet.trim(udp->length());
  if (packet.meta().checksum == ChecksumState::kNone && udp->checksum() != 0) {
    InternetSum sum = pseudo_header_sum<F>(rx.src, rx.dst, IPPROTO_UDP, udp->length());
    packet.add_to(sum);
    if (sum.folded() != 0xffff) return reject(DropReason::kUdpChecksum);
  }
  const PortKey<F> key{rx.dst, rx.src, udp->dst_port(), udp->src_port(), packet.meta().iif};
  if (!rx.to_us_alone()) return deliver_to_all(net, s, std::move(packet), rx, key);
  if (Endpoint<F>* endpoint = s.ports.find(key, &packet))
    return deliver(s, *endpoint, std::move(packet), rx);
  s.stats.no_ports++;
  ip_.context().icmp_error(net, rx.dev, packet, IcmpType::kDestUnreachable, IcmpUnreachable::kPort);
  net.drop(std::move(packet), DropReason::kNoSocket);
}

template <class F>
void UdpLayer<F>::deliver(State& s, Endpoint<F>& endpoint, Packet packet, const IpRx<F>& rx) {
  if (packet.meta().gso_size == 0 || endpoint.takes_gso()) {
    s.stats.in_datagrams++;
    endpoint.deliver(std::move(packet), rx);
    return;
  }
  packet.front_to_network();
  segment_gso(ip_.registry().packets(), packet, 0, [&](Packet one) {
    one.pull(rx.header_len);
    s.stats.in_datagrams++;
    endpoint.deliver(std::move(one), rx);
  });
}

template <class F>
void UdpLayer<F>::deliver_to_all(Net& net, State& s, Packet packet, const IpRx<F>& rx,
                                 const PortKey<F>& key) {
  bool any = false;
  s.ports.for_each_match(key, [&](Endpoint<F>& e) {
    if (rx.multicast && !e.wants_group(rx.dst, rx.src, rx.dev->ifindex())) return;
    any = true;
    deliver(s, e, packet.clone(), rx);
  });
  if (any) return;
  s.stats.ignored_multi++;
  net.drop(std::move(packet), DropReason::kNoSocket);
}

template <class F>
bool UdpLayer<F>::icmp_error(Net& net, const IcmpErrorRx<F>& error) {
  const PortKey<F> key{error.src, error.dst, load_be16(&error.transport[0]),
                       load_be16(&error.transport[2]), error.ifindex};
  Endpoint<F>* endpoint = state(net).ports.find(key);
  if (endpoint) endpoint->icmp_error(error);
  return endpoint != nullptr;
}

template class UdpLayer<V4>;

}  // namespace unetns
