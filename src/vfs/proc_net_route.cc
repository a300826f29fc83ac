// /proc/net/route: the main table, one line of 127 columns for each route, addresses in hexadecimal
// of their bytes as they lie in memory.
#include <fmt/format.h>
#include <linux/route.h>

#include "inet/control.h"
#include "netdev/netdev_layer.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

constexpr size_t kColumns = 127;

void add_line(std::string& out, std::string line) {
  if (line.size() < kColumns) line.resize(kColumns, ' ');
  out += line;
  out += '\n';
}

uint32_t metric(const RouteConfig& route, uint16_t which) {
  const auto it = route.metrics.find(which);
  return it == route.metrics.end() ? 0 : it->second;
}

uint32_t route_flags(const RouteConfig& route, bool gateway) {
  uint32_t flags = RTF_UP;
  if (route.type == RTN_UNREACHABLE || route.type == RTN_PROHIBIT) flags |= RTF_REJECT;
  if (gateway) flags |= RTF_GATEWAY;
  if (route.dst_len == 32) flags |= RTF_HOST;
  return flags;
}

}  // namespace

std::string proc_net_route(const VirtualFilesParts& parts, Net& net) {
  // The table of titles and routes comes into being with the first route.
  std::string out;
  bool any = false;
  parts.ipv4->route_for_each(net, 0, [&](const RouteConfig&) { any = true; });
  if (!any) return out;
  add_line(out,
           "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT");
  parts.ipv4->route_for_each(net, RT_TABLE_MAIN, [&](const RouteConfig& route) {
    if (route.type == RTN_BROADCAST || route.type == RTN_MULTICAST) return;
    std::string_view device = "*";
    bool has_gateway = false;
    uint32_t gateway = 0;
    if (!route.nexthops.empty()) {  // of several only the first is shown
      const NexthopConfig& hop = route.nexthops.front();
      if (const NetDevice* dev = parts.netdevs->by_index(net, hop.oif)) device = dev->name();
      has_gateway = hop.gateway.has_value();
      if (hop.gateway.family() == AF_INET) gateway = hop.gateway.as<V4>().be();
    }
    const uint32_t mask = route.dst_len ? to_be32(~uint32_t{0} << (32 - route.dst_len)) : 0;
    const uint32_t advmss = metric(route, RTAX_ADVMSS);
    add_line(out, fmt::format("{}\t{:08X}\t{:08X}\t{:04X}\t0\t0\t{}\t{:08X}\t{}\t{}\t{}", device,
                              route.dst.as<V4>().be(), gateway, route_flags(route, has_gateway),
                              route.priority, mask, advmss ? advmss + 40 : 0,
                              metric(route, RTAX_WINDOW), metric(route, RTAX_RTT) >> 3));
  });
  return out;
}

}  // namespace unetns
