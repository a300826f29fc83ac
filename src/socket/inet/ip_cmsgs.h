// The control messages of level IPPROTO_IP that come with a received packet (ip(7)).
#ifndef UNETNS_SOCKET_INET_IP_CMSGS_H_
#define UNETNS_SOCKET_INET_IP_CMSGS_H_

#include "socket/inet/inet_options.h"
#include "socket/message.h"

namespace unetns {

// Those that `asked` asks for. The message has a destination.
void put_ip_cmsgs(ByteVector& out, const InetOptions& asked, const Message& m);

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_IP_CMSGS_H_
