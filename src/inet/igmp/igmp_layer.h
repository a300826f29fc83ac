// IgmpLayer: IGMP in all namespaces: tells routers which groups are listened to on each link.
#ifndef UNETNS_INET_IGMP_IGMP_LAYER_H_
#define UNETNS_INET_IGMP_IGMP_LAYER_H_

#include <map>
#include <memory>

#include "env/timers.h"
#include "inet/igmp/igmp_host.h"
#include "inet/ip/group_facts.h"
#include "inet/ip/ip_layer.h"
#include "netdev/netdev_events.h"

namespace unetns {

class IgmpLayer final : public TransportHandler<V4>,
                        public NetdevNotifier,
                        public GroupFacts {
 public:
  static Result<std::unique_ptr<IgmpLayer>> create(NetRegistry& registry, NetdevLayer& netdevs,
                                                   IpLayer<V4>& ip);
  ~IgmpLayer() override;

  void receive(Net& net, Packet packet, const IpRx<V4>& rx) override;
  bool icmp_error(Net&, const IcmpErrorRx<V4>&) override { return true; }
  Result<void> netdev_event(NetDevice& dev, NetdevEvent event) override;

  // Who is told of groups that come and go.
  void set_group_events(GroupEvents* events) { events_ = events; }
  void for_each_group(const NetDevice& dev,
                      const std::function<void(const Ipv4Address&, Nanos)>& fn) const override;

  // For /proc/net/igmp: the version spoken on a link, and the state of one group there.
  int version(const NetDevice& dev) const;
  IgmpHost::Facts facts(const NetDevice& dev, const Ipv4Address& group) const;

 private:
  class Link;
  struct State final : MembershipObserver<V4> {
    State(IgmpLayer& layer, Net& net);
    ~State() override;
    void group_changed(int ifindex, const Ipv4Address& group, const SourceFilter<V4>& before,
                       const SourceFilter<V4>& after) override;
    IgmpLayer& layer;
    Net& net;
    void tell(NetDevice& dev, const Ipv4Address& group, bool came, bool left);
    std::map<std::pair<int, Ipv4Address>, Nanos> since;  // by device, then group
    std::map<int, std::unique_ptr<Link>> links;  // of those that ever had to do with groups
  };
  struct Slot {
    std::unique_ptr<State> state;
  };
  IgmpLayer(NetdevLayer& netdevs, IpLayer<V4>& ip, PernetId<Slot> slot)
      : netdevs_(netdevs), ip_(ip), slot_(slot) {}

  State& state(Net& net) const;
  Link& link(NetDevice& dev) const;
  const Link* find(const NetDevice& dev) const;
  IgmpTuning tuning(const NetDevice& dev) const;
  bool reported(const Net& net, const Ipv4Address& group) const;

  NetdevLayer& netdevs_;
  IpLayer<V4>& ip_;
  GroupEvents* events_ = nullptr;
  PernetId<Slot> slot_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IGMP_IGMP_LAYER_H_
