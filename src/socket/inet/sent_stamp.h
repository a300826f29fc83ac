// What the error queue tells of a packet that was sent (SO_TIMESTAMPING).
#ifndef UNETNS_SOCKET_INET_SENT_STAMP_H_
#define UNETNS_SOCKET_INET_SENT_STAMP_H_

#include "socket/inet/error_queue.h"

namespace unetns {

// `what`: SCM_TSTAMP_*.
QueuedError<V4> sent_stamp(uint32_t what, uint32_t id, Nanos now);
// The packet as a capture of the device would show it; what the link layer wrote in front is not
// known here, but for its ethertype.
ByteVector sent_frame(const IpTx<V4>& tx, const IpRoute<V4>& route, Bytes header, Bytes data);

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_SENT_STAMP_H_
