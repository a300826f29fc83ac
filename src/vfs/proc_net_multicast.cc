// /proc/net/igmp and /proc/net/dev_mcast: the multicast groups that each device listens to. A
// device that is up and has IPv4 is in the all-hosts group (RFC 1112); all others were joined by
// sockets.
#include <fmt/format.h>

#include <algorithm>

#include "inet/control.h"
#include "inet/ip/ipv4_stack.h"
#include "netdev/netdev_layer.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

const Ipv4Address kAllHosts(0xe0000001);
constexpr int kOwnVersion = 3;  // RFC 3376, unless force_igmp_version says other

struct Group {
  Ipv4Address address;
  uint32_t users;
};

bool has_ipv4(const VirtualFilesParts& parts, const NetDevice& dev) {
  return parts.ipv4->conf_get(dev.net(), dev.name(), "forwarding").has_value();
}

// All-hosts last, as it was joined first.
std::vector<Group> groups_of(const VirtualFilesParts& parts, const NetDevice& dev) {
  std::vector<Group> out;
  if (!has_ipv4(parts, dev)) return out;
  uint32_t all_hosts = dev.up() ? 1 : 0;
  if (const auto* memberships = parts.ipv4_stack->ip().memberships_if_any(dev.net()))
    memberships->for_each(dev.ifindex(), [&](const Ipv4Address& group, uint32_t users) {
      if (group == kAllHosts)
        all_hosts += users;
      else
        out.push_back({group, users});
    });
  if (all_hosts) out.push_back({kAllHosts, all_hosts});
  return out;
}

int forced_version(const VirtualFilesParts& parts, Net& net, std::string_view dev) {
  const auto value = parts.ipv4->conf_get(net, dev, "force_igmp_version");
  return value && *value >= 1 && *value <= 3 ? *value : 0;
}
int igmp_version(const VirtualFilesParts& parts, Net& net, const NetDevice& dev) {
  if (const int all = forced_version(parts, net, "all")) return all;
  if (const int own = forced_version(parts, net, dev.name())) return own;
  return kOwnVersion;
}

}  // namespace

std::string proc_net_igmp(const VirtualFilesParts& parts, Net& net) {
  std::string out = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n";
  parts.netdevs->for_each(net, [&](NetDevice& dev) {
    const std::vector<Group> groups = groups_of(parts, dev);
    if (groups.empty()) return;
    fmt::format_to(std::back_inserter(out), "{}\t{:<10}: {:5} {:>7}\n", dev.ifindex(), dev.name(),
                   groups.size(), fmt::format("V{}", igmp_version(parts, net, dev)));
    // Nothing reports memberships, so no timer runs and nothing was reported.
    for (const Group& group : groups)
      fmt::format_to(std::back_inserter(out), "\t\t\t\t{:08X} {:5} 0:00000000\t\t0\n",
                     group.address.be(), group.users);
  });
  return out;
}

std::string proc_net_dev_mcast(const VirtualFilesParts& parts, Net& net) {
  std::string out;
  parts.netdevs->for_each(net, [&](NetDevice& dev) {
    if (dev.type != ARPHRD_ETHER) return;  // others have no addresses for groups
    std::vector<uint32_t> seen;            // 32 groups share one address (RFC 1112, 6.4)
    const std::vector<Group> groups = groups_of(parts, dev);
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
      const uint32_t low = group->address.value() & 0x7fffff;
      if (std::find(seen.begin(), seen.end(), low) == seen.end()) seen.push_back(low);
    }
    for (uint32_t low : seen) {
      const auto users = std::count_if(groups.begin(), groups.end(), [&](const Group& group) {
        return (group.address.value() & 0x7fffff) == low;
      });
      fmt::format_to(std::back_inserter(out), "{:<4} {:<15} {:<5} {:<5} 01005e{:06x}\n",
                     dev.ifindex(), dev.name(), users, 0, low);
    }
  });
  return out;
}

}  // namespace unetns
