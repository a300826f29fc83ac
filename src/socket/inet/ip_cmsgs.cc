#include "socket/inet/ip_cmsgs.h"

#include "inet/demux/mapped_address.h"
#include "inet/ip/ip_options.h"
#include "socket/cmsg.h"
#include "socket/inet/inet_name.h"
#include "socket/inet/name_format.h"

namespace unetns {

void put_ip_cmsgs(ByteVector& out, const InetOptions& asked, const Message& m) {
  const Ipv4Address dst = m.dst.as<V4>();
  if (asked.pkt_info) {
    in_pktinfo info{};
    info.ipi_ifindex = m.ifindex;
    info.ipi_spec_dst.s_addr = m.local.as<V4>().be();
    info.ipi_addr.s_addr = dst.be();
    put_cmsg_value(out, SOL_IP, IP_PKTINFO, info);
  }
  if (asked.recv_ttl) put_cmsg_value(out, SOL_IP, IP_TTL, int{m.ttl});
  if (asked.recv_tos) put_cmsg_value(out, SOL_IP, IP_TOS, m.tos);
  if (asked.recv_opts && !m.ip_options.empty()) put_cmsg(out, SOL_IP, IP_RECVOPTS, m.ip_options);
  if (asked.ret_opts && !m.ip_options.empty()) {
    const Ipv4Address sender = NameFormat::address_of(m.name);
    if (const auto facts = check_ip_options(m.ip_options))
      put_cmsg(out, SOL_IP, IP_RETOPTS, echoed_options(m.ip_options, *facts, sender).bytes);
  }
  if (asked.recv_orig_dst)
    put_cmsg_value(out, SOL_IP, IP_ORIGDSTADDR, make_sockaddr_in(dst, m.dst_port));
  if (asked.recv_frag_size && m.fragment != 0)
    put_cmsg_value(out, SOL_IP, kIpRecvfragsize, int{m.fragment});
}

void put_ipv6_pktinfo(ByteVector& out, const Message& m) {
  in6_pktinfo info{};
  const Ipv6Address address = mapped(m.dst.as<V4>());
  std::memcpy(&info.ipi6_addr, address.bytes.data(), sizeof info.ipi6_addr);
  info.ipi6_ifindex = static_cast<unsigned>(m.ifindex);
  put_cmsg_value(out, SOL_IPV6, IPV6_PKTINFO, info);
}

void put_error_cmsg(ByteVector& out, bool inet6, const Message& m) {
  if (inet6)
    put_cmsg(out, SOL_IPV6, IPV6_RECVERR, m.extended_err);
  else
    put_cmsg(out, SOL_IP, IP_RECVERR, m.extended_err);
}

}  // namespace unetns
