// NeighParams: how the neighbours of one device are kept (ip-sysctl of the kernel's documentation:
// neigh/*; NDTPA_* of linux/neighbour.h), and NeighLimits: how many there may be.
#ifndef UNETNS_INET_NEIGH_NEIGH_PARAMS_H_
#define UNETNS_INET_NEIGH_NEIGH_PARAMS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "env/clock.h"

namespace unetns {

enum class NeighVar : uint8_t {
  kMulticastProbes,
  kUnicastProbes,
  kAppProbes,
  kMulticastReprobes,
  kQueueBytes,  // of packets waiting for one neighbour
  kProxyQueue,  // packets waiting for a proxy's answer
  // Milliseconds:
  kRetrans,
  kBaseReachable,
  kDelayFirstProbe,
  kIntervalProbe,  // between the probes of managed entries
  kGcStale,
  kAnycastDelay,
  kProxyDelay,
  kLocktime,
  kCount
};

class NeighParams {
 public:
  int64_t get(NeighVar v) const { return values_[static_cast<size_t>(v)]; }
  uint32_t count(NeighVar v) const { return static_cast<uint32_t>(get(v)); }
  Nanos time(NeighVar v) const { return std::chrono::milliseconds(get(v)); }
  // Makes the value this device's own.
  void set(NeighVar v, int64_t value) {
    values_[static_cast<size_t>(v)] = value;
    own_ |= 1u << static_cast<unsigned>(v);
  }
  // What is not set here is as in `defaults`.
  void follow(const NeighParams& defaults) {
    for (size_t i = 0; i < values_.size(); i++)
      if (!(own_ >> i & 1)) values_[i] = defaults.values_[i];
  }
  // A copy with nothing of its own.
  NeighParams inherited() const {
    NeighParams p;
    p.values_ = values_;
    return p;
  }

  // `queue` of ip-ntable(8) and unres_qlen count frames of full size, with what holds them.
  static constexpr int64_t kBytesPerFrame = 2090;

 private:
  std::array<int64_t, static_cast<size_t>(NeighVar::kCount)> values_{
      3, 3, 0, 0, 212992, 64, 1000, 30000, 5000, 5000, 60000, 1000, 800, 1000};
  uint32_t own_ = 0;
};

// Entries of one namespace that may be collected: from `thresh1` on the unused ones go in time,
// from `thresh2` on after 5 seconds, and there are never more than `thresh3`.
struct NeighLimits {
  uint32_t thresh1 = 128, thresh2 = 512, thresh3 = 1024;
  int64_t gc_interval_ms = 30000;  // kept, and without effect
};

struct NeighTableStats {  // struct ndt_stats
  uint64_t allocs = 0, destroys = 0, res_failed = 0, lookups = 0, hits = 0, periodic_gc_runs = 0,
           forced_gc_runs = 0, table_fulls = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_NEIGH_PARAMS_H_
