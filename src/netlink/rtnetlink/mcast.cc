// RTM_GETMULTICAST: the multicast groups that devices listen to, and the message that tells of one
// (`ip maddress`, newer ones).
#include "netlink/rtnetlink/addr_dump.h"
#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {

DumpResult mcast_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  const InetControl& control = *rt.inet(request.payload()[0]);
  UNETNS_ASSIGN(const AddrDump what, addr_dump_of(rt, request, control.family(), dump));
  NlWriter out;
  rt.netdevs().for_each(*what.net, [&](NetDevice& dev) {
    if (what.ifindex && dev.ifindex() != what.ifindex) return;
    for (const GroupInfo& group : control.groups(dev))
      fill_group(out, control.family(), group, RTM_GETMULTICAST, dump);
  });
  return std::make_unique<SnapshotDump>(out.take());
}

void fill_group(NlWriter& out, int family, const GroupInfo& group, uint16_t type,
                const DumpHeader& header) {
  ifaddrmsg fixed{};
  fixed.ifa_family = static_cast<uint8_t>(family);
  fixed.ifa_prefixlen = family == AF_INET ? 32 : 128;
  fixed.ifa_flags = IFA_F_PERMANENT;
  fixed.ifa_scope = RT_SCOPE_UNIVERSE;
  fixed.ifa_index = static_cast<uint32_t>(group.ifindex);
  out.begin_with(type, header.flags, header.seq, header.port_id, fixed);
  out.put(IFA_MULTICAST, group.group.bytes());
  out.object(IFA_CACHEINFO, ifa_cacheinfo{.ifa_prefered = kInfiniteLifetime,
                                          .ifa_valid = kInfiniteLifetime,
                                          .cstamp = group.since_cs,
                                          .tstamp = group.since_cs});
  out.end();
}

}  // namespace unetns
