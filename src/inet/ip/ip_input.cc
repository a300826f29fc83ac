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
    stats.in_hdr_errors++;
    if (header.error() == DropReason::kIpChecksum) stats.in_csum_errors++;
    if (header.error() == DropReason::kPacketTooSmall) stats.in_truncated_pkts++;
    return reject(header.error());
  }
  packet.trim(header->total_len);  // padding of short frames
  count_ecn(stats, header->tos, gso_segments(packet));
  packet.set_network_here();
  packet.meta().iif = dev.ifindex();
  packet.meta().dev = &dev;
  // Whatever was known of it as a packet of our own ends here.
  packet.meta().flags &= static_cast<uint8_t>(~PacketMeta::kForwarded);

  IpOptionsFacts options;
  if (header->header_len > IpWire<F>::kMinHeader && !accept_options(dev, packet, *header, &options))
    return;
  route(dev, std::move(packet), *header, options);
}

template <class F>
bool IpInput<F>::accept_options(NetDevice& dev, Packet& packet, const Header& header,
                                IpOptionsFacts* options) {
  Net& net = dev.net();
  const Bytes bytes =
      packet.head().subspan(IpWire<F>::kMinHeader, header.header_len - IpWire<F>::kMinHeader);
  const auto checked = check_ip_options(bytes);
  if (!checked) {
    context_.stats(net).in_hdr_errors++;
    const uint32_t pointer = static_cast<uint32_t>(IpWire<F>::kMinHeader) + checked.error();
    context_.icmp_error(net, &dev, packet, ICMP_PARAMETERPROB, 0, pointer << 24);
    net.drop(std::move(packet), DropReason::kIpOptions);
    return false;
  }
  // Source routing is off by default on every Linux host, and is not followed here at all.
  if (checked->source_route >= 0) {
    const uint8_t* option = &bytes[static_cast<size_t>(checked->source_route)];
    if (option[2] <= option[1]) {
      context_.stats(net).in_hdr_errors++;
      net.drop(std::move(packet), DropReason::kIpSourceRoute);
      return false;
    }
  }
  *options = *checked;
  return true;
}

namespace {
// IGMP itself reaches members whatever sources they want.
template <class F>
bool wanted(const Memberships<F>& groups, const NetDevice& dev, const IpHeaderFacts<F>& header) {
  if (header.proto == IPPROTO_IGMP) return groups.member(dev.ifindex(), header.dst);
  return groups.accepts(dev.ifindex(), header.dst, header.src);
}
}  // namespace

template <class F>
void IpInput<F>::route(NetDevice& dev, Packet packet, Header header,
                       const IpOptionsFacts& options) {
  Net& net = dev.net();
  // What a device loops back was routed on its way out.
  if (dev.is_loopback() && !header.dst.is_multicast() &&
      context_.routes.address_type(net, header.dst) == RTN_LOCAL) {
    deliver(dev, std::move(packet), header, RTN_LOCAL);
    return;
  }
  FlowKey<F> key;
  key.dst = header.dst;
  key.src = header.src;
  key.iif = dev.ifindex();
  key.tos = header.tos & 0x1c;
  key.proto = header.proto;
  key.mark = packet.meta().mark;
  key.any_source = true;
  auto& known = context_.state(net).input_routes;
  if (!known) known = std::make_unique<InputRoutes<F>>();
  const auto found = known->find(context_.routes, net, key);
  if (!found) return unroutable(dev, std::move(packet), header, found.error());

  switch (found->type) {
    case RTN_LOCAL:
    case RTN_BROADCAST: {
      if (options.record_route >= 0 || options.timestamp >= 0) {
        packet.ensure_writable(header.header_len);
        MutableBytes head = packet.head().first(header.header_len);
        const MutableBytes bytes = head.subspan(IpWire<F>::kMinHeader);
        const auto ours =
            found->type == RTN_LOCAL ? header.dst : context_.address_towards(dev, header.src);
        record_route(bytes, options, ours);
        record_timestamp(bytes, options, ours, net.env().clock.realtime());
        IpWire<F>::fix_checksum(head);
      }
      deliver(dev, std::move(packet), header, found->type);
      return;
    }
    case RTN_MULTICAST:
      if (!wanted(context_.state(net).memberships, dev, header)) {
        count_in(context_.stats(net), header, RTN_MULTICAST);
        net.drop(std::move(packet), DropReason::kNoSocket);
        return;
      }
      deliver(dev, std::move(packet), header, RTN_MULTICAST);
      return;
    case RTN_UNREACHABLE:
    case RTN_PROHIBIT:
    case RTN_BLACKHOLE: {
      if (found->type == RTN_UNREACHABLE)
        context_.icmp_error(net, &dev, packet, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH);
      if (found->type == RTN_PROHIBIT)
        context_.icmp_error(net, &dev, packet, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED);
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
void IpInput<F>::unroutable(NetDevice& dev, Packet packet, const Header& header,
                            DropReason reason) {
  Net& net = dev.net();
  IpStats& stats = context_.stats(net);
  switch (reason) {
    case DropReason::kIpNoRoute:
      stats.in_no_routes++;
      // Only routers say so, and never to what came to everybody.
      if (context_.routes.devconf(dev, IPV4_DEVCONF_FORWARDING) != 0)
        context_.icmp_error(net, &dev, packet, ICMP_DEST_UNREACH, ICMP_NET_UNREACH);
      break;
    case DropReason::kIpRouteType:
      context_.icmp_error(net, &dev, packet, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH);
      break;
    case DropReason::kIpForwardingOff:
    case DropReason::kIpMartianDestination:
    case DropReason::kIpInNoAddress:
      stats.in_addr_errors++;
      break;
    default:
      break;
  }
  if (header.dst.is_multicast()) count_in(stats, header, RTN_MULTICAST);
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
                              std::chrono::seconds(settings.frag_time_seconds)};
  ReassemblyResult result = state.fragments->add(
      {header.src, header.dst, header.id, header.proto}, std::move(packet), header.header_len,
      header.fragment_offset, header.more_fragments, limits);
  if (!result.dropped.empty()) state.stats.reasm_fails++;
  for (Packet& dead : result.dropped) net.drop(std::move(dead), result.reason);
  if (result.complete) {
    state.stats.reasm_oks++;
    result.complete.meta().dev = &dev;
    result.complete.meta().iif = dev.ifindex();
    *largest = result.largest;
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
