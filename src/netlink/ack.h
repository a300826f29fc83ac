// NLMSG_ERROR and NLMSG_DONE with their extended-ack attributes (netlink(7); linux/netlink.h, enum
// nlmsgerr_attrs).
#ifndef UNETNS_NETLINK_ACK_H_
#define UNETNS_NETLINK_ACK_H_

#include "netlink/dump.h"
#include "netlink/request.h"

namespace unetns {

struct AckOptions {
  bool capped = false;    // NETLINK_CAP_ACK
  bool extended = false;  // NETLINK_EXT_ACK
};

// `error` null: success.
ByteVector build_ack(const NlRequest& request, uint32_t port_id, const Error* error,
                     AckOptions options);
// Ends a dump; `error` null: all was well. `notes`: of the request that asked for it.
void append_done(NlWriter& out, const DumpHeader& header, const Error* error,
                 const ParseNotes& notes, AckOptions options);

}  // namespace unetns

#endif  // UNETNS_NETLINK_ACK_H_
