#include "netlink/rtnetlink/link_changes.h"

#include <bit>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/link_peer.h"
#include "netlink/rtnetlink/new_link_attrs.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr AttrPolicy kXdpPolicy[] = {{IFLA_XDP_FD, AttrType::kS32},
                                     {IFLA_XDP_FLAGS, AttrType::kU32},
                                     {IFLA_XDP_PROG_ID, AttrType::kU32}};

LinkLayerAddress address_of(const AttrSet& attrs, uint16_t id, size_t len) {
  return LinkLayerAddress::from(attrs.bytes(id).first(std::min(len, attrs.bytes(id).size())));
}

Result<void> move_if_asked(Rtnetlink& rt, NlRequest& request, NetDevice& dev,
                           const AttrSet& attrs) {
  UNETNS_ASSIGN(const NetRef target, named_net(rt.nsids(), request.net, request.caller, attrs));
  if (!target) return {};
  return rt.netdevs().relocate(dev, *target, attrs.str(IFLA_IFNAME), attrs.s32(IFLA_NEW_IFINDEX));
}

Result<void> apply_master(Rtnetlink& rt, NetDevice& dev, const AttrSet& attrs) {
  if (!attrs.has(IFLA_MASTER)) return {};
  const int index = attrs.s32(IFLA_MASTER);
  NetDevice* master = index ? rt.netdevs().by_index(dev.net(), index) : nullptr;
  if (index && !master) return fail(EINVAL);
  if (master == dev.master) return {};
  return rt.netdevs().set_master(dev, master);
}

Result<void> apply_flags(Rtnetlink& rt, NetDevice& dev, const ifinfomsg& header) {
  if (!header.ifi_flags && !header.ifi_change) return {};
  // Without a mask all flags are meant (rtnetlink(7)).
  const uint32_t mask = header.ifi_change ? header.ifi_change : 0xffffffff;
  return rt.netdevs().change_flags(dev, header.ifi_flags, mask);
}

constexpr AttrPolicy kPortPolicy[] = {
    {IFLA_PORT_VF, AttrType::kU32},
    {IFLA_PORT_PROFILE, AttrType::kString, PORT_PROFILE_MAX},
    {IFLA_PORT_INSTANCE_UUID, AttrType::kBinary, PORT_UUID_MAX},
    {IFLA_PORT_HOST_UUID, AttrType::kString, PORT_UUID_MAX},
    {IFLA_PORT_REQUEST, AttrType::kU8},
    {IFLA_PORT_RESPONSE, AttrType::kU16},
};

// No descriptor is that of a program for packets: it is another thing's, or nobody's.
Result<void> refuse_xdp(const NlRequest& request, const AttrSet& xdp) {
  if (xdp.has(IFLA_XDP_ATTACHED) || xdp.has(IFLA_XDP_PROG_ID)) return fail(EINVAL);
  const uint32_t flags = xdp.u32(IFLA_XDP_FLAGS);
  if (flags & ~XDP_FLAGS_MASK || std::popcount(flags & XDP_FLAGS_MODES) > 1) return fail(EINVAL);
  if (!xdp.has(IFLA_XDP_FD) || xdp.s32(IFLA_XDP_FD) < 0) return {};
  const auto found = request.caller.net_from_fd(xdp.s32(IFLA_XDP_FD));
  return fail(!found && found.error().code == EBADF ? EBADF : EINVAL);
}

constexpr AttrPolicy kVfPolicy[] = {
    {IFLA_VF_MAC, AttrType::kBinary, 0, sizeof(ifla_vf_mac)},
    {IFLA_VF_VLAN, AttrType::kBinary, 0, sizeof(ifla_vf_vlan)},
    {IFLA_VF_TX_RATE, AttrType::kBinary, 0, sizeof(ifla_vf_tx_rate)},
    {IFLA_VF_SPOOFCHK, AttrType::kBinary, 0, sizeof(ifla_vf_spoofchk)},
    {IFLA_VF_LINK_STATE, AttrType::kBinary, 0, sizeof(ifla_vf_link_state)},
    {IFLA_VF_RATE, AttrType::kBinary, 0, sizeof(ifla_vf_rate)},
    {IFLA_VF_RSS_QUERY_EN, AttrType::kBinary, 0, sizeof(ifla_vf_rss_query_en)},
    {IFLA_VF_TRUST, AttrType::kBinary, 0, sizeof(ifla_vf_trust)},
    {IFLA_VF_IB_NODE_GUID, AttrType::kBinary, 0, sizeof(ifla_vf_guid)},
    {IFLA_VF_IB_PORT_GUID, AttrType::kBinary, 0, sizeof(ifla_vf_guid)},
    {IFLA_VF_VLAN_LIST, AttrType::kNested},
};

// Virtual functions of hardware: what is said of one is read before it turns out that there is none.
Result<void> refuse_vfs(const AttrSet& attrs) {
  UNETNS_ASSIGN(const AttrSet list,
                parse_nested(attrs, IFLA_VFINFO_LIST, {}, Strictness::kLiberal));
  for (const AttrSet::Entry& vf : list.entries()) {
    if (vf.id != IFLA_VF_INFO || vf.payload.size() < NLA_HDRLEN) return fail(EINVAL);
    const auto settings = parse_attrs(vf.payload, kVfPolicy, Strictness::kLiberal);
    if (!settings) return fail(settings.error().code);
    for (const AttrSet::Entry& setting : settings->entries())
      for (const AttrPolicy& known : kVfPolicy)
        if (known.id == setting.id) return fail(EOPNOTSUPP);
    return fail(EINVAL);
  }
  return {};
}

Result<void> refuse_unsupported(const NlRequest& request, const AttrSet& attrs) {
  if (attrs.has(IFLA_PORT_SELF))
    UNETNS_TRY(parse_nested_silently(attrs, IFLA_PORT_SELF, kPortPolicy));
  if (attrs.has(IFLA_VF_PORTS) || attrs.has(IFLA_PORT_SELF)) return fail(EOPNOTSUPP);
  if (attrs.has(IFLA_PROTO_DOWN) || attrs.has(IFLA_PROTO_DOWN_REASON))
    return fail(EOPNOTSUPP, "Protodown not supported by device");
  if (attrs.has(IFLA_XDP)) {
    UNETNS_ASSIGN(const AttrSet xdp, parse_nested_silently(attrs, IFLA_XDP, kXdpPolicy));
    UNETNS_TRY(refuse_xdp(request, xdp));
  }
  return {};
}

}  // namespace

Result<void> check_link_request(const Rtnetlink& rt, const NetDevice* dev, const LinkRequest& link,
                                ParseNotes* notes) {
  const AttrSet& attrs = link.attrs;
  if (dev) {
    for (uint16_t id : {IFLA_ADDRESS, IFLA_BROADCAST})
      if (attrs.has(id) && attrs.bytes(id).size() < dev->address.len) return fail(EINVAL);
  }
  const uint32_t tso_size = dev ? dev->ops().tso_max_size() : kMaxPacketSize;
  const struct {
    uint16_t id;
    uint32_t most;
    const char* text;
  } kBounds[] = {
      {IFLA_GSO_MAX_SIZE, tso_size, "too big gso_max_size"},
      {IFLA_GSO_MAX_SEGS, kTsoMaxSegs, "too big gso_max_segs"},
      {IFLA_GRO_MAX_SIZE, kMaxPacketSize, "too big gro_max_size"},
      {kIflaGsoIpv4MaxSize, tso_size, "too big gso_ipv4_max_size"},
      {kIflaGroIpv4MaxSize, kMaxPacketSize, "too big gro_ipv4_max_size"},
  };
  for (const auto& bound : kBounds)
    if (attrs.u32(bound.id) > bound.most) return fail(EINVAL, bound.text);
  return check_af_spec(rt, dev, link, notes);
}

namespace {

// `told`: set when a change is to be told of at the end.
Result<void> apply_all(Rtnetlink& rt, NlRequest& request, NetDevice& dev, const LinkRequest& link,
                       bool* told) {
  const AttrSet& attrs = link.attrs;
  NetdevLayer& netdevs = rt.netdevs();
  UNETNS_TRY(check_link_request(rt, &dev, link, &request.notes));
  UNETNS_TRY(move_if_asked(rt, request, dev, attrs));
  if (attrs.has(IFLA_MAP)) return fail(EOPNOTSUPP);
  if (attrs.has(IFLA_ADDRESS))
    UNETNS_TRY(netdevs.set_address(dev, address_of(attrs, IFLA_ADDRESS, dev.address.len)));
  if (attrs.has(IFLA_MTU)) UNETNS_TRY(netdevs.set_mtu(dev, attrs.u32(IFLA_MTU)));
  if (attrs.has(IFLA_GROUP)) {
    UNETNS_TRY(netdevs.set_group(dev, attrs.u32(IFLA_GROUP)));
    *told = true;
  }
  // A name renames only when the index said which device is meant.
  if (link.header.ifi_index > 0 && !attrs.str(IFLA_IFNAME).empty() &&
      attrs.str(IFLA_IFNAME) != dev.name())
    UNETNS_TRY(netdevs.rename(dev, attrs.str(IFLA_IFNAME)));
  if (attrs.has(IFLA_IFALIAS)) {
    UNETNS_TRY(netdevs.set_alias(dev, attrs.str(IFLA_IFALIAS)));
    *told = true;
  }
  if (attrs.has(IFLA_BROADCAST))
    UNETNS_TRY(netdevs.set_broadcast(dev, address_of(attrs, IFLA_BROADCAST, dev.address.len)));
  UNETNS_TRY(apply_flags(rt, dev, link.header));
  UNETNS_TRY(apply_master(rt, dev, attrs));
  if (attrs.has(IFLA_CARRIER)) UNETNS_TRY(netdevs.change_carrier(dev, attrs.u8(IFLA_CARRIER) != 0));
  if (attrs.has(IFLA_TXQLEN)) UNETNS_TRY(netdevs.set_tx_queue_len(dev, attrs.u32(IFLA_TXQLEN)));
  link_sizes_of(attrs).apply(dev);
  if (attrs.has(IFLA_OPERSTATE))
    UNETNS_TRY(netdevs.set_operstate(dev, static_cast<OperState>(attrs.u8(IFLA_OPERSTATE))));
  if (attrs.has(IFLA_LINKMODE)) {
    const uint8_t mode = attrs.u8(IFLA_LINKMODE);
    if (mode != dev.link_mode) *told = true;
    UNETNS_TRY(netdevs.set_link_mode(dev, mode));
  }
  UNETNS_TRY(refuse_vfs(attrs));
  UNETNS_ASSIGN(const bool families, apply_af_spec(rt, dev, link));
  if (families) *told = true;
  return refuse_unsupported(request, attrs);
}

}  // namespace

Result<void> apply_link_changes(Rtnetlink& rt, NlRequest& request, NetDevice& dev,
                                const LinkRequest& link) {
  bool told = false;
  Result<void> out = apply_all(rt, request, dev, link, &told);
  if (told) rt.netdevs().state_changed(dev);
  return out;
}

}  // namespace unetns
