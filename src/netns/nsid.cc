#include "netns/nsid.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

namespace unetns {

// by_id and by_peer are inverse to each other; p.holders contains n exactly when n.by_peer contains
// p, so that a dying namespace finds those which know it without a look at all the others.
struct NsidLayer::Ids {
  std::map<int, Net*> by_id;
  absl::flat_hash_map<Net*, int> by_peer;
  absl::flat_hash_set<Net*> holders;
  int lowest_free = 0;  // every id below is taken
};

NsidLayer::State::State() = default;
NsidLayer::State::~State() = default;

Result<std::unique_ptr<NsidLayer>> NsidLayer::create(NetRegistry& registry) {
  std::unique_ptr<NsidLayer> layer(new NsidLayer(registry));
  UNETNS_ASSIGN(layer->state_, registry.add_state<State>());
  UNETNS_TRY(registry.register_subsystem(*layer));
  return layer;
}

NsidLayer::~NsidLayer() {
  events_ = nullptr;
  registry_.unregister(*this);
}

NsidLayer::Ids& NsidLayer::ids(Net& net) const {
  State& state = net.get(state_);
  if (!state.ids) state.ids = std::make_unique<Ids>();
  return *state.ids;
}

void NsidLayer::pre_exit(Net& net) {
  Ids* own = net.get(state_).ids.get();
  if (!own) return;
  // In the order of their ids, which is that of their birth: the same run gives the same order of
  // events.
  std::vector<Net*> holders(own->holders.begin(), own->holders.end());
  std::sort(holders.begin(), holders.end(), [](Net* a, Net* b) { return a->id() < b->id(); });
  own->holders.clear();
  for (Net* holder : holders) {
    Ids& theirs = ids(*holder);
    const auto it = theirs.by_peer.find(&net);
    const int id = it->second;
    theirs.by_peer.erase(it);
    theirs.by_id.erase(id);
    theirs.lowest_free = std::min(theirs.lowest_free, id);
    if (events_ && !holder->exiting()) events_->nsid_deleted(*holder, id, net);
  }
}

void NsidLayer::exit(Net& net) {
  State& state = net.get(state_);
  if (!state.ids) return;
  for (const auto& [peer, id] : state.ids->by_peer) ids(*peer).holders.erase(&net);
  state.ids.reset();
}

int NsidLayer::lookup(Net& net, Net& peer) const {
  const Ids* own = net.get(state_).ids.get();
  if (!own) return kNsidUnassigned;
  const auto it = own->by_peer.find(&peer);
  return it == own->by_peer.end() ? kNsidUnassigned : it->second;
}

int NsidLayer::get_or_assign(Net& net, Net& peer) {
  if (const int id = lookup(net, peer); id != kNsidUnassigned) return id;
  return assign(net, peer, kNsidUnassigned).value_or(kNsidUnassigned);
}

Result<int> NsidLayer::assign(Net& net, Net& peer, int wanted) {
  if (!net.alive() || !peer.alive()) return fail(ENOENT);
  if (lookup(net, peer) != kNsidUnassigned)
    return fail(EEXIST, "Peer netns already has a nsid assigned");
  Ids& own = ids(net);
  if (wanted >= 0) {
    if (own.by_id.contains(wanted)) return fail(EEXIST, "The specified nsid is already used");
    add(net, wanted, peer);
    return wanted;
  }
  int id = own.lowest_free;
  for (auto it = own.by_id.lower_bound(id); it != own.by_id.end() && it->first == id; ++it) {
    if (id == std::numeric_limits<int>::max()) return fail(ENOSPC);
    id++;
  }
  own.lowest_free = id;
  add(net, id, peer);
  return id;
}

void NsidLayer::add(Net& net, int id, Net& peer) {
  Ids& own = ids(net);
  own.by_id.emplace(id, &peer);
  own.by_peer.emplace(&peer, id);
  ids(peer).holders.insert(&net);
  if (events_) events_->nsid_added(net, id, peer);
}

Net* NsidLayer::find(Net& net, int id) const {
  const Ids* own = net.get(state_).ids.get();
  if (!own) return nullptr;
  const auto it = own->by_id.find(id);
  return it == own->by_id.end() || !it->second->alive() ? nullptr : it->second;
}

void NsidLayer::for_each(Net& net, const std::function<void(int id, Net& peer)>& fn) const {
  const Ids* own = net.get(state_).ids.get();
  if (!own) return;
  const std::vector<std::pair<int, Net*>> all(own->by_id.begin(), own->by_id.end());
  for (const auto& [id, peer] : all)
    if (peer->alive()) fn(id, *peer);
}

}  // namespace unetns
