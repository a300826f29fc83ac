// How the tables of /proc/net print the address of a socket (proc(5)).
#ifndef UNETNS_VFS_PROC_INET_ADDRESS_H_
#define UNETNS_VFS_PROC_INET_ADDRESS_H_

#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "inet/demux/socket_scope.h"

namespace unetns {

// The socket's own, and its peer's: in words of 4 bytes, each in the order of the host. Those of an
// AF_INET6 socket are mapped ones; its own is :: while it has none, unless it is for packets of
// IPv4 alone.
std::string proc_own_address(const Ipv4Address& address, const SocketScope& scope);
std::string proc_peer_address(const Ipv4Address& address, const SocketScope& scope);

// The titles of tcp6 and udp6, up to those that udp6 has besides.
inline constexpr std::string_view kProcInet6Titles =
    "  sl  local_address                         remote_address                        st tx_queue "
    "rx_queue tr tm->when retrnsmt   uid  timeout inode";

}  // namespace unetns

#endif  // UNETNS_VFS_PROC_INET_ADDRESS_H_
