// The counters of RFC 4293 / RFC 1213 as /proc/net/snmp and /proc/net/netstat show them, per
// namespace.
#ifndef UNETNS_INET_IP_IP_STATS_H_
#define UNETNS_INET_IP_IP_STATS_H_

#include <cstdint>

namespace unetns {

struct IpStats {
  uint64_t in_receives = 0, in_hdr_errors = 0, in_addr_errors = 0, forw_datagrams = 0;
  uint64_t in_unknown_protos = 0, in_discards = 0, in_delivers = 0;
  uint64_t out_requests = 0, out_discards = 0, out_no_routes = 0, out_transmits = 0;
  uint64_t reasm_timeout = 0, reasm_reqds = 0, reasm_oks = 0, reasm_fails = 0;
  uint64_t frag_oks = 0, frag_fails = 0, frag_creates = 0;
  // IpExt of /proc/net/netstat.
  uint64_t in_no_routes = 0, in_truncated_pkts = 0, in_mcast_pkts = 0, out_mcast_pkts = 0;
  uint64_t in_bcast_pkts = 0, out_bcast_pkts = 0, in_octets = 0, out_octets = 0;
  uint64_t in_mcast_octets = 0, out_mcast_octets = 0, in_bcast_octets = 0, out_bcast_octets = 0;
  uint64_t reasm_overlaps = 0, reverse_path_filter = 0;  // the latter stands with those of TCP
  uint64_t in_csum_errors = 0, in_no_ect_pkts = 0, in_ect1_pkts = 0, in_ect0_pkts = 0,
           in_ce_pkts = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_STATS_H_
