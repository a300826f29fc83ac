// /proc/net/snmp and /proc/net/netstat: two lines for each group, its names and their values (RFC
// 1213, RFC 4293, RFC 4022). Groups and names that nothing here counts are left out.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "inet/control.h"
#include "inet/ip/ipv4_stack.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

struct Counter {
  std::string_view name;
  uint64_t value;
};

void add_group(std::string& out, std::string_view group, std::span<const Counter> counters) {
  out += group;
  out += ':';
  for (const Counter& c : counters) fmt::format_to(std::back_inserter(out), " {}", c.name);
  fmt::format_to(std::back_inserter(out), "\n{}:", group);
  for (const Counter& c : counters) fmt::format_to(std::back_inserter(out), " {}", c.value);
  out += '\n';
}

uint64_t setting(const VirtualFilesParts& parts, Net& net, std::string_view name) {
  const auto values = parts.ipv4->sysctl_get(net, name);
  return values && !values->empty() ? static_cast<uint64_t>(values->front()) : 0;
}

void add_ip(std::string& out, const VirtualFilesParts& parts, Net& net) {
  const IpStats s = parts.ipv4_stack->ip().stats(net);
  const bool forwarding = setting(parts, net, "ip_forward") != 0;
  const Counter counters[] = {
      {"Forwarding", forwarding ? 1u : 2u},
      {"DefaultTTL", setting(parts, net, "ip_default_ttl")},
      {"InReceives", s.in_receives},
      {"InHdrErrors", s.in_hdr_errors},
      {"InAddrErrors", s.in_addr_errors},
      {"ForwDatagrams", s.forw_datagrams},
      {"InUnknownProtos", s.in_unknown_protos},
      {"InDiscards", s.in_discards},
      {"InDelivers", s.in_delivers},
      {"OutRequests", s.out_requests},
      {"OutDiscards", s.out_discards},
      {"OutNoRoutes", s.out_no_routes},
      {"ReasmTimeout", s.reasm_timeout},
      {"ReasmReqds", s.reasm_reqds},
      {"ReasmOKs", s.reasm_oks},
      {"ReasmFails", s.reasm_fails},
      {"FragOKs", s.frag_oks},
      {"FragFails", s.frag_fails},
      {"FragCreates", s.frag_creates},
      {"OutTransmits", s.out_transmits},
  };
  add_group(out, "Ip", counters);
}

struct NamedType {
  std::string_view name;
  uint8_t type;
};
constexpr NamedType kTypes[] = {
    {"DestUnreachs", 3},   {"TimeExcds", 11}, {"ParmProbs", 12},    {"SrcQuenchs", 4},
    {"Redirects", 5},      {"Echos", 8},      {"EchoReps", 0},      {"Timestamps", 13},
    {"TimestampReps", 14}, {"AddrMasks", 17}, {"AddrMaskReps", 18},
};

void add_icmp(std::string& out, const IcmpStats& s) {
  std::vector<std::string> names;
  for (const NamedType& t : kTypes) names.push_back(fmt::format("In{}", t.name));
  for (const NamedType& t : kTypes) names.push_back(fmt::format("Out{}", t.name));
  std::vector<Counter> counters = {
      {"InMsgs", s.in_msgs}, {"InErrors", s.in_errors}, {"InCsumErrors", s.in_csum_errors}};
  const size_t count = std::size(kTypes);
  for (size_t i = 0; i < count; ++i) counters.push_back({names[i], s.in_type[kTypes[i].type]});
  counters.push_back({"OutMsgs", s.out_msgs});
  counters.push_back({"OutErrors", s.out_errors});
  counters.push_back({"OutRateLimitGlobal", s.out_rate_limit_global});
  counters.push_back({"OutRateLimitHost", s.out_rate_limit_host});
  for (size_t i = 0; i < count; ++i)
    counters.push_back({names[count + i], s.out_type[kTypes[i].type]});
  add_group(out, "Icmp", counters);
}

// Only the types that were seen; no lines when there were none.
void add_icmp_types(std::string& out, const IcmpStats& s) {
  std::vector<std::string> names;
  std::vector<uint64_t> values;
  for (size_t type = 0; type < s.in_type.size(); ++type) {
    if (!s.in_type[type]) continue;
    names.push_back(fmt::format("InType{}", type));
    values.push_back(s.in_type[type]);
  }
  for (size_t type = 0; type < s.out_type.size(); ++type) {
    if (!s.out_type[type]) continue;
    names.push_back(fmt::format("OutType{}", type));
    values.push_back(s.out_type[type]);
  }
  std::vector<Counter> counters;
  for (size_t i = 0; i < names.size(); ++i) counters.push_back({names[i], values[i]});
  if (!counters.empty()) add_group(out, "IcmpMsg", counters);
}

// A datagram counts once it is read.
UdpStats udp_stats(const VirtualFilesParts& parts, Net& net) {
  UdpStats s = parts.ipv4_stack->udp().stats(net);
  parts.ipv4_stack->udp().for_each(net, [&](const Endpoint<V4>& endpoint) {
    s.in_datagrams -= std::min<uint64_t>(s.in_datagrams, endpoint.unread_datagrams());
  });
  return s;
}

void add_udp(std::string& out, const UdpStats& s) {
  const Counter counters[] = {
      {"InDatagrams", s.in_datagrams},    {"NoPorts", s.no_ports},
      {"InErrors", s.in_errors},          {"OutDatagrams", s.out_datagrams},
      {"RcvbufErrors", s.rcvbuf_errors},  {"SndbufErrors", s.sndbuf_errors},
      {"InCsumErrors", s.in_csum_errors}, {"IgnoredMulti", s.ignored_multi},
  };
  add_group(out, "Udp", counters);
}

void add_tcp_group(std::string& out, std::string_view group, const TcpMibs& mibs) {
  std::vector<Counter> counters;
  for (size_t i = kTcpMibBase; i < kTcpMibCount; ++i)
    counters.push_back({kTcpMibNames[i], mibs.values[i]});
  add_group(out, group, counters);
}

// MaxConn is -1: there is no limit.
void add_tcp(std::string& out, const TcpMibs& mibs) {
  out += "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn";
  for (size_t i = 0; i < kTcpMibBase; ++i)
    fmt::format_to(std::back_inserter(out), " {}", kTcpMibNames[i]);
  out += "\nTcp: 1 200 120000 -1";
  for (size_t i = 0; i < kTcpMibBase; ++i)
    fmt::format_to(std::back_inserter(out), " {}", mibs.values[i]);
  out += '\n';
}

}  // namespace

std::string proc_net_snmp(const VirtualFilesParts& parts, Net& net) {
  std::string out;
  add_ip(out, parts, net);
  const IcmpStats icmp = parts.ipv4_stack->icmp().stats(net);
  add_icmp(out, icmp);
  add_icmp_types(out, icmp);
  add_tcp(out, parts.ipv4_stack->tcp().mibs(net));
  add_udp(out, udp_stats(parts, net));
  return out;
}

std::string proc_net_netstat(const VirtualFilesParts& parts, Net& net) {
  const IpStats s = parts.ipv4_stack->ip().stats(net);
  const Counter counters[] = {
      {"InNoRoutes", s.in_no_routes},
      {"InTruncatedPkts", s.in_truncated_pkts},
      {"InMcastPkts", s.in_mcast_pkts},
      {"OutMcastPkts", s.out_mcast_pkts},
      {"InBcastPkts", s.in_bcast_pkts},
      {"OutBcastPkts", s.out_bcast_pkts},
      {"InOctets", s.in_octets},
      {"OutOctets", s.out_octets},
      {"InMcastOctets", s.in_mcast_octets},
      {"OutMcastOctets", s.out_mcast_octets},
      {"InBcastOctets", s.in_bcast_octets},
      {"OutBcastOctets", s.out_bcast_octets},
      {"InCsumErrors", s.in_csum_errors},
      {"InNoECTPkts", s.in_no_ect_pkts},
      {"InECT1Pkts", s.in_ect1_pkts},
      {"InECT0Pkts", s.in_ect0_pkts},
      {"InCEPkts", s.in_ce_pkts},
      {"ReasmOverlaps", s.reasm_overlaps},
  };
  std::string out;
  TcpMibs mibs = parts.ipv4_stack->tcp().mibs(net);
  mibs.values[static_cast<size_t>(TcpMib::kIPReversePathFilter)] =
      parts.ipv4_stack->ip().stats(net).reverse_path_filter;
  add_tcp_group(out, "TcpExt", mibs);
  add_group(out, "IpExt", counters);
  return out;
}

}  // namespace unetns
