#include "inet/ip/ip_input.h"

#include <linux/icmp.h>
#include <linux/ip.h>

#include "inet/ip/fragment_owner.h"
#include "packet/gso.h"

namespace unetns {

template <class F>
void IpInput<F>::receive(NetDevice& dev, Packet packet) {
  Net& net = dev.net();
  IpStats& stats = context_.stats(net);
  if (packet.meta().type == PacketType::kOtherHost) {
    net.drop(std::move(packet), DropReason::kOtherHost);
    return;
  }
  stats.in_receives++;
  stats.in_octets += packet.size();
  auto reject = [&](DropReason reason) { net.drop(std::move(packet), reason); };
  if (!packet.ensure_linear(IpWire<F>::kMinHeader)) {
    stats.in_hdr_errors++;
    return reject(DropReason::kPacketTooSmall);
  }
  packet.ensure_linear(std::min<size_t>(packet.size(), size_t{packet.head()[0] & 0xfu} * 4));
  const auto header = IpWire<F>::parse(packet.head(), packet.size());
  if (!header) {
    const MutableBytes b = packet.head();
    const bool cut = header.error() == DropReason::kIpHeader && b[0] >> 4 == 4 &&
                     (b[0] & 0xf) >= 5 && load_be16(&b[2]) > packet.size();
    if (cut || header.error() == DropReason::kPacketTooSmall)
      stats.in_truncated_pkts++;
    else
      stats.in_hdr_errors++;
    if (header.error() == DropReason::kIpChecksum) stats.in_csum_errors++;
    return reject(header.error());
  }
  packet.trim(header->total_len);  // padding of short frames
  count_ecn(stats, header->tos, gso_segments(packet));
  packet.set_network_here();
  packet.meta().iif = dev.ifindex();
  packet.meta().dev = &dev;
  // Whatever was known of it as a packet of our own ends here.
  packet.meta().flags &= static_cast<uint8_t>(~PacketMeta::kForwarded);

  if (packet.meta().type != PacketType::kHost && packet.meta().type != PacketType::kLoopback &&
      unicast_for_many(dev, *header))
    return reject(DropReason::kOtherHost);
  route(dev, std::move(packet), *header);
}

// RFC 1122 §3.3.6: a frame for many may carry a packet for one by a trick only.
template <class F>
bool IpInput<F>::unicast_for_many(NetDevice& dev, const Header& header) const {
  return context_.routes.devconf(dev, IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST) != 0 &&
         !header.dst.is_multicast() &&
         context_.routes.address_type(dev.net(), header.dst) != RTN_BROADCAST;
}

namespace {
// IGMP itself reaches members whatever sources they want.
template <class F>
bool wanted(const Memberships<F>& groups, const NetDevice& dev, const IpHeaderFacts<F>& header) {
  if (header.proto == IPPROTO_IGMP) return groups.member(dev.ifindex(), header.dst);
  return groups.accepts(dev.ifindex(), header.dst, header.src);
}

// Those of TCP and UDP, but for fragments: all of a packet go the same way.
template <class F>
void take_ports(FlowKey<F>& key, const Packet& packet, const IpHeaderFacts<F>& header) {
  if (header.proto != IPPROTO_TCP && header.proto != IPPROTO_UDP) return;
  if (header.is_fragment() || packet.head().size() < header.header_len + size_t{4}) return;
  key.sport = load_be16(&packet.head()[header.header_len]);
  key.dport = load_be16(&packet.head()[header.header_len + size_t{2}]);
}
}  // namespace

template <class F>
auto IpInput<F>::find(NetDevice& dev, const Packet& packet, const Header& header) -> Found {
  Net& net = dev.net();
  // What a device loops back was routed on its way out.
  if (dev.is_loopback() && !header.dst.is_multicast() &&
      context_.routes.address_type(net, header.dst) == RTN_LOCAL) {
    RouteResult<F> local;
    local.type = RTN_LOCAL;
    local.dev = &dev;
    return local;
  }
  FlowKey<F> key;
  key.dst = header.dst;
  key.src = header.src;
  key.iif = dev.ifindex();
  key.tos = header.tos & 0x1c;
  key.proto = header.proto;
  key.mark = packet.meta().mark;
  key.any_source = true;
  // Only where ports may choose the way: see fib_multipath_hash_policy.
  if (context_.settings.ip_settings(net).multipath_hash_fields & MultipathHash::kPorts)
    take_ports(key, packet, header);
  auto& known = context_.state(net).input_routes;
  if (!known) known = std::make_unique<InputRoutes<F>>();
  return known->find(context_.routes, net, key);
}

template <class F>
void IpInput<F>::route(NetDevice& dev, Packet packet, Header header) {
  Net& net = dev.net();
  Found found = find(dev, packet, header);
  IpOptionsFacts options;
  // That there is no way is told after the options were looked at; what must not be here at all
  // goes before.
  const bool martian = !found && found.error() != DropReason::kIpNoRoute &&
                       found.error() != DropReason::kIpForwardingOff;
  if (!martian && header.header_len > IpWire<F>::kMinHeader &&
      !accept_options(dev, packet, header, found, &options))
    return;
  if (!found) return unroutable(dev, std::move(packet), header, found.error());

  switch (found->type) {
    case RTN_LOCAL:
      deliver(dev, std::move(packet), header, RTN_LOCAL);
      return;
    case RTN_BROADCAST:
      if (!found->directed) {
        deliver(dev, std::move(packet), header, RTN_BROADCAST);
        return;
      }
      count_in(context_.stats(net), header, RTN_BROADCAST);
      if (found->dev == &dev) return net.drop(std::move(packet), DropReason::kIpForwardingOff);
      packet.meta().type = PacketType::kHost;
      break;
    case RTN_MULTICAST:
      if (!wanted(context_.state(net).memberships, dev, header)) {
        net.drop(std::move(packet), DropReason::kNoSocket);
        return;
      }
      deliver(dev, std::move(packet), header, RTN_MULTICAST);
      return;
    case RTN_UNREACHABLE:
    case RTN_PROHIBIT:
    case RTN_BLACKHOLE: {
      if (found->type == RTN_UNREACHABLE)
        context_.route_error(net, &dev, packet, header.src, ICMP_HOST_UNREACH);
      if (found->type == RTN_PROHIBIT)
        context_.route_error(net, &dev, packet, header.src, ICMP_PKT_FILTERED);
      net.drop(std::move(packet), DropReason::kIpRouteType);
      return;
    }
    default:
      break;
  }
  if (!found->dev) return unroutable(dev, std::move(packet), header, DropReason::kIpNoRoute);
  forward_.forward(dev, std::move(packet), header, options, *found);
}

template <class F>
bool IpInput<F>::accept_options(NetDevice& dev, Packet& packet, Header& header, Found& found,
                                IpOptionsFacts* options) {
  Net& net = dev.net();
  packet.ensure_writable(header.header_len);
  const MutableBytes head = packet.head().first(header.header_len);
  const MutableBytes bytes = head.subspan(IpWire<F>::kMinHeader);
  IpOptionsReading read = read_ip_options(bytes, true);
  // By which address we take part: the one asked for, or that towards the sender.
  if (!dev.is_loopback() && (read.facts.record_route >= 0 || read.facts.timestamp >= 0)) {
    const bool local = found && found->type == RTN_LOCAL;
    const auto own = local ? header.dst : context_.address_towards(dev, header.src);
    read.facts.route_recorded = record_route(bytes, read.facts, own);
    record_timestamp(bytes, read.facts, own, net.env().clock.realtime(), [&](const auto& a) {
      return context_.routes.address_type(net, a) == RTN_LOCAL;
    });
  }
  auto drop = [&](DropReason reason) {
    net.drop(std::move(packet), reason);
    return false;
  };
  auto problem = [&](size_t at) {
    context_.icmp_error(net, &dev, packet, ICMP_PARAMETERPROB, 0, static_cast<uint32_t>(at) << 24);
  };
  if (read.error >= 0) {
    context_.stats(net).in_hdr_errors++;
    problem(IpWire<F>::kMinHeader + static_cast<size_t>(read.error));
    return drop(DropReason::kIpOptions);
  }
  if (read.facts.source_route >= 0) {
    if (context_.routes.devconf(dev, IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE) == 0)
      return drop(DropReason::kIpSourceRoute);
    int at = -1;
    if (!follow_source_route(dev, packet, header, found, read.facts, &at)) {
      if (at >= 0) problem(static_cast<size_t>(at));
      return drop(DropReason::kIpSourceRoute);
    }
  }
  IpWire<F>::fix_checksum(head);
  *options = read.facts;
  return true;
}

// RFC 791 §3.1: at each address of the list the next one becomes the destination; those that are
// ours are passed at once. `fault`: the octet to complain about; -1: none is.
template <class F>
bool IpInput<F>::follow_source_route(NetDevice& dev, Packet& packet, Header& header, Found& found,
                                     IpOptionsFacts& facts, int* fault) {
  constexpr int kDestination = 16;  // in the header
  if (packet.meta().type != PacketType::kHost && packet.meta().type != PacketType::kLoopback)
    return false;
  if (!found) return true;  // there is no way: that is told next
  if (found->type == RTN_UNICAST) {
    if (!facts.strict_source_route) return true;  // on its way to the next of the list
    *fault = kDestination;
    return false;
  }
  if (found->type != RTN_LOCAL) return false;
  const MutableBytes head = packet.head().first(header.header_len);
  const auto at = IpWire<F>::kMinHeader + static_cast<size_t>(facts.source_route);
  const MutableBytes option = head.subspan(at, head[at + 1]);
  for (size_t slot = option[2]; slot <= option.size(); slot += 4) {
    if (slot + 3 > option.size()) {
      *fault = static_cast<int>(at) + 2;
      return false;
    }
    const auto next = F::Address::from(&option[slot - 1]);
    Header onward = header;
    onward.dst = next;
    const Found way = find(dev, packet, onward);
    if (!way || (way->type != RTN_UNICAST && way->type != RTN_LOCAL)) return false;
    if (way->type == RTN_UNICAST) {
      facts.next_hop = next;
      found = way;
      return true;
    }
    header.dst = next;
    std::memcpy(&head[kDestination], next.bytes.data(), next.bytes.size());
  }
  return true;
}

template <class F>
void IpInput<F>::unroutable(NetDevice& dev, Packet packet, const Header& header,
                            DropReason reason) {
  Net& net = dev.net();
  IpStats& stats = context_.stats(net);
  switch (reason) {
    case DropReason::kIpNoRoute:
      stats.in_no_routes++;
      // Only routers say so, and never to what came to everybody.
      if (context_.routes.devconf(dev, IPV4_DEVCONF_FORWARDING) != 0)
        context_.route_error(net, &dev, packet, header.src, ICMP_NET_UNREACH);
      break;
    case DropReason::kIpForwardingOff:
      stats.in_addr_errors++;
      break;
    case DropReason::kIpRpFilter:
      stats.reverse_path_filter++;
      break;
    default:
      break;
  }
  net.drop(std::move(packet), reason);
}

template <class F>
void IpInput<F>::count_ecn(IpStats& stats, uint8_t tos, size_t segments) {
  uint64_t* const counters[] = {&stats.in_no_ect_pkts, &stats.in_ect1_pkts, &stats.in_ect0_pkts,
                                &stats.in_ce_pkts};
  *counters[tos & 3] += segments;
}

template <class F>
void IpInput<F>::count_in(IpStats& stats, const Header& header, uint8_t type) {
  if (type == RTN_MULTICAST) {
    stats.in_mcast_pkts++;
    stats.in_mcast_octets += header.total_len;
  } else if (type == RTN_BROADCAST) {
    stats.in_bcast_pkts++;
    stats.in_bcast_octets += header.total_len;
  }
}

template <class F>
void IpInput<F>::loop_back(NetDevice& dev, Packet packet) {
  packet.ensure_linear(std::min<size_t>(packet.size(), 60));
  auto header = IpWire<F>::parse_quoted(packet.head());
  if (!header) return dev.net().drop(std::move(packet), header.error());
  PacketMeta& meta = packet.meta();
  meta.dev = &dev;
  meta.iif = dev.ifindex();
  meta.type = header->dst.is_multicast() ? PacketType::kMulticast : PacketType::kBroadcast;
  if (meta.checksum == ChecksumState::kNone) meta.checksum = ChecksumState::kUnnecessary;
  IpStats& stats = context_.stats(dev.net());
  stats.in_receives++;
  stats.in_octets += packet.size();
  deliver(dev, std::move(packet), *header,
          header->dst.is_multicast() ? RTN_MULTICAST : RTN_BROADCAST);
}

template <class F>
Packet IpInput<F>::reassemble(NetDevice& dev, Packet packet, const Header& header,
                              uint32_t* largest) {
  Net& net = dev.net();
  IpNetState<F>& state = context_.state(net);
  state.stats.reasm_reqds++;
  if (!state.fragments) {
    state.fragment_owner = std::make_unique<FragmentOwner<F>>(context_, net);
    state.fragments = std::make_unique<Reassembler<F>>(net.env(), *state.fragment_owner);
  }
  const IpSettings& settings = context_.settings.ip_settings(net);
  const FragmentLimits limits{settings.frag_high_thresh,
                              std::chrono::seconds(settings.frag_time_seconds),
                              settings.frag_max_dist};
  ReassemblyResult result =
      state.fragments->add({header.src, header.dst, header.id, header.proto}, std::move(packet),
                           {header.header_len, header.fragment_offset, header.more_fragments,
                            static_cast<uint8_t>(header.tos & 3)},
                           limits);
  state.stats.reasm_fails += result.fails;
  if (result.fails && result.reason == DropReason::kFragOverlap) state.stats.reasm_overlaps++;
  for (Packet& dead : result.dropped) net.drop(std::move(dead), result.reason);
  if (result.complete) {
    state.stats.reasm_oks++;
    result.complete.meta().dev = &dev;
    result.complete.meta().iif = dev.ifindex();
    *largest = result.largest;
    // Congestion that one of the fragments met is the packet's (RFC 3168 §5.3).
    if (result.congested && result.complete.ensure_writable(IpWire<F>::kMinHeader))
      IpWire<F>::mark_congested(result.complete.head());
  }
  return std::move(result.complete);
}

template <class F>
void IpInput<F>::deliver(NetDevice& dev, Packet packet, Header header, uint8_t type) {
  Net& net = dev.net();
  IpStats& stats = context_.stats(net);
  count_in(stats, header, type);
  uint32_t largest = 0;
  if (header.is_fragment()) {
    packet = reassemble(dev, std::move(packet), header, &largest);
    if (!packet) return;
    packet.ensure_writable(IpWire<F>::kMinHeader);
    // The header is that of the first fragment; make it tell of the whole.
    const auto first = IpWire<F>::parse_quoted(packet.head());
    if (!first) return net.drop(std::move(packet), first.error());
    header = *first;
    header.total_len = static_cast<uint16_t>(packet.size());
    header.more_fragments = false;
    header.fragment_offset = 0;
    const Bytes options =
        packet.head().subspan(IpWire<F>::kMinHeader, header.header_len - IpWire<F>::kMinHeader);
    const ByteVector kept(options.begin(), options.end());
    IpWire<F>::emit(packet.head(), header, kept);
    packet.set_network_here();
  }

  IpRx<F> rx;
  rx.src = header.src;
  rx.dst = header.dst;
  rx.dev = &dev;
  rx.ttl = header.ttl;
  rx.tos = header.tos;
  rx.proto = header.proto;
  rx.header_len = header.header_len;
  rx.id = static_cast<uint16_t>(header.id);
  rx.largest_fragment = static_cast<uint16_t>(largest);
  rx.multicast = type == RTN_MULTICAST;
  rx.broadcast = type == RTN_BROADCAST;
  if (!packet.ensure_linear(header.header_len))
    return net.drop(std::move(packet), DropReason::kPacketTooSmall);
  // Transport headers lie in the head also of a packet put together from fragments.
  packet.ensure_linear(std::min<size_t>(packet.size(), header.header_len + size_t{64}));
  packet.pull(header.header_len);
  packet.set_transport_here();

  if (auto* diverter = context_.state(net).diverter; diverter && diverter->divert(net, packet, rx))
    return;
  const bool raw = context_.raw && context_.raw->deliver(net, packet, rx);
  rx.taken_raw = raw;
  if (TransportHandler<F>* protocol = context_.protocols[rx.proto]) {
    stats.in_delivers++;
    protocol->receive(net, std::move(packet), rx);
    return;
  }
  if (raw) {
    stats.in_delivers++;
    return;
  }
  stats.in_unknown_protos++;
  packet.front_to_network();
  context_.icmp_error(net, &dev, packet, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH);
  net.drop(std::move(packet), DropReason::kIpNoProto);
}

template class IpInput<V4>;

}  // namespace unetns
