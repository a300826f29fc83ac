// What a dump of addresses, or of multicast groups, is asked for.
#ifndef UNETNS_NETLINK_RTNETLINK_ADDR_DUMP_H_
#define UNETNS_NETLINK_RTNETLINK_ADDR_DUMP_H_

#include "netlink/dump.h"
#include "netlink/request.h"

namespace unetns {

class Rtnetlink;

struct AddrDump {
  Net* net;
  int ifindex = 0;       // 0: all
  int target_nsid = -1;  // IFA_TARGET_NETNSID to repeat; -1: absent
};
// `family`: whose texts and policy are spoken. Only NETLINK_GET_STRICT_CHK asks for less than all.
Result<AddrDump> addr_dump_of(const Rtnetlink& rt, const NlRequest& request, int family,
                              DumpHeader& dump);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_ADDR_DUMP_H_
