#include "inet/ip/ip_forward.h"

#include <linux/icmp.h>
#include <linux/ip.h>

#include <algorithm>

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
  NetDevice& out = *route.dev;
  const IpSettings& settings = context_.settings.ip_settings(net);
  uint32_t mtu = route.mtu != 0 ? std::min(route.mtu, out.mtu) : out.mtu;
  // What was learnt may be forged: a router goes by it when told to (ip-sysctl:
  // ip_forward_use_pmtu).
  if (const PathTable<F>& paths = context_.state(net).paths;
      settings.forward_use_pmtu && !route.mtu_locked && !paths.empty()) {
    const Nanos now = net.env().clock.monotonic();
    const KnownPath<F>* path = paths.find(header.dst, out.ifindex(), now);
    if (path && path->has_mtu(now)) mtu = std::min(mtu, path->mtu);
  }
  if (header.dont_fragment && gso_segment_length(packet) > mtu) {
    stats.frag_fails++;
    context_.icmp_error(net, &in, packet, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
    net.drop(std::move(packet), DropReason::kIpFragNeeded);
    return;
  }
  if (should_redirect(in, header, route)) {
    const uint32_t gateway = load_be32(route.nexthop(header.dst).bytes.data());
    context_.icmp_error(net, &in, packet, ICMP_REDIRECT, ICMP_REDIR_HOST, gateway);
  }

  packet.ensure_writable(header.header_len);
  MutableBytes head = packet.head().first(header.header_len);
  IpWire<F>::decrement_ttl(head);
  if (options.record_route >= 0 || options.timestamp >= 0) {
    // The route is told by where it leaves, the time by where it came in.
    const MutableBytes bytes = head.subspan(IpWire<F>::kMinHeader);
    const auto nexthop = route.nexthop(header.dst);
    const auto leaving = context_.routes.select_source(net, out, nexthop, RT_SCOPE_UNIVERSE);
    record_route(bytes, options, leaving);
    record_timestamp(bytes, options, context_.address_towards(in, header.src),
                     net.env().clock.realtime());
    IpWire<F>::fix_checksum(head);
  }
  stats.forw_datagrams++;
  stats.out_octets += packet.size();
  PacketMeta& meta = packet.meta();
  meta.flags =
      static_cast<uint8_t>((meta.flags | PacketMeta::kForwarded) & ~PacketMeta::kDontFragment);
  meta.hops = 0;  // from here on the TTL guards against loops
  meta.dev = &out;
  packet.set_network_here();
  (void)output_.transmit(out, route.nexthop(header.dst), mtu, std::move(packet));
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
  return to_sender && to_sender->dev == &in && !to_sender->has_gateway &&
         to_sender->type == RTN_UNICAST;
}

template class IpForward<V4>;

}  // namespace unetns
