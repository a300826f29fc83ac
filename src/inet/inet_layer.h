// InetLayer: IPv4 addresses, routes, neighbours and settings of all namespaces of a Machine. Wires
// the parts of addr/, fib/, neigh/ and conf/ to the devices and to each other.
#ifndef UNETNS_INET_INET_LAYER_H_
#define UNETNS_INET_INET_LAYER_H_

#include <memory>

#include "inet/addr/address_control.h"
#include "inet/conf/conf_control.h"
#include "inet/fib/route_control.h"
#include "inet/fib/route_resolver.h"
#include "inet/inet_state.h"
#include "inet/ip/group_facts.h"
#include "inet/neigh/arp.h"
#include "inet/neigh/neigh_control.h"

namespace unetns {

class InetLayer final : public InetControl,
                        public IpSettingsSource,
                        public PernetOperations,
                        private NetdevNotifier,
                        private AddressObserver,
                        public GroupEvents {
 public:
  // Registers itself as a pernet subsystem, with the notifier chain and for ARP. Make it after
  // `netdevs` and before the first namespace; it must outlive neither. Then hand routes(),
  // neighbours() and itself (settings) to Ipv4Stack, and Ipv4Stack's ip() to set_neigh_failure()
  // and set_path_facts().
  static Result<std::unique_ptr<InetLayer>> create(NetRegistry& registry, NetdevLayer& netdevs);
  ~InetLayer() override;

  // ---- for the packet path
  RouteLookup<V4>& routes() { return resolver_; }
  NeighOutput<V4>& neighbours() { return arp_; }
  const IpSettings& ip_settings(const Net& net) const override {
    return context_.state(net).sysctls.settings();
  }
  int64_t sysctl(const Net& net, Ipv4Sysctl id) const {
    return context_.state(net).sysctls.get(id);
  }
  void set_neigh_failure(NeighFailure* failure) { arp_.set_failure(failure); }
  void set_group_facts(const GroupFacts* facts) { group_facts_ = facts; }
  void set_path_facts(const PathFacts<V4>* facts) { context_.path_facts = facts; }

  // ---- InetControl
  int family() const override { return AF_INET; }
  Result<void> addr_add(Net& net, const AddrConfig& config, uint16_t nlm_flags) override;
  Result<void> addr_del(Net& net, const AddrConfig& config) override;
  void addr_for_each(Net& net, const std::function<void(const AddrInfo&)>& fn) const override;
  std::vector<GroupInfo> groups(const NetDevice& dev) const override;
  Result<void> route_add(Net& net, const RouteConfig& config, uint16_t nlm_flags) override;
  Result<void> route_del(Net& net, const RouteConfig& match) override;
  void route_for_each(Net& net, uint32_t table,
                      const std::function<void(const RouteConfig&)>& fn) const override;
  void route_table_use(Net& net, uint32_t table) override { context_.fib(net).make_table(table); }
  bool route_table_exists(Net& net, uint32_t table) const override {
    return routes_.table_exists(net, table);
  }
  Result<RouteAnswer> route_get(Net& net, const RouteQuery& query) override;
  void path_for_each(Net& net, const std::function<void(const RouteAnswer&)>& fn) const override {
    resolver_.path_for_each(net, fn);
  }
  Result<void> neigh_add(Net& net, const NeighConfig& config, uint16_t nlm_flags) override;
  Result<void> neigh_del(Net& net, const NeighConfig& config) override;
  Result<NeighInfo> neigh_get(Net& net, const NeighConfig& key) override;
  void neigh_for_each(Net& net, bool proxies,
                      const std::function<void(const NeighInfo&)>& fn) const override;
  NeighParams neigh_params(const NetDevice* dev) const override { return arp_.settings(dev); }
  Result<void> neigh_params_set(Net& net, NetDevice* dev,
                                const std::function<void(NeighParams&)>& change) override;
  NeighTableInfo neigh_table(Net& net) const override;
  Result<void> neigh_limits_set(Net& net, const NeighLimits& limits) override;
  bool neigh_defaults_visible(const Net& net) const override {
    return context_.registry.first() == &net;
  }
  Result<NetconfInfo> netconf_get(Net& net, int ifindex) const override;
  std::vector<int32_t> devconf(const NetDevice& dev) const override;
  std::vector<std::string> conf_names() const override;
  Result<int32_t> conf_get(Net& net, std::string_view dev, std::string_view name) const override;
  Result<void> conf_set(Net& net, std::string_view dev, std::string_view name,
                        int32_t value) override;
  void conf_put(NetDevice& dev, int number, int32_t value) override;
  std::vector<std::string> sysctl_names() const override;
  Result<std::vector<int64_t>> sysctl_get(Net& net, std::string_view name) const override;
  Result<void> sysctl_set(Net& net, std::string_view name,
                          const std::vector<int64_t>& values) override;
  void set_messages(InetMessages* messages) override { context_.messages = messages; }

  // ---- PernetOperations
  std::string_view name() const override { return "inet"; }
  Result<void> init(Net& net) override;

 private:
  InetLayer(NetRegistry& registry, NetdevLayer& netdevs, PernetId<InetNet> id);
  Result<void> netdev_event(NetDevice& dev, NetdevEvent event) override;
  void address_added(NetDevice& dev) override;
  void last_address_gone(NetDevice& dev) override;
  void group_changed(NetDevice& dev, const Ipv4Address& group, Nanos since, bool left) override;
  void device_up(NetDevice& dev);
  void carrier_changed(NetDevice& dev);
  void mtu_changed(NetDevice& dev);
  void tell_group(NetDevice& dev, const Ipv4Address& group, Nanos since, bool left);
  void disable(NetDevice& dev, bool force, bool gone);
  void forget(NetDevice& dev);

  const GroupFacts* group_facts_ = nullptr;
  InetContext context_;
  ConfControl conf_;
  RouteControl routes_;
  RouteResolver resolver_;
  AddressControl addresses_;
  Arp arp_;
  NeighControl neighbours_;
};

}  // namespace unetns

#endif  // UNETNS_INET_INET_LAYER_H_
