// UdpLayer: UDP of one family in all namespaces: ports, demultiplexing, headers and checksums.
#ifndef UNETNS_INET_UDP_UDP_LAYER_H_
#define UNETNS_INET_UDP_UDP_LAYER_H_

#include <memory>

#include "inet/demux/port_table.h"
#include "inet/ip/ip_layer.h"
#include "inet/udp/udp_stats.h"

namespace unetns {

template <class F>
class UdpLayer final : public TransportHandler<F> {
 public:
  static Result<std::unique_ptr<UdpLayer>> create(NetRegistry& registry, IpLayer<F>& ip);

  void receive(Net& net, Packet packet, const IpRx<F>& rx) override;
  void icmp_error(Net& net, const IcmpErrorRx<F>& error) override;

  // Gives `endpoint` (by its binding) the port, or any of ip_local_port_range when 0. Returns the
  // port, which the endpoint writes into its binding. EADDRINUSE; EAGAIN when no port is free.
  Result<uint16_t> claim(Net& net, Endpoint<F>& endpoint, uint16_t port);
  void release(Net& net, Endpoint<F>& endpoint);

  // Puts the header before `payload` and sends it. tx.sport and tx.dport are the ports.
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
  void deliver_to_all(Net& net, State& s, Packet packet, const IpRx<F>& rx, const PortKey<F>& key);

  IpLayer<F>& ip_;
  PernetId<Slot> slot_;
};

}  // namespace unetns

#endif  // UNETNS_INET_UDP_UDP_LAYER_H_
