// ListenerTable: the listening ends of TCP in a namespace, by port. Borrows them.
#ifndef UNETNS_INET_TCP_LISTENER_TABLE_H_
#define UNETNS_INET_TCP_LISTENER_TABLE_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include <algorithm>

#include "inet/tcp/tcp_record.h"

namespace unetns {

template <class F>
class ListenerTable {
 public:
  using Record = TcpRecord<F>;

  void insert(Record& r) { ports_[r.key.local_port].push_back(&r); }
  void remove(Record& r) {
    auto it = ports_.find(r.key.local_port);
    if (it == ports_.end()) return;
    Chain& chain = it->second;
    chain.erase(std::remove(chain.begin(), chain.end(), &r), chain.end());
    if (chain.empty()) ports_.erase(it);
  }

  // The one that fits best a segment that came in by `ifindex`: a bound device counts more than a
  // bound address, and that more than the family (SocketScope). Equal members of an SO_REUSEPORT
  // group share the flows by hash. Null: none.
  Record* find(const TcpKey<F>& key, int ifindex) const {
    auto it = ports_.find(key.local_port);
    if (it == ports_.end()) return nullptr;
    int best = -1;
    uint32_t equals = 0;
    Record* found = nullptr;
    for (Record* r : it->second) {
      const int points = score(*r, key, ifindex);
      if (points < 0 || points < best) continue;
      if (points > best || !found->reuse_port) {
        found = r;
        equals = 1;
      } else if (same_group(*found, *r)) {
        ++equals;
      }
      best = points;
    }
    if (equals <= 1 || !found->reuse_port) return found;
    auto skip = static_cast<uint32_t>(absl::HashOf(key) % equals);
    for (Record* r : it->second)
      if (same_group(*found, *r) && skip-- == 0) return r;
    return found;
  }
  template <class Fn>
  void for_each(Fn&& fn) const {
    for (const auto& [port, chain] : ports_)
      for (Record* r : chain) fn(*r);
  }
  size_t size() const {
    size_t n = 0;
    for (const auto& [port, chain] : ports_) n += chain.size();
    return n;
  }

 private:
  using Chain = absl::InlinedVector<Record*, 1>;
  static bool same_group(const Record& a, const Record& b) {
    return a.reuse_port && b.reuse_port && a.key.local == b.key.local && a.ifindex == b.ifindex &&
           a.uid == b.uid && a.scope == b.scope;
  }
  static int score(const Record& r, const TcpKey<F>& key, int ifindex) {
    if (!r.scope.takes(F::kFamily)) return -1;
    int points = r.scope.inet6 ? 0 : 1;
    if (!r.key.local.is_zero()) {
      if (r.key.local != key.local) return -1;
      points += 2;
    }
    if (r.ifindex != 0) {
      if (r.ifindex != ifindex) return -1;
      points += 4;
    }
    return points;
  }
  absl::flat_hash_map<uint16_t, Chain> ports_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_LISTENER_TABLE_H_
