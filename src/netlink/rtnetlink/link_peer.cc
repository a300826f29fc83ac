#include "netlink/rtnetlink/link_peer.h"

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/new_link_attrs.h"

namespace unetns {
namespace {

std::optional<uint32_t> maybe_u32(const AttrSet& attrs, uint16_t id) {
  if (!attrs.has(id)) return std::nullopt;
  return attrs.u32(id);
}

std::optional<LinkLayerAddress> maybe_address(const AttrSet& attrs, uint16_t id) {
  if (!attrs.has(id)) return std::nullopt;
  return LinkLayerAddress::from(attrs.bytes(id));
}

// By pid, or else by descriptor: an id counts for nothing in the description of a peer.
Result<NetRef> net_of_peer(const NlRequest& request, const AttrSet& attrs) {
  if (attrs.has(IFLA_NET_NS_PID)) return request.caller.net_from_pid(attrs.s32(IFLA_NET_NS_PID));
  if (attrs.has(IFLA_NET_NS_FD)) return request.caller.net_from_fd(attrs.s32(IFLA_NET_NS_FD));
  return NetRef{};
}

}  // namespace

LinkSizes link_sizes_of(const AttrSet& attrs) {
  LinkSizes out;
  out.gso_max_size = maybe_u32(attrs, IFLA_GSO_MAX_SIZE);
  out.gso_max_segs = maybe_u32(attrs, IFLA_GSO_MAX_SEGS);
  out.gro_max_size = maybe_u32(attrs, IFLA_GRO_MAX_SIZE);
  if (out.gso_max_size <= kLegacyMaxSize) out.gso_ipv4_max_size = out.gso_max_size;
  if (out.gro_max_size <= kLegacyMaxSize) out.gro_ipv4_max_size = out.gro_max_size;
  if (attrs.has(kIflaGsoIpv4MaxSize)) out.gso_ipv4_max_size = attrs.u32(kIflaGsoIpv4MaxSize);
  if (attrs.has(kIflaGroIpv4MaxSize)) out.gro_ipv4_max_size = attrs.u32(kIflaGroIpv4MaxSize);
  return out;
}

NewLink new_link_of(const LinkRequest& link) {
  const AttrSet& attrs = link.attrs;
  NewLink out{};
  out.name = attrs.str(IFLA_IFNAME);
  // A name without a character isn't the same as none: like any other that can't be, it is refused
  // when the device is registered.
  if (attrs.has(IFLA_IFNAME) && out.name.empty()) out.name = "/";
  out.ifindex = link.header.ifi_index;
  out.address = maybe_address(attrs, IFLA_ADDRESS);
  out.broadcast = maybe_address(attrs, IFLA_BROADCAST);
  out.mtu = maybe_u32(attrs, IFLA_MTU);
  out.tx_queue_len = maybe_u32(attrs, IFLA_TXQLEN);
  out.group = maybe_u32(attrs, IFLA_GROUP);
  out.num_tx_queues = maybe_u32(attrs, IFLA_NUM_TX_QUEUES);
  out.num_rx_queues = maybe_u32(attrs, IFLA_NUM_RX_QUEUES);
  out.sizes = link_sizes_of(attrs);
  if (attrs.has(IFLA_LINKMODE)) out.link_mode = attrs.u8(IFLA_LINKMODE);
  out.alias = attrs.str(IFLA_IFALIAS);
  out.link = attrs.s32(IFLA_LINK);
  const uint32_t mask = link.header.ifi_change ? link.header.ifi_change : 0xffffffff;
  out.flags = link.header.ifi_flags & mask;
  return out;
}

Result<LinkPeer> parse_link_peer(const NlRequest& request, const LinkKind& kind,
                                 const AttrSet& data, uint16_t id) {
  const Bytes bytes = data.bytes(id);
  if (bytes.size() < sizeof(ifinfomsg)) return data.reject(id, EINVAL);
  LinkPeer out;
  out.link.header = load<ifinfomsg>(bytes.data());
  if (out.link.header.ifi_index < 0) return data.reject(id, EINVAL, "ifindex can't be negative");
  constexpr size_t kHead = NLMSG_ALIGN(sizeof(ifinfomsg));
  const auto offset = static_cast<uint32_t>(data.offset(id) + NLA_HDRLEN + kHead);
  UNETNS_ASSIGN(out.link.attrs, parse_attrs(bytes.subspan(kHead), link_policy(),
                                            Strictness::kLiberal, offset, &request.notes));
  out.wanted = new_link_of(out.link);
  UNETNS_TRY(kind.validate(out.wanted));
  UNETNS_ASSIGN(out.named, net_of_peer(request, out.link.attrs));
  return out;
}

}  // namespace unetns
