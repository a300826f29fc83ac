// getsockopt(2) of IPPROTO_IP (ip(7)).
#include "inet/ip/ipv4_stack.h"
#include "socket/inet/ip_option_set.h"
#include "socket/sol_socket.h"

namespace unetns {

Result<ByteVector> IpOptionSet::get(int name, size_t max,
                                    const std::function<Result<uint32_t>()>& mtu) const {
  const InetOptions& o = values_;
  int v = 0;
  switch (name) {
    case IP_OPTIONS: {
      const size_t n = std::min(max, o.ip_options.size());
      return ByteVector(o.ip_options.begin(), o.ip_options.begin() + static_cast<ptrdiff_t>(n));
    }
    case IP_MULTICAST_IF:
      return option_struct(o.multicast_address.be(), max);
    case IP_UNICAST_IF:
      v = static_cast<int>(to_be32(static_cast<uint32_t>(o.unicast_ifindex)));
      break;
    case IP_PKTINFO:
      v = o.pkt_info;
      break;
    case IP_RECVTTL:
      v = o.recv_ttl;
      break;
    case IP_RECVTOS:
      v = o.recv_tos;
      break;
    case IP_RECVOPTS:
      v = o.recv_opts;
      break;
    case IP_RETOPTS:
      v = o.ret_opts;
      break;
    case IP_PASSSEC:
      v = o.pass_sec;
      break;
    case IP_RECVORIGDSTADDR:
      v = o.recv_orig_dst;
      break;
    case IP_ROUTER_ALERT:
      v = o.router_alert;
      break;
    case IP_CHECKSUM:
      v = o.checksum;
      break;
    case kIpRecvfragsize:
      v = o.recv_frag_size;
      break;
    case IP_FREEBIND:
      v = o.free_bind;
      break;
    case IP_TRANSPARENT:
      v = o.transparent;
      break;
    case IP_BIND_ADDRESS_NO_PORT:
      v = o.bind_no_port;
      break;
    case IP_MULTICAST_LOOP:
      v = o.multicast_loop;
      break;
    case IP_MULTICAST_ALL:
      v = o.multicast_all;
      break;
    case IP_MULTICAST_TTL:
      v = o.multicast_ttl;
      break;
    case IP_TOS:
      v = o.tos;
      break;
    case IP_TTL:
      v = o.ttl == -1 ? parts_.stack.ip().settings(socket_.net()).default_ttl : o.ttl;
      break;
    case IP_MINTTL:
      v = o.min_ttl;
      break;
    case IP_HDRINCL:
      v = o.header_included;
      break;
    case IP_NODEFRAG:
      v = o.no_defrag;
      break;
    case IP_MTU_DISCOVER:
      v = o.pmtu_discover;
      break;
    case IP_RECVERR:
      v = o.recv_err;
      break;
    case kIpRecverrRfc4884:
      v = o.recv_err_rfc4884;
      break;
    case kIpLocalPortRange:
      v = static_cast<int>(uint32_t{o.port_high} << 16 | o.port_low);
      break;
    case kIpProtocol:
      v = socket_.protocol();
      break;
    case IP_MTU: {
      UNETNS_ASSIGN(const uint32_t known, mtu());
      v = static_cast<int>(known);
      break;
    }
    default:
      return fail(ENOPROTOOPT);
  }
  // As ip(7): a short buffer gets one byte, if the value fits.
  if (max < sizeof(int) && max > 0 && v >= 0 && v <= 255)
    return ByteVector{static_cast<uint8_t>(v)};
  return option_value(v, max);
}

}  // namespace unetns
