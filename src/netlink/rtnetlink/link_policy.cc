#include "netlink/rtnetlink/link_policy.h"

#include <linux/capability.h>
#include <linux/if.h>

#include "netlink/rtnetlink/new_link_attrs.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr uint32_t kAltIfNameSize = 128;  // ALTIFNAMSIZ
constexpr uint32_t kAliasSize = 256;      // IFALIASZ
constexpr uint32_t kMaxAddressLen = 32;   // MAX_ADDR_LEN

constexpr AttrPolicy kInfoPolicy[] = {
    {IFLA_INFO_KIND, AttrType::kString},
    {IFLA_INFO_DATA, AttrType::kNested},
    {IFLA_INFO_SLAVE_KIND, AttrType::kString},
    {IFLA_INFO_SLAVE_DATA, AttrType::kNested},
};

constexpr uint32_t kMinGsoSize = 193;  // headers of TCP, and a byte

// A hole in the numbers is an attribute that is never taken from programs.
constexpr AttrPolicy kLinkPolicy[] = {
    {0, AttrType::kStrictFrom, 0, kIflaDpllPin},
    {IFLA_IFNAME, AttrType::kString, IFNAMSIZ - 1},
    {IFLA_ADDRESS, AttrType::kBinary, kMaxAddressLen},
    {IFLA_BROADCAST, AttrType::kBinary, kMaxAddressLen},
    {IFLA_MAP, AttrType::kBinary, 0, sizeof(rtnl_link_ifmap)},
    {IFLA_MTU, AttrType::kU32},
    {IFLA_LINK, AttrType::kU32},
    {IFLA_MASTER, AttrType::kU32},
    {IFLA_CARRIER, AttrType::kU8},
    {IFLA_TXQLEN, AttrType::kU32},
    {IFLA_WEIGHT, AttrType::kU32},
    {IFLA_OPERSTATE, AttrType::kU8},
    {IFLA_LINKMODE, AttrType::kU8},
    {IFLA_LINKINFO, AttrType::kNested},
    {IFLA_NET_NS_PID, AttrType::kU32},
    {IFLA_NET_NS_FD, AttrType::kU32},
    {IFLA_IFALIAS, AttrType::kBinary, kAliasSize - 1},
    {IFLA_VFINFO_LIST, AttrType::kNested},
    {IFLA_VF_PORTS, AttrType::kNested},
    {IFLA_PORT_SELF, AttrType::kNested},
    {IFLA_AF_SPEC, AttrType::kNested},
    {IFLA_EXT_MASK, AttrType::kU32},
    {IFLA_PROMISCUITY, AttrType::kU32},
    {IFLA_NUM_TX_QUEUES, AttrType::kU32},
    {IFLA_NUM_RX_QUEUES, AttrType::kU32},
    {IFLA_GSO_MAX_SEGS, AttrType::kU32},
    {IFLA_GSO_MAX_SIZE, AttrType::kU32, 0xffffffff, kMinGsoSize},
    {IFLA_PHYS_PORT_ID, AttrType::kBinary, kMaxAddressLen},
    {IFLA_CARRIER_CHANGES, AttrType::kU32},
    {IFLA_PHYS_SWITCH_ID, AttrType::kBinary, kMaxAddressLen},
    {IFLA_LINK_NETNSID, AttrType::kS32},
    {IFLA_PROTO_DOWN, AttrType::kU8},
    {IFLA_XDP, AttrType::kNested},
    {IFLA_EVENT, AttrType::kU32},
    {IFLA_GROUP, AttrType::kU32},
    {IFLA_TARGET_NETNSID, AttrType::kS32},
    {IFLA_CARRIER_UP_COUNT, AttrType::kU32},
    {IFLA_CARRIER_DOWN_COUNT, AttrType::kU32},
    {IFLA_MIN_MTU, AttrType::kU32},
    {IFLA_MAX_MTU, AttrType::kU32},
    {IFLA_PROP_LIST, AttrType::kNested},
    {IFLA_ALT_IFNAME, AttrType::kString, kAltIfNameSize - 1},
    {IFLA_PERM_ADDRESS, AttrType::kReject},
    {IFLA_PROTO_DOWN_REASON, AttrType::kNested},
    {IFLA_NEW_IFINDEX, AttrType::kS32, 0, 1},
    {IFLA_PARENT_DEV_NAME, AttrType::kNulString},
    {IFLA_GRO_MAX_SIZE, AttrType::kU32},
    {IFLA_TSO_MAX_SIZE, AttrType::kReject},
    {IFLA_TSO_MAX_SEGS, AttrType::kReject},
    {IFLA_ALLMULTI, AttrType::kReject},
    {kIflaGsoIpv4MaxSize, AttrType::kU32, 0xffffffff, kMinGsoSize},
    {kIflaGroIpv4MaxSize, AttrType::kU32},
    {kIflaNetnsImmutable, AttrType::kReject},
    {kIflaHeadroom, AttrType::kReject},
    {kIflaTailroom, AttrType::kReject},
};

}  // namespace

PolicyTable link_policy() { return kLinkPolicy; }
PolicyTable link_info_policy() { return kInfoPolicy; }

Result<LinkRequest> parse_link_request(const NlRequest& request, Strictness strictness) {
  UNETNS_ASSIGN(const ifinfomsg header, request.fixed<ifinfomsg>());
  UNETNS_ASSIGN(AttrSet attrs, request.attrs(sizeof header, kLinkPolicy, strictness));
  return LinkRequest{header, std::move(attrs)};
}

Result<NetDevice*> named_device(const Rtnetlink& rt, Net& net, const LinkRequest& link) {
  if (link.header.ifi_index > 0) return rt.netdevs().by_index(net, link.header.ifi_index);
  for (uint16_t id : {IFLA_IFNAME, IFLA_ALT_IFNAME})
    if (link.attrs.has(id)) return rt.netdevs().by_name(net, link.attrs.str(id));
  return fail(EINVAL);
}

Result<NetDevice*> require_device(const Rtnetlink& rt, Net& net, const LinkRequest& link) {
  UNETNS_ASSIGN(NetDevice * dev, named_device(rt, net, link));
  if (!dev) return fail(ENODEV);
  return dev;
}

Result<NetRef> named_net(const NsidLayer& nsids, Net& net, const Caller& caller,
                         const AttrSet& attrs) {
  const int named =
      attrs.has(IFLA_NET_NS_PID) + attrs.has(IFLA_NET_NS_FD) + attrs.has(IFLA_TARGET_NETNSID);
  if (named == 0) return NetRef{};
  if (named > 1) return fail(EINVAL, "multiple netns identifying attributes specified");
  NetRef found;
  if (attrs.has(IFLA_NET_NS_PID)) {
    UNETNS_ASSIGN(found, caller.net_from_pid(attrs.s32(IFLA_NET_NS_PID)));
  } else if (attrs.has(IFLA_NET_NS_FD)) {
    UNETNS_ASSIGN(found, caller.net_from_fd(attrs.s32(IFLA_NET_NS_FD)));
  } else {
    Net* target = nsids.find(net, attrs.s32(IFLA_TARGET_NETNSID));
    if (!target || !target->alive()) return fail(EINVAL);
    found = NetRef(*target);
  }
  if (!caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
  return found;
}

Result<void> refuse_named_net(const AttrSet& attrs) {
  if (attrs.has(IFLA_NET_NS_PID) || attrs.has(IFLA_NET_NS_FD))
    return fail(EOPNOTSUPP, "specified netns attribute not supported");
  return {};
}

Result<Net*> target_net(const Rtnetlink& rt, const NlRequest& request, const AttrSet& attrs,
                        uint16_t id) {
  if (!attrs.has(id)) return &request.net;
  Net* target = rt.nsids().find(request.net, attrs.s32(id));
  if (!target || !target->alive()) return fail(EINVAL, "Invalid target network namespace id");
  if (!request.caller.capable(CAP_NET_ADMIN))
    return fail(EACCES, "Invalid target network namespace id");
  return target;
}

}  // namespace unetns
