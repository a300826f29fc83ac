#include "socket/ioctl/device_ioctls.h"

#include <linux/capability.h>
#include <linux/sockios.h>

#include <algorithm>

namespace unetns {
namespace {

std::string_view request_name(const ifreq& req) {
  return {req.ifr_name, strnlen(req.ifr_name, IFNAMSIZ - 1)};
}

void put_name(char* out, std::string_view name) {
  std::memset(out, 0, IFNAMSIZ);
  std::memcpy(out, name.data(), std::min<size_t>(name.size(), IFNAMSIZ - 1));
}

constexpr uint32_t kSettableFlags = IFF_UP | IFF_DEBUG | IFF_NOTRAILERS | IFF_NOARP | IFF_PROMISC |
                                    IFF_ALLMULTI | IFF_MULTICAST | IFF_PORTSEL | IFF_AUTOMEDIA |
                                    IFF_DYNAMIC;

}  // namespace

Result<NetDevice*> DeviceIoctls::device(Net& net, const ifreq& req) const {
  // What follows a colon is the label of an address.
  const std::string_view name = request_name(req);
  NetDevice* dev = netdevs_.by_name(net, name.substr(0, name.find(':')));
  if (!dev) return fail(ENODEV);
  return dev;
}

Result<int> DeviceIoctls::ioctl(Net& net, const Caller& caller, unsigned long request,
                                MutableBytes arg) {
  if (request == SIOCGIFCONF) return list_addresses(net, arg);
  Result<int> (DeviceIoctls::*serve)(Net&, unsigned long, ifreq&) = nullptr;
  bool changes = false;
  if (request >= SIOCDEVPRIVATE && request < SIOCDEVPRIVATE + 16) request = SIOCDEVPRIVATE;
  switch (request) {
    case SIOCADDRT:
    case SIOCDELRT:
      return change_route(net, caller, request, arg);
    case SIOCGARP:
    case SIOCSARP:
    case SIOCDARP:
      return arp(net, caller, request, arg);
    case SIOCGIFNAME:
    case SIOCGIFINDEX:
    case SIOCGIFFLAGS:
    case SIOCGIFMETRIC:
    case SIOCGIFMTU:
    case SIOCGIFHWADDR:
    case SIOCGIFMAP:
    case SIOCGIFTXQLEN:
    case SIOCGIFSLAVE:
    case SIOCETHTOOL:
    case SIOCGMIIPHY:
    case SIOCGMIIREG:
    case SIOCGHWTSTAMP:
    case SIOCDEVPRIVATE:
      serve = &DeviceIoctls::get;
      break;
    case SIOCSIFNAME:
    case SIOCSIFFLAGS:
    case SIOCSIFMETRIC:
    case SIOCSIFMTU:
    case SIOCSIFHWADDR:
    case SIOCSIFHWBROADCAST:
    case SIOCSIFMAP:
    case SIOCSIFTXQLEN:
    case SIOCADDMULTI:
    case SIOCDELMULTI:
    case SIOCSMIIREG:
    case SIOCSHWTSTAMP:
    case SIOCSIFSLAVE:
    case SIOCWANDEV:
    case SIOCBONDENSLAVE:
    case SIOCBONDRELEASE:
    case SIOCBONDSETHWADDR:
    case SIOCBONDSLAVEINFOQUERY:
    case SIOCBONDINFOQUERY:
    case SIOCBONDCHANGEACTIVE:
    case SIOCBRADDIF:
    case SIOCBRDELIF:
      serve = &DeviceIoctls::set;
      changes = true;
      break;
    case SIOCGIFADDR:
    case SIOCGIFNETMASK:
    case SIOCGIFBRDADDR:
    case SIOCGIFDSTADDR:
      serve = &DeviceIoctls::get_address;
      break;
    case SIOCSIFADDR:
    case SIOCSIFNETMASK:
    case SIOCSIFBRDADDR:
    case SIOCSIFDSTADDR:
      serve = &DeviceIoctls::set_address;
      changes = true;
      break;
    case SIOCGIFBR:
    case SIOCSIFBR:
    case SIOCGIFVLAN:
    case SIOCSIFVLAN:
    case SIOCBRADDBR:
    case SIOCBRDELBR:
      return fail(ENOPKG);
    case SIOCRTMSG:
      return fail(EINVAL);
    default:
      return fail(ENOTTY);
  }
  if (arg.size() < sizeof(ifreq)) return fail(EFAULT);
  if (changes && !caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
  auto req = load<ifreq>(arg.data());
  if (serve == &DeviceIoctls::set_address && req.ifr_addr.sa_family != AF_INET) return fail(EINVAL);
  UNETNS_ASSIGN(const int result, (this->*serve)(net, request, req));
  store(arg.data(), req);
  return result;
}

Result<int> DeviceIoctls::get(Net& net, unsigned long request, ifreq& req) {
  if (request == SIOCGIFNAME) {
    NetDevice* dev = netdevs_.by_index(net, req.ifr_ifindex);
    if (!dev) return fail(ENODEV);
    put_name(req.ifr_name, dev->name());
    return 0;
  }
  UNETNS_ASSIGN(NetDevice * dev, device(net, req));
  switch (request) {
    case SIOCGIFINDEX:
      req.ifr_ifindex = dev->ifindex();
      return 0;
    case SIOCGIFFLAGS:
      req.ifr_flags = static_cast<short>(dev->reported_flags());
      return 0;
    case SIOCGIFMETRIC:
      req.ifr_metric = 0;
      return 0;
    case SIOCGIFMTU:
      req.ifr_mtu = static_cast<int>(dev->mtu);
      return 0;
    case SIOCGIFHWADDR: {
      std::memset(&req.ifr_hwaddr, 0, sizeof req.ifr_hwaddr);
      req.ifr_hwaddr.sa_family = dev->type;
      const Bytes a = dev->address.view();
      std::memcpy(req.ifr_hwaddr.sa_data, a.data(),
                  std::min(a.size(), sizeof req.ifr_hwaddr.sa_data));
      return 0;
    }
    case SIOCGIFMAP:
      std::memset(&req.ifr_map, 0, sizeof req.ifr_map);
      return 0;
    case SIOCGIFTXQLEN:
      req.ifr_qlen = static_cast<int>(dev->tx_queue_len);
      return 0;
    case SIOCGIFSLAVE:
      return fail(EINVAL);
    default:  // ethtool, MII, bonds, bridges: no driver here speaks them
      return fail(EOPNOTSUPP);
  }
}

Result<int> DeviceIoctls::set(Net& net, unsigned long request, ifreq& req) {
  UNETNS_ASSIGN(NetDevice * dev, device(net, req));
  switch (request) {
    case SIOCSIFNAME: {
      const std::string name(req.ifr_newname, strnlen(req.ifr_newname, IFNAMSIZ - 1));
      UNETNS_TRY(netdevs_.rename(*dev, name));
      return 0;
    }
    case SIOCSIFFLAGS: {
      const auto flags = static_cast<uint16_t>(req.ifr_flags);
      // Taking an alias down removes its address and leaves the device alone.
      if (request_name(req).find(':') != std::string_view::npos) {
        if (flags & IFF_UP) return 0;
        ifreq none = req;
        std::memset(&none.ifr_addr, 0, sizeof none.ifr_addr);
        none.ifr_addr.sa_family = AF_INET;
        return set_address(net, SIOCSIFADDR, none);
      }
      UNETNS_TRY(netdevs_.change_flags(*dev, flags, kSettableFlags));
      return 0;
    }
    case SIOCSIFMTU:
      if (req.ifr_mtu < 0) return fail(EINVAL);
      UNETNS_TRY(netdevs_.set_mtu(*dev, static_cast<uint32_t>(req.ifr_mtu)));
      return 0;
    case SIOCSIFHWADDR:
    case SIOCSIFHWBROADCAST: {
      if (req.ifr_hwaddr.sa_family != dev->type) return fail(EINVAL);
      const auto* data = reinterpret_cast<const uint8_t*>(req.ifr_hwaddr.sa_data);
      const size_t len = std::min<size_t>(dev->address.len, sizeof req.ifr_hwaddr.sa_data);
      const auto address = LinkLayerAddress::from({data, len});
      UNETNS_TRY(request == SIOCSIFHWADDR ? netdevs_.set_address(*dev, address)
                                          : netdevs_.set_broadcast(*dev, address));
      return 0;
    }
    case SIOCADDMULTI:
    case SIOCDELMULTI: {
      if (dev->is_loopback() || req.ifr_hwaddr.sa_family != AF_UNSPEC) return fail(EINVAL);
      const auto* data = reinterpret_cast<const uint8_t*>(req.ifr_hwaddr.sa_data);
      const auto address = LinkLayerAddress::from(
          {data, std::min<size_t>(dev->address.len, sizeof req.ifr_hwaddr.sa_data)});
      if (request == SIOCADDMULTI)
        netdevs_.add_multicast(*dev, address, true);
      else
        UNETNS_TRY(netdevs_.del_multicast(*dev, address, true));
      return 0;
    }
    case SIOCSIFTXQLEN:
      if (req.ifr_qlen < 0) return fail(EINVAL);
      UNETNS_TRY(netdevs_.set_tx_queue_len(*dev, static_cast<uint32_t>(req.ifr_qlen)));
      return 0;
    case SIOCSIFSLAVE:
      return fail(EINVAL);
    default:
      return fail(EOPNOTSUPP);
  }
}

}  // namespace unetns
