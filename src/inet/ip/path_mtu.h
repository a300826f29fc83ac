// Path MTUs learnt from ICMP (RFC 1191), bounded in number and in time.
#ifndef UNETNS_INET_IP_PATH_MTU_H_
#define UNETNS_INET_IP_PATH_MTU_H_

#include <absl/container/flat_hash_map.h>

#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

template <class F>
class PathMtuTable {
 public:
  using Address = typename F::Address;
  static constexpr size_t kMax = 2048;

  // Keeps the smaller of what is known and what is told; forgets all when full.
  void learn(const Address& dst, uint32_t mtu, Nanos now, Nanos lifetime) {
    auto it = entries_.find(dst);
    if (it != entries_.end() && it->second.expires > now && it->second.mtu < mtu) return;
    if (it == entries_.end() && entries_.size() >= kMax) entries_.clear();
    entries_[dst] = {mtu, now + lifetime};
  }
  // `mtu`, or less if the path to dst is known to be narrower.
  uint32_t limit(const Address& dst, uint32_t mtu, Nanos now) {
    if (entries_.empty()) return mtu;
    auto it = entries_.find(dst);
    if (it == entries_.end()) return mtu;
    if (it->second.expires <= now) {
      entries_.erase(it);
      return mtu;
    }
    return it->second.mtu < mtu ? it->second.mtu : mtu;
  }
  // What was told and still holds; 0: nothing.
  uint32_t learnt(const Address& dst, Nanos now, Nanos* remaining) const {
    auto it = entries_.find(dst);
    if (it == entries_.end() || it->second.expires <= now) return 0;
    *remaining = it->second.expires - now;
    return it->second.mtu;
  }
  void clear() { entries_.clear(); }
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    uint32_t mtu;
    Nanos expires;
  };
  absl::flat_hash_map<Address, Entry> entries_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_PATH_MTU_H_
