// RTM_{NEW,DEL,GET}ROUTE and the dump, for all families alike (ip-route(8)).
#include <linux/in_route.h>
#include <netinet/in.h>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/route_parse.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

struct RouteFilter {
  uint32_t table = 0;
  uint8_t protocol = 0, type = 0;
  int oif = 0;
  uint32_t flags = 0;

  bool set() const { return table || protocol || type || oif || flags; }
  bool matches(const RouteConfig& route) const {
    if (protocol && route.protocol != protocol) return false;
    if (type && route.type != type) return false;
    if (!oif) return true;
    for (const NexthopConfig& hop : route.nexthops)
      if (hop.oif == oif) return true;
    return false;
  }
};

Result<void> check_strict_dump(const rtmsg& header) {
  if (header.rtm_dst_len || header.rtm_src_len || header.rtm_tos || header.rtm_scope)
    return fail(EINVAL, "Invalid values in header for FIB dump request");
  if (header.rtm_flags & ~(RTM_F_CLONED | RTM_F_PREFIX))
    return fail(EINVAL, "Invalid flags for FIB dump request");
  return {};
}

Result<RouteFilter> strict_filter(Rtnetlink& rt, const NlRequest& request, const AttrSet& attrs) {
  const auto header = request.lenient_fixed<rtmsg>();
  for (const AttrSet::Entry& entry : attrs.entries())
    if (entry.id != RTA_TABLE && entry.id != RTA_OIF)
      return fail(EINVAL, "Unsupported attribute in dump request");
  RouteFilter filter{attrs.u32(RTA_TABLE, header.rtm_table), header.rtm_protocol, header.rtm_type,
                     attrs.s32(RTA_OIF), header.rtm_flags};
  if (filter.oif && !rt.netdevs().by_index(request.net, filter.oif)) return fail(ENODEV);
  return filter;
}

std::string text_of(int family, const char* text) {
  return std::string(family == AF_INET6 ? "ipv6: " : "ipv4: ") + text;
}

Result<void> check_strict_get_header(int family, const rtmsg& h) {
  const unsigned full = family == AF_INET ? 32 : 128;
  if ((h.rtm_src_len && h.rtm_src_len != full) || (h.rtm_dst_len && h.rtm_dst_len != full) ||
      h.rtm_table || h.rtm_protocol || h.rtm_scope || h.rtm_type)
    return fail(EINVAL, text_of(family, "Invalid values in header for route get request"));
  if (h.rtm_flags & ~(RTM_F_NOTIFY | RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH))
    return fail(EINVAL, text_of(family, "Unsupported rtm_flags for route get request"));
  return {};
}

Result<void> check_strict_get(const RouteRequest& in) {
  const rtmsg& h = in.header;
  const auto text = [&](const char* what) { return text_of(in.control->family(), what); };
  if ((in.attrs.has(RTA_DST) && !h.rtm_dst_len) || (in.attrs.has(RTA_SRC) && !h.rtm_src_len))
    return fail(EINVAL, text("rtm_src_len and rtm_dst_len must be 32 for IPv4"));
  for (const AttrSet::Entry& entry : in.attrs.entries()) {
    switch (entry.id) {
      case RTA_IIF:
      case RTA_OIF:
      case RTA_SRC:
      case RTA_DST:
      case RTA_IP_PROTO:
      case RTA_SPORT:
      case RTA_DPORT:
      case RTA_MARK:
      case RTA_UID:
        break;
      default:
        return fail(EINVAL, text("Unsupported attribute in route get request"));
    }
  }
  return {};
}

Result<RouteQuery> query_of(Rtnetlink& rt, const NlRequest& request, const RouteRequest& in) {
  RouteQuery query;
  UNETNS_ASSIGN(query.dst, route_address(in, RTA_DST));
  UNETNS_ASSIGN(query.src, route_address(in, RTA_SRC));
  query.iif = in.attrs.s32(RTA_IIF);
  query.oif = in.attrs.s32(RTA_OIF);
  query.tos = in.header.rtm_tos;
  query.mark = in.attrs.u32(RTA_MARK);
  query.uid = in.attrs.u32(RTA_UID, request.caller.uid());
  query.ip_proto = in.attrs.u8(RTA_IP_PROTO);
  query.sport = in.attrs.be16(RTA_SPORT);
  query.dport = in.attrs.be16(RTA_DPORT);
  query.fib_match = in.header.rtm_flags & RTM_F_FIB_MATCH;
  if (query.ip_proto && query.ip_proto != IPPROTO_TCP && query.ip_proto != IPPROTO_UDP &&
      query.ip_proto != (query.dst.family() == AF_INET6 ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP}))
    return fail(EOPNOTSUPP, "Unsupported ip proto");
  if (query.iif && !rt.netdevs().by_index(request.net, query.iif)) return fail(ENODEV);
  return query;
}

}  // namespace

Result<void> route_new(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const RouteRequest in, parse_route_request(rt, request, Strictness::kLiberal));
  UNETNS_ASSIGN(const RouteConfig config, route_config(request, in, false));
  return in.control->route_add(request.net, config, request.header.nlmsg_flags);
}

Result<void> route_del(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const RouteRequest in, parse_route_request(rt, request, Strictness::kLiberal));
  UNETNS_ASSIGN(const RouteConfig match, route_config(request, in, true));
  return in.control->route_del(request.net, match);
}

Result<void> route_get(Rtnetlink& rt, NlRequest& request) {
  const int family = request.payload()[0];
  if (request.strict && rt.inet(family) && request.payload().size() >= sizeof(rtmsg))
    UNETNS_TRY(check_strict_get_header(family, request.lenient_fixed<rtmsg>()));
  UNETNS_ASSIGN(const RouteRequest in,
                parse_route_request(rt, request, request.strictness(),
                                    "ipv4: Invalid header for route get request"));
  if (request.strict) UNETNS_TRY(check_strict_get(in));
  UNETNS_ASSIGN(const RouteQuery query, query_of(rt, request, in));
  UNETNS_ASSIGN(RouteAnswer answer, in.control->route_get(request.net, query));
  // As long as there are no rules of the user's, Linux finds local addresses by way of the main
  // table.
  const bool tell_table = in.header.rtm_flags & RTM_F_LOOKUP_TABLE;
  if (!tell_table || answer.route.table == RT_TABLE_LOCAL) answer.route.table = RT_TABLE_MAIN;
  if (in.header.rtm_flags & RTM_F_NOTIFY) answer.route.flags |= RTM_F_NOTIFY | RTCF_NOTIFY;
  NlWriter out;
  fill_route_answer(out, in.control->family(), query, answer, answer_to(request));
  request.socket.deliver_reply(out.take());
  return {};
}

DumpResult route_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  const int family = request.payload()[0];
  if (request.strict && request.payload().size() < sizeof(rtmsg))
    return fail(EINVAL, "Invalid header for FIB dump request");
  const auto header = request.lenient_fixed<rtmsg>();
  if (request.strict) UNETNS_TRY(check_strict_dump(header));
  RouteFilter filter;
  if (request.strict) {
    UNETNS_ASSIGN(const AttrSet attrs,
                  request.attrs(sizeof(rtmsg), route_policy(family), Strictness::kStrict));
    UNETNS_ASSIGN(filter, strict_filter(rt, request, attrs));
  }
  if (filter.set()) dump.flags |= NLM_F_DUMP_FILTERED;
  DumpHeader header_of_each = dump;  // NLMSG_DONE says only what was asked for
  if (request.strict) header_of_each.flags |= NLM_F_DUMP_FILTERED;
  NlWriter out;
  // What was learnt of paths is told to those who ask for it, and to those who ask as in old days.
  const bool learnt = !request.strict || header.rtm_flags & RTM_F_CLONED;
  const bool entries = !request.strict || !(header.rtm_flags & RTM_F_CLONED);
  for (const InetControl* control : rt.families()) {
    if (rt.inet(family) && control->family() != family) continue;
    if (header.rtm_flags & RTM_F_PREFIX) continue;  // asks for what only IPv6 has
    if (filter.table && !control->route_table_exists(request.net, filter.table)) {
      if (!rt.inet(family)) continue;
      return fail(ENOENT, family == AF_INET6 ? "ipv6: FIB table does not exist"
                                             : "ipv4: FIB table does not exist");
    }
    if (entries)
      control->route_for_each(request.net, filter.table, [&](const RouteConfig& route) {
        if (filter.matches(route))
          fill_route(out, control->family(), route, RTM_NEWROUTE, header_of_each);
      });
    if (learnt)
      control->path_for_each(request.net, [&](const RouteAnswer& path) {
        RouteQuery nobody;
        nobody.uid = kNobody;
        if (filter.matches(path.route))
          fill_route_answer(out, control->family(), nobody, path, header_of_each);
      });
  }
  return std::make_unique<SnapshotDump>(out.take());
}

}  // namespace unetns
