#include "inet/neigh/neigh_table.h"

#include <algorithm>

#include "netdev/net_device.h"
#include "netns/net_registry.h"

namespace unetns {

using namespace std::chrono_literals;

template <class F>
NeighTable<F>::NeighTable(Net& net, NeighClient<F>& client, const NeighLimits& limits)
    : net_(net),
      client_(client),
      limits_(limits),
      gc_(net.env().timers, [this] { collect_unused(); }),
      managed_timer_(net.env().timers, [this] { use_managed(); }) {}

template <class F>
Neighbour<F>* NeighTable<F>::find(const NetDevice& dev, const Address& a) const {
  auto at = entries_.find(Key(&dev, a));
  return at == entries_.end() ? nullptr : at->second.get();
}

template <class F>
size_t NeighTable<F>::collectable() const {
  return static_cast<size_t>(std::count_if(entries_.begin(), entries_.end(),
                                           [](const auto& e) { return e.second->collectable(); }));
}

template <class F>
Neighbour<F>* NeighTable<F>::find_or_create(NetDevice& dev, const Address& a, bool exempt) {
  stats_.lookups++;
  if (Entry* n = find(dev, a)) {
    stats_.hits++;
    return n;
  }
  if (!exempt && entries_.size() >= limits_.thresh2 && !make_room()) {
    stats_.table_fulls++;
    return nullptr;
  }
  if (!net_.registry().may_allocate()) return nullptr;
  stats_.allocs++;
  auto made = std::make_unique<Entry>(net_.env().timers, *this);
  made->dev = &dev;
  made->address = a;
  made->used = made->updated = now();
  // Never confirmed so far: as if it were long ago.
  made->confirmed = made->used - 2 * client_.params(dev).time(NeighVar::kBaseReachable);
  Entry* n = made.get();
  entries_.emplace(Key(&dev, a), std::move(made));
  if (entries_.size() >= limits_.thresh1 && !gc_.armed())
    gc_.arm_in(client_.params(dev).time(NeighVar::kBaseReachable) / 2);
  return n;
}

template <class F>
Nanos NeighTable<F>::reachable_time(const NetDevice& dev) {
  // Uniform between 0.5 and 1.5 of the base.
  const Nanos t = now(), base = client_.params(dev).time(NeighVar::kBaseReachable);
  Drawn& d = reachable_[&dev];
  if (d.time == 0ns || d.base != base || t - d.at > 300s) {
    const auto ms = static_cast<uint32_t>(base / 1ms);
    d = {base, std::chrono::milliseconds(ms / 2 + net_.env().rng.below(ms ? ms : 1)), t};
  }
  return d.time;
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
    n.timer.arm_in(params(n).time(NeighVar::kDelayFirstProbe));
    return;
  }
  const NeighParams& p = params(n);
  n.updated = n.used;
  if (p.get(NeighVar::kMulticastProbes) + p.get(NeighVar::kAppProbes) ==
      0) {  // nobody is to be asked
    n.state = NUD_FAILED;
    drop_waiting(n);
    return;
  }
  n.state = NUD_INCOMPLETE;
  n.probes = p.count(NeighVar::kUnicastProbes);  // there is nobody to send unicast probes to
  n.timer.arm_in(retrans_time(n));
  probe(n);
}

template <class F>
bool NeighTable<F>::known_or_ask(NetDevice& dev, const Address& a) {
  Entry* n = find_or_create(dev, a);
  if (!n) return false;
  const bool known = n->valid();
  use(*n);
  return known;
}

template <class F>
void NeighTable<F>::manage(Entry& n) {
  use(n);
  if (!managed_timer_.armed()) managed_timer_.arm_in(params(n).time(NeighVar::kIntervalProbe));
}

template <class F>
void NeighTable<F>::use_managed() {
  std::vector<Entry*> managed;
  for (auto& [key, n] : entries_)
    if (n->flags_ext & NTF_EXT_MANAGED) managed.push_back(n.get());
  Nanos next = Nanos::max();
  for (Entry* n : managed) {
    next = std::min(next, params(*n).time(NeighVar::kIntervalProbe));
    use(*n);
  }
  if (!managed.empty()) managed_timer_.arm_in(std::max<Nanos>(next, 10ms));
}

template <class F>
void NeighTable<F>::confirm(const NetDevice& dev, const Address& a) {
  Entry* n = find(dev, a);
  if (n && n->valid()) n->confirmed = now();
}

template <class F>
Nanos NeighTable<F>::retrans_time(const Entry& n) const {
  return std::max<Nanos>(params(n).time(NeighVar::kRetrans), 10ms);
}

// What Linux counts for a packet: its bytes with what holds them.
template <class F>
uint32_t NeighTable<F>::cost(const Packet& packet) {
  return static_cast<uint32_t>(768 + (packet.size() + 14 + 63) / 64 * 64);
}

template <class F>
void NeighTable<F>::drop_waiting(Entry& n) {
  for (Packet& p : n.waiting) net_.drop(std::move(p), DropReason::kNeighFailed);
  n.waiting.clear();
  n.waiting_bytes = 0;
}

template <class F>
void NeighTable<F>::enqueue(Entry& n, Packet packet) {
  const uint32_t bytes = cost(packet);
  while (!n.waiting.empty() && n.waiting_bytes + bytes > params(n).count(NeighVar::kQueueBytes)) {
    n.waiting_bytes -= cost(n.waiting.front());
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
int64_t NeighTable<F>::max_probes(const Entry& n) const {
  const NeighParams& p = params(n);
  return p.get(NeighVar::kUnicastProbes) + p.get(NeighVar::kAppProbes) +
         p.get(n.state & NUD_PROBE ? NeighVar::kMulticastReprobes : NeighVar::kMulticastProbes);
}

template <class F>
void NeighTable<F>::probe(Entry& n) {
  const NeighParams& p = params(n);
  const uint32_t done = n.probes++, unicast = p.count(NeighVar::kUnicastProbes);
  if (done >= unicast && done - unicast < p.count(NeighVar::kAppProbes)) {
    client_.solicit_by_program(n);
    return;
  }
  client_.solicit(n, done < unicast && n.valid(), n.waiting.empty() ? nullptr : &n.waiting.front());
}

template <class F>
void NeighTable<F>::timeout(Entry& n) {
  const Nanos t = now();
  bool tell = false;
  const Nanos delay = params(n).time(NeighVar::kDelayFirstProbe);
  if (n.state & NUD_REACHABLE) {
    if (t < n.confirmed + reachable_time(*n.dev)) {
      n.timer.arm_at(n.confirmed + reachable_time(*n.dev));
      return;
    }
    n.updated = t;
    if (t < n.used + delay) {
      n.state = NUD_DELAY;
      n.timer.arm_in(delay);
      return;
    }
    n.state = NUD_STALE;
    client_.changed(n, false);
    return;
  }
  if (n.state & NUD_DELAY) {
    n.updated = t;
    if (t < n.confirmed + delay) {
      n.state = NUD_REACHABLE;
      n.timer.arm_at(n.confirmed + reachable_time(*n.dev));
      client_.changed(n, false);
      return;
    }
    n.state = NUD_PROBE;
    n.probes = 0;
    tell = true;
  }
  if (!(n.state & (NUD_PROBE | NUD_INCOMPLETE))) return;
  if (int64_t{n.probes} >= max_probes(n)) {
    n.state = NUD_FAILED;
    n.updated = t;
    stats_.res_failed++;
    client_.changed(n, false);
    fail_waiting(n);
    return;
  }
  n.timer.arm_in(retrans_time(n));
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
    if (state & kNudInTimer) n.timer.arm_in(state & NUD_REACHABLE ? reachable_time(*n.dev) : 0ns);
    tell = true;
  }
  if (differs) {
    n.lladdr = lladdr;
    if (!(state & kNudConnected)) n.confirmed = t - 2 * params(n).time(NeighVar::kBaseReachable);
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
  drop_waiting(*own);
  stats_.destroys++;
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
  if (!keep_permanent) reachable_.erase(&dev);
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
bool idle(const Neighbour<F>& n) {
  return n.collectable() && !(n.state & kNudInTimer);
}
}  // namespace

template <class F>
void NeighTable<F>::collect_unused() {
  if (entries_.size() < limits_.thresh1) return;  // armed again when it grows
  stats_.periodic_gc_runs++;
  const Nanos t = now();
  Nanos again = 3600s;
  std::vector<Entry*> doomed;
  for (auto& [key, n] : entries_)
    if (idle(*n) && ((n->state & NUD_FAILED) ||
                     t > std::max(n->used, n->confirmed) + params(*n).time(NeighVar::kGcStale)))
      doomed.push_back(n.get());
  for (Entry* n : doomed) remove(*n);
  if (entries_.size() < limits_.thresh1) return;
  for (const auto& [key, n] : entries_)
    again = std::min(again, params(*n).time(NeighVar::kBaseReachable) / 2);
  gc_.arm_in(std::max<Nanos>(again, 1s));
}

template <class F>
bool NeighTable<F>::make_room() {
  const size_t counted = collectable();
  if (counted < limits_.thresh2) return true;
  const Nanos t = now();
  const bool full = counted >= limits_.thresh3;
  if (!full && t - last_flush_ < 5s) return true;
  last_flush_ = t;
  stats_.forced_gc_runs++;
  const size_t surplus = counted - limits_.thresh2 + 1;
  std::vector<Entry*> doomed;
  for (auto& [key, n] : entries_)
    if (idle(*n) && ((n->state & (NUD_FAILED | NUD_NONE)) || !n->state || t - n->updated > 5s))
      doomed.push_back(n.get());
  doomed.resize(std::min(doomed.size(), surplus));
  for (Entry* n : doomed) remove(*n);
  return !full || !doomed.empty();
}

template class NeighTable<V4>;
template class NeighTable<V6>;

}  // namespace unetns
