// InetControl: addresses, routes, neighbours and per-device settings of one address family, as the control plane
// (rtnetlink, ioctl, /proc) drives them. One implementation per family; callers are written once for both.
#ifndef UNETNS_INET_CONTROL_H_
#define UNETNS_INET_CONTROL_H_

#include <linux/rtnetlink.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "base/result.h"
#include "inet/neigh/neigh_params.h"
#include "netdev/net_device.h"
#include "netns/net.h"

namespace unetns {

inline constexpr uint32_t kInfiniteLifetime = 0xffffffff;

struct AddrConfig {       // ip-address(8); ifaddrmsg + IFA_*
  int ifindex = 0;
  IpAddress local;        // IFA_LOCAL
  IpAddress address;      // IFA_ADDRESS: the peer's on a point-to-point link, else local's
  IpAddress broadcast;
  IpAddress anycast;
  uint8_t prefix_len = 0;
  uint8_t scope = RT_SCOPE_UNIVERSE;
  uint32_t flags = 0;     // IFA_F_*
  std::string label;
  uint32_t preferred_lft = kInfiniteLifetime, valid_lft = kInfiniteLifetime;  // seconds
  uint32_t route_priority = 0;  // IFA_RT_PRIORITY
  uint8_t proto = 0;            // IFA_PROTO
};
struct AddrInfo {
  AddrConfig config;      // lifetimes as they remain now; flags as reported (IFA_F_PERMANENT, SECONDARY…)
  NetDevice* dev = nullptr;
  uint32_t created_cs = 0, updated_cs = 0;  // hundredths of a second since boot (ifa_cacheinfo)
};

struct GroupInfo {        // a multicast group that a device listens to
  int ifindex = 0;
  IpAddress group;
  uint32_t since_cs = 0;  // hundredths of a second since boot
};

struct NexthopConfig {
  IpAddress gateway;      // may be of the other family (RTA_VIA)
  int oif = 0;
  uint32_t flags = 0;     // RTNH_F_*; as reported: DEAD, LINKDOWN
  uint32_t weight = 1;    // rtnh_hops + 1
  uint32_t flow = 0;      // RTA_FLOW: the realms
  std::string invalid{};  // for deletion: why no next hop can match this
};
struct RouteConfig {      // ip-route(8); rtmsg + RTA_*
  uint8_t dst_len = 0, src_len = 0, tos = 0;
  IpAddress dst, src;     // none: any
  uint32_t table = RT_TABLE_MAIN;
  uint8_t protocol = RTPROT_BOOT, scope = RT_SCOPE_UNIVERSE, type = RTN_UNICAST;
  uint32_t flags = 0;     // rtm_flags: RTNH_F_*, RTM_F_*
  uint32_t priority = 0;  // metric
  IpAddress prefsrc;
  std::map<uint16_t, uint32_t> metrics;  // RTAX_*
  std::vector<NexthopConfig> nexthops;   // empty for blackhole and its like without a device
  uint32_t flow = 0;                     // realms of a route without next hops
  bool multipath = false;                // each next hop is spoken of by itself
  bool has_scope = true, has_type = true, has_protocol = true;  // for deletion: false matches any
};
struct RouteQuery {       // RTM_GETROUTE for one destination
  IpAddress dst, src;
  int iif = 0, oif = 0;
  uint8_t tos = 0;
  uint32_t mark = 0;
  uint32_t uid = 0;
  uint8_t ip_proto = 0;
  uint16_t sport = 0, dport = 0;
  bool fib_match = false;  // RTM_F_FIB_MATCH: the entry itself rather than the result
};
struct RouteAnswer {
  RouteConfig route;      // dst/32 with RTM_F_CLONED flags, or the entry when fib_match
  IpAddress src_for_cached;
  uint32_t expires = 0;   // hundredths of a second for which a learnt path MTU holds
  uint32_t error = 0;
};

struct NeighConfig {      // ip-neighbour(8); ndmsg + NDA_*
  int ifindex = 0;
  IpAddress dst;
  std::optional<LinkLayerAddress> lladdr;
  uint16_t state = 0;     // NUD_*
  uint8_t flags = 0;      // NTF_*
  uint32_t flags_ext = 0;
  uint8_t type = RTN_UNICAST;
  uint8_t protocol = 0;
};
struct NeighTableInfo {   // of a namespace, for RTM_GETNEIGHTBL
  NeighLimits limits;
  NeighTableStats stats;
  size_t entries = 0, proxies_waiting = 0;
  uint16_t key_length = 0, entry_size = 0;
  std::string_view name;
};
struct NeighInfo {
  NeighConfig config;
  NetDevice* dev = nullptr;  // null for proxy entries of all devices
  uint32_t confirmed_cs = 0, used_cs = 0, updated_cs = 0, refcnt = 0;  // nda_cacheinfo: ages in hundredths
  uint32_t probes = 0;
};

// Per-device settings as RTM_NEWNETCONF carries them; value of NETCONFA_* attribute ids.
struct NetconfInfo {
  int ifindex = 0;  // NETCONFA_IFINDEX_ALL (-1), NETCONFA_IFINDEX_DEFAULT (-2) or a device's
  int32_t forwarding = 0, rp_filter = 0, mc_forwarding = 0, bc_forwarding = 0, proxy_neigh = 0, ignore_routes_with_linkdown = 0;
  int attribute = -1;  // in netconf_changed: the one NETCONFA_* that changed, or NETCONFA_ALL (-1): all of them
};

// What becomes RTM_{NEW,DEL}{ADDR,ROUTE,NEIGH,NETCONF}: one sink (rtnetlink), called in the kernel's order.
// `portid`/`seq`/`flags` of the request that caused it are known to the sink itself (it made the call).
class InetMessages {
 public:
  virtual ~InetMessages() = default;
  virtual void addr_changed(Net& net, int family, const AddrInfo& addr, bool deleted) = 0;
  virtual void group_changed(Net&, int /*family*/, const GroupInfo&, bool /*left*/) {}
  virtual void route_changed(Net& net, int family, const RouteConfig& route, bool deleted, uint16_t nlm_flags) = 0;
  virtual void neigh_changed(Net& net, int family, const NeighInfo& neigh, bool deleted) = 0;
  // A program is to resolve it (app_solicit).
  virtual void neigh_asked(Net&, int /*family*/, const NeighInfo&) {}
  virtual void netconf_changed(Net& net, int family, const NetconfInfo& conf, bool deleted) = 0;
};

class InetControl {
 public:
  virtual ~InetControl() = default;
  virtual int family() const = 0;

  // `nlm_flags`: NLM_F_CREATE / EXCL / REPLACE / APPEND as of the request. Errors: ip-address(8) gives the texts.
  virtual Result<void> addr_add(Net& net, const AddrConfig& config, uint16_t nlm_flags) = 0;
  virtual Result<void> addr_del(Net& net, const AddrConfig& config) = 0;
  virtual void addr_for_each(Net& net, const std::function<void(const AddrInfo&)>& fn) const = 0;  // by ifindex, then order of addition

  virtual std::vector<GroupInfo> groups(const NetDevice&) const { return {}; }  // the last joined first

  virtual Result<void> route_add(Net& net, const RouteConfig& config, uint16_t nlm_flags) = 0;
  // A table is there from the first attempt to put a route into it.
  virtual void route_table_use(Net&, uint32_t /*table*/) {}
  virtual Result<void> route_del(Net& net, const RouteConfig& match) = 0;
  virtual void route_for_each(Net& net, uint32_t table /*0: all*/, const std::function<void(const RouteConfig&)>& fn) const = 0;
  // A table once used stays, empty or not.
  virtual bool route_table_exists(Net& net, uint32_t table) const {
    bool any = false;
    route_for_each(net, table, [&](const RouteConfig&) { any = true; });
    return any;
  }
  virtual Result<RouteAnswer> route_get(Net& net, const RouteQuery& query) = 0;
  // What was learnt of single destinations: the routing cache.
  virtual void path_for_each(Net&, const std::function<void(const RouteAnswer&)>&) const {}

  virtual Result<void> neigh_add(Net& net, const NeighConfig& config, uint16_t nlm_flags) = 0;
  virtual Result<void> neigh_del(Net& net, const NeighConfig& config) = 0;
  virtual Result<NeighInfo> neigh_get(Net& net, const NeighConfig& key) = 0;
  virtual void neigh_for_each(Net& net, bool proxies, const std::function<void(const NeighInfo&)>& fn) const = 0;

  // How the neighbours of a device are kept (null: the defaults) and how many there may be; to be changed as
  // far as it belongs to a namespace (`net`): else ENOENT.
  virtual NeighParams neigh_params(const NetDevice*) const { return {}; }
  virtual Result<void> neigh_params_set(Net&, NetDevice*, const std::function<void(NeighParams&)>&) { return fail(EOPNOTSUPP); }
  virtual NeighTableInfo neigh_table(Net&) const { return {}; }
  virtual Result<void> neigh_limits_set(Net&, const NeighLimits&) { return fail(EOPNOTSUPP); }
  // Whether `net` may see and change what all share.
  virtual bool neigh_defaults_visible(const Net&) const { return false; }

  virtual Result<NetconfInfo> netconf_get(Net& net, int ifindex) const = 0;

  // IFLA_AF_SPEC of a link: the per-device settings array (IPV4_DEVCONF_*), index 0 first. Empty: family absent on dev.
  virtual std::vector<int32_t> devconf(const NetDevice& dev) const = 0;
  // One setting by sysctl name ("forwarding", "rp_filter", …) of "all", "default" or a device; for /proc/sys/net.
  virtual std::vector<std::string> conf_names() const = 0;
  virtual Result<int32_t> conf_get(Net& net, std::string_view dev, std::string_view name) const = 0;   // ENOENT
  virtual Result<void> conf_set(Net& net, std::string_view dev, std::string_view name, int32_t value) = 0;  // fans out as Linux does
  // One setting of a device by its place in devconf(), from 1 on; nobody is told (IFLA_AF_SPEC).
  virtual void conf_put(NetDevice& /*dev*/, int /*number*/, int32_t /*value*/) {}
  // Integer settings of the family outside conf/ ("ip_forward", "ip_default_ttl", "ping_group_range" has two …).
  virtual std::vector<std::string> sysctl_names() const = 0;
  virtual Result<std::vector<int64_t>> sysctl_get(Net& net, std::string_view name) const = 0;
  virtual Result<void> sysctl_set(Net& net, std::string_view name, const std::vector<int64_t>& values) = 0;

  virtual void set_messages(InetMessages* messages) = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_CONTROL_H_
