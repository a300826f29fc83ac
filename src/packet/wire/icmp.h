// ICMP for IPv4 (RFC 792, RFC 1191, RFC 1812): a checked view, and a header to emit.
#ifndef UNETNS_PACKET_WIRE_ICMP_H_
#define UNETNS_PACKET_WIRE_ICMP_H_

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/ip_address.h"
#include "packet/drop_reason.h"

namespace unetns {

struct IcmpType {
  static constexpr uint8_t kEchoReply = 0;
  static constexpr uint8_t kDestUnreachable = 3;
  static constexpr uint8_t kSourceQuench = 4;
  static constexpr uint8_t kRedirect = 5;
  static constexpr uint8_t kEchoRequest = 8;
  static constexpr uint8_t kTimeExceeded = 11;
  static constexpr uint8_t kParameterProblem = 12;
  static constexpr uint8_t kTimestamp = 13;
  static constexpr uint8_t kTimestampReply = 14;
  static constexpr uint8_t kExtendedEcho = 42;  // RFC 8335
  static constexpr uint8_t kExtendedEchoReply = 43;
};

// Codes of kDestUnreachable.
struct IcmpUnreachable {
  static constexpr uint8_t kNet = 0;
  static constexpr uint8_t kHost = 1;
  static constexpr uint8_t kProtocol = 2;
  static constexpr uint8_t kPort = 3;
  static constexpr uint8_t kFragmentationNeeded = 4;
  static constexpr uint8_t kSourceRouteFailed = 5;
  static constexpr uint8_t kNetUnknown = 6;
  static constexpr uint8_t kHostUnknown = 7;
  static constexpr uint8_t kHostIsolated = 8;
  static constexpr uint8_t kNetProhibited = 9;
  static constexpr uint8_t kHostProhibited = 10;
  static constexpr uint8_t kNetTos = 11;
  static constexpr uint8_t kHostTos = 12;
  static constexpr uint8_t kAdminProhibited = 13;
  static constexpr uint8_t kPrecedenceViolation = 14;
  static constexpr uint8_t kPrecedenceCutoff = 15;
};

// Codes of kTimeExceeded and kRedirect.
struct IcmpTimeExceeded {
  static constexpr uint8_t kTtl = 0;
  static constexpr uint8_t kReassembly = 1;
};
struct IcmpRedirect {
  static constexpr uint8_t kNet = 0;
  static constexpr uint8_t kHost = 1;
};

struct IcmpHeader {
  uint8_t type = 0;
  uint8_t code = 0;
  uint16_t checksum = 0;
  uint32_t rest = 0;  // bytes 4 to 7; its meaning follows from the type

  static constexpr size_t kSize = 8;
  static IcmpHeader echo_request(uint16_t id, uint16_t sequence) {
    return {IcmpType::kEchoRequest, 0, 0, uint32_t{id} << 16 | sequence};
  }
  static IcmpHeader echo_reply(uint16_t id, uint16_t sequence) {
    return {IcmpType::kEchoReply, 0, 0, uint32_t{id} << 16 | sequence};
  }
  // `mtu` for kFragmentationNeeded only (RFC 1191 §4).
  static IcmpHeader dest_unreachable(uint8_t code, uint16_t mtu = 0) {
    return {IcmpType::kDestUnreachable, code, 0, mtu};
  }
  static IcmpHeader time_exceeded(uint8_t code) { return {IcmpType::kTimeExceeded, code, 0, 0}; }
  // `pointer`: offset of the bad byte in the quoted packet.
  static IcmpHeader parameter_problem(uint8_t code, uint8_t pointer) {
    return {IcmpType::kParameterProblem, code, 0, uint32_t{pointer} << 24};
  }
  static IcmpHeader redirect(uint8_t code, Ipv4Address gateway) {
    return {IcmpType::kRedirect, code, 0, gateway.value()};
  }

  void emit(MutableBytes out) const;  // the fields as they are; requires kSize bytes
  // Writes the header in front of a payload that is there already, with the checksum over the whole
  // message.
  void emit_message(MutableBytes message) const;
  bool operator==(const IcmpHeader&) const = default;
};

class IcmpView {
 public:
  // kIcmpMalformed when shorter than kSize. The checksum is not looked at.
  static std::expected<IcmpView, DropReason> parse(Bytes message);

  uint8_t type() const { return bytes_[0]; }
  uint8_t code() const { return bytes_[1]; }
  uint16_t checksum() const { return load_be16(bytes_.data() + 2); }
  bool checksum_ok() const { return internet_checksum_ok(bytes_); }  // when all of it is here
  uint32_t rest() const { return load_be32(bytes_.data() + 4); }
  // Of the types that have them.
  uint16_t echo_id() const { return load_be16(bytes_.data() + 4); }
  uint16_t echo_sequence() const { return load_be16(bytes_.data() + 6); }
  uint16_t mtu() const { return load_be16(bytes_.data() + 6); }
  uint8_t pointer() const { return bytes_[4]; }
  uint8_t quoted_words() const { return bytes_[5]; }  // of 4 bytes, before extensions (RFC 4884 §4)
  Ipv4Address gateway() const { return Ipv4Address::from(bytes_.data() + 4); }
  // Whether it reports an error about the packet quoted in its payload (RFC 1122 §3.2.2): such a
  // message is never answered with another error.
  bool is_error() const;
  bool is_echo() const {
    return type() == IcmpType::kEchoRequest || type() == IcmpType::kEchoReply;
  }
  Bytes payload() const { return bytes_.subspan(IcmpHeader::kSize); }
  IcmpHeader header() const { return {type(), code(), checksum(), rest()}; }

 private:
  explicit IcmpView(Bytes b) : bytes_(b) {}
  Bytes bytes_;
};

}  // namespace unetns

#endif  // UNETNS_PACKET_WIRE_ICMP_H_
