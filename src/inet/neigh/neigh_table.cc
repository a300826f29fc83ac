#include "inet/neigh/neigh_table.h"

#include <algorithm>

#include "netdev/net_device.h"

namespace unetns {

using namespace std::chrono_literals;

template <class F>
NeighTable<F>::NeighTable(Net& net, NeighClient<F>& client, const NeighParams& params)
    : net_(net),
      client_(client),
      params_(params),
      gc_(net.env().timers, [this] { collect_unused(); }) {}

template <class F>
Neighbour<F>* NeighTable<F>::find(const NetDevice& dev, const Address& a) const {
  auto at = entries_.find(Key(&dev, a));
  return at == entries_.end() ? nullptr : at->second.get();
}

template <class F>
Neighbour<F>* NeighTable<F>::find_or_create(NetDevice& dev, const Address& a) {
  if (Entry* n = find(dev, a)) return n;
  if (entries_.size() >= params_.gc_thresh2 && !make_room()) return nullptr;
  auto made = std::make_unique<Entry>(net_.env().timers, *this);
  made->dev = &dev;
  made->address = a;
  made->used = made->updated = now();
  // Never confirmed so far: as if it were long ago.
  made->confirmed = made->used - 2 * params_.base_reachable;
  Entry* n = made.get();
  entries_.emplace(Key(&dev, a), std::move(made));
  if (entries_.size() >= params_.gc_thresh1 && !gc_.armed()) gc_.arm_in(params_.base_reachable / 2);
  return n;
}

template <class F>
Nanos NeighTable<F>::reachable_time() {
  // RFC 4861 §6.3.4: uniform between 0.5 and 1.5 of the base, drawn anew every few minutes.
  const Nanos t = now();
  if (reachable_time_ == 0ns || t - reachable_drawn_ > 300s) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(params_.base_reachable);
    const auto base = static_cast<uint32_t>(ms.count());
    reachable_time_ = std::chrono::milliseconds(base / 2 + net_.env().rng.below(base ? base : 1));
    reachable_drawn_ = t;
  }
  return reachable_time_;
}

template <class F>
void NeighTable<F>::output(NetDevice& dev, const Address& a, Packet packet) {
  Entry* n = find_or_create(dev, a);
  if (!n) {
    net_.drop(std::move(packet), DropReason::kNeighTableFull);
    return;
  }
  output(*n, std::move(packet));
}

template <class F>
void NeighTable<F>::output(Entry& n, Packet packet) {
  if (n.valid()) [[likely]] {
    if (!n.connected()) use(n);
    client_.send(*n.dev, n.lladdr, std::move(packet));
    return;
  }
  enqueue(n, std::move(packet));
  use(n);
}

template <class F>
void NeighTable<F>::use(Entry& n) {
  n.used = now();
  if (n.state & (kNudConnected | NUD_DELAY | NUD_PROBE | NUD_INCOMPLETE)) {
    // By hand an entry can be incomplete with nobody asking.
    if (n.state != NUD_INCOMPLETE || n.timer.armed()) return;
  }
  if (n.state & NUD_STALE) {
    n.state = NUD_DELAY;
    n.updated = n.used;
    n.timer.arm_in(params_.delay_first_probe);
    return;
  }
  n.state = NUD_INCOMPLETE;
  n.updated = n.used;
  n.probes = params_.unicast_probes;  // there is nobody to send unicast probes to
  n.timer.arm_in(params_.retrans);
  probe(n);
}

template <class F>
void NeighTable<F>::confirm(const NetDevice& dev, const Address& a) {
  Entry* n = find(dev, a);
  if (n && n->valid()) n->confirmed = now();
}

template <class F>
void NeighTable<F>::enqueue(Entry& n, Packet packet) {
  const auto bytes = static_cast<uint32_t>(packet.size() + Packet::kHeadroom);
  while (!n.waiting.empty() && n.waiting_bytes + bytes > params_.queue_bytes) {
    n.waiting_bytes -= static_cast<uint32_t>(n.waiting.front().size() + Packet::kHeadroom);
    Packet oldest = std::move(n.waiting.front());
    n.waiting.erase(n.waiting.begin());
    net_.drop(std::move(oldest), DropReason::kNeighQueueFull);
  }
  n.waiting_bytes += bytes;
  n.waiting.push_back(std::move(packet));
}

template <class F>
void NeighTable<F>::send_waiting(Entry& n) {
  std::vector<Packet> batch = std::move(n.waiting);
  n.waiting.clear();
  n.waiting_bytes = 0;
  NetDevice& dev = *n.dev;
  const LinkLayerAddress to = n.lladdr;
  for (Packet& p : batch) client_.send(dev, to, std::move(p));
}

template <class F>
void NeighTable<F>::fail_waiting(Entry& n) {
  std::vector<Packet> batch = std::move(n.waiting);
  n.waiting.clear();
  n.waiting_bytes = 0;
  NetDevice& dev = *n.dev;
  for (Packet& p : batch) client_.unreachable(dev, std::move(p));
}

template <class F>
uint32_t NeighTable<F>::max_probes(const Entry& n) const {
  return params_.unicast_probes +
         (n.state & NUD_PROBE ? params_.multicast_reprobes : params_.multicast_probes);
}

template <class F>
void NeighTable<F>::probe(Entry& n) {
  const bool unicast = n.probes < params_.unicast_probes && n.valid();
  ++n.probes;
  client_.solicit(n, unicast, n.waiting.empty() ? nullptr : &n.waiting.front());
}

template <class F>
void NeighTable<F>::timeout(Entry& n) {
  const Nanos t = now();
  bool tell = false;
  if (n.state & NUD_REACHABLE) {
    if (t < n.confirmed + reachable_time()) {
      n.timer.arm_at(n.confirmed + reachable_time());
      return;
    }
    n.updated = t;
    if (t < n.used + params_.delay_first_probe) {
      n.state = NUD_DELAY;
      n.timer.arm_in(params_.delay_first_probe);
      return;
    }
    n.state = NUD_STALE;
    client_.changed(n, false);
    return;
  }
  if (n.state & NUD_DELAY) {
    n.updated = t;
    if (t < n.confirmed + params_.delay_first_probe) {
      n.state = NUD_REACHABLE;
      n.timer.arm_at(n.confirmed + reachable_time());
      client_.changed(n, false);
      return;
    }
    n.state = NUD_PROBE;
    n.probes = 0;
    tell = true;
  }
  if (!(n.state & (NUD_PROBE | NUD_INCOMPLETE))) return;
  if (n.probes >= max_probes(n)) {
    n.state = NUD_FAILED;
    n.updated = t;
    client_.changed(n, false);
    fail_waiting(n);
    return;
  }
  n.timer.arm_in(params_.retrans);
  if (tell) client_.changed(n, false);
  probe(n);
}

template <class F>
Result<void> NeighTable<F>::update(Entry& n, const Update& news) {
  if (!news.admin && (n.state & (NUD_NOARP | NUD_PERMANENT))) return fail(EPERM);
  const Nanos t = now();
  if (!(news.state & kNudValid)) {
    n.timer.disarm();
    const bool was_valid = n.valid();
    const uint16_t old = n.state;
    n.state = news.state;
    n.updated = t;
    const bool gave_up = (old & (NUD_INCOMPLETE | NUD_PROBE)) && (news.state & NUD_FAILED);
    if (was_valid || gave_up) client_.changed(n, false);
    if (gave_up) fail_waiting(n);
    return {};
  }

  uint16_t state = news.state;
  LinkLayerAddress lladdr;
  if (n.dev->address.len == 0) {
    lladdr = n.dev->address;
  } else if (news.lladdr) {
    lladdr = *news.lladdr;
  } else {
    if (!n.valid()) return fail(EINVAL, "No link layer address given");
    lladdr = n.lladdr;
  }
  const bool differs = !n.valid() || !(lladdr == n.lladdr);
  if (state & kNudConnected) n.confirmed = t;
  if (n.valid()) {
    if (differs && !news.override_lladdr) return {};
    // Hearing the same once more does not make a confirmed neighbour doubtful.
    if (!differs && state == NUD_STALE && !news.admin) state = n.state;
  }
  n.updated = t;
  const bool was_valid = n.valid();
  bool tell = false;
  if (state != n.state) {
    n.timer.disarm();
    n.state = state;
    if (state & NUD_PROBE) n.probes = 0;
    if (state & kNudInTimer) n.timer.arm_in(state & NUD_REACHABLE ? reachable_time() : 0ns);
    tell = true;
  }
  if (differs) {
    n.lladdr = lladdr;
    if (!(state & kNudConnected)) n.confirmed = t - 2 * params_.base_reachable;
    tell = true;
  }
  if (tell) client_.changed(n, false);
  if (!was_valid) send_waiting(n);
  return {};
}

template <class F>
void NeighTable<F>::remove(Entry& n) {
  auto at = entries_.find(Key(n.dev, n.address));
  std::unique_ptr<Entry> own = std::move(at->second);
  entries_.erase(at);
  own->timer.disarm();
  for (Packet& p : own->waiting) net_.drop(std::move(p), DropReason::kNeighFailed);
  own->waiting.clear();
  client_.changed(*own, true);
}

template <class F>
void NeighTable<F>::flush(NetDevice& dev, bool keep_permanent) {
  std::vector<Entry*> doomed;
  for (auto& [key, n] : entries_)
    if (key.first == &dev && !(keep_permanent && (n->state & NUD_PERMANENT)))
      doomed.push_back(n.get());
  std::sort(doomed.begin(), doomed.end(),
            [](const Entry* a, const Entry* b) { return a->address.bytes < b->address.bytes; });
  for (Entry* n : doomed) remove(*n);
  if (!keep_permanent) std::erase_if(proxies_, [&](const auto& p) { return p.dev == &dev; });
}

template <class F>
void NeighTable<F>::for_each(const std::function<void(const Entry&)>& fn) const {
  std::vector<const Entry*> all;
  for (const auto& [key, n] : entries_) all.push_back(n.get());
  std::sort(all.begin(), all.end(), [](const Entry* a, const Entry* b) {
    if (a->dev != b->dev) return a->dev->ifindex() < b->dev->ifindex();
    return a->address.bytes < b->address.bytes;
  });
  for (const Entry* n : all) fn(*n);
}

template <class F>
const NeighProxy<F>* NeighTable<F>::find_proxy(const NetDevice* dev, const Address& a) const {
  for (const NeighProxy<F>& p : proxies_)
    if (p.address == a && (p.dev == dev || !p.dev)) return &p;
  return nullptr;
}

namespace {
// Whether nothing but age keeps the entry.
template <class F>
bool collectable(const Neighbour<F>& n) {
  return !(n.state & (NUD_PERMANENT | kNudInTimer)) && !(n.flags & NTF_EXT_LEARNED);
}
}  // namespace

template <class F>
void NeighTable<F>::collect_unused() {
  if (entries_.size() < params_.gc_thresh1) return;  // armed again when it grows
  const Nanos t = now();
  std::vector<Entry*> doomed;
  for (auto& [key, n] : entries_)
    if (collectable(*n) &&
        ((n->state & NUD_FAILED) || t > std::max(n->used, n->confirmed) + params_.gc_stale))
      doomed.push_back(n.get());
  for (Entry* n : doomed) remove(*n);
  if (entries_.size() >= params_.gc_thresh1) gc_.arm_in(params_.base_reachable / 2);
}

template <class F>
bool NeighTable<F>::make_room() {
  const Nanos t = now();
  const bool full = entries_.size() >= params_.gc_thresh3;
  if (!full && t - last_flush_ < 5s) return true;
  last_flush_ = t;
  size_t surplus = entries_.size() - params_.gc_thresh2 + 1;
  std::vector<Entry*> doomed;
  for (auto& [key, n] : entries_)
    if (collectable(*n) &&
        ((n->state & (NUD_FAILED | NUD_NONE)) || !n->state || t - n->updated > 5s))
      doomed.push_back(n.get());
  for (Entry* n : doomed) {
    if (surplus-- == 0) break;
    remove(*n);
  }
  return entries_.size() < params_.gc_thresh3;
}

template class NeighTable<V4>;
template class NeighTable<V6>;

}  // namespace unetns
