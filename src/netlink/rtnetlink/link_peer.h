// Reads what a new device is to be into a NewLink: of the request itself, and of a peer nested in
// IFLA_INFO_DATA.
#ifndef UNETNS_NETLINK_RTNETLINK_LINK_PEER_H_
#define UNETNS_NETLINK_RTNETLINK_LINK_PEER_H_

#include "netlink/rtnetlink/link_policy.h"

namespace unetns {

// Common attributes; leaves net, source_net, caller and info_data alone.
Result<void> read_new_link(const LinkRequest& link, NewLink* out);
// NewLink::parse_peer of every request that rtnetlink makes.
Result<void> parse_link_peer(const NewLink& outer, Bytes data, NewLink* out);

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_LINK_PEER_H_
