// The handlers of rtnetlink messages, one file per noun, and the table that names them all.
#ifndef UNETNS_NETLINK_RTNETLINK_HANDLERS_H_
#define UNETNS_NETLINK_RTNETLINK_HANDLERS_H_

#include <span>

#include "netlink/dump.h"
#include "netlink/request.h"

namespace unetns {

class Rtnetlink;

// One request. Answers go out by request.socket.deliver_reply().
using DoHandler = Result<void> (*)(Rtnetlink&, NlRequest&);
// Starts a dump. May set NLM_F_DUMP_FILTERED in the header. An error ends the dump at once: it is
// what NLMSG_DONE says.
using DumpHandler = DumpResult (*)(Rtnetlink&, NlRequest&, DumpHeader&);

struct RtCommand {
  uint16_t type;  // RTM_*
  DoHandler handle = nullptr;
  DumpHandler dump = nullptr;
};
std::span<const RtCommand> rtnetlink_commands();

Result<void> link_get(Rtnetlink&, NlRequest&);
DumpResult link_dump(Rtnetlink&, NlRequest&, DumpHeader&);
Result<void> link_new(Rtnetlink&, NlRequest&);
Result<void> link_set(Rtnetlink&, NlRequest&);
Result<void> link_del(Rtnetlink&, NlRequest&);
Result<void> linkprop_new(Rtnetlink&, NlRequest&);
Result<void> linkprop_del(Rtnetlink&, NlRequest&);

Result<void> addr_new(Rtnetlink&, NlRequest&);
Result<void> addr_del(Rtnetlink&, NlRequest&);
DumpResult mcast_dump(Rtnetlink&, NlRequest&, DumpHeader&);
DumpResult addr_dump(Rtnetlink&, NlRequest&, DumpHeader&);

Result<void> route_new(Rtnetlink&, NlRequest&);
Result<void> route_del(Rtnetlink&, NlRequest&);
Result<void> route_get(Rtnetlink&, NlRequest&);
DumpResult route_dump(Rtnetlink&, NlRequest&, DumpHeader&);

Result<void> neigh_new(Rtnetlink&, NlRequest&);
Result<void> neigh_del(Rtnetlink&, NlRequest&);
Result<void> neigh_get(Rtnetlink&, NlRequest&);
DumpResult neigh_dump(Rtnetlink&, NlRequest&, DumpHeader&);
DumpResult neightbl_dump(Rtnetlink&, NlRequest&, DumpHeader&);
Result<void> neightbl_set(Rtnetlink&, NlRequest&);

Result<void> nsid_new(Rtnetlink&, NlRequest&);
Result<void> nsid_get(Rtnetlink&, NlRequest&);
DumpResult nsid_dump(Rtnetlink&, NlRequest&, DumpHeader&);

Result<void> stats_get(Rtnetlink&, NlRequest&);
Result<void> stats_set(Rtnetlink&, NlRequest&);
DumpResult stats_dump(Rtnetlink&, NlRequest&, DumpHeader&);

Result<void> netconf_get(Rtnetlink&, NlRequest&);
DumpResult netconf_dump(Rtnetlink&, NlRequest&, DumpHeader&);
DumpResult rule_dump(Rtnetlink&, NlRequest&, DumpHeader&);
Result<void> qdisc_get(Rtnetlink&, NlRequest&);
DumpResult qdisc_dump(Rtnetlink&, NlRequest&, DumpHeader&);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_HANDLERS_H_
