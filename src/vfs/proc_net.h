// /proc/net: one text per file, made from the layers when it is read.
#ifndef UNETNS_VFS_PROC_NET_H_
#define UNETNS_VFS_PROC_NET_H_

#include <memory>
#include <string>

#include "vfs/file_tree.h"

namespace unetns {

std::unique_ptr<FileTree> make_proc_net(const VirtualFilesParts& parts);

// The texts, one file each (proc_net_*.cc).
std::string proc_net_dev(const VirtualFilesParts& parts, Net& net);
std::string proc_net_packet(const VirtualFilesParts& parts, Net& net);
std::string proc_net_ptype(const VirtualFilesParts& parts, Net& net);
// A program's UNIX sockets are the host's: titles alone.
std::string proc_net_unix(const VirtualFilesParts& parts, Net& net);
std::string proc_net_netlink(const VirtualFilesParts& parts, Net& net);  // requires parts.netlink
std::string proc_net_route(const VirtualFilesParts& parts, Net& net);    // requires parts.ipv4
std::string proc_net_fib_trie(const VirtualFilesParts& parts, Net& net);
std::string proc_net_fib_triestat(const VirtualFilesParts& parts, Net& net);
std::string proc_net_rt_cache(const VirtualFilesParts& parts, Net& net);
std::string proc_net_arp(const VirtualFilesParts& parts, Net& net);  // requires parts.ipv4
// These require parts.ipv4 and parts.ipv4_stack.
std::string proc_net_snmp(const VirtualFilesParts& parts, Net& net);
std::string proc_net_netstat(const VirtualFilesParts& parts, Net& net);
std::string proc_net_tcp(const VirtualFilesParts& parts, Net& net);
std::string proc_net_tcp6(const VirtualFilesParts& parts, Net& net);
std::string proc_net_udp(const VirtualFilesParts& parts, Net& net);
std::string proc_net_udp6(const VirtualFilesParts& parts, Net& net);
std::string proc_net_icmp(const VirtualFilesParts& parts, Net& net);
std::string proc_net_igmp(const VirtualFilesParts& parts, Net& net);
std::string proc_net_mcfilter(const VirtualFilesParts& parts, Net& net);
std::string proc_net_dev_mcast(const VirtualFilesParts& parts, Net& net);
std::string proc_net_sockstat(const VirtualFilesParts& parts, Net& net);
std::string proc_net_protocols(const VirtualFilesParts& parts, Net& net);
std::string proc_net_raw(const VirtualFilesParts& parts, Net& net);

}  // namespace unetns

#endif  // UNETNS_VFS_PROC_NET_H_
