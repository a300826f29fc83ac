// RTM_GETSTATS: counters of devices (`ip stats`, `ip link afstats`).
#include <linux/if_link.h>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr uint32_t kAllStats = (1u << IFLA_STATS_MAX) - 1;
constexpr uint32_t kAnyStats = 0xffffffff;

constexpr AttrPolicy kFilterPolicy[] = {
    {IFLA_STATS_LINK_OFFLOAD_XSTATS, AttrType::kU32},
    {IFLA_STATS_MAX, AttrType::kBinary},
};
constexpr AttrPolicy kGetPolicy[] = {
    {IFLA_STATS_GET_FILTERS, AttrType::kNested, 0, 0, kFilterPolicy},
    {IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS, AttrType::kBinary},
};

constexpr AttrPolicy kSetPolicy[] = {
    {IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS, AttrType::kU8},
};

// What is asked for: a bit for each IFLA_STATS_*, and one for each kind of offload statistics.
struct Wanted {
  uint32_t mask = 0;
  uint32_t offload = kAnyStats;

  bool has(int stats) const { return mask & IFLA_STATS_FILTER_BIT(stats); }
};

Result<if_stats_msg> header_of(const NlRequest& request, bool dump) {
  UNETNS_ASSIGN(const if_stats_msg header,
                request.fixed<if_stats_msg>("Invalid header for stats dump"));
  if (!request.strict) return header;
  if (header.pad1 || header.pad2 || (dump && header.ifindex))
    return fail(EINVAL, "Invalid values in header for stats dump request");
  if (header.filter_mask & ~kAllStats)
    return fail(EINVAL, "Invalid stats requested through filter mask");
  return header;
}

Result<Wanted> wanted_by(const NlRequest& request, const if_stats_msg& header) {
  UNETNS_ASSIGN(const AttrSet attrs, request.attrs(sizeof header, kGetPolicy, Strictness::kFull));
  Wanted out{header.filter_mask};
  UNETNS_ASSIGN(const AttrSet filters,
                parse_nested(attrs, IFLA_STATS_GET_FILTERS, kFilterPolicy, Strictness::kLiberal));
  out.offload = filters.u32(IFLA_STATS_LINK_OFFLOAD_XSTATS, kAnyStats);
  return out;
}

// No hardware counts here; what it could count is told to be neither asked for nor used.
void put_offload(NlWriter& out, uint32_t wanted) {
  if (!(wanted & IFLA_STATS_FILTER_BIT(IFLA_OFFLOAD_XSTATS_HW_S_INFO))) return;
  const size_t nest = out.nest_begin(IFLA_STATS_LINK_OFFLOAD_XSTATS);
  const size_t info = out.nest_begin(IFLA_OFFLOAD_XSTATS_HW_S_INFO, true);
  const size_t l3 = out.nest_begin(IFLA_OFFLOAD_XSTATS_L3_STATS, true);
  out.u8(IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST, 0);
  out.u8(IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED, 0);
  out.nest_end(l3);
  out.nest_end(info);
  out.nest_end(nest);
}

void fill_stats(NlWriter& out, const NetDevice& dev, const Wanted& wanted,
                const DumpHeader& header) {
  if_stats_msg fixed{};
  fixed.ifindex = static_cast<uint32_t>(dev.ifindex());
  fixed.filter_mask = wanted.mask;
  out.begin_with(RTM_NEWSTATS, header.flags, header.seq, header.port_id, fixed);
  if (wanted.has(IFLA_STATS_LINK_64)) out.object(IFLA_STATS_LINK_64, link_stats64(dev.stats));
  if (wanted.has(IFLA_STATS_LINK_OFFLOAD_XSTATS)) put_offload(out, wanted.offload);
  if (wanted.has(IFLA_STATS_AF_SPEC)) out.nest_end(out.nest_begin(IFLA_STATS_AF_SPEC));
  out.end();
}

}  // namespace

Result<void> stats_get(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const if_stats_msg header, header_of(request, false));
  if (header.ifindex == 0) return fail(EINVAL);
  const NetDevice* dev = rt.netdevs().by_index(request.net, static_cast<int>(header.ifindex));
  if (!dev) return fail(ENODEV);
  if (header.filter_mask == 0) return fail(EINVAL, "Filter mask must be set for stats get");
  UNETNS_ASSIGN(const Wanted wanted, wanted_by(request, header));
  NlWriter out;
  fill_stats(out, *dev, wanted, answer_to(request));
  request.socket.deliver_reply(out.take());
  return {};
}

// Only offloaded statistics could be set, of hardware: there is none.
Result<void> stats_set(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const if_stats_msg header, header_of(request, false));
  if (header.family != AF_UNSPEC) return fail(EINVAL, "Address family should be AF_UNSPEC");
  if (header.ifindex == 0) return fail(EINVAL);
  if (!rt.netdevs().by_index(request.net, static_cast<int>(header.ifindex))) return fail(ENODEV);
  if (header.filter_mask != 0) return fail(EINVAL, "Filter mask must be 0 for stats set");
  UNETNS_ASSIGN(const AttrSet attrs, request.attrs(sizeof header, kSetPolicy, Strictness::kFull));
  if (attrs.has(IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS)) return fail(EOPNOTSUPP);
  return {};
}

DumpResult stats_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  UNETNS_ASSIGN(const if_stats_msg header, header_of(request, true));
  if (header.filter_mask == 0) return fail(EINVAL, "Filter mask must be set for stats dump");
  UNETNS_ASSIGN(const Wanted wanted, wanted_by(request, header));
  NlWriter out;
  rt.netdevs().for_each(request.net, [&](NetDevice& dev) { fill_stats(out, dev, wanted, dump); });
  return std::make_unique<SnapshotDump>(out.take());
}

}  // namespace unetns
