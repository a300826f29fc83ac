#include "inet/tcp/bind_table.h"

namespace unetns {

template <class F>
bool BindTable<F>::overlap(const Record& a, const Record& b) {
  if (a.ifindex != 0 && b.ifindex != 0 && a.ifindex != b.ifindex) return false;
  if (!a.scope.overlaps(b.scope)) return false;
  return a.key.local.is_zero() || b.key.local.is_zero() || a.key.local == b.key.local;
}

template <class F>
bool BindTable<F>::conflicts(const Record& wanted, uint16_t port) const {
  const Bucket* bucket = find(port);
  if (!bucket) return false;
  for (const Record* r = bucket->first; r; r = r->next_on_port) {
    if (r == &wanted || !overlap(*r, wanted)) continue;
    if (r->reuse_addr && wanted.reuse_addr && !r->listening) continue;
    if (r->reuse_port && wanted.reuse_port && r->uid == wanted.uid) continue;
    return true;
  }
  return false;
}

template <class F>
uint16_t BindTable<F>::pick(const Record& wanted, uint16_t first, uint16_t last, Rng& rng,
                            const PortRanges& reserved, bool share) const {
  const uint16_t unused = scan(first, last, ~first & 1u, rng, [&](uint16_t port) {
    return find(port) == nullptr && !reserved.contains(port);
  });
  if (unused != 0) return unused;
  // Who asks for no port in particular need not be one of several there.
  const auto in_the_way = [&](const Record& r) {
    if (&r == &wanted || !overlap(r, wanted)) return false;
    return !share || !r.reuse_addr || !wanted.reuse_addr || r.listening;
  };
  return scan(first, last, ~first & 1u, rng, [&](uint16_t port) {
    if (reserved.contains(port)) return false;
    const Bucket* bucket = find(port);
    for (const Record* r = bucket ? bucket->first : nullptr; r; r = r->next_on_port)
      if (in_the_way(*r)) return false;
    return true;
  });
}

template <class F>
void BindTable<F>::insert(Record& r) {
  Bucket& b = ports_[r.key.local_port];
  r.prev_on_port = nullptr;
  r.next_on_port = b.first;
  if (b.first) b.first->prev_on_port = &r;
  b.first = &r;
  b.holders++;
  if (!r.by_connect) b.bound++;
  r.has_port = true;
}

template <class F>
void BindTable<F>::remove(Record& r) {
  if (!r.has_port) return;
  auto it = ports_.find(r.key.local_port);
  Bucket& b = it->second;
  (r.prev_on_port ? r.prev_on_port->next_on_port : b.first) = r.next_on_port;
  if (r.next_on_port) r.next_on_port->prev_on_port = r.prev_on_port;
  r.next_on_port = r.prev_on_port = nullptr;
  r.has_port = false;
  if (!r.by_connect) b.bound--;
  if (--b.holders == 0) ports_.erase(it);
}

template class BindTable<V4>;
template class BindTable<V6>;

}  // namespace unetns
