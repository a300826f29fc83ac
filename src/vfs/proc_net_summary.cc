// /proc/net/sockstat and /proc/net/protocols: how many sockets of each protocol there are. Counted
// are those that are bound.
#include <fmt/format.h>

#include "inet/ip/ipv4_stack.h"
#include "netlink/netlink_layer.h"
#include "netlink/netlink_socket.h"
#include "socket/inet/ping_socket.h"
#include "socket/inet/raw_socket.h"
#include "socket/inet/tcp_socket.h"
#include "socket/inet/udp_socket.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

constexpr uint32_t kPage = 4096;

struct Use {
  size_t sockets = 0;
  uint64_t pages = 0;  // of data that waits to be read
};
template <class Layer>
Use use_of(const Layer& layer, const Net& net) {
  Use use;
  layer.for_each(net, [&](const Endpoint<V4>& endpoint) {
    ++use.sockets;
    use.pages += (endpoint.receive_memory() + kPage - 1) / kPage;
  });
  return use;
}

size_t netlink_sockets(const VirtualFilesParts& parts, const Net& net) {
  size_t count = 0;
  if (parts.netlink) parts.netlink->for_each(net, [&](const NetlinkSocket&) { ++count; });
  return count;
}

// One letter for each operation of the titles: the protocol has it or not.
void add_protocol(std::string& out, std::string_view name, size_t size, size_t sockets,
                  int64_t pages, std::string_view operations) {
  fmt::format_to(std::back_inserter(out), "{:<9} {:4} {:6}  {:6}   NI  {:6}   no   {:<10}", name,
                 size, sockets, pages, 0, "kernel");
  for (char c : operations) fmt::format_to(std::back_inserter(out), "  {}", c);
  out += '\n';
}

}  // namespace

std::string proc_net_sockstat(const VirtualFilesParts& parts, Net& net) {
  Ipv4Stack& stack = *parts.ipv4_stack;
  const Use udp = use_of(stack.udp(), net), raw = use_of(stack.raw(), net),
            ping = use_of(stack.ping(), net);
  const auto tcp = stack.tcp().use(net);
  const size_t all =
      tcp.in_use + udp.sockets + raw.sockets + ping.sockets + netlink_sockets(parts, net);
  const auto fragments = stack.ip().fragment_use(net);
  return fmt::format(
      "sockets: used {}\nTCP: inuse {} orphan {} tw {} alloc {} mem {}\nUDP: inuse {} mem {}\n"
      "UDPLITE: inuse 0\nRAW: inuse {}\nFRAG: inuse {} memory {}\n",
      all, tcp.in_use, tcp.orphans, tcp.time_waits, tcp.allocated, (tcp.memory + kPage - 1) / kPage,
      udp.sockets, udp.pages, raw.sockets, fragments.queues, fragments.memory);
}

std::string proc_net_protocols(const VirtualFilesParts& parts, Net& net) {
  Ipv4Stack& stack = *parts.ipv4_stack;
  const Use udp = use_of(stack.udp(), net);
  std::string out =
      "protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs "
      "se re bi br ha uh gp em\n";
  constexpr int64_t kNotCounted = -1;
  add_protocol(out, "PING", sizeof(PingSocket), use_of(stack.ping(), net).sockets, kNotCounted,
               "yyynnynnyyyyyynyyn");
  add_protocol(out, "RAW", sizeof(RawSocket), use_of(stack.raw(), net).sockets, kNotCounted,
               "yyynyyynyyyyyyyynn");
  add_protocol(out, "UDP", sizeof(UdpSocket), udp.sockets, static_cast<int64_t>(udp.pages),
               "yyynyyynyyyynnyyyn");
  const auto tcp = stack.tcp().use(net);
  add_protocol(out, "TCP", sizeof(TcpSocket), tcp.allocated,
               static_cast<int64_t>((tcp.memory + kPage - 1) / kPage), "yyyyyyyyyyyynyyyyy");
  if (parts.netlink)
    add_protocol(out, "NETLINK", sizeof(NetlinkSocket), netlink_sockets(parts, net), kNotCounted,
                 "nnnnnnnnnnnnnnnnnn");
  return out;
}

std::string proc_net_unix(const VirtualFilesParts&, Net&) {
  return "Num       RefCount Protocol Flags    Type St Inode Path\n";
}

}  // namespace unetns
