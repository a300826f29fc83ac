// DeviceIoctls: the ioctl(2) requests of netdevice(7), which any socket of any family serves.
#ifndef UNETNS_SOCKET_IOCTL_DEVICE_IOCTLS_H_
#define UNETNS_SOCKET_IOCTL_DEVICE_IOCTLS_H_

#include <linux/if.h>

#include "inet/control.h"
#include "netdev/netdev_layer.h"
#include "netns/caller.h"

namespace unetns {

class DeviceIoctls {
 public:
  // `ipv4` may be null: requests about addresses are then EINVAL. Borrowed.
  DeviceIoctls(NetdevLayer& netdevs, InetControl* ipv4) : netdevs_(netdevs), ipv4_(ipv4) {}

  // `arg` is struct ifreq in and out (40 bytes). ENOTTY for requests that are none of these.
  //
  // SIOCGIFCONF is apart, since struct ifconf points into the program: `arg` is then the buffer
  // ifc_buf itself, ifc_len bytes, filled here with an array of struct ifreq; the result is the
  // number of bytes filled, which goes into ifc_len. With ifc_buf null pass an empty arg: the
  // result is the number of bytes needed.
  //
  // SIOCADDRT and SIOCDELRT: struct rtentry points to a name too. `arg` is then the structure and
  // behind it the name, at most IFNAMSIZ bytes; nothing when rt_dev is null.
  Result<int> ioctl(Net& net, const Caller& caller, unsigned long request, MutableBytes arg);

 private:
  Result<int> list_addresses(Net& net, MutableBytes out);
  Result<int> get(Net& net, unsigned long request, ifreq& req);
  Result<int> set(Net& net, unsigned long request, ifreq& req);
  Result<int> get_address(Net& net, unsigned long request, ifreq& req);
  Result<int> set_address(Net& net, unsigned long request, ifreq& req);
  Result<int> change_route(Net& net, const Caller& caller, unsigned long request, Bytes arg);
  Result<int> arp(Net& net, const Caller& caller, unsigned long request, MutableBytes arg);
  Result<IpAddress> address_labelled(Net& net, const NetDevice& dev, std::string_view label) const;
  Result<NetDevice*> device(Net& net, const ifreq& req) const;
  NetdevLayer& netdevs_;
  InetControl* ipv4_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_IOCTL_DEVICE_IOCTLS_H_
