// What the parts of inet/ owe each other: route lookup, address types, neighbour output. Written for a family F
// (V4, V6) from the first day; ip/, icmp/, udp/ and raw/ are templates or family-parameterised over these.
#ifndef UNETNS_INET_STACK_H_
#define UNETNS_INET_STACK_H_

#include <linux/rtnetlink.h>

#include <functional>
#include <optional>

#include "base/ip_address.h"
#include "inet/route_hints.h"
#include "netdev/net_device.h"
#include "netns/net.h"
#include "packet/packet.h"

namespace unetns {

// What a route is looked up by (struct flowi). iif != 0: for an arriving packet; else for one of our own.
template <class F>
struct FlowKey {
  typename F::Address dst, src;  // src zero: not chosen yet
  int iif = 0, oif = 0;          // oif: only routes through that device (SO_BINDTODEVICE, IP_PKTINFO)
  uint8_t tos = 0, scope = RT_SCOPE_UNIVERSE;
  uint8_t proto = 0;
  uint16_t sport = 0, dport = 0;
  uint32_t mark = 0;
  bool any_source = false;       // source need not be ours (forwarding, IP_HDRINCL)
};

// Where it goes. Valid until the control plane changes anything: use at once, never store.
template <class F>
struct RouteResult {
  uint8_t type = RTN_UNICAST;    // RTN_LOCAL: to us (dev = device of delivery, the loopback for own packets)
  uint8_t scope = RT_SCOPE_UNIVERSE, prefix_len = 0;
  uint32_t table = RT_TABLE_MAIN, priority = 0, flags = 0;
  uint32_t flow = 0;             // realms of the next hop
  NetDevice* dev = nullptr;      // for local answers to our own packets: net's loopback
  bool has_gateway = false;
  typename F::Address gateway;   // when has_gateway
  typename F::Address prefsrc;   // source to use when none was chosen; zero if none is suitable
  uint32_t mtu = 0;              // of the route, or the device's
  RouteHints hints;
  bool mtu_locked = false;       // no path MTU discovery
  bool directed = false;         // to the broadcast address of another link, and to be passed on there
  const typename F::Address& nexthop(const typename F::Address& dst) const { return has_gateway ? gateway : dst; }
};

template <class F>
class RouteLookup {
 public:
  virtual ~RouteLookup() = default;
  // A packet of our own (ip_route_output): ENETUNREACH, EHOSTUNREACH, EACCES (prohibit), EINVAL (blackhole).
  virtual Result<RouteResult<F>> output(Net& net, const FlowKey<F>& key) = 0;
  // What output() gave stays valid while this number is the same; 0: not even until the next call.
  virtual uint64_t generation(const Net&) const { return 0; }
  // An arriving packet (ip_route_input), key.iif set. Checks martians and rp_filter: the error is a drop reason.
  virtual std::expected<RouteResult<F>, DropReason> input(Net& net, const FlowKey<F>& key) = 0;
  // inet_addr_type: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_UNICAST. ifindex != 0: as seen on that device.
  virtual uint8_t address_type(Net& net, const typename F::Address& a, int ifindex = 0) = 0;
  // A source address for packets to dst that leave by dev, of at most that scope; zero: none (inet_select_addr).
  virtual typename F::Address select_source(Net& net, NetDevice& dev, const typename F::Address& dst, uint8_t scope) = 0;
  // Whether any address of this family is set on dev (in_device with ifa_list).
  virtual bool has_address(const NetDevice& dev) = 0;
  // Whether a subnet of dev holds `a`, and `b` too if that is given.
  virtual bool on_link(const NetDevice& dev, const typename F::Address& a, const typename F::Address* b) = 0;
  // Whether a redirect from router `from` to router `to` may be believed on dev (RFC 1122 §3.2.2.2; ip-sysctl:
  // accept_redirects, shared_media, secure_redirects).
  virtual bool takes_redirect(NetDevice& dev, const typename F::Address& from, const typename F::Address& to) = 0;
  // A per-device setting that the packet path asks for, "all" folded in as Linux does (IPV4_DEVCONF_* index).
  virtual int32_t devconf(const NetDevice& dev, int index) = 0;
};

template <class F>
class NeighOutput {
 public:
  virtual ~NeighOutput() = default;
  // Sends an IP packet (front at the network header) to `nexthop` by dev: resolves the link-layer address, queues
  // meanwhile, pushes the link-layer header and transmits. Broadcast, multicast, loopback and NOARP devices included.
  virtual void output(NetDevice& dev, const typename F::Address& nexthop, Packet packet) = 0;
  // Whether the link-layer address is known; if not, it is asked for.
  virtual bool known_or_ask(NetDevice& dev, const typename F::Address& nexthop) = 0;
  // Positive evidence of reachability (MSG_CONFIRM, a TCP ack).
  virtual void confirm(NetDevice& dev, const typename F::Address& nexthop) = 0;
};

// What routers told of the way to dst by a device, as far as it still holds.
template <class F>
struct LearntPath {
  typename F::Address dst;
  int ifindex = 0;
  uint32_t mtu = 0;  // 0: nothing was told of it
  bool mtu_locked = false;
  std::optional<typename F::Address> gateway;
  Nanos remaining{};
};

// What the packet path knows of paths and groups, for RTM_GETROUTE to tell.
template <class F>
class PathFacts {
 public:
  virtual ~PathFacts() = default;
  virtual bool in_group(Net& net, const NetDevice& dev, const typename F::Address& group) const = 0;
  virtual std::optional<LearntPath<F>> learnt(Net& net, const typename F::Address& dst, int ifindex) const = 0;
  virtual void for_each_learnt(Net& net, const std::function<void(const LearntPath<F>&)>& fn) const = 0;
};

// Told when resolution failed for a packet of ours or one forwarded: ip/ turns it into an ICMP host unreachable.
class NeighFailure {
 public:
  virtual ~NeighFailure() = default;
  virtual void unreachable(NetDevice& dev, Packet packet) = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_STACK_H_
