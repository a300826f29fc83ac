#include "inet/icmp/icmp_layer.h"

#include <algorithm>

#include "inet/icmp/icmp_errors.h"
#include "inet/ip/ip_options.h"

namespace unetns {
namespace {
constexpr uint8_t kLastClassicType = 18;  // address mask reply
}  // namespace

Result<std::unique_ptr<IcmpLayer>> IcmpLayer::create(NetRegistry& registry, IpLayer<V4>& ip) {
  UNETNS_ASSIGN(const PernetId<Slot> slot, registry.add_state<Slot>());
  std::unique_ptr<IcmpLayer> layer(new IcmpLayer(ip, slot));
  ip.register_protocol(IPPROTO_ICMP, *layer);
  ip.set_icmp(layer.get());
  return layer;
}

IcmpLayer::State& IcmpLayer::state(Net& net) const {
  auto& s = net.get(slot_).state;
  if (!s) s = std::make_unique<State>();
  return *s;
}

IcmpStats IcmpLayer::stats(const Net& net) const {
  const auto& s = net.get(slot_).state;
  return s ? s->stats : IcmpStats{};
}

void IcmpLayer::count_out(Net& net, uint8_t type) {
  IcmpStats& s = state(net).stats;
  s.out_msgs++;
  s.out_type[type]++;
}

void IcmpLayer::receive(Net& net, Packet packet, const IpRx<V4>& rx) {
  IcmpStats& stats = state(net).stats;
  stats.in_msgs++;
  if (packet.meta().checksum == ChecksumState::kNone) {
    InternetSum sum;
    packet.add_to(sum);
    if (sum.folded() != 0xffff) {
      stats.in_errors++;
      stats.in_csum_errors++;
      return net.drop(std::move(packet), DropReason::kIcmpChecksum);
    }
  }
  // Errors are read here as far as they quote; the rest may stay in fragments.
  packet.ensure_linear(std::min<size_t>(packet.size(), 576));
  const auto icmp = IcmpView::parse(packet.head());
  if (!icmp) {
    stats.in_errors++;
    return net.drop(std::move(packet), icmp.error());
  }
  const uint8_t type = icmp->type();
  stats.in_type[type]++;
  const IpSettings& settings = ip_.settings(net);
  if (!rx.to_us_alone()) {
    const bool query = type == IcmpType::kEchoRequest || type == IcmpType::kTimestamp;
    if (!query || settings.echo_ignore_broadcasts) {
      stats.in_errors++;
      return net.drop(std::move(packet), DropReason::kIcmpIgnored);
    }
  }
  switch (type) {
    case IcmpType::kEchoRequest:
      if (settings.echo_ignore_all) break;
      return answer(net, std::move(packet), rx, IcmpType::kEchoReply, icmp->code());
    case IcmpType::kTimestamp:
      return answer_timestamp(net, std::move(packet), rx);
    case IcmpType::kExtendedEcho:
      if (settings.echo_ignore_all || !settings.echo_enable_probe) break;
      return answer_probe(net, std::move(packet), rx);
    case IcmpType::kEchoReply:
      if (replies_ && replies_->echo_reply(net, packet, rx)) return;
      break;
    case IcmpType::kDestUnreachable:
    case IcmpType::kTimeExceeded:
    case IcmpType::kParameterProblem:
    case IcmpType::kSourceQuench:
    case IcmpType::kRedirect:
      if (const auto reason = incoming_error(net, packet, rx, *icmp); reason && !rx.taken_raw)
        net.drop(std::move(packet), *reason);
      return;
    case IcmpType::kExtendedEchoReply:
      break;
    default:
      // RFC 1122 §3.2.2: unknown types are discarded in silence.
      if (type > kLastClassicType) stats.in_errors++;
      break;
  }
  if (rx.taken_raw) return;  // somebody has use for it
  net.drop(std::move(packet), DropReason::kIcmpIgnored);
}

// The request turned round: its bytes are kept, type and checksum changed (RFC 792, RFC 1122
// §3.2.2.6).
void IcmpLayer::answer(Net& net, Packet packet, const IpRx<V4>& rx, uint8_t type, uint8_t code) {
  IpTx<V4> tx;
  tx.dst = rx.src;
  if (rx.to_us_alone()) tx.src = rx.dst;
  tx.proto = IPPROTO_ICMP;
  tx.tos = rx.tos;
  if (ip_.settings(net).fwmark_reflect != 0) tx.mark = packet.meta().mark;
  tx.pmtu_mode = IP_PMTUDISC_DONT;
  EchoedOptions echoed;
  if (rx.header_len > Ipv4Header::kMinSize) {
    const Bytes asked =
        packet.network().subspan(Ipv4Header::kMinSize, rx.header_len - Ipv4Header::kMinSize);
    echoed = echoed_options(asked, read_ip_options(asked, true).facts, rx.src);
    tx.options = echoed.bytes;
    if (echoed.first_hop) tx.dst = *echoed.first_hop;
  }
  const auto route = ip_.output().route(net, tx);
  if (!route || !within_limits(net, *route, tx.dst, type, code)) {
    net.drop(std::move(packet), route ? DropReason::kIcmpRateLimited : DropReason::kIpNoRoute);
    return;
  }
  packet.ensure_writable(IcmpHeader::kSize);
  MutableBytes b = packet.head();
  const uint16_t before = load_be16(b.data());
  b[0] = type;
  b[1] = code;
  const bool partial = packet.meta().checksum == ChecksumState::kPartial;
  store_be16(&b[2], partial ? 0 : checksum_update16(load_be16(&b[2]), before, load_be16(b.data())));
  PacketMeta& meta = packet.meta();
  if (partial) {
    InternetSum sum;
    packet.add_to(sum);
    store_be16(&b[2], sum.checksum());
  }
  meta.checksum = ChecksumState::kUnnecessary;
  meta.type = PacketType::kHost;
  meta.flags = 0;
  meta.hops = 0;
  meta.iif = 0;
  meta.tstamp = {};
  count_out(net, IcmpType::kEchoReply);  // as Linux counts all answers
  (void)ip_.output().send(net, tx, *route, std::move(packet));
}

void IcmpLayer::answer_timestamp(Net& net, Packet packet, const IpRx<V4>& rx) {
  constexpr size_t kAsked = IcmpHeader::kSize + 4, kSize = IcmpHeader::kSize + 12;
  if (packet.size() < kAsked) {
    state(net).stats.in_errors++;
    return net.drop(std::move(packet), DropReason::kIcmpMalformed);
  }
  if (packet.size() < kSize) {  // room for our two times
    const Bytes header = packet.network().first(rx.header_len);
    ByteVector whole(header.begin(), header.end());
    whole.resize(rx.header_len + kSize);
    packet.copy_to(MutableBytes(whole).subspan(rx.header_len));
    packet = Packet::copy_of(net.registry().packets(), whole);
    packet.set_network_here();
    packet.pull(rx.header_len);
  }
  packet.trim(kSize);
  if (!packet.ensure_writable(kSize))
    return net.drop(std::move(packet), DropReason::kIcmpMalformed);
  const auto day = net.env().clock.realtime() % std::chrono::hours(24);
  const auto ms = static_cast<uint32_t>(day / std::chrono::milliseconds(1));
  MutableBytes b = packet.head();
  store_be32(&b[12], ms);
  store_be32(&b[16], ms);
  store_be16(&b[2], 0);
  store_be16(&b[2], internet_checksum(b));
  packet.meta().checksum = ChecksumState::kUnnecessary;
  answer(net, std::move(packet), rx, IcmpType::kTimestampReply, 0);
}

std::optional<DropReason> IcmpLayer::incoming_error(Net& net, const Packet& packet,
                                                    const IpRx<V4>& rx, const IcmpView& icmp) {
  IcmpStats& stats = state(net).stats;
  const auto quoted = Ipv4View::parse_quoted(icmp.payload());
  if (!quoted || icmp.payload().size() < quoted->header_size() + 8) {
    stats.in_errors++;
    return DropReason::kIcmpMalformed;
  }
  IcmpErrorRx<V4> e;
  e.type = icmp.type();
  e.code = icmp.code();
  const IcmpMeaning meaning = icmp_meaning(e.type, e.code);
  e.err = meaning.err;
  e.hard = meaning.hard;
  e.offender = rx.src;
  e.ttl = rx.ttl;
  e.tos = rx.tos;
  e.ifindex = packet.meta().iif;
  e.src = quoted->src();
  e.dst = quoted->dst();
  e.proto = quoted->protocol();
  e.quoted = icmp.payload();
  e.quoted_words = icmp.quoted_words();
  e.transport = icmp.payload().subspan(quoted->header_size());
  if (e.too_big()) {
    // ip-sysctl, ip_no_pmtu_disc: 1 does not believe the number, 2 nothing of it, 3 only protocols
    // that can tell whose packet is quoted.
    const int mode = ip_.settings(net).no_pmtu_disc;
    if (mode == 2 || (mode == 3 && e.proto != IPPROTO_TCP)) return DropReason::kIcmpIgnored;
    e.info = mode == 0 || mode == 3 ? icmp.mtu() : 0;
  } else if (e.type == IcmpType::kRedirect) {
    e.gateway = Ipv4Address(icmp.gateway());
  } else if (e.type == IcmpType::kParameterProblem) {
    e.info = icmp.pointer();
  }
  if (e.type == IcmpType::kDestUnreachable && e.code > IcmpUnreachable::kPrecedenceCutoff)
    return DropReason::kIcmpIgnored;
  if (e.type == IcmpType::kTimeExceeded && e.code == ICMP_EXC_FRAGTIME)
    return DropReason::kIcmpIgnored;
  if (RawDelivery<V4>* raw = ip_.raw()) raw->icmp_error(net, e);
  if (TransportHandler<V4>* handler = ip_.protocol(e.proto);
      handler && !handler->icmp_error(net, e)) {
    stats.in_errors++;
    return DropReason::kNoSocket;
  }
  return {};
}

bool IcmpLayer::icmp_error(Net& net, const IcmpErrorRx<V4>& error) {
  // Echo requests are the only messages of ours that a ping socket may have sent; all others were
  // the stack's own.
  if (error.transport[0] == IcmpType::kEchoRequest) {
    if (replies_) replies_->icmp_error(net, error);
  } else if (error.too_big()) {
    ip_.path_mtu_told(net, error);
  } else if (error.type == IcmpType::kRedirect) {
    ip_.redirected(net, error);
  }
  return true;
}

}  // namespace unetns
