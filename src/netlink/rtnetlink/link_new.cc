// RTM_NEWLINK: makes a device, or changes one that exists.
#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/link_changes.h"
#include "netlink/rtnetlink/link_group.h"
#include "netlink/rtnetlink/link_peer.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

struct LinkInfo {
  std::string_view kind;
  bool has_data = false;
  Bytes data;
};

Result<LinkInfo> parse_info(const AttrSet& attrs) {
  UNETNS_ASSIGN(const AttrSet info,
                parse_nested_silently(attrs, IFLA_LINKINFO, link_info_policy()));
  return LinkInfo{info.str(IFLA_INFO_KIND), info.has(IFLA_INFO_DATA), info.bytes(IFLA_INFO_DATA)};
}

Result<void> change(Rtnetlink& rt, NlRequest& request, NetDevice& dev, const LinkRequest& link,
                    const LinkInfo& info) {
  if (request.header.nlmsg_flags & NLM_F_EXCL) return fail(EEXIST);
  if (request.header.nlmsg_flags & NLM_F_REPLACE) return fail(EOPNOTSUPP);
  UNETNS_TRY(check_link_request(rt, &dev, link));
  if (info.has_data) {
    LinkKind* kind = rt.netdevs().find_kind(info.kind);
    if (!kind || kind != dev.kind()) return fail(EOPNOTSUPP);
    UNETNS_TRY(kind->change_link(rt.netdevs(), dev, info.data));
  }
  return apply_link_changes(rt, request, dev, link);
}

Result<void> create(Rtnetlink& rt, NlRequest& request, Net& target, const LinkRequest& link,
                    const LinkInfo& info) {
  const AttrSet& attrs = link.attrs;
  if (attrs.has(IFLA_MAP) || attrs.has(IFLA_PROTINFO)) return fail(EOPNOTSUPP);
  LinkKind* kind = rt.netdevs().find_kind(info.kind);
  if (!kind) {
    rt.note_kind(info.kind);
    return fail(EOPNOTSUPP, "Unknown device type");
  }
  UNETNS_TRY(check_link_request(rt, nullptr, link));

  NewLink wanted{};
  wanted.net = &target;
  wanted.source_net = &request.net;
  wanted.caller = &request.caller;
  if (attrs.has(IFLA_LINK_NETNSID)) {
    wanted.source_net = rt.nsids().find(request.net, attrs.s32(IFLA_LINK_NETNSID));
    if (!wanted.source_net) return fail(EINVAL, "Unknown network namespace id");
  }
  UNETNS_TRY(read_new_link(link, &wanted));
  wanted.info_data = info.data;
  wanted.nsids = &rt.nsids();
  wanted.parse_peer = parse_link_peer;
  NetDevice* master = nullptr;
  if (const int index = attrs.s32(IFLA_MASTER)) {
    master = rt.netdevs().by_index(target, index);
    if (!master) return fail(EINVAL);
  }
  UNETNS_ASSIGN(NetDevice * dev, rt.netdevs().add_link(*kind, wanted));
  if (master) {
    if (auto enslaved = rt.netdevs().set_master(*dev, master); !enslaved) {
      (void)kind->delete_link(rt.netdevs(), *dev);
      return enslaved;
    }
  }
  if (request.flag(NLM_F_ECHO) && &dev->net() == &request.net) {
    NlWriter out;
    fill_link(rt, out, *dev, answer_to(request), {.change = 0xffffffff});
    request.socket.deliver_reply(out.take());
  }
  return {};
}

}  // namespace

Result<void> link_new(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const LinkRequest link, parse_link_request(request));
  UNETNS_ASSIGN(const LinkInfo info, parse_info(link.attrs));
  if (link.header.ifi_index < 0) return fail(EINVAL, "ifindex can't be negative");
  const bool may_create = request.header.nlmsg_flags & NLM_F_CREATE;
  const bool exclusive = request.header.nlmsg_flags & NLM_F_EXCL;
  UNETNS_ASSIGN(const NetRef elsewhere,
                named_net(rt.nsids(), request.net, request.caller, link.attrs));
  // A new device must not be there yet where it is to be; one to change is looked for here.
  Net& target = elsewhere && may_create && exclusive ? *elsewhere : request.net;
  const bool named =
      link.header.ifi_index || link.attrs.has(IFLA_IFNAME) || link.attrs.has(IFLA_ALT_IFNAME);
  if (named) {
    UNETNS_ASSIGN(NetDevice * dev, named_device(rt, target, link));
    if (dev) return change(rt, request, *dev, link, info);
  }
  if (!may_create) {
    if (link.header.ifi_index == 0 && link.attrs.has(IFLA_GROUP))
      return change_link_group(rt, request, link);
    return fail(ENODEV);
  }
  return create(rt, request, elsewhere ? *elsewhere : request.net, link, info);
}

}  // namespace unetns
