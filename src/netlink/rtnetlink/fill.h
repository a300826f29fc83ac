// Writers of rtnetlink messages: the same bytes for answers, dumps and notifications.
#ifndef UNETNS_NETLINK_RTNETLINK_FILL_H_
#define UNETNS_NETLINK_RTNETLINK_FILL_H_

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "inet/control.h"
#include "netlink/dump.h"
#include "netlink/netlink_socket.h"
#include "netlink/request.h"

namespace unetns {

class Rtnetlink;

struct LinkFill {
  uint16_t type = RTM_NEWLINK;
  uint32_t change = 0;    // ifi_change
  int new_nsid = -1;      // IFLA_NEW_NETNSID; -1: absent
  int new_ifindex = 0;    // IFLA_NEW_IFINDEX; 0: absent
  int target_nsid = -1;   // IFLA_TARGET_NETNSID to repeat; -1: absent
  Net* viewer = nullptr;  // whose ids IFLA_LINK_NETNSID speaks; null: the device's own namespace
};
void fill_link(const Rtnetlink& rt, NlWriter& out, const NetDevice& dev, const DumpHeader& header,
               const LinkFill& what);

// The most segments that a packet is cut into (IFLA_TSO_MAX_SEGS).
inline constexpr uint32_t kTsoMaxSegs = 65535;
// Sizes up to this count for IPv4 as well, where no size is set for it alone.
inline constexpr uint32_t kLegacyMaxSize = 65536;
rtnl_link_stats64 link_stats64(const LinkStats& stats);

void fill_addr(NlWriter& out, int family, const AddrInfo& addr, uint16_t type,
               const DumpHeader& header, int target_nsid = -1);
void fill_group(NlWriter& out, int family, const GroupInfo& group, uint16_t type,
                const DumpHeader& header);
void fill_route(NlWriter& out, int family, const RouteConfig& route, uint16_t type,
                const DumpHeader& header);
// Of nobody in particular: RTA_UID is left out.
inline constexpr uint32_t kNobody = 0xffffffff;
void fill_route_answer(NlWriter& out, int family, const RouteQuery& query,
                       const RouteAnswer& answer, const DumpHeader& header);
void fill_neigh(NlWriter& out, int family, const NeighInfo& neigh, uint16_t type,
                const DumpHeader& header);
void fill_netconf(NlWriter& out, int family, const NetconfInfo& conf, uint16_t type,
                  const DumpHeader& header);
void fill_nsid(NlWriter& out, uint16_t type, int id, const DumpHeader& header,
               std::optional<int> current = {});

// The header of a direct answer to `request`.
inline DumpHeader answer_to(const NlRequest& request) {
  return {request.header.nlmsg_seq, request.socket.port_id(), 0};
}

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_FILL_H_
