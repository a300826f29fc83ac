#include "packet/gso.h"

#include <algorithm>
#include <array>

#include "packet/wire/ipv4.h"

namespace unetns {
namespace {

constexpr size_t kIpv6Header = 40, kMinTcpHeader = 20, kChecksumOffset = 16;
constexpr uint8_t kFin = 1, kPsh = 8, kCwr = 128;

uint8_t byte_at(const Packet& packet, size_t offset) {
  uint8_t b = 0;
  packet.copy_to({&b, 1}, offset);
  return b;
}

size_t tcp_header_size(const Packet& packet, size_t tcp_offset) {
  return std::max(kMinTcpHeader, size_t{byte_at(packet, tcp_offset + 12)} >> 4 << 2);
}

size_t ip_header_size(const Packet& packet, size_t ip_offset) {
  const uint8_t first = byte_at(packet, ip_offset);
  return first >> 4 == 6 ? kIpv6Header : size_t{first & 0xfu} * 4;
}

struct Layout {
  size_t ip, tcp, payload;  // offsets from the front
};

std::optional<Layout> layout_of(const Packet& packet, size_t link_header) {
  const size_t size = packet.size();
  if (size < link_header + Ipv4Header::kMinSize) return {};
  std::array<uint8_t, kIpv6Header> ip{};
  packet.copy_to(ip, link_header);
  size_t tcp = 0, total = 0;
  if (ip[0] >> 4 == 4) {
    tcp = size_t{ip[0] & 0xfu} * 4;
    total = load_be16(&ip[2]);
    const bool fragment = load_be16(&ip[6]) & 0x3fff;
    if (tcp < Ipv4Header::kMinSize || ip[9] != IpProtocol::kTcp || fragment) return {};
  } else if (ip[0] >> 4 == 6) {
    tcp = kIpv6Header;
    total = kIpv6Header + load_be16(&ip[4]);
    if (ip[6] != IpProtocol::kTcp) return {};
  } else {
    return {};
  }
  if (link_header + total != size || total < tcp + kMinTcpHeader) return {};
  const size_t header = size_t{byte_at(packet, link_header + tcp + 12)} >> 4 << 2;
  if (header < kMinTcpHeader || tcp + header > total) return {};
  return Layout{link_header, link_header + tcp, link_header + tcp + header};
}

}  // namespace

size_t gso_segment_size(const Packet& packet, size_t tcp_offset) {
  const size_t size = packet.size();
  const size_t gso_size = packet.meta().gso_size;
  if (gso_size == 0) return size;
  return std::min(size, tcp_offset + tcp_header_size(packet, tcp_offset) + gso_size);
}

size_t gso_segment_length(const Packet& packet) {
  if (packet.meta().gso_size == 0) return packet.size();
  return gso_segment_size(packet, ip_header_size(packet, 0));
}

size_t gso_segments(const Packet& packet) {
  const size_t gso_size = packet.meta().gso_size;
  if (gso_size == 0) return 1;
  const size_t ip = ip_header_size(packet, 0), headers = ip + tcp_header_size(packet, ip);
  const size_t payload = packet.size() - std::min(packet.size(), headers);
  return std::max<size_t>(1, (payload + gso_size - 1) / gso_size);
}

std::optional<size_t> gso_tcp_offset(const Packet& packet, size_t link_header) {
  const auto layout = layout_of(packet, link_header);
  return layout ? std::optional(layout->tcp) : std::nullopt;
}

TcpSegmenter::TcpSegmenter(PacketPool& pool, Packet packet, size_t link_header)
    : pool_(pool), packet_(std::move(packet)) {
  const auto layout = layout_of(packet_, link_header);
  if (!layout || packet_.meta().gso_size == 0) return;
  packet_.ensure_linear(layout->payload);
  ip_ = static_cast<uint32_t>(layout->ip);
  tcp_ = static_cast<uint32_t>(layout->tcp);
  payload_ = static_cast<uint32_t>(layout->payload);
  size_ = static_cast<uint32_t>(packet_.size());
  segment_ = packet_.meta().gso_size;
  possible_ = true;
}

Packet TcpSegmenter::next() {
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

void TcpSegmenter::write_headers(Packet& segment, uint32_t index, bool last,
                                 bool open_checksum) const {
  if (ip_) segment.set_mac_here();
  segment.pull(ip_);
  segment.set_network_here();
  segment.pull(tcp_ - ip_);
  segment.set_transport_here();
  segment.front_to_network();
  const auto length = static_cast<uint32_t>(segment.size());
  const uint32_t tcp_length = length - (tcp_ - ip_);

  MutableBytes ip = segment.head();
  uint8_t* tcp = ip.data() + (tcp_ - ip_);
  InternetSum pseudo;
  if (ip[0] >> 4 == 4) {
    store_be16(&ip[2], static_cast<uint16_t>(length));
    store_be16(&ip[4], static_cast<uint16_t>(load_be16(&ip[4]) + index));
    ipv4_fill_checksum(ip.first(tcp_ - ip_));
    pseudo = pseudo_header_sum(ip.subspan(12, 4), ip.subspan(16, 4), IpProtocol::kTcp, tcp_length);
  } else {
    store_be16(&ip[4], static_cast<uint16_t>(length - kIpv6Header));
    pseudo = pseudo_header_sum(ip.subspan(8, 16), ip.subspan(24, 16), IpProtocol::kTcp, tcp_length);
  }
  store_be32(tcp + 4, load_be32(tcp + 4) + index * segment_);
  if (!last) tcp[13] &= static_cast<uint8_t>(~(kFin | kPsh));
  if (index > 0) tcp[13] &= static_cast<uint8_t>(~kCwr);
  store_be16(tcp + kChecksumOffset, pseudo.folded());
  PacketMeta& meta = segment.meta();
  meta.checksum = ChecksumState::kPartial;
  meta.csum_start = meta.transport_offset;
  meta.csum_offset = kChecksumOffset;
  if (!open_checksum) segment.complete_checksum();
  if (ip_) segment.front_to_mac();
}

}  // namespace unetns
