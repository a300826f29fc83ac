#include "inet/ip/ip_forward.h"

#include <linux/icmp.h>
#include <linux/ip.h>

#include <algorithm>
#include <cstring>

#include "packet/gso.h"

namespace unetns {

template <class F>
void IpForward<F>::forward(NetDevice& in, Packet packet, const IpHeaderFacts<F>& header,
                           const IpOptionsFacts& options, const RouteResult<F>& route) {
  Net& net = in.net();
  IpStats& stats = context_.stats(net);
  if (packet.meta().type != PacketType::kHost) {
    net.drop(std::move(packet), DropReason::kOtherHost);
    return;
  }
  if (header.ttl <= 1) {
    stats.in_hdr_errors++;
    context_.icmp_error(net, &in, packet, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL);
    net.drop(std::move(packet), DropReason::kIpTtlExpired);
    return;
  }
  if (options.source_route >= 0 && options.strict_source_route && route.has_gateway) {
    context_.icmp_error(net, &in, packet, ICMP_DEST_UNREACH, ICMP_SR_FAILED);
    net.drop(std::move(packet), DropReason::kIpSourceRoute);
    return;
  }
  stats.forw_datagrams++;
  NetDevice& out = *route.dev;
  const uint32_t mtu = path_mtu(net, header, route);
  if (header.dont_fragment && gso_segment_length(packet) > mtu) {
    stats.frag_fails++;
    context_.icmp_error(net, &in, packet, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
    net.drop(std::move(packet), DropReason::kIpFragNeeded);
    return;
  }
  packet.ensure_writable(header.header_len);
  IpWire<F>::decrement_ttl(packet.head().first(header.header_len));
  packet.set_network_here();
  const auto nexthop = route.nexthop(options.next_hop.value_or(header.dst));
  if (options.source_route < 0 && should_redirect(in, header, route))
    context_.icmp_error(net, &in, packet, ICMP_REDIRECT, ICMP_REDIR_HOST,
                        load_be32(nexthop.bytes.data()));
  if (options.route_recorded || options.next_hop)
    leave_trace(net, packet.head().first(header.header_len), options, out, nexthop);
  PacketMeta& meta = packet.meta();
  meta.flags =
      static_cast<uint8_t>((meta.flags | PacketMeta::kForwarded) & ~PacketMeta::kDontFragment);
  meta.hops = 0;  // from here on the TTL guards against loops
  meta.dev = &out;
  (void)output_.transmit(out, nexthop, mtu, std::move(packet));
}

// In its options the packet is known by the address at which it leaves.
template <class F>
void IpForward<F>::leave_trace(Net& net, MutableBytes head, const IpOptionsFacts& options,
                               NetDevice& out, const typename F::Address& nexthop) {
  const MutableBytes bytes = head.subspan(IpWire<F>::kMinHeader);
  const auto leaving = context_.routes.select_source(net, out, nexthop, RT_SCOPE_UNIVERSE);
  const size_t size = leaving.bytes.size();
  if (options.route_recorded) record_route_anew(bytes, options, leaving);
  if (options.next_hop) {
    uint8_t* o = &bytes[static_cast<size_t>(options.source_route)];
    // Those that were ours are passed over.
    while (o[2] + 3 <= o[1] && std::memcmp(o + o[2] - 1, options.next_hop->bytes.data(), size) != 0)
      o[2] = static_cast<uint8_t>(o[2] + 4);
    if (o[2] + 3 <= o[1]) {
      std::memcpy(o + o[2] - 1, leaving.bytes.data(), size);
      std::memcpy(&head[16], options.next_hop->bytes.data(), size);
      o[2] = static_cast<uint8_t>(o[2] + 4);
    }
  }
  IpWire<F>::fix_checksum(head);
}

// What was learnt of the path may be forged: a router goes by it when told to (ip-sysctl:
// ip_forward_use_pmtu).
template <class F>
uint32_t IpForward<F>::path_mtu(Net& net, const IpHeaderFacts<F>& header,
                                const RouteResult<F>& route) const {
  const uint32_t mtu = route.mtu != 0 ? std::min(route.mtu, route.dev->mtu) : route.dev->mtu;
  const PathTable<F>& paths = context_.state(net).paths;
  if (route.mtu_locked || paths.empty() || !context_.settings.ip_settings(net).forward_use_pmtu)
    return mtu;
  const Nanos now = net.env().clock.monotonic();
  const KnownPath<F>* path = paths.find(header.dst, route.dev->ifindex(), now);
  return path && path->has_mtu(now) ? std::min(mtu, path->mtu) : mtu;
}

// The sender could have reached the next hop itself (RFC 1812 §5.2.7.2).
template <class F>
bool IpForward<F>::should_redirect(NetDevice& in, const IpHeaderFacts<F>& header,
                                   const RouteResult<F>& route) const {
  if (route.dev != &in || in.is_loopback()) return false;
  if (context_.routes.devconf(in, IPV4_DEVCONF_SEND_REDIRECTS) == 0) return false;
  FlowKey<F> back;
  back.dst = header.src;
  back.oif = in.ifindex();
  const auto to_sender = context_.routes.output(in.net(), back);
  if (!to_sender || to_sender->dev != &in || to_sender->has_gateway ||
      to_sender->type != RTN_UNICAST)
    return false;
  return context_.routes.devconf(in, IPV4_DEVCONF_SHARED_MEDIA) != 0 ||
         context_.routes.on_link(in, header.src, route.has_gateway ? &route.gateway : nullptr);
}

template class IpForward<V4>;

}  // namespace unetns
