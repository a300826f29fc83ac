#include "inet/demux/port_table.h"

#include <absl/hash/hash.h>

#include <algorithm>

namespace unetns {

template <class F>
bool PortTable<F>::conflicts(const Binding<F>& wanted, uint16_t port,
                             const Endpoint<F>* self) const {
  auto it = ports_.find(port);
  if (it == ports_.end()) return false;
  for (const Endpoint<F>* e : it->second) {
    if (e == self) continue;
    const Binding<F>& b = e->binding();
    if (b.reuse_addr && wanted.reuse_addr) continue;
    if (!b.scope.overlaps(wanted.scope)) continue;
    if (b.ifindex != 0 && wanted.ifindex != 0 && b.ifindex != wanted.ifindex) continue;
    if (!b.local.is_zero() && !wanted.local.is_zero() && b.local != wanted.local) continue;
    if (b.reuse_port && wanted.reuse_port && b.uid == wanted.uid) continue;
    return true;
  }
  return false;
}

template <class F>
uint16_t PortTable<F>::pick(const Binding<F>& wanted, PortRange range, Rng& rng,
                            const PortRanges& reserved) const {
  if (range.first > range.last) return 0;
  const uint32_t count = uint32_t{range.last} - range.first + 1;
  const uint32_t start = rng.below(count);
  for (uint32_t i = 0; i < count; i++) {
    const auto port = static_cast<uint16_t>(range.first + (start + i) % count);
    if (port != 0 && !reserved.contains(port) && !conflicts(wanted, port, nullptr)) return port;
  }
  return 0;
}

template <class F>
void PortTable<F>::insert(uint16_t port, Endpoint<F>& endpoint) {
  Chain& chain = ports_[port];
  for (Endpoint<F>* e : chain) {
    if (!same_group(e->binding(), endpoint.binding())) continue;
    endpoint.set_chooser(e->chooser());
    break;
  }
  chain.push_back(&endpoint);
}

template <class F>
void PortTable<F>::remove(uint16_t port, Endpoint<F>& endpoint) {
  auto it = ports_.find(port);
  if (it == ports_.end()) return;
  Chain& chain = it->second;
  chain.erase(std::remove(chain.begin(), chain.end(), &endpoint), chain.end());
  if (chain.empty()) ports_.erase(it);
}

template <class F>
int PortTable<F>::score(const Binding<F>& b, const PortKey<F>& key) {
  if (!b.scope.takes(F::kFamily)) return -1;
  int points = b.scope.inet6 ? 0 : 1;
  if (!b.local.is_zero()) {
    if (b.local != key.local) return -1;
    points += 64;
  }
  if (!b.remote.is_zero()) {
    if (b.remote != key.remote) return -1;
    points += 4;
  }
  if (b.remote_port != 0) {
    if (b.remote_port != key.remote_port) return -1;
    points += 4;
  }
  if (b.ifindex != 0) {
    if (b.ifindex != key.ifindex) return -1;
    points += 4;
  }
  return points;
}

template <class F>
Endpoint<F>* PortTable<F>::find(const PortKey<F>& key, const Packet* packet) const {
  auto it = ports_.find(key.local_port);
  if (it == ports_.end()) return nullptr;
  int best = -1;
  uint32_t equals = 0;  // members of the best one's SO_REUSEPORT group
  Endpoint<F>* found = nullptr;
  for (Endpoint<F>* e : it->second) {
    const int points = score(e->binding(), key);
    if (points < 0 || points < best) continue;
    if (points > best) {
      best = points;
      found = e;
      equals = 1;
    } else if (same_group(found->binding(), e->binding())) {
      ++equals;
    } else if (!found->binding().reuse_port || !e->binding().reuse_port) {
      found = e;  // the one bound last hides its equals (SO_REUSEADDR)
      equals = 1;
    }
  }
  // A connected endpoint has its peer for itself; the group shares what comes from anywhere.
  if (equals <= 1 || found->binding().remote_port != 0) return found;
  uint32_t skip = equals;
  if (packet && found->chooser()) skip = found->chooser()->choose(*packet);
  if (skip >= equals)
    skip = static_cast<uint32_t>(
        absl::HashOf(key.local.bytes, key.remote.bytes, key.local_port, key.remote_port) % equals);
  for (Endpoint<F>* e : it->second) {
    if (score(e->binding(), key) != best || !same_group(found->binding(), e->binding())) continue;
    if (skip-- == 0) return e;
  }
  return found;
}

template <class F>
bool PortTable<F>::same_group(const Binding<F>& a, const Binding<F>& b) {
  return a.reuse_port && b.reuse_port && a.local == b.local && a.ifindex == b.ifindex &&
         a.uid == b.uid && a.scope == b.scope;
}

template <class F>
void PortTable<F>::set_group_chooser(Endpoint<F>& member,
                                     std::shared_ptr<const GroupChooser> chooser) {
  if (auto it = ports_.find(member.binding().local_port); it != ports_.end())
    for (Endpoint<F>* e : it->second)
      if (same_group(e->binding(), member.binding())) e->set_chooser(chooser);
  member.set_chooser(std::move(chooser));
}

template <class F>
size_t PortTable<F>::size() const {
  size_t n = 0;
  for (const auto& [port, chain] : ports_) n += chain.size();
  return n;
}

template class PortTable<V4>;
template class PortTable<V6>;

}  // namespace unetns
