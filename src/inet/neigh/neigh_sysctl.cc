#include "inet/neigh/neigh_sysctl.h"

#include <climits>

namespace unetns {
namespace {

using enum NeighVar;
constexpr int64_t kSecond = 1000, kTick = 10;  // a tick of USER_HZ

constexpr NeighSysctl kSpecs[] = {
    {"anycast_delay", kAnycastDelay, kTick},
    {"app_solicit", kAppProbes, 1},
    {"base_reachable_time", kBaseReachable, kSecond},
    {"base_reachable_time_ms", kBaseReachable, 1},
    {"delay_first_probe_time", kDelayFirstProbe, kSecond},
    {"gc_stale_time", kGcStale, kSecond},
    {"interval_probe_time_ms", kIntervalProbe, 1, 1},
    {"locktime", kLocktime, kTick},
    {"mcast_resolicit", kMulticastReprobes, 1},
    {"mcast_solicit", kMulticastProbes, 1},
    {"proxy_delay", kProxyDelay, kTick},
    {"proxy_qlen", kProxyQueue, 1},
    {"retrans_time", kRetrans, kTick},
    {"retrans_time_ms", kRetrans, 1},
    {"ucast_solicit", kUnicastProbes, 1},
    {"unres_qlen", kQueueBytes, NeighParams::kBytesPerFrame},
    {"unres_qlen_bytes", kQueueBytes, 1},
};

uint32_t* threshold(NeighLimits& limits, std::string_view name) {
  if (name == "gc_thresh1") return &limits.thresh1;
  if (name == "gc_thresh2") return &limits.thresh2;
  return name == "gc_thresh3" ? &limits.thresh3 : nullptr;
}

}  // namespace

std::span<const NeighSysctl> neigh_sysctls() { return kSpecs; }

const NeighSysctl* find_neigh_sysctl(std::string_view name) {
  for (const NeighSysctl& s : kSpecs)
    if (s.name == name) return &s;
  return nullptr;
}

Result<void> set_neigh_sysctl(NeighParams& params, const NeighSysctl& spec, int64_t value) {
  if (value < spec.min || value > INT_MAX / spec.unit) return fail(EINVAL);
  params.set(spec.var, value * spec.unit);
  return {};
}

Result<int64_t> get_neigh_limit(const NeighLimits& limits, std::string_view name) {
  if (name == "gc_interval") return limits.gc_interval_ms / kSecond;
  if (const uint32_t* at = threshold(const_cast<NeighLimits&>(limits), name)) return int64_t{*at};
  return fail(ENOENT);
}

Result<void> set_neigh_limit(NeighLimits& limits, std::string_view name, int64_t value) {
  if (name != "gc_interval" && !threshold(limits, name)) return fail(ENOENT);
  if (value < 0 || value > INT_MAX) return fail(EINVAL);
  if (uint32_t* at = threshold(limits, name))
    *at = static_cast<uint32_t>(value);
  else
    limits.gc_interval_ms = value * kSecond;
  return {};
}

}  // namespace unetns
