// IpLayer: the network layer of one family in all namespaces of a Machine.
#ifndef UNETNS_INET_IP_IP_LAYER_H_
#define UNETNS_INET_IP_IP_LAYER_H_

#include <functional>
#include <memory>

#include "inet/ip/ip_context.h"
#include "inet/ip/ip_forward.h"
#include "inet/ip/ip_input.h"
#include "inet/ip/ip_output.h"

namespace unetns {

template <class F>
class IpLayer final : public NeighFailure, public PathFacts<F> {
 public:
  // Takes the family's ethertype of `netdevs` until destroyed. All references are borrowed.
  static Result<std::unique_ptr<IpLayer>> create(NetRegistry& registry, NetdevLayer& netdevs,
                                                 RouteLookup<F>& routes, NeighOutput<F>& neighbours,
                                                 const IpSettingsSource& settings);
  ~IpLayer() override;

  void register_protocol(uint8_t number, TransportHandler<F>& protocol) {
    context_.protocols[number] = &protocol;
  }
  TransportHandler<F>* protocol(uint8_t number) const { return context_.protocols[number]; }
  void set_raw(RawDelivery<F>* raw) { context_.raw = raw; }
  RawDelivery<F>* raw() const { return context_.raw; }
  void set_icmp(IcmpSender<F>* icmp) { context_.icmp = icmp; }

  // Sees what is delivered in `net` first; null: nobody. Borrowed.
  void set_diverter(Net& net, IpDiverter<F>* diverter) { context_.state(net).diverter = diverter; }

  IpOutput<F>& output() { return output_; }
  RouteLookup<F>& routes() const { return context_.routes; }
  NetdevLayer& netdevs() const { return context_.netdevs; }
  NetRegistry& registry() const { return context_.registry; }
  const IpSettings& settings(const Net& net) const { return context_.settings.ip_settings(net); }
  const IpContext<F>& context() const { return context_; }

  // Counters as /proc/net/snmp shows them: zeros while nothing happened.
  IpStats stats(const Net& net) const;
  const Memberships<F>* memberships_if_any(const Net& net) const;  // null: none were ever made
  // Queues of fragments that wait for the rest, and the bytes they hold.
  struct FragmentUse {
    size_t queues = 0;
    int64_t memory = 0;
  };
  FragmentUse fragment_use(const Net& net) const;
  PortRanges& reserved_ports(Net& net) { return context_.state(net).reserved_ports; }
  Memberships<F>& memberships(Net& net) {
    Memberships<F>& m = context_.state(net).memberships;
    if (group_observer_) m.set_observer(group_observer_(net));
    return m;
  }
  // Who is told of changed memberships in a namespace.
  void set_group_observer(std::function<MembershipObserver<F>*(Net&)> of) {
    group_observer_ = std::move(of);
  }
  // "Fragmentation needed" about a packet of a flow that is ours: whoever knows that says it.
  void path_mtu_told(Net& net, const IcmpErrorRx<F>& error);
  // The same for a redirect.
  void redirected(Net& net, const IcmpErrorRx<F>& error);

  bool in_group(Net& net, const NetDevice& dev, const typename F::Address& group) const override;
  std::optional<LearntPath<F>> learnt(Net& net, const typename F::Address& dst,
                                      int ifindex) const override;
  void for_each_learnt(Net& net,
                       const std::function<void(const LearntPath<F>&)>& fn) const override;
  void forget_paths(Net& net);  // net.ipv4.route.flush

  // Resolution failed: who sent it is told "host unreachable".
  void unreachable(NetDevice& dev, Packet packet) override;

 private:
  explicit IpLayer(IpContext<F> context);
  Result<IpRoute<F>> route_of(Net& net, const IcmpErrorRx<F>& error);
  IpContext<F> context_;
  std::function<MembershipObserver<F>*(Net&)> group_observer_;
  IpOutput<F> output_;
  IpForward<F> forward_;
  IpInput<F> input_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_LAYER_H_
