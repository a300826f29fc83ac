// The extensions behind the packet that an ICMP error quotes (RFC 4884), as IP_RECVERR_RFC4884
// tells of them.
#ifndef UNETNS_SOCKET_INET_ICMP_EXTENSION_H_
#define UNETNS_SOCKET_INET_ICMP_EXTENSION_H_

#include <sys/socket.h>

#include <linux/errqueue.h>

#include "inet/ip/ip_types.h"

namespace unetns {

// Where they begin in `payload`, a tail of what the error quotes, and whether they are sound. All
// zero: there are none.
sock_ee_data_rfc4884 icmp_extension(const IcmpErrorRx<V4>& error, Bytes payload);

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_ICMP_EXTENSION_H_
