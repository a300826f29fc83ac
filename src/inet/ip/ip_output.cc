#include "inet/ip/ip_output.h"

#include <algorithm>

#include "inet/ip/fragment.h"
#include "inet/ip/ip_options.h"
#include "packet/gso.h"

namespace unetns {
namespace {
constexpr uint8_t kDontFragment = 0x40;    // in the seventh byte of a header
constexpr uint8_t kRoutingTosMask = 0x1c;  // the TOS bits that rules and routes see
}  // namespace

template <class F>
Result<RouteResult<F>> IpOutput<F>::find(Net& net, const IpTx<F>& tx) {
  FlowKey<F> key;
  key.dst = tx.dst;
  key.src = tx.src;
  key.oif = tx.oif;
  key.tos = tx.tos & kRoutingTosMask;
  key.scope = tx.scope;
  key.proto = tx.proto;
  key.sport = tx.sport;
  key.dport = tx.dport;
  key.mark = tx.mark;
  key.any_source = tx.any_source;
  auto found = context_.routes.output(net, key);
  if (!found) {
    if (found.error().code == ENETUNREACH) context_.stats(net).out_no_routes++;
    return std::unexpected(std::move(found).error());
  }
  if (!found->dev) return fail(ENETUNREACH);
  return *found;
}

template <class F>
Result<RouteResult<F>> IpOutput<F>::find(Net& net, const IpTx<F>& tx, RouteCache<F>& c) {
  const uint64_t generation = context_.routes.generation(net);
  const uint8_t tos = tx.tos & kRoutingTosMask;
  if (generation == 0 || tx.src.is_zero()) return find(net, tx);
  if (c.generation == generation && c.mark == tx.mark && c.oif == tx.oif && c.tos == tos &&
      c.scope == tx.scope) {
    RouteResult<F> r;
    r.type = c.type;
    r.dev = c.dev;
    r.has_gateway = c.has_gateway;
    r.gateway = c.gateway;
    r.mtu = c.mtu;
    r.mtu_locked = c.mtu_locked;
    r.hints.hop_limit = c.hop_limit;
    return r;
  }
  UNETNS_ASSIGN(const RouteResult<F> r, find(net, tx));
  c = {generation,
       tx.mark,
       tx.oif,
       tos,
       tx.scope,
       r.type,
       static_cast<uint8_t>(r.hints.hop_limit),
       r.has_gateway,
       r.mtu_locked,
       r.mtu,
       r.dev,
       r.gateway};
  return r;
}

template <class F>
Result<IpRoute<F>> IpOutput<F>::route(Net& net, const IpTx<F>& tx, RouteCache<F>* cache) {
  const auto found = cache ? find(net, tx, *cache) : find(net, tx);
  if (!found) return std::unexpected(found.error());
  IpRoute<F> r;
  r.route = *found;
  r.broadcast = found->type == RTN_BROADCAST;
  r.multicast = tx.dst.is_multicast();
  if (r.broadcast && !tx.broadcast_ok) return fail(EACCES);
  r.src = tx.src.is_zero() ? found->prefsrc : tx.src;
  // Who probes, or wants no discovery at all, goes by the device alone.
  const bool by_device = tx.pmtu_mode >= IP_PMTUDISC_PROBE;
  r.mtu = found->mtu != 0 && !by_device ? std::min(found->mtu, found->dev->mtu) : found->dev->mtu;
  if (!r.local() && !r.multicast) apply_path(net, tx.dst, by_device, r);
  r.nexthop = r.route.nexthop(tx.dst);
  // No packet of IPv4 is larger, whatever the loopback would take.
  if constexpr (std::is_same_v<F, V4>) r.mtu = std::min(r.mtu, 65535u);
  return r;
}

// What routers told of the way to dst.
template <class F>
void IpOutput<F>::apply_path(Net& net, const typename F::Address& dst, bool by_device,
                             IpRoute<F>& r) {
  const PathTable<F>& paths = context_.state(net).paths;
  if (paths.empty()) return;
  const Nanos now = net.env().clock.monotonic();
  const KnownPath<F>* path = paths.find(dst, r.route.dev->ifindex(), now);
  if (!path) return;
  if (r.route.has_gateway && path->has_gateway(now)) r.route.gateway = path->gateway;
  if (by_device || r.route.mtu_locked || !path->has_mtu(now)) return;
  r.mtu = std::min(r.mtu, path->mtu);
  r.df_off = path->mtu_locked;
}

template <class F>
uint8_t IpOutput<F>::choose_ttl(Net& net, const IpTx<F>& tx, const IpRoute<F>& route) const {
  if (tx.ttl != 0 || tx.ttl_given) return static_cast<uint8_t>(tx.ttl);
  if (route.multicast) return 1;
  if (route.route.hints.hop_limit) return route.route.hints.hop_limit;
  return static_cast<uint8_t>(context_.settings.ip_settings(net).default_ttl);
}

template <class F>
Result<void> IpOutput<F>::send(Net& net, const IpTx<F>& tx, const IpRoute<F>& route,
                               Packet payload) {
  using Wire = IpWire<F>;
  IpHeaderFacts<F> h;
  h.header_len = static_cast<uint16_t>(Wire::kMinHeader + tx.options.size());
  const size_t total = h.header_len + payload.size();
  if (total > 65535) return fail(EMSGSIZE);
  // A large packet of TCP or UDP fits when each of its segments does.
  const bool fits = h.header_len + gso_segment_size(payload, 0, tx.proto) <= route.mtu;
  if (!fits && (tx.pmtu_mode == IP_PMTUDISC_DO || tx.pmtu_mode == IP_PMTUDISC_PROBE ||
                tx.pmtu_mode == IP_PMTUDISC_INTERFACE))
    return fail(EMSGSIZE);
  h.total_len = static_cast<uint16_t>(total);
  h.src = route.src;
  h.dst = tx.dst;
  h.tos = tx.tos;
  h.proto = tx.proto;
  h.ttl = choose_ttl(net, tx, route);
  h.dont_fragment =
      tx.pmtu_mode == IP_PMTUDISC_DO || tx.pmtu_mode == IP_PMTUDISC_PROBE ||
      (tx.pmtu_mode == IP_PMTUDISC_WANT && fits && !route.route.mtu_locked && !route.df_off);
  const bool uncut = h.dont_fragment && (tx.never_cut || tx.pmtu_mode != IP_PMTUDISC_WANT);
  uint16_t* const ids = uncut ? tx.ids : &context_.next_id(net, h.src, h.dst, h.proto);
  if (ids) h.id = *ids;
  MutableBytes head = payload.push(h.header_len);
  Wire::emit(head, h, tx.options);
  if (ids) *ids = static_cast<uint16_t>(*ids + gso_segments(payload));
  if (!tx.options.empty()) {
    // The sender is the first to record itself.
    const MutableBytes options = head.subspan(Wire::kMinHeader);
    if (const auto facts = check_ip_options(options)) {
      record_route(options, *facts, route.src);
      record_timestamp(
          options, *facts, route.src, net.env().clock.realtime(),
          [&](const auto& a) { return context_.routes.address_type(net, a) == RTN_LOCAL; }, true);
      Wire::fix_checksum(head);
    }
  }
  return finish(net, tx, route, h.ttl, std::move(payload));
}

template <class F>
Result<void> IpOutput<F>::send_with_header(Net& net, const IpTx<F>& tx, const IpRoute<F>& route,
                                           Packet packet) {
  using Wire = IpWire<F>;
  const size_t size = packet.size();
  if (size > route.route.dev->mtu) return fail(EMSGSIZE);
  if (!packet.ensure_linear(Wire::kMinHeader)) return fail(EINVAL);
  const size_t header_len = size_t{packet.head()[0] & 0xfu} * 4;
  if (header_len < Wire::kMinHeader || !packet.ensure_linear(header_len)) return fail(EINVAL);
  MutableBytes b = packet.head();
  // raw(7): checksum and total length always, source when zero, id when zero and of use.
  store_be16(&b[2], static_cast<uint16_t>(size));
  if (load<uint32_t>(&b[12]) == 0) std::memcpy(&b[12], route.src.bytes.data(), 4);
  const bool uncut = b[6] & kDontFragment;
  if (load<uint16_t>(&b[4]) == 0 && !uncut)
    store_be16(&b[4], context_.next_id(net, route.src, tx.dst, tx.proto)++);
  Wire::fix_checksum(b.first(header_len));
  packet.meta().flags |= PacketMeta::kDontFragment;
  return finish(net, tx, route, b[8], std::move(packet));
}

template <class F>
void IpOutput<F>::count_out(Net& net, const IpRoute<F>& route, size_t bytes) {
  IpStats& s = context_.stats(net);
  s.out_requests++;
  if (route.multicast) {
    s.out_mcast_pkts++;
    s.out_mcast_octets += bytes;
  } else if (route.broadcast) {
    s.out_bcast_pkts++;
    s.out_bcast_octets += bytes;
  }
}

template <class F>
Result<void> IpOutput<F>::finish(Net& net, const IpTx<F>& tx, const IpRoute<F>& route, uint8_t ttl,
                                 Packet packet) {
  NetDevice& dev = *route.route.dev;
  PacketMeta& meta = packet.meta();
  meta.protocol = F::kEtherType;
  meta.mark = tx.mark;
  meta.priority = tx.priority;
  meta.dev = &dev;
  packet.set_network_here();
  count_out(net, route, packet.size());
  if (route.multicast) {
    if (tx.multicast_loop && !dev.is_loopback() &&
        context_.state(net).memberships.member(dev.ifindex(), tx.dst))
      loopback_.loop_back(dev, packet.clone());
    if (ttl == 0) {  // not to leave this host
      if (!dev.is_loopback()) return {};
    }
  } else if (route.broadcast && !dev.is_loopback()) {
    loopback_.loop_back(dev, packet.clone());
  }
  return transmit(dev, route.nexthop, route.mtu, std::move(packet));
}

template <class F>
Result<void> IpOutput<F>::transmit(NetDevice& dev, const typename F::Address& nexthop, uint32_t mtu,
                                   Packet packet) {
  Net& net = dev.net();
  IpStats& stats = context_.stats(net);
  auto leave = [&](Packet piece) {
    stats.out_transmits++;
    stats.out_octets += piece.size();
    context_.neighbours.output(dev, nexthop, std::move(piece));
  };
  if (gso_segment_length(packet) <= mtu) {
    leave(std::move(packet));
    return {};
  }
  if (packet.meta().gso_size != 0 && !(packet.head()[6] & kDontFragment)) {
    Result<void> sent;
    const bool cut = segment_gso(net.registry().packets(), packet, 0, [&](Packet segment) {
      auto done = transmit(dev, nexthop, mtu, std::move(segment));
      if (!done) sent = std::move(done);
    });
    if (cut) return sent;
  }
  Fragmenter<F> fragmenter(net.registry().packets(), std::move(packet), mtu);
  if (!fragmenter.possible()) {
    stats.frag_fails++;
    net.drop(fragmenter.take(), DropReason::kIpFragNeeded);
    return fail(EMSGSIZE);
  }
  while (Packet piece = fragmenter.next()) {
    stats.frag_creates++;
    leave(std::move(piece));
  }
  stats.frag_oks++;
  return {};
}

template class IpOutput<V4>;

}  // namespace unetns
