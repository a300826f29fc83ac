// The addresses that a device receives besides its own.
#ifndef UNETNS_NETDEV_DEVICE_ADDRESSES_H_
#define UNETNS_NETDEV_DEVICE_ADDRESSES_H_

#include <vector>

#include "base/mac_address.h"
#include "base/result.h"

namespace unetns {

struct DeviceAddresses {
  struct Entry {
    LinkLayerAddress address;
    uint32_t users = 0;
    bool global = false;  // one of the users asked for it for all
  };
  using List = std::vector<Entry>;
  List multicast, unicast;   // in the order of their coming
  bool promiscuous = false;  // counted in the device's promiscuity because of `unicast`

  static void add(List& list, const LinkLayerAddress& address, bool global);
  static Result<void> del(List& list, const LinkLayerAddress& address, bool global);  // ENOENT
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_DEVICE_ADDRESSES_H_
