// TCP (RFC 9293): a checked view, a header to emit, and the codec of options.
#ifndef UNETNS_PACKET_WIRE_TCP_H_
#define UNETNS_PACKET_WIRE_TCP_H_

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/checksum.h"
#include "packet/drop_reason.h"
#include "packet/wire/ipv4.h"

namespace unetns {

// TCP flags as on the wire, low byte; NS is not used.
struct TcpFlag {
  static constexpr uint8_t kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16, kUrg = 32, kEce = 64,
                           kCwr = 128;
};

struct SackBlock {
  uint32_t start = 0, end = 0;  // [start, end)
  bool operator==(const SackBlock&) const = default;
};

// The options of one segment, decoded or to be encoded (RFC 9293, 7323, 2018, 7413).
struct TcpOptions {
  uint16_t mss = 0;  // 0: absent
  bool has_wscale = false, sack_permitted = false, has_ts = false, has_md5 = false;
  bool has_fastopen = false;  // a cookie, or with none a request for one
  uint8_t wscale = 0;         // at most 14
  uint8_t sack_count = 0, fastopen_len = 0;
  uint32_t ts_val = 0, ts_ecr = 0;
  SackBlock sack[4];
  uint8_t fastopen[16] = {};

  static constexpr size_t kMaxSize = 40;
  // As emitted, a multiple of 4. What does not fit in kMaxSize is left out, SACK blocks first.
  size_t size() const;
  bool operator==(const TcpOptions&) const = default;
};

// Decodes what lies behind the fixed header. Unknown options and those of a wrong length are
// passed over; decoding ends at a length that leads outside. wscale above 14 reads as 14 (RFC 7323
// §2.3). MSS, window scale, SACK-permitted and Fast Open count in a SYN only, SACK blocks outside.
TcpOptions tcp_parse_options(Bytes options, bool syn);
// Writes options.size() bytes.
void tcp_emit_options(const TcpOptions& options, MutableBytes out);

struct TcpHeader {
  uint16_t src_port = 0, dst_port = 0;
  uint32_t seq = 0, ack = 0;
  uint8_t flags = 0;
  uint16_t window = 0, checksum = 0, urgent = 0;

  static constexpr size_t kMinSize = 20, kMaxSize = 60;
  static constexpr size_t kChecksumOffset = 16;
  // Header and options; requires kMinSize + options.size() bytes. The checksum is the field as it
  // is.
  void emit(MutableBytes out, const TcpOptions& options) const;
};

class TcpView {
 public:
  // `head` holds all of the header; `segment_size` is that of the IP payload, of which a part may
  // lie in fragments. kPacketTooSmall when a part of the header is missing from `head`,
  // kTcpMalformed when the data offset is wrong. The checksum is not looked at.
  static std::expected<TcpView, DropReason> parse(Bytes head, size_t segment_size);
  static std::expected<TcpView, DropReason> parse(Bytes segment) {
    return parse(segment, segment.size());
  }

  uint16_t src_port() const { return load_be16(bytes_.data()); }
  uint16_t dst_port() const { return load_be16(bytes_.data() + 2); }
  uint32_t seq() const { return load_be32(bytes_.data() + 4); }
  uint32_t ack() const { return load_be32(bytes_.data() + 8); }
  size_t header_size() const { return size_t{bytes_[12]} / 16 * 4; }
  uint8_t flags() const { return bytes_[13]; }
  uint16_t window() const { return load_be16(bytes_.data() + 14); }
  uint16_t checksum() const { return load_be16(bytes_.data() + 16); }
  uint16_t urgent() const { return load_be16(bytes_.data() + 18); }
  Bytes option_bytes() const {
    return bytes_.subspan(TcpHeader::kMinSize, header_size() - TcpHeader::kMinSize);
  }
  TcpOptions options() const { return tcp_parse_options(option_bytes(), flags() & TcpFlag::kSyn); }
  Bytes payload() const { return bytes_.subspan(header_size()); }  // as much as was in the head
  // When all of the segment is in the head.
  template <class F>
  bool checksum_ok(const typename F::Address& src, const typename F::Address& dst) const {
    return pseudo_header_sum<F>(src, dst, IpProtocol::kTcp, static_cast<uint32_t>(bytes_.size()))
               .add(bytes_)
               .folded() == 0xffff;
  }

 private:
  explicit TcpView(Bytes b) : bytes_(b) {}
  Bytes bytes_;
};

// The ports and sequence number of a TCP segment quoted by an ICMP error, of which only eight bytes
// need be there (RFC 792).
struct TcpQuote {
  uint16_t src_port = 0, dst_port = 0;
  uint32_t seq = 0;
  static std::expected<TcpQuote, DropReason> parse(Bytes quote);
};

}  // namespace unetns

#endif  // UNETNS_PACKET_WIRE_TCP_H_
