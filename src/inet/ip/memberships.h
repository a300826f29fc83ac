// Which multicast groups a namespace listens to on which device, and to which senders: what all its
// sockets want, put together (RFC 3376 §3.2).
#ifndef UNETNS_INET_IP_MEMBERSHIPS_H_
#define UNETNS_INET_IP_MEMBERSHIPS_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace unetns {

// Whose packets to a group are wanted: of nobody but, or of everybody but, the sources.
template <class F>
struct SourceFilter {
  bool exclude = true;
  std::vector<typename F::Address> sources;  // rising

  bool operator==(const SourceFilter&) const = default;
  bool lists(const typename F::Address& source) const {
    return std::binary_search(sources.begin(), sources.end(), source);
  }
  bool accepts(const typename F::Address& source) const { return lists(source) != exclude; }
  // Nobody's: as if there were no membership.
  bool none() const { return !exclude && sources.empty(); }
  static SourceFilter nobody() { return {false, {}}; }
};

// Told when what is wanted of a group on a device changed. IGMP is.
template <class F>
class MembershipObserver {
 public:
  virtual ~MembershipObserver() = default;
  virtual void group_changed(int ifindex, const typename F::Address& group,
                             const SourceFilter<F>& before, const SourceFilter<F>& after) = 0;
};

template <class F>
class Memberships {
 public:
  using Address = typename F::Address;
  using Filter = SourceFilter<F>;

  // What all sockets together want of one group, and how many there are.
  class Group {
   public:
    uint32_t users() const { return users_; }
    uint64_t order() const { return order_; }  // of joining
    Filter filter() const {
      Filter out{exclude_ != 0, {}};
      for (const auto& [source, n] : sources_)
        if (out.exclude ? n.exclude == exclude_ && n.include == 0 : n.include != 0)
          out.sources.push_back(source);
      return out;
    }
    bool accepts(const Address& source) const {
      const auto it = sources_.find(source);
      if (it == sources_.end()) return exclude_ != 0;
      return it->second.include != 0 || it->second.exclude != exclude_;
    }
    // fn(source, includes, excludes), by rising address.
    template <class Fn>
    void for_each_source(Fn&& fn) const {
      for (const auto& [source, n] : sources_) fn(source, n.include, n.exclude);
    }

   private:
    friend class Memberships;
    struct Counts {
      uint32_t include = 0, exclude = 0;
    };
    void add(const Filter& f, uint32_t n) {  // n: 1, or -1 to take away
      if (f.exclude) exclude_ += n;
      for (const Address& source : f.sources) {
        Counts& c = sources_[source];
        (f.exclude ? c.exclude : c.include) += n;
        if (c.include == 0 && c.exclude == 0) sources_.erase(source);
      }
    }
    uint32_t users_ = 0, exclude_ = 0;
    uint64_t order_ = 0;
    std::map<Address, Counts> sources_;
  };

  void set_observer(MembershipObserver<F>* observer) { observer_ = observer; }  // borrowed

  void join(int ifindex, const Address& group, const Filter& filter = {}) {
    Group& g = groups_[{ifindex, group}];
    const Filter before = g.users_ == 0 ? Filter::nobody() : g.filter();
    if (g.users_++ == 0) g.order_ = ++last_order_;
    g.add(filter, 1);
    tell(ifindex, group, before, g.filter());
  }
  void leave(int ifindex, const Address& group, const Filter& filter = {}) {
    auto it = groups_.find({ifindex, group});
    if (it == groups_.end()) return;
    const Filter before = it->second.filter();
    it->second.add(filter, static_cast<uint32_t>(-1));
    const Filter after = it->second.filter();
    if (--it->second.users_ == 0) groups_.erase(it);
    tell(ifindex, group, before, after);
  }
  // One of the members wants other senders than before.
  void change(int ifindex, const Address& group, const Filter& from, const Filter& to) {
    auto it = groups_.find({ifindex, group});
    if (it == groups_.end()) return;
    const Filter before = it->second.filter();
    it->second.add(from, static_cast<uint32_t>(-1));
    it->second.add(to, 1);
    tell(ifindex, group, before, it->second.filter());
  }

  // The all-hosts group needs no joining (RFC 1112).
  bool member(int ifindex, const Address& group) const {
    return is_all_hosts(group) || groups_.contains({ifindex, group});
  }
  // Whether anybody wants what `source` sends to the group.
  bool accepts(int ifindex, const Address& group, const Address& source) const {
    if (is_all_hosts(group)) return true;
    const auto it = groups_.find({ifindex, group});
    return it != groups_.end() && it->second.accepts(source);
  }
  const Group* find(int ifindex, const Address& group) const {
    const auto it = groups_.find({ifindex, group});
    return it == groups_.end() ? nullptr : &it->second;
  }
  size_t size() const { return groups_.size(); }
  // fn(address, group), by rising address.
  template <class Fn>
  void for_each(int ifindex, Fn&& fn) const {
    for (auto it = groups_.lower_bound({ifindex, Address{}});
         it != groups_.end() && it->first.first == ifindex; ++it)
      fn(it->first.second, it->second);
  }

  static bool is_all_hosts(const Ipv4Address& a) { return a.value() == 0xe0000001; }
  static bool is_all_hosts(const Ipv6Address& a) {  // ff01::1, ff02::1
    Ipv6Address all;
    all.bytes[0] = 0xff;
    all.bytes[1] = a.bytes[1] == 1 ? 1 : 2;
    all.bytes[15] = 1;
    return a == all;
  }

 private:
  void tell(int ifindex, const Address& group, const Filter& before, const Filter& after) {
    if (observer_ && before != after) observer_->group_changed(ifindex, group, before, after);
  }
  std::map<std::pair<int, Address>, Group> groups_;
  uint64_t last_order_ = 0;
  MembershipObserver<F>* observer_ = nullptr;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_MEMBERSHIPS_H_
