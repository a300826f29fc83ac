#include "inet/ping/ping_layer.h"

namespace unetns {

Result<std::unique_ptr<PingLayer>> PingLayer::create(NetRegistry& registry, IcmpLayer& icmp) {
  UNETNS_ASSIGN(const PernetId<Slot> slot, registry.add_state<Slot>());
  std::unique_ptr<PingLayer> layer(new PingLayer(slot));
  icmp.set_echo_replies(layer.get());
  return layer;
}

Result<uint16_t> PingLayer::claim(Net& net, Endpoint<V4>& endpoint, uint16_t id) {
  auto& s = net.get(slot_).state;
  if (!s) s = std::make_unique<State>();
  if (id != 0) {
    if (s->ids.conflicts(endpoint.binding(), id, &endpoint)) return fail(EADDRINUSE);
  } else {
    id = s->ids.pick(endpoint.binding(), {1, 65535}, net.env().rng);
    if (id == 0) return fail(EAGAIN);
  }
  s->ids.insert(id, endpoint);
  return id;
}

void PingLayer::release(Net& net, Endpoint<V4>& endpoint) {
  if (auto& s = net.get(slot_).state) s->ids.remove(endpoint.binding().local_port, endpoint);
}

void PingLayer::for_each(const Net& net, const std::function<void(const Endpoint<V4>&)>& fn) const {
  if (const auto& s = net.get(slot_).state) s->ids.for_each(fn);
}

bool PingLayer::echo_reply(Net& net, Packet& packet, const IpRx<V4>& rx) {
  const auto& s = net.get(slot_).state;
  if (!s) return false;
  const uint16_t id = load_be16(&packet.head()[4]);
  Endpoint<V4>* endpoint = s->ids.find({rx.dst, rx.src, id, 0, packet.meta().iif});
  if (!endpoint) return false;
  endpoint->deliver(std::move(packet), rx);
  return true;
}

void PingLayer::icmp_error(Net& net, const IcmpErrorRx<V4>& error) {
  const auto& s = net.get(slot_).state;
  if (!s) return;
  const uint16_t id = load_be16(&error.transport[4]);
  if (Endpoint<V4>* e = s->ids.find({error.src, error.dst, id, 0, error.ifindex}))
    e->icmp_error(error);
}

}  // namespace unetns
