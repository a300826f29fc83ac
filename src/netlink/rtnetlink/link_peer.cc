#include "netlink/rtnetlink/link_peer.h"

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

}  // namespace

Result<void> read_new_link(const LinkRequest& link, NewLink* out) {
  const AttrSet& attrs = link.attrs;
  if (link.header.ifi_index < 0) return fail(EINVAL, "ifindex can't be negative");
  if (attrs.has(IFLA_IFNAME) && attrs.str(IFLA_IFNAME).empty()) return fail(EINVAL);
  out->name = attrs.str(IFLA_IFNAME);
  out->ifindex = link.header.ifi_index;
  out->address = maybe_address(attrs, IFLA_ADDRESS);
  out->broadcast = maybe_address(attrs, IFLA_BROADCAST);
  out->mtu = maybe_u32(attrs, IFLA_MTU);
  out->tx_queue_len = maybe_u32(attrs, IFLA_TXQLEN);
  out->group = maybe_u32(attrs, IFLA_GROUP);
  out->num_tx_queues = maybe_u32(attrs, IFLA_NUM_TX_QUEUES);
  out->num_rx_queues = maybe_u32(attrs, IFLA_NUM_RX_QUEUES);
  out->gso_max_size = maybe_u32(attrs, IFLA_GSO_MAX_SIZE);
  out->gso_max_segs = maybe_u32(attrs, IFLA_GSO_MAX_SEGS);
  // At most 4096 queues each, at least one, as Linux has it.
  if (out->num_tx_queues && (*out->num_tx_queues < 1 || *out->num_tx_queues > 4096))
    return fail(EINVAL, "Invalid number of transmit queues");
  if (out->num_rx_queues && (*out->num_rx_queues < 1 || *out->num_rx_queues > 4096))
    return fail(EINVAL, "Invalid number of receive queues");
  out->alias = attrs.str(IFLA_IFALIAS);
  out->link = attrs.s32(IFLA_LINK);
  const uint32_t mask = link.header.ifi_change ? link.header.ifi_change : 0xffffffff;
  out->flags = link.header.ifi_flags & mask;
  return {};
}

Result<void> parse_link_peer(const NewLink& outer, Bytes data, NewLink* out) {
  if (data.size() < sizeof(ifinfomsg)) return fail(EINVAL);
  LinkRequest peer{load<ifinfomsg>(data.data()), {}};
  UNETNS_ASSIGN(peer.attrs, parse_attrs(data.subspan(NLMSG_ALIGN(sizeof(ifinfomsg))), link_policy(),
                                        Strictness::kLiberal));
  UNETNS_TRY(read_new_link(peer, out));
  // Without a namespace of its own the peer stays where the request came from.
  out->net = outer.source_net;
  out->source_net = outer.source_net;
  out->caller = outer.caller;
  out->parse_peer = outer.parse_peer;
  out->nsids = outer.nsids;
  // By pid or descriptor: an id counts for nothing in the description of a peer.
  const bool named_peer = peer.attrs.has(IFLA_NET_NS_PID) || peer.attrs.has(IFLA_NET_NS_FD);
  if (named_peer && outer.caller && outer.nsids) {
    UNETNS_ASSIGN(const NetRef named,
                  named_net(*outer.nsids, *outer.source_net, *outer.caller, peer.attrs));
    // What the caller named by descriptor or pid lives on through it for as long as the request is
    // served.
    if (named) out->net = named.get();
  }
  return {};
}

}  // namespace unetns
