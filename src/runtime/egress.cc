#include "runtime/egress.h"

#include <fmt/format.h>
#include <linux/netlink.h>

#include <cstring>

#include "inet/control.h"
#include "inet/ip/ipv4_stack.h"
#include "link/veth.h"

namespace unetns {
namespace {

constexpr const char* kInsideName = "egress0";
constexpr const char* kGatewayName = "inside0";

Result<void> up(Kernel& machine, NetDevice* dev) {
  if (!dev) return fail(ENODEV);
  return machine.netdevs().change_flags(*dev, IFF_UP, IFF_UP);
}

Result<void> add_address(InetControl& inet, NetDevice& dev, const Ipv4Address& address,
                         uint8_t prefix) {
  AddrConfig config;
  config.ifindex = dev.ifindex();
  config.local = config.address = address;
  config.prefix_len = prefix;
  config.label = dev.name();
  return inet.addr_add(dev.net(), config, NLM_F_CREATE | NLM_F_EXCL);
}

RouteConfig route(NetDevice& dev, const Ipv4Address* gateway) {
  RouteConfig config;
  config.dst = Ipv4Address();
  NexthopConfig nexthop;
  nexthop.oif = dev.ifindex();
  if (gateway) nexthop.gateway = *gateway;
  config.nexthops.push_back(nexthop);
  return config;
}

// Every address is one of the gateway's: by routes of table local, which sources go by as well.
// What it sends by its device goes inside, to whatever network may lie behind.
Result<void> set_up_gateway(Kernel& machine, InetControl& inet, NetDevice& dev) {
  Net& net = dev.net();
  NetDevice* lo = machine.netdevs().loopback(net);
  UNETNS_TRY(up(machine, lo));
  UNETNS_TRY(up(machine, &dev));
  UNETNS_TRY(add_address(inet, dev, kEgressGateway, kEgressPrefix));
  UNETNS_TRY(add_address(inet, dev, kEgressResolver, 32));
  UNETNS_TRY(inet.conf_set(net, dev.name(), "accept_local", 1));
  UNETNS_TRY(inet.sysctl_set(net, "icmp_ratelimit", {0}));  // each refusal is told
  RouteConfig link = route(dev, nullptr);
  link.table = RT_TABLE_LOCAL;
  link.scope = RT_SCOPE_LINK;
  link.dst = Ipv4Address(kEgressInside.masked(kEgressPrefix));
  link.dst_len = kEgressPrefix;
  UNETNS_TRY(inet.route_add(net, link, NLM_F_CREATE | NLM_F_EXCL));
  RouteConfig local = route(*lo, nullptr);
  local.table = RT_TABLE_LOCAL;
  local.type = RTN_LOCAL;
  local.scope = RT_SCOPE_HOST;
  UNETNS_TRY(inet.route_add(net, local, NLM_F_CREATE | NLM_F_EXCL));
  RouteConfig back = route(dev, &kEgressInside);
  back.table = RT_TABLE_LOCAL;
  back.priority = 1;  // for those bound to the device
  return inet.route_add(net, back, NLM_F_CREATE | NLM_F_EXCL);
}

Result<void> set_up_inside(Kernel& machine, InetControl& inet, NetDevice& dev) {
  UNETNS_TRY(up(machine, machine.netdevs().loopback(dev.net())));
  UNETNS_TRY(up(machine, &dev));
  UNETNS_TRY(add_address(inet, dev, kEgressInside, kEgressPrefix));
  return inet.route_add(dev.net(), route(dev, &kEgressGateway), NLM_F_CREATE | NLM_F_EXCL);
}

// The inner end; its peer is in `gateway`.
Result<NetDevice*> add_cable(Kernel& machine, Net& inside, Net& gateway) {
  NetdevLayer& devices = machine.netdevs();
  SystemCaller caller;
  NewLink request{.net = &gateway, .source_net = &gateway, .caller = &caller, .name = kGatewayName};
  UNETNS_ASSIGN(NetDevice * dev, devices.add_link(*devices.find_kind("veth"), request));
  NetDevice* peer = VethKind::peer_of(*dev);
  UNETNS_TRY(devices.move(*peer, inside, kInsideName));
  return peer;
}

}  // namespace

Result<std::unique_ptr<Egress>> Egress::create(EventLoop& loop, Kernel& machine, Net& inside,
                                               const EgressTargets& targets) {
  auto at = [](const char* step, const auto& result) {
    return fail(result.error().code,
                fmt::format("{}: {}{}{}", step, std::strerror(result.error().code),
                            result.error().message.empty() ? "" : ": ", result.error().message));
  };
  InetControl& inet = *machine.inet(AF_INET);
  auto gateway = machine.nets().create();
  if (!gateway) return at("making its gateway", gateway);
  auto dev = add_cable(machine, inside, **gateway);
  if (!dev) return at("adding the device egress0", dev);
  NetDevice& peer = *VethKind::peer_of(**dev);
  if (auto done = set_up_gateway(machine, inet, peer); !done)
    return at("setting up its gateway", done);
  if (auto done = set_up_inside(machine, inet, **dev); !done)
    return at("giving egress0 its address and route", done);
  return std::unique_ptr<Egress>(
      new Egress(loop, machine, std::move(*gateway), peer.ifindex(), targets));
}

Egress::Egress(EventLoop& loop, Kernel& machine, NetRef gateway, int ifindex,
               const EgressTargets& targets)
    : machine_(machine),
      gateway_(std::move(gateway)),
      ifindex_(ifindex),
      targets_(targets),
      streams_(loop, machine, *gateway_, ifindex, targets_),
      datagrams_(loop, machine, *gateway_, ifindex, targets_) {
  machine_.ipv4().ip().set_diverter(*gateway_, this);
}

Egress::~Egress() { machine_.ipv4().ip().set_diverter(*gateway_, nullptr); }

// A host behind a router inside: its address is not ours, as all others are.
void Egress::learn(NetDevice& dev, const Ipv4Address& source) {
  if (behind_.size() >= kMaxBehind || !behind_.insert(source).second) return;
  RouteConfig back = route(dev, &kEgressInside);
  back.table = RT_TABLE_LOCAL;
  back.dst = source;
  back.dst_len = 32;
  (void)machine_.inet(AF_INET)->route_add(dev.net(), back, NLM_F_CREATE | NLM_F_EXCL);
}

bool Egress::divert(Net&, Packet& packet, const IpRx<V4>& rx) {
  if (!rx.to_us_alone() || rx.dev->ifindex() != ifindex_) return false;
  if (!rx.src.in_prefix(kEgressInside, kEgressPrefix)) learn(*rx.dev, rx.src);
  switch (rx.proto) {
    case IPPROTO_TCP:
      return streams_.segment(packet, rx);
    case IPPROTO_UDP:
      return datagrams_.udp(packet, rx);
    case IPPROTO_ICMP:
      return datagrams_.icmp(packet, rx);
    default:
      return false;
  }
}

}  // namespace unetns
