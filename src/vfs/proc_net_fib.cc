// /proc/net/fib_trie, fib_triestat and rt_cache.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "vfs/fib_trie.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

// Calls fn(title, trie) for each table. Without rules of the user's, Linux keeps local and main as
// one, and shows it twice.
template <class Fn>
void for_each_table(const VirtualFilesParts& parts, Net& net, Fn&& fn) {
  std::vector<uint32_t> order;
  std::map<uint32_t, std::vector<RouteConfig>> tables;
  std::vector<RouteConfig> joint;
  parts.ipv4->route_for_each(net, 0, [&](const RouteConfig& route) {
    if (std::find(order.begin(), order.end(), route.table) == order.end())
      order.push_back(route.table);
    if (route.table == RT_TABLE_MAIN || route.table == RT_TABLE_LOCAL)
      joint.push_back(route);
    else
      tables[route.table].push_back(route);
  });
  bool joint_shown = false;
  for (uint32_t id : order) {
    if (id != RT_TABLE_MAIN && id != RT_TABLE_LOCAL) {
      fn(fmt::format("Id {}", id), FibTrie(tables[id]));
      continue;
    }
    if (std::exchange(joint_shown, true)) continue;
    const FibTrie trie(joint);
    fn(std::string("Main"), trie);
    fn(std::string("Local"), trie);
  }
}

}  // namespace

std::string proc_net_fib_trie(const VirtualFilesParts& parts, Net& net) {
  std::string out;
  for_each_table(parts, net, [&](const std::string& title, const FibTrie& trie) {
    out += title + ":\n" + trie.text();
  });
  return out;
}

std::string proc_net_fib_triestat(const VirtualFilesParts& parts, Net& net) {
  std::string out = "Basic info: size of leaf: 48 bytes, size of tnode: 40 bytes.\n";
  for_each_table(parts, net, [&](const std::string& title, const FibTrie& trie) {
    out += title + ":\n" + trie.statistics();
  });
  return out;
}

// The cache that it showed went with Linux 3.6; the titles stayed.
std::string proc_net_rt_cache(const VirtualFilesParts&, Net&) {
  return fmt::format("{:<127}\n",
                     "Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\t"
                     "Window\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst");
}

}  // namespace unetns
