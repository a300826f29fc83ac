// /proc/net/udp, /proc/net/udp6, /proc/net/icmp and /proc/net/raw: one line for each bound socket
// (proc(5)). Of what the kernel prints, the slot is counted from 0, and the pointer is 0.
#include <fmt/format.h>

#include <algorithm>

#include "inet/ip/ipv4_stack.h"
#include "vfs/proc_inet_address.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

constexpr size_t kColumns = 127;
constexpr std::string_view kTitles =
    "sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode ref pointer "
    "drops";
constexpr int kConnected = 1, kUnconnected = 7;  // TCP_ESTABLISHED, TCP_CLOSE

std::string line(size_t slot, int slot_width, const Endpoint<V4>& endpoint, uint16_t local_port) {
  const Binding<V4>& b = endpoint.binding();
  const bool connected = !b.remote.is_zero();
  return fmt::format(
      "{:{}}: {}:{:04X} {}:{:04X} {:02X} {:08X}:{:08X} 00:00000000 00000000 {:5} {:8} {} 2 "
      "{:016x} {}",
      slot, slot_width, proc_own_address(b.local, b.scope), local_port,
      proc_peer_address(b.remote, b.scope), b.remote_port, connected ? kConnected : kUnconnected, 0,
      endpoint.receive_memory(), b.uid, 0, endpoint.inode(), 0, endpoint.receive_drops());
}

std::string padded(std::string text) {
  if (text.size() < kColumns) text.resize(kColumns, ' ');
  return text + "\n";
}

// The order of the tables is one of hashes: by port it is the same at each reading.
template <class Layer>
std::vector<const Endpoint<V4>*> sorted(const Layer& layer, const Net& net) {
  std::vector<const Endpoint<V4>*> out;
  layer.for_each(net, [&](const Endpoint<V4>& endpoint) { out.push_back(&endpoint); });
  std::stable_sort(out.begin(), out.end(), [](const Endpoint<V4>* a, const Endpoint<V4>* b) {
    const Binding<V4>&x = a->binding(), &y = b->binding();
    return std::pair(x.protocol, x.local_port) < std::pair(y.protocol, y.local_port);
  });
  return out;
}

// Of UDP and ICMP sockets.
template <class Layer>
std::string table(std::string title, const Layer& layer, const Net& net) {
  std::string out = padded(std::move(title));
  size_t slot = 0;
  for (const Endpoint<V4>* endpoint : sorted(layer, net))
    if (!endpoint->binding().scope.inet6)
      out += padded(line(slot++, 5, *endpoint, endpoint->binding().local_port));
  return out;
}

}  // namespace

std::string proc_net_udp(const VirtualFilesParts& parts, Net& net) {
  return table(fmt::format("   {}", kTitles), parts.ipv4_stack->udp(), net);
}

std::string proc_net_udp6(const VirtualFilesParts& parts, Net& net) {
  std::string out = fmt::format("{} ref pointer drops\n", kProcInet6Titles);
  size_t slot = 0;
  for (const Endpoint<V4>* endpoint : sorted(parts.ipv4_stack->udp(), net))
    if (endpoint->binding().scope.inet6)
      out += line(slot++, 5, *endpoint, endpoint->binding().local_port) + "\n";
  return out;
}

std::string proc_net_icmp(const VirtualFilesParts& parts, Net& net) {
  return table(fmt::format("  {}", kTitles), parts.ipv4_stack->ping(), net);
}

std::string proc_net_raw(const VirtualFilesParts& parts, Net& net) {
  std::string out = fmt::format("  {}\n", kTitles);
  size_t slot = 0;
  for (const Endpoint<V4>* endpoint : sorted(parts.ipv4_stack->raw(), net))
    out += line(slot++, 4, *endpoint, endpoint->binding().protocol) + "\n";
  return out;
}

}  // namespace unetns
