#include "runtime/option_reach.h"

#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>

#include "socket/sol_socket.h"

// Found by trying all lengths and names with a bad pointer on Linux 6.18.
namespace unetns {
namespace {

constexpr size_t kInt = sizeof(int);
constexpr size_t kIn6PktInfo = 20;  // struct in6_pktinfo, which not all headers let one see
constexpr int kPacketIgnoreOutgoing = 23, kPacketVnetHdrSz = 24;

// Nothing of one that is too short.
size_t at_least(size_t size, size_t length) { return length < size ? 0 : size; }
size_t exactly(size_t size, size_t length) { return length == size ? size : 0; }

size_t of_socket_level(int name, size_t length) {
  if (name == SO_BINDTODEVICE) return std::min<size_t>(length, IFNAMSIZ - 1);
  if (length < kInt) return 0;
  switch (name) {
    case SO_LINGER:
    case SO_MAX_PACING_RATE:
    case kSoTxtime:
      return std::min<size_t>(length, 8);
    case kSoTimestampingNew:
      return length == 8 ? 8 : kInt;
    case kSoRcvtimeoOld:
    case kSoSndtimeoOld:
    case kSoRcvtimeoNew:
    case kSoSndtimeoNew:
      return std::min(length, sizeof(timeval));
    case SO_ATTACH_FILTER:
    case SO_ATTACH_REUSEPORT_CBPF:
      return std::max(kInt, exactly(sizeof(sock_fprog), length));
    default:
      return kInt;
  }
}

size_t of_ip(bool stream, int name, size_t length) {
  switch (name) {
    case IP_OPTIONS:
      return length > 40 ? 0 : length;
    case IP_MULTICAST_IF:
      if (stream) return 0;
      return length >= sizeof(ip_mreqn)  ? sizeof(ip_mreqn)
             : length >= sizeof(ip_mreq) ? sizeof(ip_mreq)
                                         : at_least(sizeof(in_addr), length);
    case IP_ADD_MEMBERSHIP:
    case IP_DROP_MEMBERSHIP:
      if (stream) return 0;
      return length >= sizeof(ip_mreqn) ? sizeof(ip_mreqn) : at_least(sizeof(ip_mreq), length);
    case IP_ADD_SOURCE_MEMBERSHIP:
    case IP_DROP_SOURCE_MEMBERSHIP:
    case IP_BLOCK_SOURCE:
    case IP_UNBLOCK_SOURCE:
      return exactly(sizeof(ip_mreq_source), length);
    case IP_MSFILTER:
      return length < offsetof(ip_msfilter, imsf_slist) ? 0 : length;
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
      return at_least(sizeof(group_req), length);
    case MCAST_JOIN_SOURCE_GROUP:
    case MCAST_LEAVE_SOURCE_GROUP:
    case MCAST_BLOCK_SOURCE:
    case MCAST_UNBLOCK_SOURCE:
      return exactly(sizeof(group_source_req), length);
    case MCAST_MSFILTER:
      return length < offsetof(group_filter, gf_slist) ? 0 : length;
    case 9:  // numbers that no option has
    case 14:
      return 0;
    default:
      break;
  }
  const bool known = (name > 0 && name <= IP_RECVFRAGSIZE + 1) || (name >= 33 && name <= 34) ||
                     (name >= IP_MULTICAST_ALL && name <= 51);
  // A number, or one byte.
  return !known ? 0 : length >= kInt ? kInt : std::min<size_t>(length, 1);
}

size_t of_ipv6(int name, size_t length) {
  switch (name) {
    case IPV6_JOIN_GROUP:
    case IPV6_LEAVE_GROUP:
    case IPV6_JOIN_ANYCAST:
    case IPV6_LEAVE_ANYCAST:
      return at_least(sizeof(ipv6_mreq), length);
    case IPV6_PKTINFO:
      return at_least(kIn6PktInfo, length);
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
      return at_least(sizeof(group_req), length);
    case MCAST_BLOCK_SOURCE:
    case MCAST_UNBLOCK_SOURCE:
    case MCAST_JOIN_SOURCE_GROUP:
    case MCAST_LEAVE_SOURCE_GROUP:
      return at_least(sizeof(group_source_req), length);
    default:
      return at_least(kInt, length);
  }
}

size_t of_tcp(int name, size_t length) {
  constexpr size_t kName = 15;
  switch (name) {
    case TCP_CONGESTION:
    case TCP_ULP:
      return std::min(length, kName);
    case TCP_FASTOPEN_KEY:
      return length == 16 || length == 32 ? length : 0;
    default:
      return at_least(kInt, length);
  }
}

size_t of_packet(bool raw, int name, size_t length) {
  switch (name) {
    case PACKET_ADD_MEMBERSHIP:
    case PACKET_DROP_MEMBERSHIP:
      return length < sizeof(packet_mreq) ? 0 : std::min<size_t>(length, 40);
    case PACKET_RX_RING:
    case PACKET_TX_RING:
      return std::max(exactly(sizeof(tpacket_req), length), exactly(sizeof(tpacket_req3), length));
    case PACKET_FANOUT:
      return std::max(exactly(kInt, length), exactly(sizeof(fanout_args), length));
    case PACKET_FANOUT_DATA:
      return exactly(sizeof(sock_fprog), length);
    case PACKET_VNET_HDR:
    case kPacketVnetHdrSz:
      return raw ? at_least(kInt, length) : 0;
    case PACKET_AUXDATA:
    case PACKET_ORIGDEV:
      return at_least(kInt, length);
    case PACKET_COPY_THRESH:
    case PACKET_VERSION:
    case PACKET_RESERVE:
    case PACKET_LOSS:
    case PACKET_TIMESTAMP:
    case PACKET_TX_HAS_OFF:
    case PACKET_QDISC_BYPASS:
    case kPacketIgnoreOutgoing:
      return exactly(kInt, length);
    default:
      return 0;
  }
}

}  // namespace

size_t option_reach(const SocketKind& socket, int level, int name, size_t length) {
  if (level == SOL_SOCKET) return of_socket_level(name, length);
  switch (socket.domain) {
    case AF_NETLINK:
      return level == SOL_NETLINK ? at_least(kInt, length) : 0;
    case AF_PACKET:
      return level == SOL_PACKET ? of_packet(socket.type == SOCK_RAW, name, length) : 0;
    case AF_INET:
    case AF_INET6:
      break;
    default:
      return 0;
  }
  const bool stream = socket.type == SOCK_STREAM;
  switch (level) {
    case IPPROTO_IP:
      return of_ip(stream, name, length);
    case IPPROTO_IPV6:
      return socket.domain == AF_INET6 ? of_ipv6(name, length) : 0;
    case IPPROTO_TCP:
      return stream ? of_tcp(name, length) : 0;
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
      return socket.protocol == IPPROTO_UDP && !stream ? at_least(kInt, length) : 0;
    case SOL_RAW:
      return socket.type == SOCK_RAW && socket.protocol == IPPROTO_ICMP && name == ICMP_FILTER
                 ? std::min(length, sizeof(icmp_filter))
                 : 0;
    default:
      return 0;
  }
}

}  // namespace unetns
