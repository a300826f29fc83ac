// The IP header of each family in one shape: what the code that is written once for both works with.
#ifndef UNETNS_INET_IP_IP_WIRE_H_
#define UNETNS_INET_IP_IP_WIRE_H_

#include <expected>

#include "base/checksum.h"
#include "base/ip_address.h"
#include "packet/drop_reason.h"

namespace unetns {

template <class F>
struct IpHeaderFacts {
  typename F::Address src, dst;
  uint8_t tos = 0, ttl = 0, proto = 0;
  uint32_t id = 0;
  uint16_t header_len = 0, total_len = 0;
  uint16_t fragment_offset = 0;  // bytes
  bool more_fragments = false, dont_fragment = false;
  bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};

template <class F>
struct IpWire;

template <>
struct IpWire<V4> {
  static constexpr size_t kMinHeader = 20;
  static constexpr uint16_t kDf = 0x4000, kMf = 0x2000, kOffsetMask = 0x1fff;

  // The header of a quoted packet: lengths beyond the quote and the checksum are not held against it.
  static std::expected<IpHeaderFacts<V4>, DropReason> parse_quoted(Bytes b) {
    if (b.size() < kMinHeader) return std::unexpected(DropReason::kPacketTooSmall);
    IpHeaderFacts<V4> h;
    h.header_len = static_cast<uint16_t>((b[0] & 0xf) * 4);
    if (b[0] >> 4 != 4 || h.header_len < kMinHeader) return std::unexpected(DropReason::kIpHeader);
    if (b.size() < h.header_len) return std::unexpected(DropReason::kPacketTooSmall);
    h.tos = b[1];
    h.total_len = load_be16(&b[2]);
    h.id = load_be16(&b[4]);
    const uint16_t frag = load_be16(&b[6]);
    h.dont_fragment = frag & kDf;
    h.more_fragments = frag & kMf;
    h.fragment_offset = static_cast<uint16_t>((frag & kOffsetMask) * 8);
    h.ttl = b[8];
    h.proto = b[9];
    h.src = Ipv4Address::from(&b[12]);
    h.dst = Ipv4Address::from(&b[16]);
    return h;
  }
  // A header that arrived (RFC 1122 §3.2.1): `size` is what came behind the link-layer header.
  static std::expected<IpHeaderFacts<V4>, DropReason> parse(Bytes b, size_t size) {
    auto h = parse_quoted(b);
    if (!h) return h;
    if (!internet_checksum_ok(b.first(h->header_len)))
      return std::unexpected(DropReason::kIpChecksum);
    if (h->total_len < h->header_len) return std::unexpected(DropReason::kIpHeader);
    if (size < h->total_len) return std::unexpected(DropReason::kPacketTooSmall);
    return h;
  }
  // Writes header and options (whose length is a multiple of 4) into the front of `out`, with its checksum.
  static void emit(MutableBytes out, const IpHeaderFacts<V4>& h, Bytes options = {}) {
    out[0] = static_cast<uint8_t>(0x40 | h.header_len / 4);
    out[1] = h.tos;
    store_be16(&out[2], h.total_len);
    store_be16(&out[4], static_cast<uint16_t>(h.id));
    store_be16(&out[6], static_cast<uint16_t>((h.dont_fragment ? kDf : 0) |
                                              (h.more_fragments ? kMf : 0) |
                                              h.fragment_offset / 8));
    out[8] = h.ttl;
    out[9] = h.proto;
    std::memcpy(&out[12], h.src.bytes.data(), 4);
    std::memcpy(&out[16], h.dst.bytes.data(), 4);
    if (!options.empty()) std::memcpy(&out[20], options.data(), options.size());
    fix_checksum(out.first(h.header_len));
  }
  static void fix_checksum(MutableBytes header) {
    store_be16(&header[10], 0);
    store_be16(&header[10], internet_checksum(header));
  }
  static void decrement_ttl(MutableBytes header) {
    const uint16_t before = load_be16(&header[8]);
    header[8]--;
    store_be16(&header[10],
               checksum_update16(load_be16(&header[10]), before, load_be16(&header[8])));
  }
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_WIRE_H_
