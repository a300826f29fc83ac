// UDP (RFC 768): a checked view, and a header to emit.
#ifndef UNETNS_PACKET_WIRE_UDP_H_
#define UNETNS_PACKET_WIRE_UDP_H_

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/checksum.h"
#include "packet/drop_reason.h"
#include "packet/wire/ipv4.h"

namespace unetns {

struct UdpHeader {
  uint16_t src_port = 0;
  uint16_t dst_port = 0;
  uint16_t length = 0;    // header and payload
  uint16_t checksum = 0;  // 0: none (IPv4 only)

  static constexpr size_t kSize = 8;
  void emit(MutableBytes out) const;  // the fields as they are; requires kSize bytes
  // Writes the header in front of a payload that is there already: length and checksum are those of
  // the whole datagram. F is V4 or V6. Requires at most 65535 bytes.
  template <class F>
  void emit_datagram(MutableBytes datagram, const typename F::Address& src,
                     const typename F::Address& dst) const;
  bool operator==(const UdpHeader&) const = default;
};

class UdpView {
 public:
  // `head` holds at least the header; `segment_size` is that of the IP payload, of which a part may
  // lie in fragments. kUdpMalformed unless kSize <= length <= segment_size. The checksum is not
  // looked at.
  static std::expected<UdpView, DropReason> parse(Bytes head, size_t segment_size);
  static std::expected<UdpView, DropReason> parse(Bytes segment) {
    return parse(segment, segment.size());
  }

  uint16_t src_port() const { return load_be16(bytes_.data()); }
  uint16_t dst_port() const { return load_be16(bytes_.data() + 2); }
  uint16_t length() const { return load_be16(bytes_.data() + 4); }
  uint16_t checksum() const { return load_be16(bytes_.data() + 6); }
  size_t payload_size() const { return length() - UdpHeader::kSize; }
  Bytes payload() const { return bytes_.subspan(UdpHeader::kSize); }  // as much as was in the head
  UdpHeader header() const { return {src_port(), dst_port(), length(), checksum()}; }
  // When all of the datagram is in the head; true when the sender made none.
  template <class F>
  bool checksum_ok(const typename F::Address& src, const typename F::Address& dst) const {
    if (checksum() == 0) return true;
    return pseudo_header_sum<F>(src, dst, IpProtocol::kUdp, length()).add(bytes_).folded() ==
           0xffff;
  }

 private:
  explicit UdpView(Bytes b) : bytes_(b) {}
  Bytes bytes_;
};

template <class F>
void UdpHeader::emit_datagram(MutableBytes datagram, const typename F::Address& src,
                              const typename F::Address& dst) const {
  UdpHeader h = *this;
  h.length = static_cast<uint16_t>(datagram.size());
  h.checksum = 0;
  h.emit(datagram);
  h.checksum =
      pseudo_header_sum<F>(src, dst, IpProtocol::kUdp, h.length).add(datagram).udp_checksum();
  store_be16(datagram.data() + 6, h.checksum);
}

}  // namespace unetns

#endif  // UNETNS_PACKET_WIRE_UDP_H_
