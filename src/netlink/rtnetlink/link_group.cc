#include "netlink/rtnetlink/link_group.h"

#include "netlink/rtnetlink/link_changes.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {

std::vector<int> indexes_of_group(const Rtnetlink& rt, Net& net, uint32_t group) {
  std::vector<int> out;
  for (const NetDevice* dev : rt.netdevs().by_arrival(net))
    if (dev->group == group) out.push_back(dev->ifindex());
  return out;
}

Result<void> change_link_group(Rtnetlink& rt, NlRequest& request, const LinkRequest& link) {
  for (int index : indexes_of_group(rt, request.net, link.attrs.u32(IFLA_GROUP)))
    if (NetDevice* dev = rt.netdevs().by_index(request.net, index))
      UNETNS_TRY(apply_link_changes(rt, request, *dev, link));
  return {};
}

}  // namespace unetns
