// IPv4 headers (RFC 791): a checked view, and a header to emit.
#ifndef UNETNS_PACKET_WIRE_IPV4_H_
#define UNETNS_PACKET_WIRE_IPV4_H_

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/ip_address.h"
#include "packet/drop_reason.h"

namespace unetns {

struct IpProtocol {
  static constexpr uint8_t kIcmp = 1;
  static constexpr uint8_t kIgmp = 2;
  static constexpr uint8_t kTcp = 6;
  static constexpr uint8_t kUdp = 17;
  static constexpr uint8_t kIcmpv6 = 58;
};

struct Ipv4Header {
  uint8_t tos = 0;            // DSCP and ECN
  uint16_t total_length = 0;  // header, options and payload
  uint16_t id = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  uint16_t fragment_offset = 0;  // in bytes; a multiple of 8
  uint8_t ttl = 64;
  uint8_t protocol = 0;
  Ipv4Address src;
  Ipv4Address dst;
  Bytes
      options;  // borrowed; at most kMaxOptions, emitted with End of Options up to a multiple of 4

  static constexpr size_t kMinSize = 20;
  static constexpr size_t kMaxSize = 60;
  static constexpr size_t kMaxOptions = 40;
  static constexpr size_t kMaxPacket = 65535;
  size_t size() const { return kMinSize + (options.size() + 3) / 4 * 4; }
  void emit(MutableBytes out) const;  // with its checksum; requires size() bytes
};

class Ipv4View {
 public:
  // `head` holds at least the header; `packet_size` is that of the whole packet, of which a part
  // may lie in fragments, and may be larger than the total length (padding: trim it).
  // kPacketTooSmall when a part of the header is missing, kIpHeader when version or lengths are
  // wrong. The checksum is not looked at.
  static std::expected<Ipv4View, DropReason> parse(Bytes head, size_t packet_size);
  static std::expected<Ipv4View, DropReason> parse(Bytes packet) {
    return parse(packet, packet.size());
  }
  // For the quoted packet of an ICMP error (RFC 792), which is cut short: the total length may be
  // any that covers the header.
  static std::expected<Ipv4View, DropReason> parse_quoted(Bytes quote) {
    return parse(quote, Ipv4Header::kMaxPacket);
  }

  size_t header_size() const { return size_t{bytes_[0] & 0x0fu} * 4; }
  uint8_t tos() const { return bytes_[1]; }
  uint16_t total_length() const { return load_be16(bytes_.data() + 2); }
  uint16_t id() const { return load_be16(bytes_.data() + 4); }
  bool dont_fragment() const { return bytes_[6] & 0x40; }
  bool more_fragments() const { return bytes_[6] & 0x20; }
  uint16_t fragment_offset() const {  // in bytes
    return static_cast<uint16_t>((load_be16(bytes_.data() + 6) & 0x1fff) * 8);
  }
  bool is_fragment() const { return more_fragments() || fragment_offset() != 0; }
  uint8_t ttl() const { return bytes_[8]; }
  uint8_t protocol() const { return bytes_[9]; }
  uint16_t checksum() const { return load_be16(bytes_.data() + 10); }
  bool checksum_ok() const {  // each packet is asked: summed here rather than by InternetSum
    uint64_t sum = 0;
    for (size_t i = 0, n = header_size(); i < n; i += 4) sum += load<uint32_t>(bytes_.data() + i);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (sum & 0xffff) + (sum >> 16) == 0xffff;
  }
  Ipv4Address src() const { return Ipv4Address::from(bytes_.data() + 12); }
  Ipv4Address dst() const { return Ipv4Address::from(bytes_.data() + 16); }
  Bytes options() const { return header_bytes().subspan(Ipv4Header::kMinSize); }
  Bytes header_bytes() const { return bytes_.first(header_size()); }
  size_t payload_size() const { return total_length() - header_size(); }
  Bytes payload() const {
    return bytes_.subspan(header_size());
  }                           // as much of it as was in the head
  Ipv4Header header() const;  // its options borrow from the bytes viewed

 private:
  explicit Ipv4View(Bytes b) : bytes_(b) {}
  Bytes bytes_;  // from the header to the end of the head or of the total length, whichever comes
                 // first
};

// Changes in a header of at least kMinSize bytes, with its checksum updated (RFC 1624).
void ipv4_set_ttl(MutableBytes header, uint8_t ttl);
void ipv4_set_tos(MutableBytes header, uint8_t tos);
// Recomputes the checksum of a header whose header length is right.
void ipv4_fill_checksum(MutableBytes header);

}  // namespace unetns

#endif  // UNETNS_PACKET_WIRE_IPV4_H_
