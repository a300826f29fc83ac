// setsockopt(2) of IPPROTO_IP (ip(7)).
#include <linux/capability.h>

#include "inet/ip/ip_options.h"
#include "inet/ip/ipv4_stack.h"
#include "socket/inet/ip_option_set.h"
#include "socket/sol_socket.h"

namespace unetns {

Result<void> IpOptionSet::set(const Caller& caller, int name, Bytes value) {
  switch (name) {
    case IP_OPTIONS: {
      if (value.size() > 40 || !check_ip_options(value)) return fail(EINVAL);
      values_.ip_options.assign(value.begin(), value.end());
      while (values_.ip_options.size() % 4) values_.ip_options.push_back(0);
      return {};
    }
    case IP_MULTICAST_IF:
      return set_multicast_if(value);
    case IP_ADD_MEMBERSHIP:
    case IP_DROP_MEMBERSHIP:
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
    case IP_ADD_SOURCE_MEMBERSHIP:
    case IP_DROP_SOURCE_MEMBERSHIP:
    case IP_BLOCK_SOURCE:
    case IP_UNBLOCK_SOURCE:
    case IP_MSFILTER:
    case MCAST_JOIN_SOURCE_GROUP:
    case MCAST_LEAVE_SOURCE_GROUP:
    case MCAST_BLOCK_SOURCE:
    case MCAST_UNBLOCK_SOURCE:
    case MCAST_MSFILTER:
      return change_membership(name, value);
    case kIpLocalPortRange: {
      if (value.size() != sizeof(uint32_t)) return fail(EINVAL);
      const auto range = load<uint32_t>(value.data());
      const uint32_t low = range & 0xffff, high = range >> 16;
      if (low != 0 && high != 0 && low > high) return fail(EINVAL);
      values_.port_low = static_cast<uint16_t>(low);
      values_.port_high = static_cast<uint16_t>(high);
      return {};
    }
    case IP_UNICAST_IF: {
      if (value.size() != sizeof(int)) return fail(EINVAL);
      const int ifindex = static_cast<int>(load_be32(value.data()));
      if (ifindex != 0 && !parts_.netdevs.by_index(socket_.net(), ifindex))
        return fail(EADDRNOTAVAIL);
      if (ifindex != 0 && socket_.options().bound_ifindex != 0) return fail(EINVAL);
      values_.unicast_ifindex = ifindex;
      return {};
    }
    case IP_TRANSPARENT:
    case IP_FREEBIND:
    case IP_TTL:
    case IP_MINTTL:
    case IP_MULTICAST_ALL:
    case IP_MULTICAST_TTL:
    case IP_MULTICAST_LOOP:
      if (value.empty()) return fail(EINVAL);
      break;
    case IP_IPSEC_POLICY:
    case IP_XFRM_POLICY:
      return fail(caller.capable(CAP_NET_ADMIN) ? ENOPROTOOPT : EPERM);
    default:
      break;
  }
  // The value may be an int, or one byte; nothing at all reads as 0.
  const int v = value.size() >= sizeof(int) ? load<int>(value.data())
                : value.empty()             ? 0
                                            : value[0];
  if (name == IP_TRANSPARENT && v != 0 && !caller.capable(CAP_NET_ADMIN) &&
      !caller.capable(CAP_NET_RAW))
    return fail(EPERM);
  return set_flag(name, v);
}

Result<void> IpOptionSet::set_flag(int name, int v) {
  const bool on = v != 0;
  InetOptions& o = values_;
  auto flag = [on](bool& f) -> Result<void> {
    f = on;
    return {};
  };
  switch (name) {
    case IP_PKTINFO:
      return flag(o.pkt_info);
    case IP_RECVTTL:
      return flag(o.recv_ttl);
    case IP_RECVTOS:
      return flag(o.recv_tos);
    case IP_RECVOPTS:
      return flag(o.recv_opts);
    case IP_RETOPTS:
      return flag(o.ret_opts);
    case IP_PASSSEC:
      return flag(o.pass_sec);
    case IP_RECVORIGDSTADDR:
      return flag(o.recv_orig_dst);
    case IP_CHECKSUM:
      return flag(o.checksum);
    case kIpRecvfragsize:
      if (stream()) return fail(EINVAL);
      return flag(o.recv_frag_size);
    case IP_FREEBIND:
      return flag(o.free_bind);
    case IP_TRANSPARENT:
      return flag(o.transparent);
    case IP_BIND_ADDRESS_NO_PORT:
      return flag(o.bind_no_port);
    case IP_MULTICAST_LOOP:
      return flag(o.multicast_loop);
    case IP_TOS:
      // The ECN bits of a stream are TCP's.
      o.tos = static_cast<uint8_t>(stream() ? (v & ~3) | (o.tos & 3) : v);
      return {};
    case IP_TTL:
      if (v != -1 && (v < 1 || v > 255)) return fail(EINVAL);
      o.ttl = v;
      return {};
    case IP_MINTTL:
      if (v < 0 || v > 255) return fail(EINVAL);
      o.min_ttl = static_cast<uint8_t>(v);
      return {};
    case IP_HDRINCL:
      if (socket_.type() != SOCK_RAW) return fail(ENOPROTOOPT);
      return flag(o.header_included);
    case IP_NODEFRAG:
      if (socket_.type() != SOCK_RAW) return fail(ENOPROTOOPT);
      return flag(o.no_defrag);
    case IP_ROUTER_ALERT:
      if (socket_.type() != SOCK_RAW || socket_.protocol() == IPPROTO_RAW) return fail(EINVAL);
      if ((v != 0) == o.router_alert) return fail(v != 0 ? EADDRINUSE : ENOBUFS);
      return flag(o.router_alert);
    case IP_MTU_DISCOVER:
      if (v < IP_PMTUDISC_DONT || v > IP_PMTUDISC_OMIT) return fail(EINVAL);
      o.pmtu_discover = static_cast<uint8_t>(v);
      return {};
    case IP_RECVERR:
      return flag(o.recv_err);
    case kIpRecverrRfc4884:
      if (v < 0 || v > 1) return fail(EINVAL);
      return flag(o.recv_err_rfc4884);
    case IP_MULTICAST_TTL:
      if (stream()) return fail(EINVAL);
      if (v < -1 || v > 255) return fail(EINVAL);
      o.multicast_ttl = static_cast<uint8_t>(v == -1 ? 1 : v);
      return {};
    case IP_MULTICAST_ALL:
      if (v != 0 && v != 1) return fail(EINVAL);
      return flag(o.multicast_all);
    default:
      return fail(ENOPROTOOPT);
  }
}

}  // namespace unetns
