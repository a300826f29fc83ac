// RTM_GETNETCONF: per-device settings of a family as `ip netconf` shows them.
#include <linux/netconf.h>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr uint16_t kNetconfMax = 9;  // newer than the uapi headers this may be built with

constexpr AttrPolicy kNetconfPolicy[] = {
    {NETCONFA_IFINDEX, AttrType::kBinary, 0, sizeof(int32_t)},
    {NETCONFA_FORWARDING, AttrType::kBinary, 0, sizeof(int32_t)},
    {NETCONFA_RP_FILTER, AttrType::kBinary, 0, sizeof(int32_t)},
    {NETCONFA_PROXY_NEIGH, AttrType::kBinary, 0, sizeof(int32_t)},
    {NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, AttrType::kBinary, 0, sizeof(int32_t)},
    {kNetconfMax, AttrType::kBinary},
};

std::string text_of(int family, const char* text) {
  return std::string(family == AF_INET6 ? "ipv6: " : "ipv4: ") + text;
}

}  // namespace

Result<void> netconf_get(Rtnetlink& rt, NlRequest& request) {
  InetControl* control = rt.inet(request.payload()[0]);
  if (!control) return fail(EOPNOTSUPP);
  UNETNS_ASSIGN(const netconfmsg header, request.fixed<netconfmsg>());
  UNETNS_ASSIGN(const AttrSet attrs,
                request.attrs(sizeof header, kNetconfPolicy, request.strictness()));
  if (request.strict)
    for (const AttrSet::Entry& entry : attrs.entries())
      if (entry.id != NETCONFA_IFINDEX)
        return fail(EINVAL, text_of(control->family(), "Unsupported attribute in netconf get request"));
  if (!attrs.has(NETCONFA_IFINDEX)) return fail(EINVAL);
  const int ifindex = attrs.s32(NETCONFA_IFINDEX);
  const bool special = ifindex == NETCONFA_IFINDEX_ALL || ifindex == NETCONFA_IFINDEX_DEFAULT;
  if (!special && !rt.netdevs().by_index(request.net, ifindex)) return fail(ENODEV);
  UNETNS_ASSIGN(const NetconfInfo conf, control->netconf_get(request.net, ifindex));
  NlWriter out;
  fill_netconf(out, control->family(), conf, RTM_NEWNETCONF, answer_to(request));
  request.socket.deliver_reply(out.take());
  return {};
}

DumpResult netconf_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  const int family = request.payload()[0];
  const InetControl* only = rt.inet(family);
  // The header, padded to four bytes, is all that a strict dump takes.
  if (request.strict && request.payload().size() != NLMSG_ALIGN(sizeof(netconfmsg)))
    return fail(EINVAL, text_of(family, "Invalid data after header in netconf dump request"));
  NlWriter out;
  for (const InetControl* control : rt.families()) {
    if (only && control != only) continue;
    std::vector<int> indexes;
    rt.netdevs().for_each(request.net, [&](NetDevice& dev) { indexes.push_back(dev.ifindex()); });
    indexes.push_back(NETCONFA_IFINDEX_ALL);
    indexes.push_back(NETCONFA_IFINDEX_DEFAULT);
    for (int index : indexes)
      if (auto conf = control->netconf_get(request.net, index))
        fill_netconf(out, control->family(), *conf, RTM_NEWNETCONF, dump);
  }
  return std::make_unique<SnapshotDump>(out.take());
}

void fill_netconf(NlWriter& out, int family, const NetconfInfo& conf, uint16_t type,
                  const DumpHeader& header) {
  const netconfmsg fixed{.ncm_family = static_cast<uint8_t>(family)};
  out.begin_with(type, header.flags, header.seq, header.port_id, fixed);
  out.s32(NETCONFA_IFINDEX, conf.ifindex);
  if (type != RTM_DELNETCONF) {
    // A change is told alone.
    auto put = [&](int attribute, int32_t value) {
      if (conf.attribute == NETCONFA_ALL || conf.attribute == attribute)
        out.s32(static_cast<uint16_t>(attribute), value);
    };
    put(NETCONFA_FORWARDING, conf.forwarding);
    if (family == AF_INET) put(NETCONFA_RP_FILTER, conf.rp_filter);
    put(NETCONFA_MC_FORWARDING, conf.mc_forwarding);
    if (family == AF_INET) put(NETCONFA_BC_FORWARDING, conf.bc_forwarding);
    put(NETCONFA_PROXY_NEIGH, conf.proxy_neigh);
    put(NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, conf.ignore_routes_with_linkdown);
  }
  out.end();
}

}  // namespace unetns
