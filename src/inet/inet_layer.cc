#include "inet/inet_layer.h"

#include <algorithm>

#include "packet/wire/ethernet.h"

namespace unetns {

InetLayer::InetLayer(NetRegistry& registry, NetdevLayer& netdevs, PernetId<InetNet> id)
    : context_(registry, netdevs, id),
      conf_(context_),
      routes_(context_),
      resolver_(context_, routes_),
      addresses_(context_, routes_, *this),
      arp_(context_, resolver_),
      neighbours_(context_, arp_) {}

Result<std::unique_ptr<InetLayer>> InetLayer::create(NetRegistry& registry, NetdevLayer& netdevs) {
  UNETNS_ASSIGN(PernetId<InetNet> id, registry.add_state<InetNet>());
  std::unique_ptr<InetLayer> layer(new InetLayer(registry, netdevs, id));
  UNETNS_TRY(registry.register_subsystem(*layer));
  UNETNS_TRY(netdevs.subscribe(*layer));
  netdevs.register_ethertype(EtherType::kArp, layer->arp_);
  return layer;
}

InetLayer::~InetLayer() {
  context_.netdevs.unregister_ethertype(EtherType::kArp);
  context_.netdevs.unsubscribe(*this);
  context_.registry.unregister(*this);
}

namespace {

const Ipv4Address kAllHosts(0xe0000001);  // RFC 1112: joined with the device, by nobody

GroupInfo group_info(const NetDevice& dev, const Ipv4Address& group, Nanos since) {
  return {dev.ifindex(), group, static_cast<uint32_t>(since / std::chrono::milliseconds(10))};
}

}  // namespace

// ---- namespaces

Result<void> InetLayer::init(Net& net) {
  InetNet& state = context_.state(net);
  const Net* first = context_.registry.first();
  if (net.is_init() || !first || first == &net) {
    state.all = DevConf::all_initial();
    return {};
  }
  // devconf_inherit_init_net 0: the first namespace's present settings, not the creator's.
  const InetNet& init = context_.state(*first);
  state.all = init.all;
  state.dflt = init.dflt;
  return {};
}

// ---- devices

namespace {
// Its settings would stand below conf/ in the place of all devices' or of future ones'.
bool may_be_called(std::string_view name) { return name != "all" && name != "default"; }
}  // namespace

Result<void> InetLayer::netdev_event(NetDevice& dev, NetdevEvent event) {
  context_.state(dev.net()).changes++;
  switch (event) {
    case NetdevEvent::kRegister:
      if (!may_be_called(dev.name())) return fail(EINVAL);
      conf_.announce_device(dev, false);
      break;
    case NetdevEvent::kUnregister:
      addresses_.remove_all(dev);
      if (InetContext::usable(dev)) conf_.announce_device(dev, true);
      forget(dev);
      break;
    case NetdevEvent::kUp:
      device_up(dev);
      break;
    case NetdevEvent::kDown:
      group_changed(dev, kAllHosts, dev.opened(), true);
      disable(dev, false, false);
      break;
    case NetdevEvent::kChange:
      carrier_changed(dev);
      break;
    case NetdevEvent::kChangeMtu:
      mtu_changed(dev);
      break;
    case NetdevEvent::kChangeAddr:
      if (NeighTable<V4>* t = arp_.existing_table(dev.net())) t->flush(dev, false);
      if (context_.conf(dev, IPV4_DEVCONF_ARP_NOTIFY)) arp_.announce(dev);
      break;
    case NetdevEvent::kNotifyPeers:
      arp_.announce(dev);
      break;
    case NetdevEvent::kChangeName:
      if (!InetContext::usable(dev)) break;
      addresses_.device_renamed(dev);
      conf_.announce_device(dev, true);
      if (!may_be_called(dev.name())) return fail(EINVAL);
      conf_.announce_device(dev, false);
      break;
    default:
      break;
  }
  return {};
}

void InetLayer::group_changed(NetDevice& dev, const Ipv4Address& group, Nanos since, bool left) {
  if (InetContext::usable(dev)) tell_group(dev, group, since, left);
}

void InetLayer::tell_group(NetDevice& dev, const Ipv4Address& group, Nanos since, bool left) {
  if (!context_.messages) return;
  context_.messages->group_changed(dev.net(), AF_INET, group_info(dev, group, since), left);
}

std::vector<GroupInfo> InetLayer::groups(const NetDevice& dev) const {
  std::vector<GroupInfo> out;
  if (!InetContext::usable(dev)) return out;
  if (dev.up()) out.push_back(group_info(dev, kAllHosts, dev.opened()));
  if (group_facts_)
    group_facts_->for_each_group(dev, [&](const Ipv4Address& group, Nanos since) {
      out.push_back(group_info(dev, group, since));
    });
  // Those that came in the same moment: the later in the list.
  std::reverse(out.begin(), out.end());
  std::stable_sort(out.begin(), out.end(), [](const GroupInfo& a, const GroupInfo& b) {
    return a.since_cs > b.since_cs;
  });
  return out;
}

void InetLayer::device_up(NetDevice& dev) {
  if (dev.flags & IFF_NOARP) context_.make(dev).noarp = true;
  addresses_.loopback_up(dev);
  group_changed(dev, kAllHosts, dev.opened(), false);
  addresses_.device_up(dev);
  if (Fib<V4>* fib = context_.state(dev.net()).fib.get()) fib->device_up(dev, dev.carrier);
  if (context_.conf(dev, IPV4_DEVCONF_ARP_NOTIFY)) arp_.announce(dev);
}

// With too small an MTU a device is no device of IPv4 any more, as if it had gone; when the MTU grows again, it is
// a new one.
void InetLayer::mtu_changed(NetDevice& dev) {
  const InDevice* in = InetContext::find(dev);
  const bool was = !in || !in->disabled;
  if (was == InetContext::usable(dev)) return;
  if (was) {
    if (dev.up()) tell_group(dev, kAllHosts, dev.opened(), true);
    addresses_.remove_all(dev);
    conf_.announce_device(dev, true);
    disable(dev, true, false);
  }
  delete InetContext::find(dev);
  dev.inet[0] = nullptr;
  if (was) {
    context_.make(dev).disabled = true;
    return;
  }
  // What a loopback has of its own it was born with.
  InDevice& fresh = context_.make(dev);
  for (int id : {IPV4_DEVCONF_NOXFRM, IPV4_DEVCONF_NOPOLICY})
    fresh.conf.set(id, context_.state(dev.net()).dflt.get(id));
  conf_.announce_device(dev, false);
  if (dev.up()) tell_group(dev, kAllHosts, dev.opened(), false);
}

void InetLayer::carrier_changed(NetDevice& dev) {
  Fib<V4>* fib = context_.state(dev.net()).fib.get();
  NeighTable<V4>* neighbours = arp_.existing_table(dev.net());
  if (dev.carrier) {
    if (fib && dev.up()) fib->device_up(dev, true);
  } else {
    if (fib) fib->carrier_lost(dev);
    if (neighbours && context_.conf(dev, IPV4_DEVCONF_ARP_EVICT_NOCARRIER))
      neighbours->flush(dev, true);
  }
  // Entries made while the device did ARP, or did not, are of no use once that changed.
  const bool noarp = dev.flags & IFF_NOARP;
  const InDevice* in = InetContext::find(dev);
  if (noarp == (in && in->noarp)) return;
  context_.make(dev).noarp = noarp;
  if (neighbours) neighbours->flush(dev, false);
}

// What the device served as a way is a way no more.
void InetLayer::disable(NetDevice& dev, bool force, bool gone) {
  InetNet& state = context_.state(dev.net());
  if (state.fib) state.fib->device_down(dev, force, gone);
  if (state.neighbours) state.neighbours->flush(dev, false);
  arp_.device_gone(dev);
}

void InetLayer::forget(NetDevice& dev) {
  disable(dev, true, true);
  delete InetContext::find(dev);
  dev.inet[0] = nullptr;
}

void InetLayer::address_added(NetDevice& dev) {
  if (Fib<V4>* fib = context_.state(dev.net()).fib.get(); fib && dev.up())
    fib->device_up(dev, dev.carrier);
}

void InetLayer::last_address_gone(NetDevice& dev) { disable(dev, true, false); }

// ---- InetControl

Result<void> InetLayer::addr_add(Net& net, const AddrConfig& config, uint16_t nlm_flags) {
  context_.state(net).changes++;
  return addresses_.add(net, config, nlm_flags);
}
Result<void> InetLayer::addr_del(Net& net, const AddrConfig& config) {
  context_.state(net).changes++;
  return addresses_.del(net, config);
}
void InetLayer::addr_for_each(Net& net, const std::function<void(const AddrInfo&)>& fn) const {
  addresses_.for_each(net, fn);
}
Result<void> InetLayer::route_add(Net& net, const RouteConfig& config, uint16_t nlm_flags) {
  context_.state(net).changes++;
  return routes_.add(net, config, nlm_flags);
}
Result<void> InetLayer::route_del(Net& net, const RouteConfig& match) {
  context_.state(net).changes++;
  return routes_.del(net, match);
}
void InetLayer::route_for_each(Net& net, uint32_t table,
                               const std::function<void(const RouteConfig&)>& fn) const {
  routes_.for_each(net, table, fn);
}
Result<RouteAnswer> InetLayer::route_get(Net& net, const RouteQuery& query) {
  return resolver_.answer(net, query);
}
Result<void> InetLayer::neigh_add(Net& net, const NeighConfig& config, uint16_t nlm_flags) {
  return neighbours_.add(net, config, nlm_flags);
}
Result<void> InetLayer::neigh_del(Net& net, const NeighConfig& config) {
  return neighbours_.del(net, config);
}
Result<NeighInfo> InetLayer::neigh_get(Net& net, const NeighConfig& key) {
  return neighbours_.get(net, key);
}
void InetLayer::neigh_for_each(Net& net, bool proxies,
                               const std::function<void(const NeighInfo&)>& fn) const {
  neighbours_.for_each(net, proxies, fn);
}
Result<void> InetLayer::neigh_params_set(Net& net, NetDevice* dev,
                                         const std::function<void(NeighParams&)>& change) {
  if (!dev && !neigh_defaults_visible(net)) return fail(ENOENT);
  arp_.change_settings(dev, change);
  return {};
}
NeighTableInfo InetLayer::neigh_table(Net& net) const {
  NeighTableInfo info;
  info.name = "arp_cache";
  info.limits = arp_.limits();
  info.key_length = Ipv4Address::kSize;
  info.entry_size = sizeof(Neighbour<V4>);
  if (const NeighTable<V4>* t = arp_.existing_table(net)) {
    info.entries = t->size();
    info.stats = t->stats();
  }
  if (const auto& waiting = context_.state(net).proxy_answers)
    info.proxies_waiting = waiting->size();
  return info;
}
Result<void> InetLayer::neigh_limits_set(Net& net, const NeighLimits& limits) {
  if (!neigh_defaults_visible(net)) return fail(ENOENT);
  arp_.limits() = limits;
  return {};
}
Result<NetconfInfo> InetLayer::netconf_get(Net& net, int ifindex) const {
  return conf_.info(net, ifindex);
}
std::vector<int32_t> InetLayer::devconf(const NetDevice& dev) const { return conf_.values(dev); }
std::vector<std::string> InetLayer::conf_names() const { return conf_.names(); }
Result<int32_t> InetLayer::conf_get(Net& net, std::string_view dev, std::string_view name) const {
  return conf_.get(net, dev, name);
}
Result<void> InetLayer::conf_set(Net& net, std::string_view dev, std::string_view name,
                                 int32_t value) {
  context_.state(net).changes++;
  return conf_.set(net, dev, name, value);
}

void InetLayer::conf_put(NetDevice& dev, int number, int32_t value) {
  context_.state(dev.net()).changes++;
  conf_.put(dev, number, value);
}

std::vector<std::string> InetLayer::sysctl_names() const {
  std::vector<std::string> out{"ip_forward"};
  for (const Ipv4SysctlSpec& s : ipv4_sysctl_specs())
    if (!s.name.starts_with('/')) out.emplace_back(s.name);
  return out;
}

Result<std::vector<int64_t>> InetLayer::sysctl_get(Net& net, std::string_view name) const {
  const InetNet& state = context_.state(net);
  if (name == "ip_forward") return std::vector<int64_t>{state.all.get(IPV4_DEVCONF_FORWARDING)};
  const Ipv4SysctlSpec* spec = SysctlTable::find(name);
  if (!spec) return fail(ENOENT);
  std::vector<int64_t> out;
  for (int i = 0; i < spec->count; i++)
    out.push_back(state.sysctls.get(static_cast<Ipv4Sysctl>(static_cast<int>(spec->first) + i)));
  return out;
}

Result<void> InetLayer::sysctl_set(Net& net, std::string_view name,
                                   const std::vector<int64_t>& values) {
  context_.state(net).changes++;
  if (name == "ip_forward") {
    if (values.size() != 1 || values[0] < INT32_MIN || values[0] > INT32_MAX) return fail(EINVAL);
    conf_.set_forwarding(net, static_cast<int32_t>(values[0]));
    return {};
  }
  const Ipv4SysctlSpec* spec = SysctlTable::find(name);
  if (!spec) return fail(ENOENT);
  return context_.state(net).sysctls.set(*spec, values);
}

}  // namespace unetns
