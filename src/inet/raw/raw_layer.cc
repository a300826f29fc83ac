#include "inet/raw/raw_layer.h"

#include <algorithm>

namespace unetns {
namespace {

// `local` and `remote` from the endpoint's point of view.
template <class F>
bool matches(const Binding<F>& b, const typename F::Address& local,
             const typename F::Address& remote, int ifindex) {
  return (b.local.is_zero() || b.local == local) && (b.remote.is_zero() || b.remote == remote) &&
         (b.ifindex == 0 || b.ifindex == ifindex);
}

}  // namespace

template <class F>
Result<std::unique_ptr<RawLayer<F>>> RawLayer<F>::create(NetRegistry& registry, IpLayer<F>& ip) {
  UNETNS_ASSIGN(const PernetId<Slot> slot, registry.add_state<Slot>());
  std::unique_ptr<RawLayer> layer(new RawLayer(slot));
  ip.set_raw(layer.get());
  return layer;
}

template <class F>
void RawLayer<F>::add(Net& net, Endpoint<F>& endpoint) {
  auto& s = net.get(slot_).state;
  if (!s) s = std::make_unique<State>();
  s->by_protocol[endpoint.binding().protocol].push_back(&endpoint);
}

template <class F>
void RawLayer<F>::remove(Net& net, Endpoint<F>& endpoint) {
  auto& s = net.get(slot_).state;
  if (!s) return;
  auto it = s->by_protocol.find(endpoint.binding().protocol);
  if (it == s->by_protocol.end()) return;
  std::erase(it->second, &endpoint);
  if (it->second.empty()) s->by_protocol.erase(it);
}

template <class F>
const std::vector<Endpoint<F>*>* RawLayer<F>::chain(const Net& net, uint16_t protocol) const {
  const auto& s = net.get(slot_).state;
  if (!s) return nullptr;
  auto it = s->by_protocol.find(protocol);
  return it == s->by_protocol.end() ? nullptr : &it->second;
}

template <class F>
bool RawLayer<F>::deliver(Net& net, const Packet& packet, const IpRx<F>& rx) {
  const auto* endpoints = chain(net, rx.proto);
  if (!endpoints) return false;
  bool any = false;
  for (Endpoint<F>* e : *endpoints) {
    if (!matches<F>(e->binding(), rx.dst, rx.src, packet.meta().iif)) continue;
    if (rx.multicast && !e->wants_group(rx.dst, rx.src, rx.dev->ifindex())) continue;
    any = true;
    if (e->wants(packet)) e->deliver(packet.clone(), rx);
  }
  return any;
}

template <class F>
void RawLayer<F>::icmp_error(Net& net, const IcmpErrorRx<F>& error) {
  const auto* endpoints = chain(net, error.proto);
  if (!endpoints) return;
  for (Endpoint<F>* e : *endpoints)
    if (matches<F>(e->binding(), error.src, error.dst, error.ifindex)) e->icmp_error(error);
}

template <class F>
void RawLayer<F>::for_each(const Net& net,
                           const std::function<void(const Endpoint<F>&)>& fn) const {
  const auto& s = net.get(slot_).state;
  if (!s) return;
  for (const auto& [protocol, endpoints] : s->by_protocol)
    for (const Endpoint<F>* e : endpoints) fn(*e);
}

template class RawLayer<V4>;

}  // namespace unetns
