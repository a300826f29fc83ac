// How many ICMP errors may leave (ip-sysctl: icmp_ratelimit, icmp_msgs_per_sec, icmp_msgs_burst).
#ifndef UNETNS_INET_ICMP_RATE_LIMIT_H_
#define UNETNS_INET_ICMP_RATE_LIMIT_H_

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <optional>

#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

// A bucket for the whole namespace: it is filled when it is empty, at most every 20 ms, with the
// tokens of the time since, at most of a second, and up to `burst`. (Linux draws by chance how much
// a message takes: one, in the mean.)
class IcmpGlobalLimit {
 public:
  bool allow(Nanos now, int32_t per_second, int32_t burst) {
    constexpr Nanos kSeldom = std::chrono::milliseconds(20), kMost = std::chrono::seconds(1);
    if (credit_ <= 0) {
      const Nanos since = filled_ ? std::min(now - *filled_, kMost) : kMost;
      if (since < kSeldom) return false;
      const int64_t due = since.count() / 1000 * per_second / 1'000'000;
      if (due == 0) return false;
      filled_ = now;
      credit_ = std::min<int64_t>(burst, due);
    }
    --credit_;
    return true;
  }

 private:
  std::optional<Nanos> filled_;
  int64_t credit_ = 0;
};

// What each destination was told of late: a bucket of time that errors use up, and its redirects.
template <class F>
class IcmpPeerLimit {
 public:
  static constexpr int kBurst = 6;
  static constexpr size_t kMaxPeers = 4096;

  // One message per `interval`; after a silence of a minute up to six at once.
  bool allow(const typename F::Address& peer, Nanos now, Nanos interval) {
    interval = std::max(interval, Nanos{});
    return take(bucket(peer, now), now, kBurst * interval, interval);
  }
  // "There is no way": one per second, at most five at once, of the same bucket.
  bool allow_route_error(const typename F::Address& peer, Nanos now) {
    return take(bucket(peer, now), now, std::chrono::seconds(5), std::chrono::seconds(1));
  }
  // Each redirect after twice as long as the one before; who does not listen to nine of them is
  // left alone until he was silent for a while.
  bool allow_redirect(const typename F::Address& peer, Nanos now) {
    constexpr Nanos kFirst = std::chrono::milliseconds(20);
    Bucket& b = bucket(peer, now);
    if (now - b.redirected > kRedirectSilence) b.redirects = 0;
    const bool waits = b.redirects != 0 && now < b.redirected + kFirst * (1 << b.redirects);
    if (b.redirects >= 9) {
      b.redirected = now;
      return false;
    }
    if (waits) return false;
    b.redirected = now;
    b.redirects++;
    return true;
  }
  size_t size() const { return peers_.size(); }

 private:
  static constexpr Nanos kFull = std::chrono::seconds(60);
  static constexpr Nanos kRedirectSilence = std::chrono::milliseconds(20) * 1024;
  struct Bucket {
    Nanos tokens, stamp, redirected{};
    uint32_t redirects = 0;
  };
  static bool take(Bucket& b, Nanos now, Nanos most, Nanos price) {
    b.tokens = std::min(b.tokens + (now - b.stamp), most);
    b.stamp = now;
    if (b.tokens < price) return false;
    b.tokens -= price;
    return true;
  }
  Bucket& bucket(const typename F::Address& peer, Nanos now) {
    if (peers_.size() >= kMaxPeers && !peers_.contains(peer)) forget_idle(now);
    return peers_.try_emplace(peer, Bucket{kFull, now}).first->second;
  }
  // Full buckets say nothing that a new one would not. When all are busy, start afresh.
  void forget_idle(Nanos now) {
    absl::erase_if(peers_, [&](const auto& entry) {
      const Bucket& b = entry.second;
      return b.tokens + (now - b.stamp) >= kFull &&
             (b.redirects == 0 || now - b.redirected > kRedirectSilence);
    });
    if (peers_.size() >= kMaxPeers) peers_.clear();
  }
  absl::flat_hash_map<typename F::Address, Bucket> peers_;
};

}  // namespace unetns

#endif  // UNETNS_INET_ICMP_RATE_LIMIT_H_
