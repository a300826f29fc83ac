#include "inet/ip/ip_layer.h"

#include <linux/icmp.h>

#include <algorithm>

namespace unetns {

template <class F>
Result<std::unique_ptr<IpLayer<F>>> IpLayer<F>::create(NetRegistry& registry, NetdevLayer& netdevs,
                                                       RouteLookup<F>& routes,
                                                       NeighOutput<F>& neighbours,
                                                       const IpSettingsSource& settings) {
  UNETNS_ASSIGN(const PernetId<IpNetSlot<F>> slot, registry.add_state<IpNetSlot<F>>());
  std::unique_ptr<IpLayer> layer(
      new IpLayer(IpContext<F>{registry, netdevs, routes, neighbours, settings, slot}));
  netdevs.register_ethertype(F::kEtherType, layer->input_);
  return layer;
}

template <class F>
IpLayer<F>::IpLayer(IpContext<F> context)
    : context_(context),
      output_(context_, input_),
      forward_(context_, output_),
      input_(context_, forward_) {}

template <class F>
IpLayer<F>::~IpLayer() {
  context_.netdevs.unregister_ethertype(F::kEtherType);
}

template <class F>
IpStats IpLayer<F>::stats(const Net& net) const {
  const auto& state = net.get(context_.slot).state;
  return state ? state->stats : IpStats{};
}

template <class F>
const Memberships<F>* IpLayer<F>::memberships_if_any(const Net& net) const {
  const auto& state = net.get(context_.slot).state;
  return state ? &state->memberships : nullptr;
}

template <class F>
auto IpLayer<F>::fragment_use(const Net& net) const -> FragmentUse {
  const auto& state = net.get(context_.slot).state;
  if (!state || !state->fragments) return {};
  return {state->fragments->queues(), state->fragments->memory()};
}

template <class F>
void IpLayer<F>::forget_paths(Net& net) {
  if (auto& state = net.get(context_.slot).state) state->paths.clear();
}

// By which the quoted packet would leave now.
template <class F>
Result<IpRoute<F>> IpLayer<F>::route_of(Net& net, const IcmpErrorRx<F>& error) {
  IpTx<F> tx;
  tx.src = error.src;
  tx.dst = error.dst;
  tx.proto = error.proto;
  return output_.route(net, tx);
}

template <class F>
void IpLayer<F>::path_mtu_told(Net& net, const IcmpErrorRx<F>& error) {
  const auto route = route_of(net, error);
  if (!route || route->local() || route->broadcast || route->multicast || route->route.mtu_locked)
    return;
  const IpSettings& s = settings(net);
  const auto floor = static_cast<uint32_t>(s.min_pmtu);
  const bool locked = error.info < floor;
  const uint32_t mtu = locked ? std::min(route->mtu, floor) : error.info;
  if (mtu > route->mtu) return;
  context_.state(net).paths.learn_mtu(error.dst, route->route.dev->ifindex(), mtu, locked,
                                      net.env().clock.monotonic(),
                                      std::chrono::seconds(s.mtu_expires_seconds));
}

template <class F>
void IpLayer<F>::redirected(Net& net, const IcmpErrorRx<F>& error) {
  constexpr std::chrono::seconds kLifetime{300};
  constexpr uint8_t kLastCode = ICMP_REDIR_HOSTTOS;
  if (error.code > kLastCode) return;
  NetDevice* dev = context_.netdevs.by_index(net, error.ifindex);
  if (!dev || !context_.routes.takes_redirect(*dev, error.offender, error.gateway)) return;
  const auto route = route_of(net, error);
  if (!route || !route->route.has_gateway || route->route.dev != dev ||
      route->route.gateway != error.offender)
    return;  // not by him who says so
  if (!context_.neighbours.known_or_ask(*dev, error.gateway)) return;
  context_.state(net).paths.learn_gateway(error.dst, dev->ifindex(), error.gateway,
                                          net.env().clock.monotonic(), kLifetime);
}

template <class F>
bool IpLayer<F>::in_group(Net& net, const NetDevice& dev, const typename F::Address& group) const {
  const auto& state = net.get(context_.slot).state;
  return state ? state->memberships.member(dev.ifindex(), group)
               : Memberships<F>::is_all_hosts(group);
}

namespace {
template <class F>
LearntPath<F> told(const typename F::Address& dst, int ifindex, const KnownPath<F>& path,
                   Nanos now) {
  LearntPath<F> out;
  out.dst = dst;
  out.ifindex = ifindex;
  if (path.has_gateway(now)) {
    out.gateway = path.gateway;
    out.remaining = path.gateway_expires - now;
  }
  if (path.has_mtu(now)) {
    out.mtu = path.mtu;
    out.mtu_locked = path.mtu_locked;
    out.remaining = path.mtu_expires - now;
  }
  return out;
}
}  // namespace

template <class F>
std::optional<LearntPath<F>> IpLayer<F>::learnt(Net& net, const typename F::Address& dst,
                                                int ifindex) const {
  const auto& state = net.get(context_.slot).state;
  const Nanos now = net.env().clock.monotonic();
  const KnownPath<F>* path = state ? state->paths.find(dst, ifindex, now) : nullptr;
  if (!path) return std::nullopt;
  return told<F>(dst, ifindex, *path, now);
}

template <class F>
void IpLayer<F>::for_each_learnt(Net& net,
                                 const std::function<void(const LearntPath<F>&)>& fn) const {
  const auto& state = net.get(context_.slot).state;
  if (!state) return;
  const Nanos now = net.env().clock.monotonic();
  state->paths.for_each(now, [&](const auto& dst, int ifindex, const KnownPath<F>& path) {
    fn(told<F>(dst, ifindex, path, now));
  });
}

template <class F>
void IpLayer<F>::unreachable(NetDevice& dev, Packet packet) {
  Net& net = dev.net();
  context_.icmp_error(net, &dev, packet, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH);
  net.drop(std::move(packet), DropReason::kNeighFailed);
}

template class IpLayer<V4>;

}  // namespace unetns
