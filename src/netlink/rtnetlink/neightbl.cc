// RTM_{GET,SET}NEIGHTBL: the tables of neighbours and the settings of each device (ip-ntable(8)).
#include <linux/neighbour.h>

#include <algorithm>

#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

using enum NeighVar;

// A setting as its attribute carries it: a number, or milliseconds in 64 bits.
struct Parameter {
  uint16_t id;
  NeighVar var;
  bool time;
};
constexpr Parameter kParameters[] = {
    {NDTPA_QUEUE_LENBYTES, kQueueBytes, false},
    {NDTPA_PROXY_QLEN, kProxyQueue, false},
    {NDTPA_APP_PROBES, kAppProbes, false},
    {NDTPA_UCAST_PROBES, kUnicastProbes, false},
    {NDTPA_MCAST_PROBES, kMulticastProbes, false},
    {NDTPA_MCAST_REPROBES, kMulticastReprobes, false},
    {NDTPA_BASE_REACHABLE_TIME, kBaseReachable, true},
    {NDTPA_GC_STALETIME, kGcStale, true},
    {NDTPA_DELAY_PROBE_TIME, kDelayFirstProbe, true},
    {NDTPA_RETRANS_TIME, kRetrans, true},
    {NDTPA_ANYCAST_DELAY, kAnycastDelay, true},
    {NDTPA_PROXY_DELAY, kProxyDelay, true},
    {NDTPA_LOCKTIME, kLocktime, true},
    {NDTPA_INTERVAL_PROBE_TIME_MS, kIntervalProbe, true},
};

constexpr AttrPolicy kTablePolicy[] = {
    {NDTA_NAME, AttrType::kString},     {NDTA_THRESH1, AttrType::kU32},
    {NDTA_THRESH2, AttrType::kU32},     {NDTA_THRESH3, AttrType::kU32},
    {NDTA_GC_INTERVAL, AttrType::kU64}, {NDTA_PARMS, AttrType::kNested},
};
constexpr AttrPolicy kParameterPolicy[] = {
    {NDTPA_IFINDEX, AttrType::kU32},
    {NDTPA_QUEUE_LEN, AttrType::kU32},
    {NDTPA_QUEUE_LENBYTES, AttrType::kU32},
    {NDTPA_PROXY_QLEN, AttrType::kU32},
    {NDTPA_APP_PROBES, AttrType::kU32},
    {NDTPA_UCAST_PROBES, AttrType::kU32},
    {NDTPA_MCAST_PROBES, AttrType::kU32},
    {NDTPA_MCAST_REPROBES, AttrType::kU32},
    {NDTPA_BASE_REACHABLE_TIME, AttrType::kU64},
    {NDTPA_GC_STALETIME, AttrType::kU64},
    {NDTPA_DELAY_PROBE_TIME, AttrType::kU64},
    {NDTPA_RETRANS_TIME, AttrType::kU64},
    {NDTPA_ANYCAST_DELAY, AttrType::kU64},
    {NDTPA_PROXY_DELAY, AttrType::kU64},
    {NDTPA_LOCKTIME, AttrType::kU64},
    {NDTPA_INTERVAL_PROBE_TIME_MS, AttrType::kU64, 0, 1},
};

void fill_params(NlWriter& out, const NeighParams& params, const NetDevice* dev) {
  const size_t nest = out.nest_begin(NDTA_PARMS);
  if (dev) out.s32(NDTPA_IFINDEX, dev->ifindex());
  out.u32(NDTPA_REFCNT, 1);
  out.u32(NDTPA_QUEUE_LEN,
          static_cast<uint32_t>(params.get(kQueueBytes) / NeighParams::kBytesPerFrame));
  for (const Parameter& p : kParameters) {
    const int64_t value = params.get(p.var);
    if (p.time)
      out.u64(p.id, static_cast<uint64_t>(value));
    else
      out.u32(p.id, static_cast<uint32_t>(value));
  }
  // What is drawn from the base is each neighbour's; its mean is told.
  out.u64(NDTPA_REACHABLE_TIME, static_cast<uint64_t>(params.get(kBaseReachable)));
  out.nest_end(nest);
}

void fill_stats(NlWriter& out, const NeighTableStats& s) {
  ndt_stats stats{};
  stats.ndts_allocs = s.allocs;
  stats.ndts_destroys = s.destroys;
  stats.ndts_res_failed = s.res_failed;
  stats.ndts_lookups = s.lookups;
  stats.ndts_hits = s.hits;
  stats.ndts_periodic_gc_runs = s.periodic_gc_runs;
  stats.ndts_forced_gc_runs = s.forced_gc_runs;
  stats.ndts_table_fulls = s.table_fulls;
  out.object(NDTA_STATS, stats);
}

void fill_table(NlWriter& out, const InetControl& control, Net& net, const DumpHeader& dump) {
  const NeighTableInfo info = control.neigh_table(net);
  ndtmsg header{};
  header.ndtm_family = static_cast<uint8_t>(control.family());
  out.begin_with(RTM_NEWNEIGHTBL, dump.flags, dump.seq, dump.port_id, header);
  out.str(NDTA_NAME, info.name);
  out.u64(NDTA_GC_INTERVAL, static_cast<uint64_t>(info.limits.gc_interval_ms));
  out.u32(NDTA_THRESH1, info.limits.thresh1);
  out.u32(NDTA_THRESH2, info.limits.thresh2);
  out.u32(NDTA_THRESH3, info.limits.thresh3);
  ndt_config config{};
  config.ndtc_key_len = info.key_length;
  config.ndtc_entry_size = info.entry_size;
  config.ndtc_entries = static_cast<uint32_t>(info.entries);
  config.ndtc_proxy_qlen = static_cast<uint32_t>(info.proxies_waiting);
  out.object(NDTA_CONFIG, config);
  fill_stats(out, info.stats);
  fill_params(out, control.neigh_params(nullptr), nullptr);
  out.end();
}

void fill_device(NlWriter& out, const InetControl& control, Net& net, const NetDevice& dev,
                 const DumpHeader& dump) {
  ndtmsg header{};
  header.ndtm_family = static_cast<uint8_t>(control.family());
  out.begin_with(RTM_NEWNEIGHTBL, dump.flags, dump.seq, dump.port_id, header);
  out.str(NDTA_NAME, control.neigh_table(net).name);
  fill_params(out, control.neigh_params(&dev), &dev);
  out.end();
}

void apply(const AttrSet& attrs, NeighParams& params) {
  if (attrs.has(NDTPA_QUEUE_LEN))
    params.set(kQueueBytes, int64_t{attrs.u32(NDTPA_QUEUE_LEN)} * NeighParams::kBytesPerFrame);
  for (const Parameter& p : kParameters) {
    if (!attrs.has(p.id)) continue;
    const uint64_t value = p.time ? attrs.u64(p.id) : attrs.u32(p.id);
    params.set(p.var, static_cast<int64_t>(std::min<uint64_t>(value, INT32_MAX)));
  }
}

Result<void> set_params(Rtnetlink& rt, Net& net, InetControl& control, const AttrSet& table) {
  UNETNS_ASSIGN(const AttrSet attrs,
                parse_nested(table, NDTA_PARMS, kParameterPolicy, Strictness::kLiberal));
  NetDevice* dev = nullptr;
  if (const int ifindex = attrs.s32(NDTPA_IFINDEX)) {
    dev = rt.netdevs().by_index(net, ifindex);
    if (!dev) return fail(ENOENT);
  }
  return control.neigh_params_set(net, dev, [&](NeighParams& p) { apply(attrs, p); });
}

Result<void> set_limits(Net& net, InetControl& control, const AttrSet& attrs) {
  const bool any = attrs.has(NDTA_THRESH1) || attrs.has(NDTA_THRESH2) || attrs.has(NDTA_THRESH3) ||
                   attrs.has(NDTA_GC_INTERVAL);
  if (!any) return {};
  NeighLimits limits = control.neigh_table(net).limits;
  limits.thresh1 = attrs.u32(NDTA_THRESH1, limits.thresh1);
  limits.thresh2 = attrs.u32(NDTA_THRESH2, limits.thresh2);
  limits.thresh3 = attrs.u32(NDTA_THRESH3, limits.thresh3);
  if (attrs.has(NDTA_GC_INTERVAL))
    limits.gc_interval_ms =
        static_cast<int64_t>(std::min<uint64_t>(attrs.u64(NDTA_GC_INTERVAL), INT32_MAX));
  return control.neigh_limits_set(net, limits);
}

}  // namespace

DumpResult neightbl_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  const auto header = request.lenient_fixed<ndtmsg>();
  NlWriter out;
  for (const InetControl* control : rt.families()) {
    if (header.ndtm_family && header.ndtm_family != control->family()) continue;
    fill_table(out, *control, request.net, dump);
    std::vector<const NetDevice*> devices;
    rt.netdevs().for_each(request.net, [&](NetDevice& dev) { devices.push_back(&dev); });
    // The youngest comes first.
    for (auto dev = devices.rbegin(); dev != devices.rend(); ++dev)
      fill_device(out, *control, request.net, **dev, dump);
  }
  return std::make_unique<SnapshotDump>(out.take());
}

Result<void> neightbl_set(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const ndtmsg header, request.fixed<ndtmsg>());
  UNETNS_ASSIGN(const AttrSet attrs,
                request.attrs(sizeof header, kTablePolicy, Strictness::kLiberal));
  if (!attrs.has(NDTA_NAME)) return fail(EINVAL);
  for (InetControl* control : rt.families()) {
    if (header.ndtm_family && header.ndtm_family != control->family()) continue;
    if (control->neigh_table(request.net).name != attrs.str(NDTA_NAME)) continue;
    if (attrs.has(NDTA_PARMS)) UNETNS_TRY(set_params(rt, request.net, *control, attrs));
    return set_limits(request.net, *control, attrs);
  }
  return fail(ENOENT);
}

}  // namespace unetns
