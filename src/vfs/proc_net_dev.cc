// /proc/net/dev: counters of each device, in the columns of proc(5).
#include <fmt/format.h>

#include "netdev/netdev_layer.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

constexpr std::string_view kHeader =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo "
    "colls carrier compressed\n";

}  // namespace

std::string proc_net_dev(const VirtualFilesParts& parts, Net& net) {
  std::string out(kHeader);
  parts.netdevs->for_each(net, [&](NetDevice& dev) {
    const LinkStats& s = dev.stats;
    constexpr uint64_t kNone = 0;  // fifo and compressed: nothing here counts them
    fmt::format_to(std::back_inserter(out),
                   "{:>6}: {:7} {:7} {:4} {:4} {:4} {:5} {:10} {:9} "
                   "{:8} {:7} {:4} {:4} {:4} {:5} {:7} {:10}\n",
                   dev.name(), s.rx_bytes, s.rx_packets, s.rx_errors, s.rx_dropped, kNone,
                   s.rx_length_errors + s.rx_frame_errors, kNone, s.multicast, s.tx_bytes,
                   s.tx_packets, s.tx_errors, s.tx_dropped, kNone, s.collisions,
                   s.tx_carrier_errors, kNone);
  });
  return out;
}

}  // namespace unetns
