#include "inet/tcp/bind_table.h"

namespace unetns {

template <class F>
bool BindTable<F>::conflicts(const Record& wanted, uint16_t port) const {
  const Bucket* bucket = find(port);
  if (!bucket) return false;
  for (const Record* r = bucket->first; r; r = r->next_on_port) {
    if (r == &wanted) continue;
    if (r->ifindex != 0 && wanted.ifindex != 0 && r->ifindex != wanted.ifindex) continue;
    if (!r->key.local.is_zero() && !wanted.key.local.is_zero() && r->key.local != wanted.key.local)
      continue;
    if (r->reuse_addr && wanted.reuse_addr && !r->listening) continue;
    if (r->reuse_port && wanted.reuse_port && r->uid == wanted.uid) continue;
    return true;
  }
  return false;
}

template <class F>
uint16_t BindTable<F>::pick(const Record& wanted, uint16_t first, uint16_t last, Rng& rng,
                            const PortRanges& reserved) const {
  const uint16_t unused = scan(first, last, ~first & 1u, rng, [&](uint16_t port) {
    return find(port) == nullptr && !reserved.contains(port);
  });
  if (unused != 0) return unused;
  return scan(first, last, ~first & 1u, rng,
              [&](uint16_t port) { return !reserved.contains(port) && !conflicts(wanted, port); });
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
