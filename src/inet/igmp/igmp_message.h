// IGMP on the wire: RFC 1112 appendix I, RFC 2236, RFC 3376 §4.
#ifndef UNETNS_INET_IGMP_IGMP_MESSAGE_H_
#define UNETNS_INET_IGMP_IGMP_MESSAGE_H_

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

enum class IgmpType : uint8_t {
  kQuery = 0x11,
  kV1Report = 0x12,
  kV2Report = 0x16,
  kLeave = 0x17,
  kV3Report = 0x22,
};

struct IgmpQuery {
  int version = 3;         // what its form says
  Ipv4Address group;       // zero: of all groups
  Nanos max_response{};    // zero in version 1
  uint8_t robustness = 0;  // 0: not said
  Nanos interval{};
  std::vector<Ipv4Address> sources;
};

enum class IgmpRecordType : uint8_t {
  kIsInclude = 1,
  kIsExclude = 2,
  kToInclude = 3,
  kToExclude = 4,
  kAllow = 5,
  kBlock = 6,
};
struct IgmpRecord {
  IgmpRecordType type;
  Ipv4Address group;
  std::vector<Ipv4Address> sources;
};

inline constexpr size_t kIgmpMinSize = 8;

// A query, whose checksum was found good. Nothing: malformed, or not a query.
std::optional<IgmpQuery> parse_igmp_query(Bytes message);
// The group that a report of version 1 or 2 names.
std::optional<Ipv4Address> parse_igmp_report(Bytes message);

ByteVector igmp_v3_report(const std::vector<IgmpRecord>& records);
// A report or leave of version 1 or 2.
ByteVector igmp_group_message(IgmpType type, const Ipv4Address& group);

}  // namespace unetns

#endif  // UNETNS_INET_IGMP_IGMP_MESSAGE_H_
