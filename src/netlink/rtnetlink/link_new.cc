// RTM_NEWLINK: makes a device, or changes one that exists. What is looked at first shows in which
// error a request gets that has several faults: the kind's attributes, the peer, the namespaces,
// then the device.
#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/link_changes.h"
#include "netlink/rtnetlink/link_group.h"
#include "netlink/rtnetlink/link_peer.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

// IFLA_LINKINFO, and what the kind it names makes of the request.
struct LinkInfo {
  AttrSet attrs;
  LinkKind* kind = nullptr;  // null: none is named, or one that is not known
  NewLink wanted{};
  std::optional<LinkPeer> peer;
};

Result<LinkInfo> parse_info(Rtnetlink& rt, const NlRequest& request, const LinkRequest& link) {
  LinkInfo info;
  info.wanted = new_link_of(link);
  UNETNS_ASSIGN(info.attrs, parse_nested_silently(link.attrs, IFLA_LINKINFO, link_info_policy()));
  info.wanted.info_data = info.attrs.bytes(IFLA_INFO_DATA);
  info.kind = rt.netdevs().find_kind(info.attrs.str(IFLA_INFO_KIND));
  if (!info.kind) return info;
  AttrSet data;
  if (const PolicyTable policy = info.kind->data_policy(); !policy.empty()) {
    UNETNS_ASSIGN(data, parse_nested(info.attrs, IFLA_INFO_DATA, policy, Strictness::kLiberal,
                                     &request.notes));
  }
  UNETNS_TRY(info.kind->validate(info.wanted));
  if (const uint16_t id = info.kind->peer_attribute(); id && data.has(id)) {
    UNETNS_ASSIGN(info.peer, parse_link_peer(request, *info.kind, data, id));
  }
  return info;
}

Result<void> change(Rtnetlink& rt, NlRequest& request, NetDevice& dev, const LinkRequest& link,
                    const LinkInfo& info) {
  if (request.header.nlmsg_flags & NLM_F_EXCL) return fail(EEXIST);
  if (request.header.nlmsg_flags & NLM_F_REPLACE) return fail(EOPNOTSUPP);
  if (info.attrs.has(IFLA_INFO_DATA)) {
    if (!info.kind || info.kind != dev.kind()) return fail(EOPNOTSUPP);
    UNETNS_TRY(info.kind->change_link(rt.netdevs(), dev, info.wanted.info_data));
  }
  if (info.attrs.has(IFLA_INFO_SLAVE_DATA)) return fail(EOPNOTSUPP);  // no master has any
  return apply_link_changes(rt, request, dev, link);
}

Result<void> check_queues(const NewLink& wanted) {
  // At most 4096 each, at least one, as Linux has it.
  if (wanted.num_tx_queues.value_or(1) - 1 >= 4096)
    return fail(EINVAL, "Invalid number of transmit queues");
  if (wanted.num_rx_queues.value_or(1) - 1 >= 4096)
    return fail(EINVAL, "Invalid number of receive queues");
  return {};
}

Result<void> check_new(const Rtnetlink& rt, const NlRequest& request, const LinkRequest& link,
                       const NewLink& wanted) {
  UNETNS_TRY(check_queues(wanted));
  return check_link_request(rt, nullptr, link, &request.notes);
}

Result<void> enslave(Rtnetlink& rt, NetDevice& dev, int index) {
  NetDevice* master = rt.netdevs().by_index(dev.net(), index);
  if (!master) return fail(EINVAL);
  return rt.netdevs().set_master(dev, master);
}

// `net` is where the device is to be, `link_net` where others that it names are.
Result<void> create(Rtnetlink& rt, NlRequest& request, Net& net, Net& link_net,
                    const LinkRequest& link, LinkInfo& info) {
  if (link.attrs.has(IFLA_MAP) || link.attrs.has(IFLA_PROTINFO)) return fail(EOPNOTSUPP);
  if (!info.kind) {
    rt.note_kind(info.attrs.str(IFLA_INFO_KIND));
    return fail(EOPNOTSUPP, "Unknown device type");
  }
  UNETNS_TRY(check_new(rt, request, link, info.wanted));
  NewLink& wanted = info.wanted;
  wanted.net = &net;
  wanted.source_net = &link_net;
  wanted.caller = &request.caller;
  // With the device, but for a namespace that is named by its id: that is meant for the device alone.
  if (link.attrs.has(IFLA_TARGET_NETNSID)) wanted.peer_net = &link_net;
  if (info.peer) {
    NewLink& peer = info.peer->wanted;
    UNETNS_TRY(check_new(rt, request, info.peer->link, peer));
    // Without a namespace of its own the peer stays where the request came from.
    peer.net = info.peer->named ? info.peer->named.get() : &link_net;
    peer.source_net = &link_net;
    peer.caller = &request.caller;
    wanted.peer = &peer;
  }
  UNETNS_ASSIGN(NetDevice * dev, rt.netdevs().add_link(*info.kind, wanted));
  if (const int index = link.attrs.s32(IFLA_MASTER)) {
    if (auto enslaved = enslave(rt, *dev, index); !enslaved) {
      (void)info.kind->delete_link(rt.netdevs(), *dev);
      return enslaved;
    }
  }
  return {};
}

}  // namespace

Result<void> link_new(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const LinkRequest link, parse_link_request(request));
  UNETNS_ASSIGN(LinkInfo info, parse_info(rt, request, link));
  UNETNS_ASSIGN(const NetRef elsewhere,
                named_net(rt.nsids(), request.net, request.caller, link.attrs));
  Net* link_net = &request.net;
  if (link.attrs.has(IFLA_LINK_NETNSID)) {
    link_net = rt.nsids().find(request.net, link.attrs.s32(IFLA_LINK_NETNSID));
    if (!link_net) return fail(EINVAL, "Unknown network namespace id");
  }
  if (link.header.ifi_index < 0) return fail(EINVAL, "ifindex can't be negative");
  const bool may_create = request.header.nlmsg_flags & NLM_F_CREATE;
  const bool exclusive = request.header.nlmsg_flags & NLM_F_EXCL;
  // A new device must not be there yet where it is to be; one to change is looked for here.
  Net& target = elsewhere && may_create && exclusive ? *elsewhere : request.net;
  const bool named =
      link.header.ifi_index || link.attrs.has(IFLA_IFNAME) || link.attrs.has(IFLA_ALT_IFNAME);
  if (named) {
    UNETNS_ASSIGN(NetDevice * dev, named_device(rt, target, link));
    if (dev) return change(rt, request, *dev, link, info);
  }
  if (!may_create) {
    if (!named && link.attrs.has(IFLA_GROUP)) return change_link_group(rt, request, link);
    return fail(ENODEV);
  }
  return create(rt, request, elsewhere ? *elsewhere : request.net, *link_net, link, info);
}

}  // namespace unetns
