// The settings of neighbours as /proc/sys/net/ipv4/neigh shows them (ip-sysctl of the kernel's
// documentation): names and units.
#ifndef UNETNS_INET_NEIGH_NEIGH_SYSCTL_H_
#define UNETNS_INET_NEIGH_NEIGH_SYSCTL_H_

#include <span>
#include <string_view>

#include "base/result.h"
#include "inet/neigh/neigh_params.h"

namespace unetns {

struct NeighSysctl {
  std::string_view name;
  NeighVar var;
  int64_t unit;  // of what is shown, in what NeighParams keeps
  int64_t min = 0;
};
std::span<const NeighSysctl> neigh_sysctls();
const NeighSysctl* find_neigh_sysctl(std::string_view name);
Result<void> set_neigh_sysctl(NeighParams& params, const NeighSysctl& spec, int64_t value);

// Those that are of the whole table: only "default" has them, in the machine's first namespace.
inline constexpr std::string_view kNeighLimitNames[] = {"gc_interval", "gc_thresh1", "gc_thresh2",
                                                        "gc_thresh3"};
Result<int64_t> get_neigh_limit(const NeighLimits& limits, std::string_view name);
Result<void> set_neigh_limit(NeighLimits& limits, std::string_view name, int64_t value);

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_NEIGH_SYSCTL_H_
