// The ARP cache by ioctl(2): SIOCGARP, SIOCSARP and SIOCDARP of arp(7), as arp(8) uses them.
#include <linux/capability.h>
#include <linux/if_arp.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>

#include <algorithm>

#include "socket/ioctl/device_ioctls.h"

namespace unetns {
namespace {

constexpr uint16_t kUsable =
    NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;

Ipv4Address inet_of(const sockaddr& a) {
  sockaddr_in in{};
  std::memcpy(&in, &a, sizeof a);
  return Ipv4Address::from_be(in.sin_addr.s_addr);
}

}  // namespace

Result<int> DeviceIoctls::arp(Net& net, const Caller& caller, unsigned long request,
                              MutableBytes arg) {
  if (!ipv4_) return fail(EINVAL);
  if (request != SIOCGARP && !caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
  if (arg.size() < sizeof(arpreq)) return fail(EFAULT);
  auto req = load<arpreq>(arg.data());
  if (req.arp_pa.sa_family != AF_INET) return fail(EPFNOSUPPORT);
  const bool proxy = req.arp_flags & ATF_PUBL;
  if (!proxy && (req.arp_flags & (ATF_NETMASK | ATF_DONTPUB))) return fail(EINVAL);
  const bool whole = !(req.arp_flags & ATF_NETMASK) || inet_of(req.arp_netmask).value() == ~0u;
  const Ipv4Address address = inet_of(req.arp_pa);

  NetDevice* dev = nullptr;
  if (req.arp_dev[0] != '\0') {
    ifreq named{};
    std::memcpy(named.ifr_name, req.arp_dev, sizeof req.arp_dev);
    UNETNS_ASSIGN(dev, device(net, named));
    if (req.arp_ha.sa_family == 0) req.arp_ha.sa_family = dev->type;
    if ((req.arp_flags & ATF_COM) && req.arp_ha.sa_family != dev->type) return fail(EINVAL);
  } else if (request == SIOCGARP) {
    return fail(ENODEV);
  }

  NeighConfig key;
  key.dst = address;
  if (request != SIOCGARP && proxy) {
    if (!whole) return fail(EINVAL);  // proxies for networks are proxy_arp's
    key.ifindex = dev ? dev->ifindex() : 0;
    key.flags = NTF_PROXY;
    UNETNS_TRY(request == SIOCSARP ? ipv4_->neigh_add(net, key, NLM_F_CREATE)
                                   : ipv4_->neigh_del(net, key));
    return 0;
  }
  if (!dev) {  // the one that leads there
    UNETNS_ASSIGN(const RouteAnswer way, ipv4_->route_get(net, {.dst = address, .src = {}}));
    dev = way.route.nexthops.empty() ? nullptr : netdevs_.by_index(net, way.route.nexthops[0].oif);
    if (!dev) return fail(EINVAL);
  }
  key.ifindex = dev->ifindex();

  switch (request) {
    case SIOCSARP:
      if (req.arp_ha.sa_family != dev->type) return fail(EINVAL);
      // Else what is known of the neighbour, if anything, stays.
      if (req.arp_flags & (ATF_COM | ATF_PERM))
        key.lladdr =
            LinkLayerAddress::from({reinterpret_cast<const uint8_t*>(req.arp_ha.sa_data),
                                    std::min<size_t>(dev->address.len, sizeof req.arp_ha.sa_data)});
      key.state = req.arp_flags & ATF_PERM ? NUD_PERMANENT : NUD_STALE;
      UNETNS_TRY(ipv4_->neigh_add(net, key, NLM_F_CREATE | NLM_F_REPLACE));
      return 0;
    case SIOCDARP: {
      // What was never looked for goes as well, but counts as not there.
      const auto known = ipv4_->neigh_get(net, key);
      if (!ipv4_->neigh_del(net, key) || (known && known->config.state == NUD_NONE))
        return fail(ENXIO);
      return 0;
    }
    default:
      break;
  }
  const auto found = ipv4_->neigh_get(net, key);
  if (!found || (found->config.state & NUD_NOARP)) return fail(ENXIO);
  const uint16_t state = found->config.state;
  req.arp_flags = state & NUD_PERMANENT ? ATF_PERM | ATF_COM : state & kUsable ? ATF_COM : 0;
  req.arp_ha = {};
  req.arp_ha.sa_family = dev->type;
  if (found->config.lladdr) {
    const Bytes a = found->config.lladdr->view();
    std::memcpy(req.arp_ha.sa_data, a.data(), std::min(a.size(), sizeof req.arp_ha.sa_data));
  }
  std::memset(req.arp_dev, 0, sizeof req.arp_dev);
  std::memcpy(req.arp_dev, dev->name().data(),
              std::min(dev->name().size(), sizeof req.arp_dev - 1));
  store(arg.data(), req);
  return 0;
}

}  // namespace unetns
