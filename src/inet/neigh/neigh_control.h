// NeighControl: `ip neigh` (ip-neighbour(8)) on the neighbours and proxies of IPv4.
#ifndef UNETNS_INET_NEIGH_NEIGH_CONTROL_H_
#define UNETNS_INET_NEIGH_NEIGH_CONTROL_H_

#include <functional>

#include "inet/neigh/arp.h"

namespace unetns {

class NeighControl {
 public:
  NeighControl(InetContext& context, Arp& arp) : context_(context), arp_(arp) {}

  Result<void> add(Net& net, const NeighConfig& config, uint16_t nlm_flags);
  Result<void> del(Net& net, const NeighConfig& config);
  Result<NeighInfo> get(Net& net, const NeighConfig& key);
  void for_each(Net& net, bool proxies, const std::function<void(const NeighInfo&)>& fn) const;

 private:
  Result<NetDevice*> device(Net& net, int ifindex) const;  // null for index 0
  static NeighInfo describe(const NeighProxy<V4>& proxy);
  Result<void> add_proxy(Net& net, NetDevice* dev, const NeighConfig& config);
  InetContext& context_;
  Arp& arp_;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_NEIGH_CONTROL_H_
