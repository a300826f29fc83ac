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
void IpLayer<F>::forget_path_mtus(Net& net) {
  if (auto& state = net.get(context_.slot).state) state->path_mtu.clear();
}

template <class F>
void IpLayer<F>::path_mtu_told(Net& net, const typename F::Address& dst, uint32_t mtu,
                               uint16_t packet_size) {
  const IpSettings& s = settings(net);
  const auto floor = static_cast<uint32_t>(s.min_pmtu);
  if (mtu == 0) {
    // Routers before RFC 1191 give none: the next plateau below the packet's size (§7.1).
    for (uint32_t plateau : {32000u, 17914u, 8166u, 4352u, 2002u, 1492u, 576u, 296u, 216u, 128u}) {
      mtu = plateau;
      if (plateau < packet_size) break;
    }
  }
  context_.state(net).path_mtu.learn(dst, std::max(mtu, floor), net.env().clock.monotonic(),
                                     std::chrono::seconds(s.mtu_expires_seconds));
}

template <class F>
bool IpLayer<F>::in_group(Net& net, const NetDevice& dev, const typename F::Address& group) const {
  const auto& state = net.get(context_.slot).state;
  return state ? state->memberships.member(dev.ifindex(), group)
               : Memberships<F>::is_all_hosts(group);
}

template <class F>
uint32_t IpLayer<F>::learnt_mtu(Net& net, const typename F::Address& dst, Nanos* remaining) const {
  const auto& state = net.get(context_.slot).state;
  return state ? state->path_mtu.learnt(dst, net.env().clock.monotonic(), remaining) : 0;
}

template <class F>
void IpLayer<F>::unreachable(NetDevice& dev, Packet packet) {
  Net& net = dev.net();
  context_.icmp_error(net, &dev, packet, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH);
  net.drop(std::move(packet), DropReason::kNeighFailed);
}

template class IpLayer<V4>;

}  // namespace unetns
