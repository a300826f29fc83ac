// setsockopt(2) of IPPROTO_IP (ip(7)).
#include <linux/capability.h>

#include "inet/ip/ip_options.h"
#include "socket/inet/inet_socket.h"
#include "socket/sol_socket.h"

namespace unetns {

Result<void> InetSocket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level == SOL_IP) return set_ip_option(caller, name, value);
  return Socket::set_option(caller, level, name, value);
}

Result<void> InetSocket::set_ip_option(const Caller& caller, int name, Bytes value) {
  switch (name) {
    case IP_OPTIONS: {
      if (value.size() > 40 || !check_ip_options(value)) return fail(EINVAL);
      inet_.ip_options.assign(value.begin(), value.end());
      while (inet_.ip_options.size() % 4) inet_.ip_options.push_back(0);
      return {};
    }
    case IP_MULTICAST_IF:
      return set_multicast_if(value);
    case IP_ADD_MEMBERSHIP:
    case IP_DROP_MEMBERSHIP:
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
      return change_membership(name, value);
    case IP_UNICAST_IF: {
      if (value.size() != sizeof(int)) return fail(EINVAL);
      const int ifindex = static_cast<int>(load_be32(value.data()));
      if (ifindex != 0 && !parts_.netdevs.by_index(net(), ifindex)) return fail(EADDRNOTAVAIL);
      if (ifindex != 0 && options().bound_ifindex != 0) return fail(EINVAL);
      inet_.unicast_ifindex = ifindex;
      return {};
    }
    case IP_TRANSPARENT:
    case IP_FREEBIND:
    case IP_TTL:
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
  return set_ip_flag(caller, name, v);
}

Result<void> InetSocket::set_ip_flag(const Caller&, int name, int v) {
  const bool on = v != 0;
  InetOptions& o = inet_;
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
      o.tos = static_cast<uint8_t>(v);
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
      if (type() != SOCK_RAW) return fail(ENOPROTOOPT);
      return flag(o.header_included);
    case IP_NODEFRAG:
      if (type() != SOCK_RAW) return fail(ENOPROTOOPT);
      return flag(o.no_defrag);
    case IP_ROUTER_ALERT:
      if (type() != SOCK_RAW || protocol() == IPPROTO_RAW) return fail(EINVAL);
      return flag(o.router_alert);
    case IP_MTU_DISCOVER:
      if (v < IP_PMTUDISC_DONT || v > IP_PMTUDISC_OMIT) return fail(EINVAL);
      o.pmtu_discover = static_cast<uint8_t>(v);
      return {};
    case IP_RECVERR:
      if (!on) errors_.clear();
      return flag(o.recv_err);
    case kIpRecverrRfc4884:
      if (v < 0 || v > 1) return fail(EINVAL);
      return flag(o.recv_err_rfc4884);
    case IP_MULTICAST_TTL:
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
