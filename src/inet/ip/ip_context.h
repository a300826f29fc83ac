// What input, forwarding and output of one family share: the modules they use, and their state in
// each namespace.
#ifndef UNETNS_INET_IP_IP_CONTEXT_H_
#define UNETNS_INET_IP_IP_CONTEXT_H_

#include <array>
#include <memory>

#include "inet/ip/input_routes.h"
#include "inet/ip/ip_diverter.h"
#include "inet/ip/ip_settings.h"
#include "inet/ip/ip_stats.h"
#include "inet/ip/ip_types.h"
#include "inet/ip/memberships.h"
#include "inet/ip/path_table.h"
#include "inet/ip/port_ranges.h"
#include "inet/ip/reassembly.h"
#include "netdev/netdev_layer.h"

namespace unetns {

template <class F>
struct IpNetState {
  IpStats stats;
  Memberships<F> memberships;
  PathTable<F> paths;
  std::unique_ptr<InputRoutes<F>> input_routes;  // made for the first packet that arrives
  PortRanges reserved_ports;  // ip_local_reserved_ports: never chosen for those who don't ask
  std::unique_ptr<typename Reassembler<F>::Owner> fragment_owner;
  std::unique_ptr<Reassembler<F>> fragments;
  std::array<uint16_t, 16> next_ids{};  // of datagrams; see next_id()
  IpDiverter<F>* diverter = nullptr;    // none, but for gateways to elsewhere
};
// All that an idle namespace has: a pointer.
template <class F>
struct IpNetSlot {
  std::unique_ptr<IpNetState<F>> state;
};

template <class F>
struct IpContext {
  NetRegistry& registry;
  NetdevLayer& netdevs;
  RouteLookup<F>& routes;
  NeighOutput<F>& neighbours;
  const IpSettingsSource& settings;
  PernetId<IpNetSlot<F>> slot;
  IcmpSender<F>* icmp = nullptr;
  RawDelivery<F>* raw = nullptr;
  std::array<TransportHandler<F>*, 256> protocols{};

  IpNetState<F>& state(Net& net) const {
    auto& s = net.get(slot).state;
    if (!s) [[unlikely]]
      s = make_state(net);
    return *s;
  }
  [[gnu::cold, gnu::noinline]] static std::unique_ptr<IpNetState<F>> make_state(Net& net) {
    auto s = std::make_unique<IpNetState<F>>();
    net.env().rng.fill({reinterpret_cast<uint8_t*>(s->next_ids.data()), sizeof s->next_ids});
    return s;
  }
  IpStats& stats(Net& net) const { return state(net).stats; }
  // The next id of what goes from src to dst. Others count apart, as a rule: what a host sends to
  // one is not for another to see.
  uint16_t& next_id(Net& net, const typename F::Address& src, const typename F::Address& dst,
                    uint8_t proto) const {
    uint32_t mix = proto;
    for (const uint8_t b : src.bytes) mix = (mix ^ b) * 0x01000193;  // FNV-1a
    for (const uint8_t b : dst.bytes) mix = (mix ^ b) * 0x01000193;
    auto& ids = state(net).next_ids;
    return ids[(mix ^ mix >> 16) % ids.size()];
  }
  // The address by which we are known to `peer`, whose packet came in by dev.
  typename F::Address address_towards(NetDevice& dev, const typename F::Address& peer) const {
    FlowKey<F> key;
    key.dst = peer;
    if (const auto back = routes.output(dev.net(), key); back && !back->prefsrc.is_zero())
      return back->prefsrc;
    return routes.select_source(dev.net(), dev, peer, RT_SCOPE_UNIVERSE);
  }
  // The same when routing says so: seldom for each sender.
  void route_error(Net& net, NetDevice* dev, const Packet& cause, const typename F::Address& sender,
                   uint8_t code) const {
    if (icmp && icmp->route_error_allowed(net, sender))
      icmp->send_error(net, dev, cause, ICMP_DEST_UNREACH, code, 0);
  }
  void icmp_error(Net& net, NetDevice* dev, const Packet& cause, uint8_t type, uint8_t code,
                  uint32_t info = 0) const {
    if (icmp) icmp->send_error(net, dev, cause, type, code, info);
  }
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_CONTEXT_H_
