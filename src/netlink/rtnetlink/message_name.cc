#include "netlink/rtnetlink/message_name.h"

#include <linux/rtnetlink.h>

#include <iterator>

namespace unetns {
namespace {

// Message types come in fours (linux/rtnetlink.h).
constexpr const char* kVerbs[] = {"NEW", "DEL", "GET", "SET"};
constexpr const char* kNouns[] = {
    "LINK",      "ADDR",    "ROUTE",    "NEIGH",     "RULE",          "QDISC",    "TCLASS",
    "TFILTER",   "ACTION",  "PREFIX",   "MULTICAST", "ANYCAST",       "NEIGHTBL", "NDUSEROPT",
    "ADDRLABEL", "DCB",     "NETCONF",  "MDB",       "NSID",          "STATS",    "CACHEREPORT",
    "CHAIN",     "NEXTHOP", "LINKPROP", "VLAN",      "NEXTHOPBUCKET", "TUNNEL"};

}  // namespace

std::string message_name(uint16_t type) {
  const size_t noun = type < RTM_BASE ? std::size(kNouns) : (type - RTM_BASE) / 4u;
  if (noun >= std::size(kNouns)) return "message " + std::to_string(type);
  return std::string("RTM_") + kVerbs[type % 4] + kNouns[noun];
}

}  // namespace unetns
