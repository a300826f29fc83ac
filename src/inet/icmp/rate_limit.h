// How many ICMP errors may leave (ip-sysctl: icmp_ratelimit, icmp_msgs_per_sec, icmp_msgs_burst).
#ifndef UNETNS_INET_ICMP_RATE_LIMIT_H_
#define UNETNS_INET_ICMP_RATE_LIMIT_H_

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

// A bucket for the whole namespace: `per_second` tokens flow in, at most `burst` are kept.
class IcmpGlobalLimit {
 public:
  bool allow(Nanos now, int32_t per_second, int32_t burst) {
    if (!started_) {
      started_ = true;
      credit_ = burst;
      stamp_ = now;
    }
    if (credit_ < burst) {
      const auto due = static_cast<int64_t>((now - stamp_).count() / 1000 * per_second / 1'000'000);
      if (due > 0) {
        credit_ = std::min<int64_t>(burst, credit_ + due);
        stamp_ = now;
      }
    } else {
      stamp_ = now;
    }
    if (credit_ <= 0) return false;
    --credit_;
    return true;
  }

 private:
  bool started_ = false;
  int64_t credit_ = 0;
  Nanos stamp_{};
};

// A bucket for each destination: one message per `interval`, after a silence up to six at once.
template <class F>
class IcmpPeerLimit {
 public:
  static constexpr int kBurst = 6;
  static constexpr size_t kMaxPeers = 4096;

  bool allow(const typename F::Address& peer, Nanos now, Nanos interval) {
    if (interval <= Nanos{}) return true;
    if (peers_.size() >= kMaxPeers && !peers_.contains(peer)) forget_idle(now, interval);
    auto [it, fresh] = peers_.try_emplace(peer, Bucket{kBurst * interval, now});
    Bucket& b = it->second;
    b.tokens = std::min(b.tokens + (now - b.stamp), kBurst * interval);
    b.stamp = now;
    if (b.tokens < interval) return false;
    b.tokens -= interval;
    return true;
  }
  size_t size() const { return peers_.size(); }

 private:
  struct Bucket {
    Nanos tokens, stamp;
  };
  // Full buckets say nothing that a new one would not. When all are busy, start afresh.
  void forget_idle(Nanos now, Nanos interval) {
    absl::erase_if(peers_, [&](const auto& entry) {
      return entry.second.tokens + (now - entry.second.stamp) >= kBurst * interval;
    });
    if (peers_.size() >= kMaxPeers) peers_.clear();
  }
  absl::flat_hash_map<typename F::Address, Bucket> peers_;
};

}  // namespace unetns

#endif  // UNETNS_INET_ICMP_RATE_LIMIT_H_
