// Arp: resolves IPv4 addresses on Ethernet-like devices (RFC 826; RFC 5227 for probes), and sends
// IPv4 packets to the link-layer addresses found.
#ifndef UNETNS_INET_NEIGH_ARP_H_
#define UNETNS_INET_NEIGH_ARP_H_

#include "inet/inet_state.h"
#include "inet/stack.h"
#include "packet/wire/arp.h"

namespace unetns {

class Arp final : public EtherTypeHandler, public NeighOutput<V4>, public NeighClient<V4> {
 public:
  Arp(InetContext& context, RouteLookup<V4>& routes) : context_(context), routes_(routes) {}

  void set_failure(NeighFailure* failure) { failure_ = failure; }
  NeighTable<V4>& table(Net& net);
  // Null: nothing was ever resolved in that namespace.
  NeighTable<V4>* existing_table(Net& net) const { return context_.state(net).neighbours.get(); }
  // What neighbours of a device without addresses to tell apart are filed under.
  // The link-layer address that `a` has by rule on this device, without anybody being asked (RFC
  // 826 does not apply): of groups, broadcasts and devices without ARP.
  // RTN_* of a neighbour's address, whatever the device.
  uint8_t type_of(Net& net, const Ipv4Address& a) { return routes_.address_type(net, a, 0); }
  std::optional<LinkLayerAddress> known_address(NetDevice& dev, const Ipv4Address& a);
  static Ipv4Address key_for(const NetDevice& dev, const Ipv4Address& a);
  // Tells everybody on the link who has the addresses of dev.
  void announce(NetDevice& dev);
  void announce(NetDevice& dev, const Ipv4Address& a);

  // NeighOutput
  void output(NetDevice& dev, const Ipv4Address& nexthop, Packet packet) override;
  void confirm(NetDevice& dev, const Ipv4Address& nexthop) override;
  bool known_or_ask(NetDevice& dev, const Ipv4Address& nexthop) override;

  // EtherTypeHandler: an ARP packet.
  void receive(NetDevice& dev, Packet packet) override;

  // The settings of a device (null: the defaults, which devices without a setting of their own
  // follow) and of all tables.
  const NeighParams& settings(const NetDevice* dev) const {
    return dev ? params(*dev) : default_params_;
  }
  void change_settings(NetDevice* dev, const std::function<void(NeighParams&)>& change);
  NeighLimits& limits() { return limits_; }
  const NeighLimits& limits() const { return limits_; }
  void device_gone(NetDevice& dev);

  // NeighClient
  const NeighParams& params(const NetDevice& dev) const override {
    const InDevice* in = InetContext::find(dev);
    return in && in->neigh ? *in->neigh : default_params_;
  }
  void solicit(const Neighbour<V4>& n, bool unicast, const Packet* waiting) override;
  void solicit_by_program(const Neighbour<V4>& n) override;
  void send(NetDevice& dev, const LinkLayerAddress& to, Packet packet) override;
  void unreachable(NetDevice& dev, Packet packet) override;
  void changed(const Neighbour<V4>& n, bool deleted) override;

  NeighInfo describe(const Neighbour<V4>& n) const;

 private:
  // Why it changed nothing and got no answer; nullopt: it had its effect.
  std::optional<DropReason> request(NetDevice& dev, const ArpView& arp, PacketType type);
  std::optional<DropReason> learn(NetDevice& dev, const ArpView& arp, PacketType type);
  bool ignored(NetDevice& dev, const Ipv4Address& sender, const Ipv4Address& target) const;
  bool filtered(NetDevice& dev, const Ipv4Address& sender, const Ipv4Address& target) const;
  bool proxied(NetDevice& dev, const ArpView& arp) const;
  Ipv4Address source_for(NetDevice& dev, const Ipv4Address& target, const Packet* waiting) const;
  ArpHeader answer_to(NetDevice& dev, const ArpView& arp) const;
  void reply(NetDevice& dev, const ArpView& arp);
  void reply_for_another(NetDevice& dev, const ArpView& arp, PacketType type);
  void transmit(NetDevice& dev, const ArpHeader& header, const MacAddress& to);
  InetContext& context_;
  RouteLookup<V4>& routes_;
  NeighFailure* failure_ = nullptr;
  NeighParams default_params_;
  NeighLimits limits_;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_ARP_H_
