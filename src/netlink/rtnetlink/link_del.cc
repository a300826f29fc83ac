// RTM_DELLINK: one device, or all of a group.
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/link_group.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

Result<void> del_one(Rtnetlink& rt, NetDevice& dev) {
  LinkKind* kind = dev.kind() ? rt.netdevs().find_kind(dev.kind()->name()) : nullptr;
  if (!kind) return fail(EOPNOTSUPP);
  return kind->delete_link(rt.netdevs(), dev);
}

Result<void> del_group(Rtnetlink& rt, Net& net, uint32_t group) {
  if (group == 0) return fail(EPERM);  // the default group of all devices
  const std::vector<int> indexes = indexes_of_group(rt, net, group);
  if (indexes.empty()) return fail(ENODEV);
  // All or nothing: first see whether each can be deleted.
  for (int index : indexes)
    if (const NetDevice* dev = rt.netdevs().by_index(net, index); !dev->kind())
      return fail(EOPNOTSUPP);
  for (int index : indexes)
    if (NetDevice* dev = rt.netdevs().by_index(net, index))  // may have gone with its peer
      UNETNS_TRY(del_one(rt, *dev));
  return {};
}

}  // namespace

Result<void> link_del(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const LinkRequest link, parse_link_request(request));
  const AttrSet& attrs = link.attrs;
  UNETNS_TRY(refuse_named_net(attrs));
  Result<Net*> net = target_net(rt, request, attrs, IFLA_TARGET_NETNSID);
  if (!net) return fail(net.error().code);
  if (link.header.ifi_index == 0 && !attrs.has(IFLA_IFNAME) && !attrs.has(IFLA_ALT_IFNAME) &&
      attrs.has(IFLA_GROUP))
    return del_group(rt, **net, attrs.u32(IFLA_GROUP));
  UNETNS_ASSIGN(NetDevice * dev, require_device(rt, **net, link));
  return del_one(rt, *dev);
}

}  // namespace unetns
