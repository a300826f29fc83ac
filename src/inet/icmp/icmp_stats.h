// ICMP counters as /proc/net/snmp shows them (Icmp: and IcmpMsg:), per namespace.
#ifndef UNETNS_INET_ICMP_ICMP_STATS_H_
#define UNETNS_INET_ICMP_ICMP_STATS_H_

#include <array>
#include <cstdint>

namespace unetns {

struct IcmpStats {
  uint64_t in_msgs = 0, in_errors = 0, in_csum_errors = 0;
  uint64_t out_msgs = 0, out_errors = 0, out_rate_limit_global = 0, out_rate_limit_host = 0;
  // By message type; the named counters (InEchos, OutDestUnreachs …) are single types of these.
  std::array<uint32_t, 256> in_type{}, out_type{};
};

}  // namespace unetns

#endif  // UNETNS_INET_ICMP_ICMP_STATS_H_
