// UdpLayer: UDP of one family in all namespaces: ports, demultiplexing, headers and checksums.
#ifndef UNETNS_INET_UDP_UDP_LAYER_H_
#define UNETNS_INET_UDP_UDP_LAYER_H_

#include <memory>

#include "inet/demux/port_table.h"
#include "inet/ip/ip_layer.h"
#include "inet/udp/udp_stats.h"

namespace unetns {

template <class F>
class UdpLayer final : public TransportHandler<F>, public PortSpace<F> {
 public:
  static Result<std::unique_ptr<UdpLayer>> create(NetRegistry& registry, IpLayer<F>& ip);

  void receive(Net& net, Packet packet, const IpRx<F>& rx) override;
  bool icmp_error(Net& net, const IcmpErrorRx<F>& error) override;

  // Any port: one of ip_local_port_range, or of the part that the endpoint's own range leaves.
  Result<uint16_t> claim(Net& net, Endpoint<F>& endpoint, uint16_t port) override;
  void release(Net& net, Endpoint<F>& endpoint) override;
  void set_group_chooser(Net& net, Endpoint<F>& member, std::shared_ptr<const GroupChooser> c) {
    state(net).ports.set_group_chooser(member, std::move(c));
  }

  // Puts the header before `payload` and sends it. tx.sport and tx.dport are the ports. With a
  // gso_size the payload is that of several datagrams (UDP_SEGMENT).
  Result<void> send(Net& net, const IpTx<F>& tx, const IpRoute<F>& route, Packet payload,
                    bool no_checksum);

  UdpStats stats(const Net& net) const;
  UdpStats& counters(Net& net) { return state(net).stats; }
  // Every endpoint of a namespace (ss, /proc/net/udp).
  void for_each(const Net& net, const std::function<void(const Endpoint<F>&)>& fn) const;

 private:
  struct State {
    PortTable<F> ports;
    UdpStats stats;
  };
  struct Slot {
    std::unique_ptr<State> state;
  };
  UdpLayer(IpLayer<F>& ip, PernetId<Slot> slot) : ip_(ip), slot_(slot) {}
  State& state(Net& net) const;
  void deliver(State& s, Endpoint<F>& endpoint, Packet packet, const IpRx<F>& rx);
  void deliver_to_all(Net& net, State& s, Packet packet, const IpRx<F>& rx, const PortKey<F>& key);

  IpLayer<F>& ip_;
  PernetId<Slot> slot_;
};

}  // namespace unetns

#endif  // UNETNS_INET_UDP_UDP_LAYER_H_
