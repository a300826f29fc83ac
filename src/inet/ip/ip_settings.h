// The settings of /proc/sys/net/ipv4 that the packet path asks for (ip-sysctl of the kernel's
// documentation).
//
// One plain struct per namespace that changed something; all others share the defaults. Whoever
// serves the sysctls owns the structs and implements IpSettingsSource.
#ifndef UNETNS_INET_IP_IP_SETTINGS_H_
#define UNETNS_INET_IP_IP_SETTINGS_H_

#include <cstdint>

#include "inet/fib/multipath_hash.h"
#include "inet/tcp/tcp_sysctls.h"

namespace unetns {

class Net;

struct IpSettings {
  int32_t default_ttl = 64;                                 // ip_default_ttl
  int32_t no_pmtu_disc = 0;                                 // ip_no_pmtu_disc
  int32_t nonlocal_bind = 0;                                // ip_nonlocal_bind
  int32_t echo_enable_probe = 0;                            // icmp_echo_enable_probe
  int32_t forward_use_pmtu = 0;                             // ip_forward_use_pmtu
  int32_t forward_update_priority = 1;                      // ip_forward_update_priority
  int32_t frag_max_dist = 64;                               // ipfrag_max_dist
  int32_t min_pmtu = 552;                                   // route/min_pmtu
  int32_t mtu_expires_seconds = 600;                        // route/mtu_expires
  int64_t frag_high_thresh = 4 << 20;                       // ipfrag_high_thresh, bytes
  int32_t frag_time_seconds = 30;                           // ipfrag_time
  int32_t echo_ignore_all = 0;                              // icmp_echo_ignore_all
  int32_t echo_ignore_broadcasts = 1;                       // icmp_echo_ignore_broadcasts
  int32_t errors_use_inbound_ifaddr = 0;                    // icmp_errors_use_inbound_ifaddr
  int32_t icmp_ratelimit_ms = 1000;                         // icmp_ratelimit
  int32_t icmp_ratemask = 6168;                             // icmp_ratemask: bit per ICMP type
  int32_t icmp_msgs_per_sec = 1000;                         // icmp_msgs_per_sec
  int32_t icmp_msgs_burst = 50;                             // icmp_msgs_burst
  uint16_t local_port_min = 32768, local_port_max = 60999;  // ip_local_port_range
  int32_t unprivileged_port_start = 1024;                   // ip_unprivileged_port_start
  int64_t ping_group_min = 1, ping_group_max = 0;           // ping_group_range; min > max: nobody
  int32_t igmp_max_memberships = 20;                        // igmp_max_memberships
  int32_t igmp_max_msf = 10;                                // igmp_max_msf
  int32_t igmp_qrv = 2;                                     // igmp_qrv
  int32_t igmp_link_local_reports = 1;                      // igmp_link_local_mcast_reports
  uint32_t multipath_hash_fields =
      MultipathHash::kAddresses;     // fib_multipath_hash_policy and _fields
  bool multipath_use_neigh = false;  // fib_multipath_use_neigh
  int32_t fwmark_reflect = 0;        // fwmark_reflect
  TcpSysctls tcp;                    // tcp_*
};

class IpSettingsSource {
 public:
  virtual ~IpSettingsSource() = default;
  // Valid until the namespace's settings change: use at once.
  virtual const IpSettings& ip_settings(const Net& net) const = 0;
};

// The same settings for every namespace.
class FixedIpSettings final : public IpSettingsSource {
 public:
  const IpSettings& ip_settings(const Net&) const override { return values; }
  IpSettings values;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_SETTINGS_H_
