// RTM_GETRULE: the rules that every namespace is born with (ip-rule(8)). They can't be changed yet.
#include <linux/fib_rules.h>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

struct DefaultRule {
  uint32_t priority;
  uint8_t table;
};
constexpr DefaultRule kIpv4Rules[] = {
    {0, RT_TABLE_LOCAL}, {32766, RT_TABLE_MAIN}, {32767, RT_TABLE_DEFAULT}};
constexpr DefaultRule kIpv6Rules[] = {{0, RT_TABLE_LOCAL}, {32766, RT_TABLE_MAIN}};

std::span<const DefaultRule> rules_of(int family) {
  if (family == AF_INET) return kIpv4Rules;
  return kIpv6Rules;
}

void put_rule(NlWriter& out, int family, const DefaultRule& rule, const DumpHeader& header) {
  fib_rule_hdr fixed{};
  fixed.family = static_cast<uint8_t>(family);
  fixed.table = rule.table;
  fixed.action = FR_ACT_TO_TBL;
  out.begin_with(RTM_NEWRULE, header.flags, header.seq, header.port_id, fixed);
  out.u32(FRA_TABLE, rule.table);
  out.u32(FRA_SUPPRESS_PREFIXLEN, 0xffffffff);
  out.u8(FRA_PROTOCOL, RTPROT_KERNEL);
  if (rule.priority) out.u32(FRA_PRIORITY, rule.priority);
  out.end();
}

}  // namespace

DumpResult rule_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  const int family = request.payload()[0];
  if (request.strict) {
    UNETNS_ASSIGN(const fib_rule_hdr header,
                  request.fixed<fib_rule_hdr>("Invalid header for fib rule dump request"));
    if (header.dst_len || header.src_len || header.tos || header.table || header.res1 ||
        header.res2 || header.action || header.flags)
      return fail(EINVAL, "Invalid values in header for fib rule dump request");
    if (request.payload().size() > sizeof header)
      return fail(EINVAL, "Invalid data after header in fib rule dump request");
  }
  if (family != AF_UNSPEC && !rt.inet(family)) return fail(EAFNOSUPPORT);
  NlWriter out;
  for (const InetControl* control : rt.families()) {
    if (family != AF_UNSPEC && family != control->family()) continue;
    for (const DefaultRule& rule : rules_of(control->family()))
      put_rule(out, control->family(), rule, dump);
  }
  return std::make_unique<SnapshotDump>(out.take());
}

}  // namespace unetns
