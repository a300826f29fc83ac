// The IP header of each family in one shape: what the code that is written once for both works
// with.
#ifndef UNETNS_INET_IP_IP_WIRE_H_
#define UNETNS_INET_IP_IP_WIRE_H_

#include <expected>

#include "base/ip_address.h"
#include "packet/drop_reason.h"
#include "packet/wire/ipv4.h"

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
  static constexpr size_t kMinHeader = Ipv4Header::kMinSize;

  // The header of a quoted packet: lengths beyond the quote and the checksum are not held against
  // it.
  static std::expected<IpHeaderFacts<V4>, DropReason> parse_quoted(Bytes b) {
    const auto view = Ipv4View::parse_quoted(b);
    if (!view) return std::unexpected(view.error());
    return facts(*view);
  }
  // A header that arrived (RFC 1122 §3.2.1): `size` is what came behind the link-layer header.
  static std::expected<IpHeaderFacts<V4>, DropReason> parse(Bytes b, size_t size) {
    const auto view = Ipv4View::parse(b, size);
    if (!view) return std::unexpected(view.error());
    if (!view->checksum_ok()) return std::unexpected(DropReason::kIpChecksum);
    return facts(*view);
  }
  // Writes header and options (whose length is a multiple of 4) into the front of `out`, with its
  // checksum.
  static void emit(MutableBytes out, const IpHeaderFacts<V4>& h, Bytes options = {}) {
    Ipv4Header header;
    header.tos = h.tos;
    header.total_length = h.total_len;
    header.id = static_cast<uint16_t>(h.id);
    header.dont_fragment = h.dont_fragment;
    header.more_fragments = h.more_fragments;
    header.fragment_offset = h.fragment_offset;
    header.ttl = h.ttl;
    header.protocol = h.proto;
    header.src = h.src;
    header.dst = h.dst;
    header.options = options;
    header.emit(out);
  }
  static void fix_checksum(MutableBytes header) { ipv4_fill_checksum(header); }
  static void decrement_ttl(MutableBytes header) {
    ipv4_set_ttl(header, static_cast<uint8_t>(header[8] - 1));
  }
  // The checksum is wrong then.
  static void mark_congested(MutableBytes header) { header[1] |= 3; }

 private:
  static IpHeaderFacts<V4> facts(const Ipv4View& v) {
    IpHeaderFacts<V4> h;
    h.src = v.src();
    h.dst = v.dst();
    h.tos = v.tos();
    h.ttl = v.ttl();
    h.proto = v.protocol();
    h.id = v.id();
    h.header_len = static_cast<uint16_t>(v.header_size());
    h.total_len = v.total_length();
    h.fragment_offset = v.fragment_offset();
    h.more_fragments = v.more_fragments();
    h.dont_fragment = v.dont_fragment();
    return h;
  }
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_WIRE_H_
