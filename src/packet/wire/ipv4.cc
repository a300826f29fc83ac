#include "packet/wire/ipv4.h"

#include <algorithm>

namespace unetns {
namespace {

constexpr uint16_t kDontFragment = 0x4000;
constexpr uint16_t kMoreFragments = 0x2000;

// Replaces the 16-bit word at `at` and updates the checksum.
void replace_word(MutableBytes header, size_t at, uint16_t value) {
  const uint16_t old = load_be16(header.data() + at);
  store_be16(header.data() + at, value);
  store_be16(header.data() + 10, checksum_update16(load_be16(header.data() + 10), old, value));
}

}  // namespace

void Ipv4Header::emit(MutableBytes out) const {
  uint8_t* p = out.data();
  p[0] = static_cast<uint8_t>(0x40 | size() / 4);
  p[1] = tos;
  store_be16(p + 2, total_length);
  store_be16(p + 4, id);
  store_be16(p + 6,
             static_cast<uint16_t>((dont_fragment ? kDontFragment : 0) |
                                   (more_fragments ? kMoreFragments : 0) | fragment_offset / 8));
  p[8] = ttl;
  p[9] = protocol;
  std::memcpy(p + 12, src.bytes.data(), 4);
  std::memcpy(p + 16, dst.bytes.data(), 4);
  if (!options.empty()) {
    std::memset(p + size() - 4, 0, 4);
    std::memcpy(p + kMinSize, options.data(), options.size());
  }
  ipv4_fill_checksum(out);
}

std::expected<Ipv4View, DropReason> Ipv4View::parse(Bytes head, size_t packet_size) {
  if (head.size() < Ipv4Header::kMinSize) return std::unexpected(DropReason::kPacketTooSmall);
  const Ipv4View view(head);
  const size_t header_size = view.header_size();
  if (head[0] >> 4 != 4 || header_size < Ipv4Header::kMinSize)
    return std::unexpected(DropReason::kIpHeader);
  if (header_size > head.size()) return std::unexpected(DropReason::kPacketTooSmall);
  const size_t total = view.total_length();
  if (total < header_size || total > packet_size) return std::unexpected(DropReason::kIpHeader);
  return Ipv4View(head.first(std::min(head.size(), total)));
}

Ipv4Header Ipv4View::header() const {
  Ipv4Header h;
  h.tos = tos();
  h.total_length = total_length();
  h.id = id();
  h.dont_fragment = dont_fragment();
  h.more_fragments = more_fragments();
  h.fragment_offset = fragment_offset();
  h.ttl = ttl();
  h.protocol = protocol();
  h.src = src();
  h.dst = dst();
  h.options = options();
  return h;
}

void ipv4_set_ttl(MutableBytes header, uint8_t ttl) {
  replace_word(header, 8, static_cast<uint16_t>(ttl << 8 | header[9]));
}

void ipv4_set_tos(MutableBytes header, uint8_t tos) {
  replace_word(header, 0, static_cast<uint16_t>(header[0] << 8 | tos));
}

void ipv4_fill_checksum(MutableBytes header) {
  store_be16(header.data() + 10, 0);
  const size_t size = std::min<size_t>(header.size(), (header[0] & 0x0fu) * 4);
  store_be16(header.data() + 10, internet_checksum(header.first(size)));
}

}  // namespace unetns
