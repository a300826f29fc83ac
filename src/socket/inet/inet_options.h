// Options of level IPPROTO_IP (ip(7)), and the numbers that the libc headers may lack.
#ifndef UNETNS_SOCKET_INET_INET_OPTIONS_H_
#define UNETNS_SOCKET_INET_INET_OPTIONS_H_

#include <netinet/in.h>

#include <vector>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "inet/ip/memberships.h"

namespace unetns {

inline constexpr int kIpRecverrRfc4884 = 26, kIpLocalPortRange = 51, kIpProtocol = 52;
inline constexpr int kIpRecvfragsize = 25;
inline constexpr int kMsgProbe = 0x10;  // MSG_PROBE: all but the sending

struct GroupMembership {
  Ipv4Address group;
  int ifindex = 0;
  SourceFilter<V4> filter;
  bool filter_set = false;  // sources were named: the mode is no longer free
};

struct InetOptions {
  int ttl = -1;  // -1: ip_default_ttl
  uint8_t tos = 0, pmtu_discover = IP_PMTUDISC_WANT, min_ttl = 0;
  uint8_t multicast_ttl = 1;
  bool multicast_loop = true, multicast_all = true;
  bool header_included = false, no_defrag = false, recv_err = false, recv_err_rfc4884 = false;
  bool pkt_info = false, recv_ttl = false, recv_tos = false, recv_opts = false, ret_opts = false;
  bool pass_sec = false, recv_orig_dst = false, checksum = false, recv_frag_size = false;
  bool free_bind = false, transparent = false, bind_no_port = false, router_alert = false;
  int multicast_ifindex = 0;
  Ipv4Address multicast_address;
  int unicast_ifindex = 0;
  uint16_t port_low = 0, port_high = 0;      // IP_LOCAL_PORT_RANGE
  ByteVector ip_options;                     // padded to 4 bytes
  std::vector<GroupMembership> memberships;  // in order of joining
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET_OPTIONS_H_
