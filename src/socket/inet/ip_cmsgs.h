// The control messages of level IPPROTO_IP that come with a received packet (ip(7)).
#ifndef UNETNS_SOCKET_INET_IP_CMSGS_H_
#define UNETNS_SOCKET_INET_IP_CMSGS_H_

#include "socket/inet/inet_options.h"
#include "socket/message.h"

namespace unetns {

// Those that `asked` asks for. The message has a destination.
void put_ip_cmsgs(ByteVector& out, const InetOptions& asked, const Message& m);
// IPV6_PKTINFO of a packet of IPv4; the others of level IPPROTO_IPV6 do not come with such.
void put_ipv6_pktinfo(ByteVector& out, const Message& m);
// IP_RECVERR, or IPV6_RECVERR of an AF_INET6 socket.
void put_error_cmsg(ByteVector& out, bool inet6, const Message& m);

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_IP_CMSGS_H_
