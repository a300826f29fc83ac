#include <linux/rtnetlink.h>

#include "netlink/rtnetlink/handlers.h"

namespace unetns {
namespace {

// What is not here is EOPNOTSUPP, as in a kernel without that subsystem.
constexpr RtCommand kCommands[] = {
    {RTM_NEWLINK, link_new},
    {RTM_DELLINK, link_del},
    {RTM_GETLINK, link_get, link_dump},
    {RTM_SETLINK, link_set},
    {RTM_NEWLINKPROP, linkprop_new},
    {RTM_DELLINKPROP, linkprop_del},
    {RTM_NEWADDR, addr_new},
    {RTM_DELADDR, addr_del},
    {RTM_GETADDR, nullptr, addr_dump},
    {RTM_GETMULTICAST, nullptr, mcast_dump},
    {RTM_NEWROUTE, route_new},
    {RTM_DELROUTE, route_del},
    {RTM_GETROUTE, route_get, route_dump},
    {RTM_NEWNEIGH, neigh_new},
    {RTM_DELNEIGH, neigh_del},
    {RTM_GETNEIGH, neigh_get, neigh_dump},
    {RTM_GETNEIGHTBL, nullptr, neightbl_dump},
    {RTM_SETNEIGHTBL, neightbl_set},
    {RTM_NEWNSID, nsid_new},
    {RTM_GETNSID, nsid_get, nsid_dump},
    {RTM_GETNETCONF, netconf_get, netconf_dump},
    {RTM_GETSTATS, stats_get, stats_dump},
    {RTM_SETSTATS, stats_set},
    {RTM_GETRULE, nullptr, rule_dump},
    {RTM_GETQDISC, qdisc_get, qdisc_dump},
};

}  // namespace

std::span<const RtCommand> rtnetlink_commands() { return kCommands; }

}  // namespace unetns
