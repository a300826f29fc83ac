// Reads what a new device is to be into a NewLink: of the request itself, and of a peer nested in
// IFLA_INFO_DATA.
#ifndef UNETNS_NETLINK_RTNETLINK_LINK_PEER_H_
#define UNETNS_NETLINK_RTNETLINK_LINK_PEER_H_

#include "netlink/rtnetlink/link_policy.h"

namespace unetns {

// Common attributes; the namespaces, the caller and what concerns the kind are left alone.
NewLink new_link_of(const LinkRequest& link);
// Sizes up to 64 KiB count for IPv4 as well, where none is said for it alone.
LinkSizes link_sizes_of(const AttrSet& attrs);

struct LinkPeer {
  LinkRequest link;
  NewLink wanted{};
  NetRef named;  // the namespace that its own attributes name; may be empty
};
// The contents of attribute `id` of `data` (LinkKind::peer_attribute), judged by the kind.
Result<LinkPeer> parse_link_peer(const NlRequest& request, const LinkKind& kind,
                                 const AttrSet& data, uint16_t id);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_LINK_PEER_H_
