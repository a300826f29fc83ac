// Fib: the routing tables of one namespace, the rules that lead through them, and the indexes by
// which changes of devices and addresses find the routes they hit.
#ifndef UNETNS_INET_FIB_FIB_H_
#define UNETNS_INET_FIB_FIB_H_

#include <expected>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/bytes.h"
#include "inet/fib/fib_table.h"
#include "inet/fib/multipath_hash.h"
#include "inet/stack.h"

namespace unetns {

// What settings and addresses, which lie above, say of the choice of routes and next hops.
class FibPolicy {
 public:
  virtual ~FibPolicy() = default;
  // Whether routes over a device without carrier are to be passed over (ignore_routes_with_linkdown).
  virtual bool ignores_linkdown(const NetDevice& dev) const = 0;
  // Bits of MultipathHash, in the namespace of `dev`.
  virtual uint32_t multipath_hash_fields(const NetDevice&) const { return MultipathHash::kAddresses; }
  // Whether the neighbour is known not to answer, and next hops like it are to be passed over.
  virtual bool is_silent(const NetDevice&, Bytes /*gateway*/) const { return false; }
  // Whether packets that leave by `dev`, to a gateway unless it is zero, would have this source of their own accord.
  virtual bool is_source_of(NetDevice&, Bytes /*gateway*/, Bytes /*source*/) const { return false; }
};

template <class F>
struct FibMatch {
  Route<F>* route = nullptr;
  Nexthop<F>* nexthop = nullptr;  // null for types without one
};

struct FibRule {  // ip-rule(8); the selectors will come with its configuration
  uint32_t preference;
  uint32_t table;
};
inline constexpr FibRule kDefaultRules[] = {
    {0, RT_TABLE_LOCAL}, {32766, RT_TABLE_MAIN}, {32767, RT_TABLE_DEFAULT}};

template <class F>
class Fib {
 public:
  using Address = typename F::Address;

  explicit Fib(const FibPolicy& policy) : policy_(policy) {}

  FibTable<F>* table(uint32_t id) const;
  FibTable<F>& make_table(uint32_t id);
  // In the order of a dump: by the low 8 bits of their ids, of the same the newer first. A table
  // once made stays, empty or not.
  std::vector<FibTable<F>*> tables() const;

  // What a packet is routed by: the best route of the first rule whose table has one. The error is
  // an errno: of the route's type (EINVAL blackhole, EHOSTUNREACH unreachable, EACCES prohibit),
  // ENETUNREACH when there is none. `ignore_linkstate`: take routes without carrier whatever the
  // settings (checks of the control plane).
  std::expected<FibMatch<F>, int> lookup(const FlowKey<F>& key,
                                         bool ignore_linkstate = false) const;
  // The same in one table; EAGAIN: no route there, or one of type throw.
  std::expected<FibMatch<F>, int> lookup_in(const FibTable<F>& table, const FlowKey<F>& key,
                                            bool ignore_linkstate = false) const;
  // The next hop of a multipath route for this flow, by weight; the match's own when there is one
  // only.
  Nexthop<F>* choose_nexthop(const FibMatch<F>& match, const FlowKey<F>& key) const;

  Route<F>& insert(FibTable<F>& table, const Address& prefix, int len,
                   std::unique_ptr<Route<F>> route, Route<F>* after = nullptr);
  std::unique_ptr<Route<F>> remove(Route<F>& route);

  // The device went down, or (force) lost its last address, or (gone) leaves the namespace: takes
  // its next hops out of use and removes the routes that have none left. Routes of host scope only
  // go when forced.
  void device_down(NetDevice& dev, bool force, bool gone);
  void carrier_lost(NetDevice& dev);
  // The device is up (and `carrier`: has carrier): its next hops are usable again.
  void device_up(NetDevice& dev, bool carrier);
  // Takes out the routes whose preferred source `a` was, for the caller to tell about and drop.
  struct Removed {
    Address prefix;
    uint8_t len;
    std::unique_ptr<Route<F>> route;
  };
  std::vector<Removed> remove_by_prefsrc(const Address& a);

  // Whether a route leads by that gateway on that device.
  bool is_gateway(NetDevice& dev, const Address& gateway) const;

  size_t size() const;
  // Grows with each change of what lookup() may answer.
  uint64_t generation() const { return generation_; }

 private:
  void link(Route<F>& route);
  void unlink(Route<F>& route);
  const FibPolicy& policy_;
  uint64_t generation_ = 0;
  std::unique_ptr<FibTable<F>> local_, main_;
  std::vector<std::unique_ptr<FibTable<F>>> others_;  // in the order of a dump
  absl::flat_hash_map<NetDevice*, Nexthop<F>*> by_device_;
  absl::flat_hash_map<Address, uint32_t> prefsrc_uses_;
};

}  // namespace unetns

#endif  // UNETNS_INET_FIB_FIB_H_
