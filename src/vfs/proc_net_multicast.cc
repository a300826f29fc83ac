// /proc/net/igmp, /proc/net/mcfilter and /proc/net/dev_mcast: the multicast groups that each device
// listens to. A device that is up and has IPv4 is in the all-hosts group (RFC 1112); all others
// were joined by sockets, or added by address (SIOCADDMULTI, PACKET_ADD_MEMBERSHIP).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "inet/control.h"
#include "inet/ip/ipv4_stack.h"
#include "netdev/device_addresses.h"
#include "netdev/netdev_layer.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

const Ipv4Address kAllHosts(0xe0000001);

struct Group {
  Ipv4Address address;
  uint32_t users;
  uint64_t order = 0;  // of joining
};

bool has_ipv4(const VirtualFilesParts& parts, const NetDevice& dev) {
  return parts.ipv4->conf_get(dev.net(), dev.name(), "forwarding").has_value();
}

// Those joined last first; all-hosts was joined when the device came up.
std::vector<Group> groups_of(const VirtualFilesParts& parts, const NetDevice& dev) {
  std::vector<Group> out;
  if (!has_ipv4(parts, dev)) return out;
  uint32_t all_hosts = dev.up() ? 1 : 0;
  if (const auto* memberships = parts.ipv4_stack->ip().memberships_if_any(dev.net()))
    memberships->for_each(dev.ifindex(),
                          [&](const Ipv4Address& address, const Memberships<V4>::Group& group) {
                            if (address == kAllHosts)
                              all_hosts += group.users();
                            else
                              out.push_back({address, group.users(), group.order()});
                          });
  std::sort(out.begin(), out.end(),
            [](const Group& a, const Group& b) { return a.order > b.order; });
  if (all_hosts) out.push_back({kAllHosts, all_hosts});
  return out;
}

std::optional<int> forced_version(const VirtualFilesParts& parts, Net& net, std::string_view dev) {
  const auto value = parts.ipv4->conf_get(net, dev, "force_igmp_version");
  return value && *value >= 1 && *value <= 3 ? std::optional(*value) : std::nullopt;
}
std::string igmp_version(const VirtualFilesParts& parts, Net& net, const NetDevice& dev) {
  auto version = forced_version(parts, net, "all");
  if (!version) version = forced_version(parts, net, dev.name());
  return fmt::format("V{}", version.value_or(parts.ipv4_stack->igmp().version(dev)));
}

// In hundredths of a second, as all times of /proc.
int64_t ticks(Nanos t) { return std::max<int64_t>(t / std::chrono::milliseconds(10), 0); }

}  // namespace

std::string proc_net_igmp(const VirtualFilesParts& parts, Net& net) {
  std::string out = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n";
  parts.netdevs->for_each(net, [&](NetDevice& dev) {
    const std::vector<Group> groups = groups_of(parts, dev);
    if (groups.empty()) return;
    fmt::format_to(std::back_inserter(out), "{}\t{:<10}: {:5} {:>7}\n", dev.ifindex(), dev.name(),
                   groups.size(), igmp_version(parts, net, dev));
    const Nanos now = net.env().clock.monotonic();
    for (const Group& group : groups) {
      const IgmpHost::Facts facts = parts.ipv4_stack->igmp().facts(dev, group.address);
      fmt::format_to(std::back_inserter(out), "\t\t\t\t{:08X} {:5} {}:{:08X}\t\t{}\n",
                     group.address.be(), group.users, facts.report_at ? 1 : 0,
                     facts.report_at ? ticks(*facts.report_at - now) : 0, facts.reporter ? 1 : 0);
    }
  });
  return out;
}

std::string proc_net_mcfilter(const VirtualFilesParts& parts, Net& net) {
  std::string out = fmt::format("{:3} {:6} {:>10} {:>10} {:>6} {:>6}\n", "Idx", "Device", "MCA",
                                "SRC", "INC", "EXC");
  const auto* memberships = parts.ipv4_stack->ip().memberships_if_any(net);
  if (!memberships) return out;
  parts.netdevs->for_each(net, [&](NetDevice& dev) {
    if (!has_ipv4(parts, dev)) return;
    memberships->for_each(
        dev.ifindex(), [&](const Ipv4Address& address, const Memberships<V4>::Group& group) {
          group.for_each_source([&](const Ipv4Address& source, uint32_t include, uint32_t exclude) {
            fmt::format_to(std::back_inserter(out), "{:3} {:>6.6} {:#010x} {:#010x} {:6} {:6}\n",
                           dev.ifindex(), dev.name(), address.value(), source.value(), include,
                           exclude);
          });
        });
  });
  return out;
}

std::string proc_net_dev_mcast(const VirtualFilesParts& parts, Net& net) {
  std::string out;
  const auto add_row = [&](const NetDevice& dev, size_t users, bool global, Bytes address) {
    fmt::format_to(std::back_inserter(out), "{:<4} {:<15} {:<5} {:<5} {:02x}\n", dev.ifindex(),
                   dev.name(), users, global ? 1 : 0, fmt::join(address, ""));
  };
  parts.netdevs->for_each(net, [&](NetDevice& dev) {
    std::vector<uint32_t> seen;  // 32 groups share one address (RFC 1112, 6.4)
    // Devices that are not Ethernet have no addresses for groups; one that is down listens to none.
    const bool listens = dev.type == ARPHRD_ETHER && dev.up();
    const auto groups = listens ? groups_of(parts, dev) : std::vector<Group>();
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
      const uint32_t low = group->address.value() & 0x7fffff;
      if (std::find(seen.begin(), seen.end(), low) == seen.end()) seen.push_back(low);
    }
    DeviceAddresses::List added;
    if (dev.addresses()) added = dev.addresses()->multicast;
    for (uint32_t low : seen) {
      const MacAddress address{{0x01, 0, 0x5e, static_cast<uint8_t>(low >> 16),
                                static_cast<uint8_t>(low >> 8), static_cast<uint8_t>(low)}};
      auto users =
          static_cast<size_t>(std::count_if(groups.begin(), groups.end(), [&](const Group& group) {
            return (group.address.value() & 0x7fffff) == low;
          }));
      bool global = false;
      std::erase_if(added, [&](const DeviceAddresses::Entry& entry) {
        if (!(entry.address == LinkLayerAddress(address))) return false;
        users += entry.users;
        global = entry.global;
        return true;
      });
      add_row(dev, users, global, address.bytes);
    }
    for (const DeviceAddresses::Entry& entry : added)
      add_row(dev, entry.users, entry.global, entry.address.view());
  });
  return out;
}

}  // namespace unetns
