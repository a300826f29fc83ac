// /proc/net/arp: IPv4 neighbours that are resolved by ARP, then the addresses we answer for
// (proc(5), arp(7)).
#include <fmt/format.h>
#include <linux/if_arp.h>
#include <linux/neighbour.h>

#include "inet/control.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

constexpr uint16_t kUsable =
    NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;

std::string address_text(Bytes address) {
  std::string out;
  for (uint8_t byte : address)
    fmt::format_to(std::back_inserter(out), "{}{:02x}", out.empty() ? "" : ":", byte);
  return out;
}

void add_line(std::string& out, const NeighInfo& neigh, uint32_t flags, std::string_view hardware) {
  fmt::format_to(std::back_inserter(out), "{:<16} 0x{:<10x}0x{:<10x}{:<17}     *        {}\n",
                 neigh.config.dst.to_string(), neigh.dev ? neigh.dev->type : 0, flags, hardware,
                 neigh.dev ? neigh.dev->name() : "*");
}

}  // namespace

std::string proc_net_arp(const VirtualFilesParts& parts, Net& net) {
  std::string out =
      "IP address       HW type     Flags       HW address            Mask     Device\n";
  parts.ipv4->neigh_for_each(net, false, [&](const NeighInfo& neigh) {
    const uint16_t state = neigh.config.state;
    if (state & NUD_NOARP) return;
    uint32_t flags = 0;
    std::string hardware = "00:00:00:00:00:00";
    if (state & kUsable) {
      flags = ATF_COM;
      if (neigh.config.lladdr) hardware = address_text(neigh.config.lladdr->view());
    }
    if (state & NUD_PERMANENT) flags |= ATF_PERM;
    add_line(out, neigh, flags, hardware);
  });
  parts.ipv4->neigh_for_each(net, true, [&](const NeighInfo& neigh) {
    add_line(out, neigh, ATF_PUBL | ATF_PERM, "00:00:00:00:00:00");
  });
  return out;
}

}  // namespace unetns
