// Questions about addresses that the routing tables and address lists answer.
#ifndef UNETNS_INET_FIB_ROUTE_ADDRESS_H_
#define UNETNS_INET_FIB_ROUTE_ADDRESS_H_

#include "inet/inet_state.h"

namespace unetns {

// RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST or RTN_UNICAST, by table local; with `dev`, as seen on
// that device.
uint8_t address_type(const InetContext& context, Net& net, const Ipv4Address& a,
                     const NetDevice* dev);
// A source for packets to `dst` (zero: any) that leave by `dev`, of at most that scope: the primary
// address in the subnet of dst, else the first of the device, else one of another device. Zero:
// none.
Ipv4Address select_source(const InetContext& context, Net& net, const NetDevice* dev,
                          const Ipv4Address& dst, uint8_t scope);
// The source of a route's packets when none was chosen.
Ipv4Address route_source(const InetContext& context, Net& net, const Route<V4>& route,
                         const Nexthop<V4>& nexthop);

}  // namespace unetns

#endif  // UNETNS_INET_FIB_ROUTE_ADDRESS_H_
