#include "inet/igmp/igmp_message.h"

#include "base/checksum.h"

namespace unetns {
namespace {

constexpr size_t kV3QuerySize = 12, kRecordSize = 8;

// RFC 3376 §4.1.1: beyond 127 a code is a floating-point number.
uint32_t code_value(uint8_t code) {
  if (code < 128) return code;
  return ((code & 0xfu) | 0x10u) << (((code >> 4) & 7u) + 3u);
}

void finish(ByteVector& message) { store_be16(&message[2], internet_checksum(message)); }

}  // namespace

std::optional<IgmpQuery> parse_igmp_query(Bytes b) {
  if (b.size() < kIgmpMinSize || b[0] != static_cast<uint8_t>(IgmpType::kQuery)) return {};
  IgmpQuery q;
  q.group = Ipv4Address::from(&b[4]);
  if (!q.group.is_zero() && !q.group.is_multicast()) return {};
  if (b.size() == kIgmpMinSize) {
    q.version = b[1] == 0 ? 1 : 2;
    q.max_response = std::chrono::milliseconds(100) * b[1];
    return q;
  }
  if (b.size() < kV3QuerySize) return {};
  q.max_response = std::chrono::milliseconds(100) * code_value(b[1]);
  q.robustness = b[8] & 7;
  q.interval = std::chrono::seconds(code_value(b[9]));
  const size_t count = load_be16(&b[10]);
  if (b.size() < kV3QuerySize + count * 4) return {};
  if (q.group.is_zero() && count != 0) return {};
  for (size_t i = 0; i < count; i++)
    q.sources.push_back(Ipv4Address::from(&b[kV3QuerySize + i * 4]));
  return q;
}

std::optional<Ipv4Address> parse_igmp_report(Bytes b) {
  if (b.size() < kIgmpMinSize) return {};
  if (b[0] != static_cast<uint8_t>(IgmpType::kV1Report) &&
      b[0] != static_cast<uint8_t>(IgmpType::kV2Report))
    return {};
  return Ipv4Address::from(&b[4]);
}

ByteVector igmp_v3_report(const std::vector<IgmpRecord>& records) {
  ByteVector out(kIgmpMinSize, 0);
  out[0] = static_cast<uint8_t>(IgmpType::kV3Report);
  store_be16(&out[6], static_cast<uint16_t>(records.size()));
  for (const IgmpRecord& r : records) {
    const size_t at = out.size();
    out.resize(at + kRecordSize + r.sources.size() * 4);
    out[at] = static_cast<uint8_t>(r.type);
    store_be16(&out[at + 2], static_cast<uint16_t>(r.sources.size()));
    std::memcpy(&out[at + 4], r.group.bytes.data(), 4);
    for (size_t i = 0; i < r.sources.size(); i++)
      std::memcpy(&out[at + kRecordSize + i * 4], r.sources[i].bytes.data(), 4);
  }
  finish(out);
  return out;
}

ByteVector igmp_group_message(IgmpType type, const Ipv4Address& group) {
  ByteVector out(kIgmpMinSize, 0);
  out[0] = static_cast<uint8_t>(type);
  std::memcpy(&out[4], group.bytes.data(), 4);
  finish(out);
  return out;
}

}  // namespace unetns
