// What routers told of single paths: path MTUs (RFC 1191) and better gateways (RFC 792, redirects),
// bounded in number and in time.
#ifndef UNETNS_INET_IP_PATH_TABLE_H_
#define UNETNS_INET_IP_PATH_TABLE_H_

#include <absl/container/flat_hash_map.h>

#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

template <class F>
struct KnownPath {
  uint32_t mtu = 0;         // 0: none told
  bool mtu_locked = false;  // so small that no more discovery is done: DF stays clear
  Nanos mtu_expires{};
  typename F::Address gateway;
  Nanos gateway_expires{};  // 0: none told

  bool has_mtu(Nanos now) const { return mtu != 0 && now < mtu_expires; }
  bool has_gateway(Nanos now) const { return now < gateway_expires; }
  bool holds(Nanos now) const { return has_mtu(now) || has_gateway(now); }
};

template <class F>
class PathTable {
 public:
  using Address = typename F::Address;
  static constexpr size_t kMax = 2048;

  // The path to dst by that device; null when nothing is known of it.
  const KnownPath<F>* find(const Address& dst, int ifindex, Nanos now) const {
    auto it = paths_.find(Key(dst, ifindex));
    return it != paths_.end() && it->second.holds(now) ? &it->second : nullptr;
  }
  void learn_mtu(const Address& dst, int ifindex, uint32_t mtu, bool locked, Nanos now,
                 Nanos lifetime) {
    KnownPath<F>& p = entry(Key(dst, ifindex), now);
    p.mtu = mtu;
    p.mtu_locked = locked;
    p.mtu_expires = now + lifetime;
  }
  void learn_gateway(const Address& dst, int ifindex, const Address& gateway, Nanos now,
                     Nanos lifetime) {
    KnownPath<F>& p = entry(Key(dst, ifindex), now);
    p.gateway = gateway;
    p.gateway_expires = now + lifetime;
  }
  // fn(dst, ifindex, path) of all that still hold.
  template <class Fn>
  void for_each(Nanos now, Fn&& fn) const {
    for (const auto& [key, path] : paths_)
      if (path.holds(now)) fn(key.first, key.second, path);
  }
  void clear() { paths_.clear(); }
  bool empty() const { return paths_.empty(); }
  size_t size() const { return paths_.size(); }

 private:
  using Key = std::pair<Address, int>;
  // Room for one more is made by forgetting what is over, or all of it.
  KnownPath<F>& entry(const Key& key, Nanos now) {
    if (paths_.size() >= kMax && !paths_.contains(key)) {
      absl::erase_if(paths_, [now](const auto& e) { return !e.second.holds(now); });
      if (paths_.size() >= kMax) paths_.clear();
    }
    return paths_[key];
  }
  absl::flat_hash_map<Key, KnownPath<F>> paths_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_PATH_TABLE_H_
