// Errors about packets: whether to send one, from which address, how much to quote, how often.
#include <algorithm>

#include "inet/icmp/icmp_layer.h"
#include "inet/ip/ip_options.h"

namespace unetns {
namespace {

constexpr size_t kMaxError = 576;           // RFC 1812 §4.3.2.3
constexpr uint8_t kInternetControl = 0xc0;  // precedence of errors (RFC 1812 §4.3.2.5)

}  // namespace

bool IcmpLayer::answerable(Net& net, const Packet& cause, const IpHeaderFacts<V4>& header) const {
  if (cause.meta().type != PacketType::kHost && cause.meta().type != PacketType::kOutgoing)
    return false;
  if (header.fragment_offset != 0) return false;
  if (header.dst.is_multicast() || header.dst.is_limited_broadcast()) return false;
  if (header.src.is_zero() || header.src.is_multicast() || header.src.is_limited_broadcast())
    return false;
  RouteLookup<V4>& routes = ip_.routes();
  if (routes.address_type(net, header.dst) == RTN_BROADCAST) return false;
  if (header.proto == IPPROTO_ICMP) {
    const Bytes b = cause.network();
    if (b.size() <= header.header_len) return false;
    const uint8_t type = b[header.header_len];
    // Errors, and types nobody knows, are not answered.
    if (type != IcmpType::kEchoRequest && type != IcmpType::kEchoReply &&
        type != IcmpType::kTimestamp && type != IcmpType::kTimestampReply && type < 13)
      return false;
    if (type > 18) return false;
  }
  return true;
}

Ipv4Address IcmpLayer::error_source(Net& net, NetDevice* dev, const Packet& cause,
                                    const IpHeaderFacts<V4>& header) const {
  if (ip_.routes().address_type(net, header.dst) == RTN_LOCAL) return header.dst;
  NetDevice* in = cause.meta().iif ? ip_.netdevs().by_index(net, cause.meta().iif) : dev;
  if (in && ip_.settings(net).errors_use_inbound_ifaddr)
    return ip_.routes().select_source(net, *in, header.src, RT_SCOPE_LINK);
  return {};
}

bool IcmpLayer::within_limits(Net& net, const IpRoute<V4>& route, const Ipv4Address& dst,
                              uint8_t type, uint8_t code) {
  if (type > 18) return true;
  if (type == IcmpType::kDestUnreachable && code == IcmpUnreachable::kFragmentationNeeded)
    return true;  // path MTU discovery must not starve
  const IpSettings& settings = ip_.settings(net);
  if (((static_cast<uint32_t>(settings.icmp_ratemask) >> type) & 1) == 0) return true;
  if (route.route.dev->is_loopback()) return true;
  State& s = state(net);
  const Nanos now = net.env().clock.monotonic();
  if (!s.global.allow(now, settings.icmp_msgs_per_sec, settings.icmp_msgs_burst)) {
    s.stats.out_rate_limit_global++;
    return false;
  }
  if (settings.icmp_ratelimit_ms > 0 &&
      !s.peers.allow(dst, now, std::chrono::milliseconds(settings.icmp_ratelimit_ms))) {
    s.stats.out_rate_limit_host++;
    return false;
  }
  return true;
}

bool IcmpLayer::route_error_allowed(Net& net, const Ipv4Address& sender) {
  return state(net).peers.allow_route_error(sender, net.env().clock.monotonic());
}

void IcmpLayer::send_error(Net& net, NetDevice* dev, const Packet& cause, uint8_t type,
                           uint8_t code, uint32_t info) {
  const auto header = IpWire<V4>::parse_quoted(cause.network());
  if (!header || !answerable(net, cause, *header)) return;
  IpTx<V4> tx;
  tx.dst = header->src;
  tx.src = error_source(net, dev, cause, *header);
  tx.proto = IPPROTO_ICMP;
  tx.tos = static_cast<uint8_t>((header->tos & 0x1e) | kInternetControl);
  if (ip_.settings(net).fwmark_reflect != 0) tx.mark = cause.meta().mark;
  tx.pmtu_mode = IP_PMTUDISC_DONT;
  EchoedOptions echoed;
  if (header->header_len > Ipv4Header::kMinSize) {
    const Bytes options =
        cause.network().subspan(Ipv4Header::kMinSize, header->header_len - Ipv4Header::kMinSize);
    echoed = echoed_options(options, read_ip_options(options, true).facts, header->src);
    tx.options = echoed.bytes;
    if (echoed.first_hop) tx.dst = *echoed.first_hop;
  }
  const auto route = ip_.output().route(net, tx);
  if (!route) return;
  if (type == IcmpType::kRedirect) {
    if (!state(net).peers.allow_redirect(header->src, net.env().clock.monotonic())) return;
  } else if (!within_limits(net, *route, header->src, type, code)) {
    return;
  }

  // All that fits, from the IP header on.
  const size_t room = std::clamp<size_t>(route->mtu, 68 + Ipv4Header::kMaxOptions, kMaxError) -
                      Ipv4Header::kMinSize - tx.options.size() - IcmpHeader::kSize;
  Packet whole = cause.clone();
  whole.front_to_network();
  // A checksum that was left to the hardware must be right for whoever compares the quote.
  whole.complete_checksum();
  const size_t quoted = std::min<size_t>({room, header->total_len, whole.size()});
  Packet answer =
      Packet::allocate(net.registry().packets(), Packet::kHeadroom, IcmpHeader::kSize + quoted);
  MutableBytes message = answer.head();
  whole.copy_to(message.subspan(IcmpHeader::kSize));
  IcmpHeader{type, code, 0, info}.emit_message(message);
  answer.meta().checksum = ChecksumState::kUnnecessary;
  count_out(net, type);
  (void)ip_.output().send(net, tx, *route, std::move(answer));
}

}  // namespace unetns
