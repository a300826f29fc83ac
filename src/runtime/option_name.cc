#include "runtime/option_name.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace unetns {
namespace {

// Numbers are those of the uapi headers, which know more of them than the C library's.
const char* of_socket(int name) {
  switch (name) {
    case 50:
      return "SO_ATTACH_BPF";
    case 51:
      return "SO_ATTACH_REUSEPORT_CBPF";
    case 52:
      return "SO_ATTACH_REUSEPORT_EBPF";
    case 53:
      return "SO_CNX_ADVICE";
    case 60:
      return "SO_ZEROCOPY";
    case 61:
      return "SO_TXTIME";
    case 68:
      return "SO_DETACH_REUSEPORT_BPF";
    case 71:
      return "SO_NETNS_COOKIE";
    case 73:
      return "SO_RESERVE_MEM";
    default:
      return nullptr;
  }
}

const char* of_ip(int name) {
  switch (name) {
    case 16:
      return "IP_IPSEC_POLICY";
    case 17:
      return "IP_XFRM_POLICY";
    case 64:
      return "IPT_SO_SET_REPLACE or IPT_SO_GET_INFO";  // iptables-legacy(8)
    case 65:
      return "IPT_SO_GET_ENTRIES";
    case 80:
      return "SO_ORIGINAL_DST";
    case 96:
      return "ARPT_SO_SET_REPLACE or ARPT_SO_GET_INFO";
    case 200:
      return "MRT_INIT";  // multicast routing (linux/mroute.h)
    default:
      return nullptr;
  }
}

const char* of_ipv6(int name) {
  switch (name) {
    case 32:
      return "IPV6_FLOWLABEL_MGR";
    case 34:
      return "IPV6_IPSEC_POLICY";
    case 35:
      return "IPV6_XFRM_POLICY";
    case 43:
      return "MCAST_BLOCK_SOURCE";
    case 44:
      return "MCAST_UNBLOCK_SOURCE";
    case 46:
      return "MCAST_JOIN_SOURCE_GROUP";
    case 47:
      return "MCAST_LEAVE_SOURCE_GROUP";
    case 48:
      return "MCAST_MSFILTER";
    case 54:
      return "IPV6_HOPOPTS";
    case 55:
      return "IPV6_RTHDRDSTOPTS";
    case 57:
      return "IPV6_RTHDR";
    case 59:
      return "IPV6_DSTOPTS";
    default:
      return nullptr;
  }
}

const char* of_tcp(int name) {
  switch (name) {
    case 14:
      return "TCP_MD5SIG";
    case 31:
      return "TCP_ULP";
    case 32:
      return "TCP_MD5SIG_EXT";
    case 33:
      return "TCP_FASTOPEN_KEY";
    case 35:
      return "TCP_ZEROCOPY_RECEIVE";
    case 38:
      return "TCP_AO_ADD_KEY";
    default:
      return nullptr;
  }
}

struct Level {
  const char* name;
  const char* option;
};

Level level_of(int level, int name) {
  switch (level) {
    case SOL_SOCKET:
      return {"SOL_SOCKET", of_socket(name)};
    case SOL_IP:
      return {"SOL_IP", of_ip(name)};
    case SOL_IPV6:
      return {"SOL_IPV6", of_ipv6(name)};
    case IPPROTO_TCP:
      return {"SOL_TCP", of_tcp(name)};
    case IPPROTO_UDP:
      return {"SOL_UDP", name == 100 ? "UDP_ENCAP" : nullptr};
    case SOL_RAW:
      return {"SOL_RAW", nullptr};
    case SOL_PACKET:
      return {"SOL_PACKET", name == 15 ? "PACKET_VNET_HDR" : nullptr};
    case SOL_NETLINK:
      return {"SOL_NETLINK", nullptr};
    default:
      return {nullptr, nullptr};
  }
}

}  // namespace

std::string option_name(int level, int name) {
  const Level at = level_of(level, name);
  return (at.name ? std::string(at.name) : "level " + std::to_string(level)) + ", " +
         (at.option ? std::string(at.option) : std::to_string(name));
}

}  // namespace unetns
