// Ethernet II frames (IEEE 802.3): a checked view, and a header to emit.
#ifndef UNETNS_PACKET_WIRE_ETHERNET_H_
#define UNETNS_PACKET_WIRE_ETHERNET_H_

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/mac_address.h"
#include "packet/drop_reason.h"

namespace unetns {

// What the field behind the addresses says; below kFirst it is the length of an 802.3 frame.
struct EtherType {
  static constexpr uint16_t kFirst = 0x0600;
  static constexpr uint16_t kIpv4 = 0x0800;
  static constexpr uint16_t kArp = 0x0806;
  static constexpr uint16_t kVlan = 0x8100;
  static constexpr uint16_t kIpv6 = 0x86dd;
};

struct EthernetHeader {
  MacAddress dst;
  MacAddress src;
  uint16_t ethertype = 0;

  static constexpr size_t kSize = 14;
  void emit(MutableBytes out) const;  // requires kSize bytes
  bool operator==(const EthernetHeader&) const = default;
};

class EthernetView {
 public:
  // kPacketTooSmall.
  static std::expected<EthernetView, DropReason> parse(Bytes frame);

  MacAddress dst() const { return MacAddress::from(bytes_.data()); }
  MacAddress src() const { return MacAddress::from(bytes_.data() + 6); }
  uint16_t ethertype() const { return load_be16(bytes_.data() + 12); }
  bool is_802_3() const { return ethertype() < EtherType::kFirst; }
  Bytes payload() const { return bytes_.subspan(EthernetHeader::kSize); }
  EthernetHeader header() const { return {dst(), src(), ethertype()}; }

 private:
  explicit EthernetView(Bytes b) : bytes_(b) {}
  Bytes bytes_;
};

}  // namespace unetns

#endif  // UNETNS_PACKET_WIRE_ETHERNET_H_
