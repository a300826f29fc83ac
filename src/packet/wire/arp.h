// ARP for IPv4 over Ethernet (RFC 826): a checked view, and a packet to emit.
#ifndef UNETNS_PACKET_WIRE_ARP_H_
#define UNETNS_PACKET_WIRE_ARP_H_

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "base/mac_address.h"
#include "packet/drop_reason.h"

namespace unetns {

struct ArpHeader {
  static constexpr uint16_t kRequest = 1;
  static constexpr uint16_t kReply = 2;

  uint16_t operation = kRequest;
  MacAddress sender_mac;
  Ipv4Address sender_ip;
  MacAddress target_mac;
  Ipv4Address target_ip;

  static constexpr size_t kSize = 28;
  void emit(MutableBytes out) const;  // requires kSize bytes
  bool operator==(const ArpHeader&) const = default;
};

class ArpView {
 public:
  // kArpMalformed unless it is of kSize bytes or more, for hardware type 1 (or 6, IEEE 802, which
  // means the same on Ethernet) and protocol IPv4 with address lengths 6 and 4. Any operation
  // passes.
  static std::expected<ArpView, DropReason> parse(Bytes packet);

  uint16_t operation() const { return load_be16(bytes_.data() + 6); }
  MacAddress sender_mac() const { return MacAddress::from(bytes_.data() + 8); }
  Ipv4Address sender_ip() const { return Ipv4Address::from(bytes_.data() + 14); }
  MacAddress target_mac() const { return MacAddress::from(bytes_.data() + 18); }
  Ipv4Address target_ip() const { return Ipv4Address::from(bytes_.data() + 24); }
  ArpHeader header() const {
    return {operation(), sender_mac(), sender_ip(), target_mac(), target_ip()};
  }

 private:
  explicit ArpView(Bytes b) : bytes_(b) {}
  Bytes bytes_;
};

}  // namespace unetns

#endif  // UNETNS_PACKET_WIRE_ARP_H_
