// PingLayer: ICMP datagram sockets (icmp(7), net.ipv4.ping_group_range): the echo id is their port.
#ifndef UNETNS_INET_PING_PING_LAYER_H_
#define UNETNS_INET_PING_PING_LAYER_H_

#include <functional>
#include <memory>

#include "inet/demux/port_table.h"
#include "inet/icmp/icmp_layer.h"
#include "inet/ip/ip_layer.h"

namespace unetns {

class PingLayer final : public EchoReplies, public PortSpace<V4> {
 public:
  static Result<std::unique_ptr<PingLayer>> create(NetRegistry& registry, IcmpLayer& icmp);

  // The ids of echo requests are its ports.
  Result<uint16_t> claim(Net& net, Endpoint<V4>& endpoint, uint16_t id) override;
  void release(Net& net, Endpoint<V4>& endpoint) override;
  // Every endpoint of a namespace (/proc/net/icmp).
  void for_each(const Net& net, const std::function<void(const Endpoint<V4>&)>& fn) const;

  bool echo_reply(Net& net, Packet& packet, const IpRx<V4>& rx) override;
  void icmp_error(Net& net, const IcmpErrorRx<V4>& error) override;

 private:
  struct State {
    PortTable<V4> ids;
  };
  struct Slot {
    std::unique_ptr<State> state;
  };
  explicit PingLayer(PernetId<Slot> slot) : slot_(slot) {}
  PernetId<Slot> slot_;
};

}  // namespace unetns

#endif  // UNETNS_INET_PING_PING_LAYER_H_
