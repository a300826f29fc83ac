// IfAddress: an address on a device; AddressList: those of one device in their order.
#ifndef UNETNS_INET_ADDR_IF_ADDRESS_H_
#define UNETNS_INET_ADDR_IF_ADDRESS_H_

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "env/clock.h"
#include "inet/control.h"

namespace unetns {

template <class F>
struct IfAddress {
  using Address = typename F::Address;
  Address local;
  Address address;    // the peer's on a point-to-point link, else local
  Address broadcast;  // zero: none
  uint8_t prefix_len = 0;
  uint8_t scope = RT_SCOPE_UNIVERSE;
  uint8_t proto = 0;
  uint32_t flags = 0;  // IFA_F_*
  uint32_t route_priority = 0;
  uint32_t preferred_lft = kInfiniteLifetime, valid_lft = kInfiniteLifetime;  // seconds from `updated`
  Nanos created{}, updated{};
  std::string label;

  // Lifetimes are counted from `now`.
  void set_lifetime(uint32_t valid, uint32_t preferred, Nanos now) {
    flags &= ~static_cast<uint32_t>(IFA_F_PERMANENT | IFA_F_DEPRECATED);
    valid_lft = valid;
    preferred_lft = preferred;
    if (valid == kInfiniteLifetime) flags |= IFA_F_PERMANENT;
    if (preferred == 0) flags |= IFA_F_DEPRECATED;
    updated = now;
  }
  // What is left of a lifetime of this address, in seconds.
  uint32_t remaining(uint32_t lifetime, Nanos now) const {
    if (lifetime == kInfiniteLifetime) return lifetime;
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - updated).count();
    return age >= lifetime ? 0 : lifetime - static_cast<uint32_t>(age);
  }
  bool expired(Nanos now) const { return remaining(valid_lft, now) == 0; }
  // Still preferred, though its time is over.
  bool deprecates(Nanos now) const {
    return !(flags & IFA_F_DEPRECATED) && remaining(preferred_lft, now) == 0;
  }
  // When time changes it next; Nanos::max(): never.
  Nanos next_change() const {
    Nanos next = Nanos::max();
    if (valid_lft != kInfiniteLifetime) next = updated + std::chrono::seconds(valid_lft);
    if (preferred_lft != kInfiniteLifetime && !(flags & IFA_F_DEPRECATED))
      next = std::min(next, updated + std::chrono::seconds(preferred_lft));
    return next;
  }

  bool secondary() const { return flags & IFA_F_SECONDARY; }
  bool permanent() const { return flags & IFA_F_PERMANENT; }
  Address network() const { return address.masked(prefix_len); }
  // Whether `a` lies in the subnet of this address.
  bool covers(const Address& a) const { return a.in_prefix(address, prefix_len); }
  bool same_subnet(const IfAddress& o) const {
    return prefix_len == o.prefix_len && covers(o.address);
  }
};

// Primaries first, those of narrower scope before wider ones, then secondaries; each in order of
// addition.
template <class F>
class AddressList {
 public:
  using Entry = IfAddress<F>;
  using Items = std::vector<std::unique_ptr<Entry>>;

  bool empty() const { return items_.empty(); }
  const Items& items() const { return items_; }

  // The place in the list follows from flags and scope.
  Entry& insert(std::unique_ptr<Entry> entry) {
    auto at = items_.end();
    if (!entry->secondary())
      at = after_last_primary([&](const Entry& e) { return e.scope >= entry->scope; });
    return **items_.insert(at, std::move(entry));
  }
  std::unique_ptr<Entry> remove(const Entry& entry) {
    auto at = position(entry);
    std::unique_ptr<Entry> out = std::move(*at);
    items_.erase(at);
    return out;
  }
  // A secondary becomes a primary, behind the other primaries.
  void promote(Entry& entry) {
    std::unique_ptr<Entry> own = remove(entry);
    own->flags &= ~static_cast<uint32_t>(IFA_F_SECONDARY);
    items_.insert(after_last_primary([](const Entry&) { return true; }), std::move(own));
  }
  Entry* find_local(const typename F::Address& a) const {
    for (const auto& e : items_)
      if (e->local == a) return e.get();
    return nullptr;
  }
  // When time changes one of them next; Nanos::max(): never.
  Nanos next_change() const {
    Nanos next = Nanos::max();
    for (const auto& e : items_) next = std::min(next, e->next_change());
    return next;
  }
  // The primary of the subnet.
  Entry* primary_of(const Entry& entry) const {
    for (const auto& e : items_)
      if (!e->secondary() && e->same_subnet(entry)) return e.get();
    return nullptr;
  }

 private:
  auto position(const Entry& entry) {
    return std::find_if(items_.begin(), items_.end(),
                        [&](const auto& e) { return e.get() == &entry; });
  }
  template <class Counts>
  auto after_last_primary(Counts counts) {
    auto at = items_.begin();
    for (auto i = items_.begin(); i != items_.end(); ++i)
      if (!(*i)->secondary() && counts(**i)) at = i + 1;
    return at;
  }
  Items items_;
};

}  // namespace unetns

#endif  // UNETNS_INET_ADDR_IF_ADDRESS_H_
