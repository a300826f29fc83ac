// /proc/net/packet and /proc/net/ptype: who is given frames.
#include <fmt/format.h>

#include "netdev/netdev_layer.h"
#include "socket/packet/packet_family.h"
#include "socket/packet/packet_socket.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

std::string_view handler_name(uint16_t ethertype) {
  switch (ethertype) {
    case ETH_P_IP:
      return "ip_rcv";
    case ETH_P_ARP:
      return "arp_rcv";
    case ETH_P_IPV6:
      return "ipv6_rcv";
    default:
      return "";
  }
}

void add_row(std::string& out, uint16_t ethertype, std::string_view dev, std::string_view taker) {
  const std::string type = ethertype == ETH_P_ALL ? "ALL " : fmt::format("{:04x}", ethertype);
  fmt::format_to(std::back_inserter(out), "{} {:<8} {}\n", type, dev, taker);
}

}  // namespace

std::string proc_net_packet(const VirtualFilesParts& parts, Net& net) {
  std::string out = "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n";
  if (!parts.packet_sockets) return out;
  parts.packet_sockets->for_each(net, [&](const PacketSocket& socket) {
    const int references = socket.hooked() ? 3 : 2;
    fmt::format_to(std::back_inserter(out),
                   "{:016x} {:<6} {:<4} {:04x}   {:<5} {} {:<6} {:<6} {:<6}\n", 0, references,
                   socket.type(), socket.ethertype(), socket.bound_device(),
                   socket.hooked() ? 1 : 0, socket.memory(), socket.owner(), socket.inode());
  });
  return out;
}

// As Linux: takers of every frame of one device, of all devices, takers of one ethertype of all
// devices (those of one device are not told), the protocols. The youngest come first.
std::string proc_net_ptype(const VirtualFilesParts& parts, Net& net) {
  std::string out = "Type Device      Function\n";
  std::vector<const PacketSocket*> sockets;
  if (parts.packet_sockets)
    parts.packet_sockets->for_each(net, [&](const PacketSocket& socket) {
      if (socket.hooked()) sockets.insert(sockets.begin(), &socket);
    });
  const auto add_sockets = [&](int ifindex, std::string_view dev, bool every_frame) {
    for (const PacketSocket* socket : sockets)
      if (socket->bound_device() == ifindex && (socket->ethertype() == ETH_P_ALL) == every_frame)
        add_row(out, socket->ethertype(), dev, socket->receiver());
  };
  parts.netdevs->for_each(net,
                          [&](NetDevice& dev) { add_sockets(dev.ifindex(), dev.name(), true); });
  add_sockets(0, "", true);
  add_sockets(0, "", false);
  for (uint16_t ethertype : parts.netdevs->ethertypes())
    add_row(out, ethertype, "", handler_name(ethertype));
  return out;
}

}  // namespace unetns
