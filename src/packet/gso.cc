#include "packet/gso.h"

#include <algorithm>
#include <array>

#include "packet/wire/ipv4.h"
#include "packet/wire/udp.h"

namespace unetns {
namespace {

constexpr size_t kIpv6Header = 40, kMinTcpHeader = 20;
constexpr uint16_t kTcpChecksumOffset = 16, kUdpChecksumOffset = 6;
constexpr uint8_t kFin = 1, kPsh = 8, kCwr = 128;

uint8_t byte_at(const Packet& packet, size_t offset) {
  uint8_t b = 0;
  packet.copy_to({&b, 1}, offset);
  return b;
}

size_t transport_header_size(const Packet& packet, size_t offset, uint8_t protocol) {
  if (protocol == IpProtocol::kUdp) return UdpHeader::kSize;
  return std::max(kMinTcpHeader, size_t{byte_at(packet, offset + 12)} >> 4 << 2);
}

size_t ip_header_size(const Packet& packet, size_t ip_offset) {
  const uint8_t first = byte_at(packet, ip_offset);
  return first >> 4 == 6 ? kIpv6Header : size_t{first & 0xfu} * 4;
}

uint8_t transport_protocol(const Packet& packet, size_t ip_offset) {
  return byte_at(packet, ip_offset + (byte_at(packet, ip_offset) >> 4 == 6 ? 6 : 9));
}

struct Layout {
  size_t ip, transport, payload;  // offsets from the front
  uint8_t protocol;
};

std::optional<Layout> layout_of(const Packet& packet, size_t link_header) {
  const size_t size = packet.size();
  if (size < link_header + Ipv4Header::kMinSize) return {};
  std::array<uint8_t, kIpv6Header> ip{};
  packet.copy_to(ip, link_header);
  size_t transport = 0, total = 0;
  uint8_t protocol = 0;
  if (ip[0] >> 4 == 4) {
    transport = size_t{ip[0] & 0xfu} * 4;
    total = load_be16(&ip[2]);
    protocol = ip[9];
    const bool fragment = load_be16(&ip[6]) & 0x3fff;
    if (transport < Ipv4Header::kMinSize || fragment) return {};
  } else if (ip[0] >> 4 == 6) {
    transport = kIpv6Header;
    total = kIpv6Header + load_be16(&ip[4]);
    protocol = ip[6];
  } else {
    return {};
  }
  const size_t at = link_header + transport;
  if (link_header + total != size) return {};
  if (protocol == IpProtocol::kUdp) {
    if (total < transport + UdpHeader::kSize) return {};
    return Layout{link_header, at, at + UdpHeader::kSize, protocol};
  }
  if (protocol != IpProtocol::kTcp || total < transport + kMinTcpHeader) return {};
  const size_t header = size_t{byte_at(packet, at + 12)} >> 4 << 2;
  if (header < kMinTcpHeader || transport + header > total) return {};
  return Layout{link_header, at, at + header, protocol};
}

}  // namespace

size_t gso_segment_size(const Packet& packet, size_t offset, uint8_t protocol) {
  const size_t size = packet.size();
  const size_t gso_size = packet.meta().gso_size;
  if (gso_size == 0) return size;
  return std::min(size, offset + transport_header_size(packet, offset, protocol) + gso_size);
}

size_t gso_segment_length(const Packet& packet) {
  if (packet.meta().gso_size == 0) return packet.size();
  return gso_segment_size(packet, ip_header_size(packet, 0), transport_protocol(packet, 0));
}

size_t gso_segments(const Packet& packet) {
  const size_t gso_size = packet.meta().gso_size;
  if (gso_size == 0) return 1;
  const size_t ip = ip_header_size(packet, 0);
  const size_t headers = ip + transport_header_size(packet, ip, transport_protocol(packet, 0));
  const size_t payload = packet.size() - std::min(packet.size(), headers);
  return std::max<size_t>(1, (payload + gso_size - 1) / gso_size);
}

std::optional<size_t> gso_tcp_offset(const Packet& packet, size_t link_header) {
  const auto layout = layout_of(packet, link_header);
  if (!layout || layout->protocol != IpProtocol::kTcp) return {};
  return layout->transport;
}

GsoSegmenter::GsoSegmenter(PacketPool& pool, Packet packet, size_t link_header)
    : pool_(pool), packet_(std::move(packet)) {
  const auto layout = layout_of(packet_, link_header);
  if (!layout || packet_.meta().gso_size == 0) return;
  packet_.ensure_linear(layout->payload);
  ip_ = static_cast<uint32_t>(layout->ip);
  transport_ = static_cast<uint32_t>(layout->transport);
  protocol_ = layout->protocol;
  payload_ = static_cast<uint32_t>(layout->payload);
  size_ = static_cast<uint32_t>(packet_.size());
  segment_ = packet_.meta().gso_size;
  possible_ = true;
}

Packet GsoSegmenter::next() {
  const uint32_t at = payload_ + index_ * segment_;
  if (!possible_ || (index_ > 0 && at >= size_)) return {};
  const uint32_t bytes = std::min(segment_, size_ - at);
  const bool last = at + bytes == size_;
  Packet segment = Packet::allocate(pool_, Packet::kHeadroom, payload_);
  std::memcpy(segment.head().data(), packet_.head().data(), payload_);
  segment.append_shared(packet_, at, bytes);

  const PacketMeta& from = packet_.meta();
  segment.meta().inherit(from);
  write_headers(segment, index_, last, from.checksum == ChecksumState::kPartial);
  if (from.checksum != ChecksumState::kPartial) segment.meta().checksum = from.checksum;
  index_++;
  return segment;
}

void GsoSegmenter::write_headers(Packet& segment, uint32_t index, bool last,
                                 bool open_checksum) const {
  if (ip_) segment.set_mac_here();
  segment.pull(ip_);
  segment.set_network_here();
  segment.pull(transport_ - ip_);
  segment.set_transport_here();
  segment.front_to_network();
  const auto length = static_cast<uint32_t>(segment.size());
  const uint32_t ip_size = transport_ - ip_;

  MutableBytes ip = segment.head();
  uint8_t* transport = ip.data() + ip_size;
  InternetSum pseudo;
  if (ip[0] >> 4 == 4) {
    store_be16(&ip[2], static_cast<uint16_t>(length));
    store_be16(&ip[4], static_cast<uint16_t>(load_be16(&ip[4]) + index));
    ipv4_fill_checksum(ip.first(ip_size));
    pseudo = pseudo_header_sum(ip.subspan(12, 4), ip.subspan(16, 4), protocol_, length - ip_size);
  } else {
    store_be16(&ip[4], static_cast<uint16_t>(length - kIpv6Header));
    pseudo = pseudo_header_sum(ip.subspan(8, 16), ip.subspan(24, 16), protocol_, length - ip_size);
  }
  const bool udp = protocol_ == IpProtocol::kUdp;
  if (udp) {
    store_be16(transport + 4, static_cast<uint16_t>(length - ip_size));
  } else {
    store_be32(transport + 4, load_be32(transport + 4) + index * segment_);
    if (!last) transport[13] &= static_cast<uint8_t>(~(kFin | kPsh));
    if (index > 0) transport[13] &= static_cast<uint8_t>(~kCwr);
  }
  const uint16_t checksum_at = udp ? kUdpChecksumOffset : kTcpChecksumOffset;
  store_be16(transport + checksum_at, pseudo.folded());
  PacketMeta& meta = segment.meta();
  meta.checksum = ChecksumState::kPartial;
  meta.csum_start = meta.transport_offset;
  meta.csum_offset = checksum_at;
  if (!open_checksum) segment.complete_checksum();
  if (ip_) segment.front_to_mac();
}

}  // namespace unetns
