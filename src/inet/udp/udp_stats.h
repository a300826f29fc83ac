// UDP counters as /proc/net/snmp shows them, per namespace.
#ifndef UNETNS_INET_UDP_UDP_STATS_H_
#define UNETNS_INET_UDP_UDP_STATS_H_

#include <cstdint>

namespace unetns {

struct UdpStats {
  uint64_t in_datagrams = 0, no_ports = 0, in_errors = 0, out_datagrams = 0;
  uint64_t rcvbuf_errors = 0, sndbuf_errors = 0, in_csum_errors = 0, ignored_multi = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_UDP_UDP_STATS_H_
