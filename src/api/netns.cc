#include "unetns/netns.h"

#include "api/machine_state.h"
#include "link/veth.h"
#include "vfs/virtual_files.h"

namespace unetns {
namespace {

constexpr uint16_t kRtaxMtu = 2;  // RTAX_MTU

// As ip-route(8) chooses when none is given.
uint8_t scope_of(const Route& route, bool has_gateway) {
  if (route.scope) return *route.scope;
  switch (route.type) {
    case RouteType::kLocal:
      return RT_SCOPE_HOST;
    case RouteType::kBroadcast:
    case RouteType::kMulticast:
      return RT_SCOPE_LINK;
    case RouteType::kUnicast:
      return has_gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    default:
      return RT_SCOPE_UNIVERSE;
  }
}

int family_of(const Route& route) {
  if (route.destination.family() != AF_UNSPEC) return route.destination.family();
  if (route.gateway.has_value()) return route.gateway.family();
  for (const RouteHop& hop : route.hops)
    if (hop.gateway.has_value()) return hop.gateway.family();
  return AF_INET;
}

Result<RouteConfig> config_of(const Route& route, int family) {
  RouteConfig c;
  c.dst = route.destination.address;
  c.dst_len = route.destination.length;
  c.table = route.table;
  c.protocol = route.protocol;
  c.type = static_cast<uint8_t>(route.type);
  c.priority = route.metric;
  c.prefsrc = route.source;
  if (route.mtu != 0) c.metrics[kRtaxMtu] = route.mtu;
  auto add = [&](const IpAddress& gateway, const Device& device, uint32_t weight) -> Result<void> {
    NexthopConfig hop;
    hop.gateway = gateway;
    if (!(device == Device())) {
      if (!device.exists()) return fail(ENODEV);
      hop.oif = device.index();
    }
    hop.weight = weight;
    c.nexthops.push_back(hop);
    return {};
  };
  if (!route.hops.empty()) {
    for (const RouteHop& hop : route.hops) UNETNS_TRY(add(hop.gateway, hop.device, hop.weight));
  } else if (route.gateway.has_value() || !(route.device == Device())) {
    UNETNS_TRY(add(route.gateway, route.device, 1));
  }
  const bool has_gateway = !c.nexthops.empty() && c.nexthops.front().gateway.has_value();
  c.scope = family == AF_INET6 ? uint8_t{RT_SCOPE_UNIVERSE} : scope_of(route, has_gateway);
  return c;
}

}  // namespace

Netns::Netns() = default;
Netns::Netns(std::shared_ptr<Hold> hold) : hold_(std::move(hold)) {}
Netns::Netns(const Netns&) = default;
Netns::Netns(Netns&&) noexcept = default;
Netns& Netns::operator=(Netns o) noexcept {
  hold_.swap(o.hold_);
  return *this;
}
Netns::~Netns() = default;

Net& Netns::core() const { return *hold_->net; }
uint64_t Netns::id() const { return core().id(); }
const std::string& Netns::name() const { return core().get(hold_->machine->names).text; }
bool Netns::operator==(const Netns& o) const {
  return hold_ && o.hold_ ? &core() == &o.core() : !hold_ && !o.hold_;
}

// ---- devices

Device Netns::loopback() const {
  return hold_->machine->device(hold_->machine->netdevs().loopback(core()));
}

Result<Device> Netns::device(std::string_view name) const {
  NetDevice* dev = hold_->machine->netdevs().by_name(core(), name);
  if (!dev) return fail(ENODEV);
  return hold_->machine->device(dev);
}

std::vector<Device> Netns::devices() const {
  std::vector<Device> all;
  hold_->machine->netdevs().for_each(
      core(), [&](NetDevice& dev) { all.push_back(hold_->machine->device(&dev)); });
  return all;
}

Result<Device> Netns::add_link(const LinkOptions& options) {
  MachineState& machine = *hold_->machine;
  LinkKind* kind = machine.netdevs().find_kind(options.kind);
  if (!kind) return fail(EOPNOTSUPP, "Unknown device type");
  NewLink request{};
  request.net = request.source_net = &core();
  request.caller = &machine.caller;
  request.name = options.name;
  request.ifindex = options.index;
  request.mtu = options.mtu;
  if (options.mac) request.address = *options.mac;
  request.info_data = options.data;
  request.flags = options.up ? uint32_t{IFF_UP} : 0;
  UNETNS_ASSIGN(NetDevice * dev, machine.netdevs().add_link(*kind, request));
  return machine.device(dev);
}

Result<std::pair<Device, Device>> Netns::add_veth(std::string_view name, const Netns& other,
                                                  std::string_view other_name) {
  if (other.hold_->machine != hold_->machine) return fail(EXDEV, "of another machine");
  UNETNS_ASSIGN(Device first, add_link({.kind = "veth", .name = std::string(name)}));
  Device second = first.peer();
  const Result<void> placed = &other.core() != &core()
                                  ? hold_->machine->move(second, other.core(), other_name)
                                  : second.rename(other_name);
  if (!placed) {
    (void)first.remove();
    return std::unexpected(placed.error());
  }
  return std::pair(std::move(first), std::move(second));
}

// ---- routes

Result<void> Netns::add_route(const Route& route) {
  UNETNS_ASSIGN(InetControl * inet, hold_->machine->inet(family_of(route)));
  UNETNS_ASSIGN(const RouteConfig config, config_of(route, inet->family()));
  return inet->route_add(core(), config, NLM_F_CREATE | NLM_F_EXCL);
}

Result<void> Netns::replace_route(const Route& route) {
  UNETNS_ASSIGN(InetControl * inet, hold_->machine->inet(family_of(route)));
  UNETNS_ASSIGN(const RouteConfig config, config_of(route, inet->family()));
  return inet->route_add(core(), config, NLM_F_CREATE | NLM_F_REPLACE);
}

Result<void> Netns::remove_route(const Route& route) {
  UNETNS_ASSIGN(InetControl * inet, hold_->machine->inet(family_of(route)));
  UNETNS_ASSIGN(RouteConfig match, config_of(route, inet->family()));
  match.has_scope = route.scope.has_value();
  match.has_protocol = route.protocol != RTPROT_BOOT;
  if (!match.has_protocol) match.protocol = RTPROT_UNSPEC;
  if (!match.has_scope) match.scope = RT_SCOPE_NOWHERE;
  return inet->route_del(core(), match);
}

std::vector<Route> Netns::routes(int family, uint32_t table) const {
  std::vector<Route> all;
  InetControl* inet = hold_->machine->kernel->inet(family);
  if (!inet) return all;
  inet->route_for_each(core(), table,
                       [&](const RouteConfig& c) { all.push_back(hold_->route_of(c)); });
  return all;
}

Result<Route> Netns::route_to(const IpAddress& destination) const {
  UNETNS_ASSIGN(InetControl * inet, hold_->machine->inet(destination.family()));
  RouteQuery query;
  query.dst = destination;
  UNETNS_ASSIGN(const RouteAnswer answer, inet->route_get(core(), query));
  if (answer.error != 0) return fail(static_cast<int>(answer.error));
  return hold_->route_of(answer.route);
}

Route Netns::Hold::route_of(const RouteConfig& c) const {
  Route r;
  r.destination = {c.dst, c.dst_len};
  r.metric = c.priority;
  r.table = c.table;
  r.type = static_cast<RouteType>(c.type);
  r.scope = c.scope;
  r.protocol = c.protocol;
  r.source = c.prefsrc;
  if (const auto mtu = c.metrics.find(kRtaxMtu); mtu != c.metrics.end()) r.mtu = mtu->second;
  for (const NexthopConfig& hop : c.nexthops) {
    Device device = machine->device(machine->netdevs().by_index(*net, hop.oif));
    if (c.nexthops.size() == 1) {
      r.gateway = hop.gateway;
      r.device = std::move(device);
    } else {
      r.hops.push_back({hop.gateway, std::move(device), hop.weight});
    }
  }
  return r;
}

// ---- settings

Result<void> Netns::set_forwarding(bool on) {
  UNETNS_TRY(write_file("/proc/sys/net/ipv4/ip_forward", on ? "1" : "0"));
  if (hold_->machine->kernel->inet(AF_INET6))
    return write_file("/proc/sys/net/ipv6/conf/all/forwarding", on ? "1" : "0");
  return {};
}

Result<std::string> Netns::read_file(std::string_view path) const {
  const VirtualFiles& files = hold_->machine->kernel->files();
  if (!files.owns(path)) return fail(ENOENT);
  return files.read(core(), path);
}

Result<void> Netns::write_file(std::string_view path, std::string_view text) {
  VirtualFiles& files = hold_->machine->kernel->files();
  if (!files.owns(path)) return fail(ENOENT);
  return files.write(core(), hold_->machine->caller, path, text);
}

std::vector<DropCount> Netns::drops() const {
  std::vector<DropCount> all;
  for (size_t i = 0; i < kDropReasonCount; i++) {
    const auto reason = static_cast<DropReason>(i);
    if (const uint64_t n = core().drops(reason))
      all.push_back({std::string(drop_reason_text(reason)), n});
  }
  return all;
}

}  // namespace unetns
