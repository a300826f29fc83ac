#include "inet/fib/fib.h"

#include <algorithm>

namespace unetns {
namespace {

// Linux keeps its tables in 256 buckets, and a dump goes through them in turn.
constexpr uint32_t bucket(uint32_t table) { return table & 0xff; }
constexpr bool same_bucket(uint32_t a, uint32_t b) { return bucket(a) == bucket(b); }

// Where the bucket of `table` begins.
auto bucket_of(auto& tables, uint32_t table) {
  return std::lower_bound(tables.begin(), tables.end(), bucket(table),
                          [](const auto& t, uint32_t v) { return bucket(t->id()) < v; });
}

}  // namespace

template <class F>
FibTable<F>* Fib<F>::table(uint32_t id) const {
  if (id == RT_TABLE_LOCAL) return local_.get();
  if (id == RT_TABLE_MAIN) return main_.get();
  for (auto at = bucket_of(others_, id); at != others_.end() && same_bucket((*at)->id(), id); ++at)
    if ((*at)->id() == id) return at->get();
  return nullptr;
}

template <class F>
FibTable<F>& Fib<F>::make_table(uint32_t id) {
  if (FibTable<F>* t = table(id)) return *t;
  auto made = std::make_unique<FibTable<F>>(id);
  FibTable<F>& t = *made;
  if (id == RT_TABLE_LOCAL) {
    make_table(RT_TABLE_MAIN);  // they are looked into as one
    local_ = std::move(made);
  } else if (id == RT_TABLE_MAIN) {
    main_ = std::move(made);
  } else {
    others_.insert(bucket_of(others_, id), std::move(made));
  }
  return t;
}

template <class F>
std::vector<FibTable<F>*> Fib<F>::tables() const {
  std::vector<FibTable<F>*> out;
  // The well-known tables are the oldest of theirs.
  auto behind_main = bucket_of(others_, RT_TABLE_LOCAL);
  for (auto at = others_.begin(); at != behind_main; ++at) out.push_back(at->get());
  if (main_) out.push_back(main_.get());
  for (auto at = behind_main; at != others_.end(); ++at) out.push_back(at->get());
  if (local_) out.push_back(local_.get());
  return out;
}

template <class F>
size_t Fib<F>::size() const {
  size_t n = 0;
  for (FibTable<F>* t : tables()) n += t->size();
  return n;
}

namespace {
// The errno of a route type that is no way for a packet; 0 for those that are.
int type_error(uint8_t type) {
  switch (type) {
    case RTN_BLACKHOLE:
    case RTN_NAT:
      return EINVAL;
    case RTN_UNREACHABLE:
      return EHOSTUNREACH;
    case RTN_PROHIBIT:
      return EACCES;
    case RTN_THROW:
    case RTN_XRESOLVE:
      return EAGAIN;
    default:
      return 0;
  }
}
}  // namespace

namespace {
// What a table has for a flow: a way, or the error of a route that is none.
template <class F>
struct Found {
  FibMatch<F> match;
  int error = EAGAIN;
  std::expected<FibMatch<F>, int> result() const {
    if (!match.nexthop) return std::unexpected(error);
    return match;
  }
  bool any() const { return match.route && error != EAGAIN; }
};

template <class F>
Found<F> find_in(const FibTable<F>& table, const FlowKey<F>& key, bool ignore_linkstate,
                 const FibPolicy& policy) {
  Found<F> found;
  table.match(key.dst, [&](Route<F>& r) {
    if (r.dead || (r.tos && r.tos != key.tos) || r.scope < key.scope) return false;
    if (int e = type_error(r.type)) {
      found = {{&r, nullptr}, e};
      return true;
    }
    for (Nexthop<F>& nh : r.nexthops) {
      if (!nh.usable() || (key.oif && nh.dev->ifindex() != key.oif)) continue;
      if ((nh.flags & RTNH_F_LINKDOWN) && !ignore_linkstate && policy.ignores_linkdown(*nh.dev))
        continue;
      found = {{&r, &nh}, 0};
      return true;
    }
    return false;
  });
  return found;
}
}  // namespace

template <class F>
std::expected<FibMatch<F>, int> Fib<F>::lookup_in(const FibTable<F>& table, const FlowKey<F>& key,
                                                  bool ignore_linkstate) const {
  return find_in(table, key, ignore_linkstate, policy_).result();
}

template <class F>
std::expected<FibMatch<F>, int> Fib<F>::lookup(const FlowKey<F>& key, bool ignore_linkstate) const {
  for (const FibRule& rule : kDefaultRules) {
    const FibTable<F>* t = table(rule.table);
    if (!t) continue;
    Found<F> found = find_in(*t, key, ignore_linkstate, policy_);
    // Without rules of the user's, Linux has local and main as one: the longer prefix counts.
    if (rule.table == RT_TABLE_LOCAL && main_ && found.any() &&
        found.match.route->node->len < Address::kBits) {
      const Found<F> other = find_in(*main_, key, ignore_linkstate, policy_);
      if (other.any() && other.match.route->node->len > found.match.route->node->len) found = other;
    }
    if (found.any()) return found.result();
  }
  return std::unexpected(ENETUNREACH);
}

template <class F>
Nexthop<F>* Fib<F>::choose_nexthop(const FibMatch<F>& match, const FlowKey<F>& key) const {
  Route<F>& r = *match.route;
  if (r.nexthops.size() < 2 || key.oif) return match.nexthop;
  auto usable = [&](const Nexthop<F>& nh) {
    return nh.usable() && !((nh.flags & RTNH_F_LINKDOWN) && policy_.ignores_linkdown(*nh.dev)) &&
           !(nh.has_gateway && policy_.is_silent(*nh.dev, nh.gateway.bytes));
  };
  uint64_t total = 0;
  for (const Nexthop<F>& nh : r.nexthops)
    if (usable(nh)) total += nh.weight;
  // Each flow stays on its path (RFC 2992); what a flow is, the policy says.
  const uint32_t fields = policy_.multipath_hash_fields(*match.nexthop->dev);
  uint64_t h = 0x9e3779b97f4a7c15ull;
  const auto mix = [&h](uint32_t value) {
    h = (h ^ value) * 0xff51afd7ed558ccdull;
    h ^= h >> 32;
  };
  const auto mix_address = [&](const Address& a) {
    for (size_t i = 0; i < Address::kSize; i += 4) mix(load_be32(a.bytes.data() + i));
  };
  if (fields & MultipathHash::kSource) mix_address(key.src);
  if (fields & MultipathHash::kDestination) mix_address(key.dst);
  if (fields & MultipathHash::kProtocol) mix(key.proto);
  if (fields & MultipathHash::kSourcePort) mix(key.sport);
  if (fields & MultipathHash::kDestinationPort) mix(key.dport);
  h = (h ^ h >> 29) * 0xc4ceb9fe1a85ec53ull;
  uint64_t pick = ((h >> 32) * total) >> 32;
  // Of our own packets those that have a source already leave by a device that would have chosen it, if there is one.
  const bool sourced = !key.iif && !key.src.is_zero();
  const auto likes = [&](const Nexthop<F>& nh) {
    return sourced && policy_.is_source_of(*nh.dev, nh.gateway.bytes, key.src.bytes);
  };
  Nexthop<F>*chosen = nullptr, *liked = nullptr;
  for (Nexthop<F>& nh : r.nexthops) {
    if (!usable(nh)) continue;
    const bool mine = !chosen && pick < nh.weight;
    if (mine) chosen = &nh;
    if (!chosen) pick -= nh.weight;
    if ((mine || !liked) && likes(nh)) liked = &nh;
  }
  return liked ? liked : chosen ? chosen : match.nexthop;
}

template <class F>
void Fib<F>::link(Route<F>& route) {
  ++generation_;
  for (Nexthop<F>& nh : route.nexthops) {
    if (!nh.dev) continue;
    Nexthop<F>*& head = by_device_[nh.dev];
    nh.dev_prev = nullptr;
    nh.dev_next = head;
    if (head) head->dev_prev = &nh;
    head = &nh;
  }
  if (!route.prefsrc.is_zero()) ++prefsrc_uses_[route.prefsrc];
}

template <class F>
void Fib<F>::unlink(Route<F>& route) {
  ++generation_;
  for (Nexthop<F>& nh : route.nexthops) {
    if (!nh.dev) continue;
    if (nh.dev_next) nh.dev_next->dev_prev = nh.dev_prev;
    if (nh.dev_prev)
      nh.dev_prev->dev_next = nh.dev_next;
    else if (nh.dev_next)
      by_device_[nh.dev] = nh.dev_next;
    else
      by_device_.erase(nh.dev);
  }
  if (!route.prefsrc.is_zero()) {
    auto at = prefsrc_uses_.find(route.prefsrc);
    if (--at->second == 0) prefsrc_uses_.erase(at);
  }
}

template <class F>
Route<F>& Fib<F>::insert(FibTable<F>& table, const Address& prefix, int len,
                         std::unique_ptr<Route<F>> route, Route<F>* after) {
  Route<F>* r = table.insert(prefix, len, std::move(route), after);
  link(*r);
  return *r;
}

template <class F>
std::unique_ptr<Route<F>> Fib<F>::remove(Route<F>& route) {
  unlink(route);
  return table(route.table)->remove(route);
}

template <class F>
void Fib<F>::device_down(NetDevice& dev, bool force, bool gone) {
  ++generation_;
  auto at = by_device_.find(&dev);
  if (at == by_device_.end()) return;
  std::vector<Route<F>*> dead;
  for (Nexthop<F>* nh = at->second; nh; nh = nh->dev_next) {
    if (!force && nh->scope == RT_SCOPE_NOWHERE) continue;
    nh->flags |= RTNH_F_DEAD | RTNH_F_LINKDOWN;
    Route<F>& r = *nh->route;
    if (r.dead) continue;
    const bool none_left = gone || std::none_of(r.nexthops.begin(), r.nexthops.end(),
                                                [](const Nexthop<F>& n) { return n.usable(); });
    if (!none_left) continue;
    r.dead = true;
    dead.push_back(&r);
  }
  for (Route<F>* r : dead) remove(*r);
}

template <class F>
void Fib<F>::carrier_lost(NetDevice& dev) {
  ++generation_;
  auto at = by_device_.find(&dev);
  if (at == by_device_.end()) return;
  for (Nexthop<F>* nh = at->second; nh; nh = nh->dev_next)
    if (nh->scope != RT_SCOPE_NOWHERE) nh->flags |= RTNH_F_LINKDOWN;
}

template <class F>
void Fib<F>::device_up(NetDevice& dev, bool carrier) {
  ++generation_;
  auto at = by_device_.find(&dev);
  if (at == by_device_.end()) return;
  const uint8_t clear = carrier ? RTNH_F_DEAD | RTNH_F_LINKDOWN : RTNH_F_DEAD;
  for (Nexthop<F>* nh = at->second; nh; nh = nh->dev_next)
    nh->flags &= static_cast<uint8_t>(~clear);
}

template <class F>
bool Fib<F>::is_gateway(NetDevice& dev, const Address& gateway) const {
  auto at = by_device_.find(&dev);
  if (at == by_device_.end()) return false;
  for (const Nexthop<F>* nh = at->second; nh; nh = nh->dev_next)
    if (nh->has_gateway && nh->gateway == gateway && nh->usable()) return true;
  return false;
}

template <class F>
std::vector<typename Fib<F>::Removed> Fib<F>::remove_by_prefsrc(const Address& a) {
  std::vector<Removed> out;
  if (!prefsrc_uses_.contains(a)) return out;
  for (FibTable<F>* t : tables())
    for (Route<F>* r : t->sorted()) {
      if (r->prefsrc != a) continue;
      const Address prefix = r->node->prefix;
      const uint8_t len = r->node->len;
      out.push_back({prefix, len, remove(*r)});
    }
  return out;
}

template class Fib<V4>;
template class Fib<V6>;

}  // namespace unetns
