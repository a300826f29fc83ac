// RTM_SETLINK, and RTM_{NEW,DEL}LINKPROP (alternative names).
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/link_changes.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

// Entries of IFLA_PROP_LIST; others than IFLA_ALT_IFNAME have no meaning and are passed over.
constexpr AttrPolicy kPropPolicy[] = {{IFLA_ALT_IFNAME, AttrType::kString, 127}};

using AltnameChange = Result<void> (NetdevLayer::*)(NetDevice&, std::string_view);

Result<void> change_props(Rtnetlink& rt, NlRequest& request, AltnameChange change) {
  UNETNS_ASSIGN(const LinkRequest link, parse_link_request(request, Strictness::kFull));
  UNETNS_TRY(refuse_named_net(link.attrs));
  UNETNS_ASSIGN(NetDevice * dev, require_device(rt, request.net, link));
  UNETNS_ASSIGN(const AttrSet list,
                parse_nested(link.attrs, IFLA_PROP_LIST, {}, Strictness::kLiberal));
  bool changed = false;
  for (const AttrSet::Entry& entry : list.entries()) {
    if (entry.id != IFLA_ALT_IFNAME) continue;
    // Each is judged when its turn comes.
    const Bytes whole(entry.payload.data() - NLA_HDRLEN, NLA_HDRLEN + entry.payload.size());
    UNETNS_TRY(parse_attrs(whole, kPropPolicy, Strictness::kLiberal, entry.offset, &request.notes));
    const char* text = reinterpret_cast<const char*>(entry.payload.data());
    UNETNS_TRY((rt.netdevs().*change)(*dev, {text, strnlen(text, entry.payload.size())}));
    changed = true;
  }
  if (changed) rt.netdevs().state_changed(*dev);  // not when one of them failed
  return {};
}

}  // namespace

Result<void> link_set(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const LinkRequest link, parse_link_request(request));
  UNETNS_TRY(named_net(rt.nsids(), request.net, request.caller, link.attrs));
  UNETNS_ASSIGN(NetDevice * dev, require_device(rt, request.net, link));
  return apply_link_changes(rt, request, *dev, link);
}

Result<void> linkprop_new(Rtnetlink& rt, NlRequest& request) {
  return change_props(rt, request, &NetdevLayer::add_altname);
}

Result<void> linkprop_del(Rtnetlink& rt, NlRequest& request) {
  return change_props(rt, request, &NetdevLayer::del_altname);
}

}  // namespace unetns
