// /proc/net/netlink: the kernel's end of each protocol, then the bound sockets by port id. The
// kernel's ends have no inode; pointers are 0.
#include <fmt/format.h>

#include <algorithm>

#include "netlink/netlink_layer.h"
#include "netlink/netlink_socket.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

struct Row {
  int protocol = 0;
  uint32_t port_id = 0, groups = 0, queued = 0;
  bool dumping = false;
  uint32_t drops = 0;
  uint64_t inode = 0;
};

constexpr int kReferences = 2;

}  // namespace

std::string proc_net_netlink(const VirtualFilesParts& parts, Net& net) {
  std::vector<Row> rows;
  for (int protocol : parts.netlink->kernel_protocols()) rows.push_back({.protocol = protocol});
  parts.netlink->for_each(net, [&](const NetlinkSocket& socket) {
    rows.push_back({socket.protocol(), socket.port_id(), socket.first_groups(),
                    socket.receive_memory(), socket.dumping(), socket.receive_drops(),
                    socket.inode()});
  });
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::pair(a.protocol, a.port_id) < std::pair(b.protocol, b.port_id);
  });
  std::string out =
      "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n";
  for (const Row& r : rows)
    fmt::format_to(std::back_inserter(out),
                   "{:016x} {:<3} {:<10} {:08x} {:<8} {:<8} {:<5} {:<8} {:<8} {:<8}\n", 0,
                   r.protocol, r.port_id, r.groups, r.queued, 0, r.dumping ? 1 : 0, kReferences,
                   r.drops, r.inode);
  return out;
}

}  // namespace unetns
