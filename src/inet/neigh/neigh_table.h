// NeighTable: the neighbours of one namespace and the state machine that keeps them (RFC 4861
// §7.3.2 as Linux does it, for ARP too).
#ifndef UNETNS_INET_NEIGH_NEIGH_TABLE_H_
#define UNETNS_INET_NEIGH_NEIGH_TABLE_H_

#include <functional>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "base/result.h"
#include "inet/neigh/neighbour.h"
#include "netns/net.h"

namespace unetns {

template <class F>
struct NeighProxy {
  NetDevice* dev;  // null: any
  typename F::Address address;
  uint8_t flags = 0, protocol = 0;
};

template <class F>
class NeighTable {
 public:
  using Address = typename F::Address;
  using Entry = Neighbour<F>;

  NeighTable(Net& net, NeighClient<F>& client, const NeighParams& params);

  Entry* find(const NetDevice& dev, const Address& a) const;
  // Null when the table is full and nothing can be given up.
  Entry* find_or_create(NetDevice& dev, const Address& a);
  size_t size() const { return entries_.size(); }

  // Sends the packet to a neighbour, or makes it wait until that is resolved.
  void output(NetDevice& dev, const Address& a, Packet packet);
  void output(Entry& n, Packet packet);
  // Starts resolution, or a probe, as a packet would.
  void use(Entry& n);
  void confirm(const NetDevice& dev, const Address& a);

  // News about a neighbour (neigh_update): EPERM when an administrator's entry stands against it,
  // EINVAL without a link-layer address where one is needed.
  struct Update {
    const LinkLayerAddress* lladdr = nullptr;
    uint16_t state = NUD_STALE;
    bool override_lladdr = false;  // else a known different address stays
    bool admin = false;            // by hand
  };
  Result<void> update(Entry& n, const Update& news);

  // Says that it goes, and forgets it.
  void remove(Entry& n);
  // All neighbours of a device; without the permanent ones when `keep_permanent`.
  void flush(NetDevice& dev, bool keep_permanent);
  void for_each(const std::function<void(const Entry&)>& fn) const;

  std::vector<NeighProxy<F>>& proxies() { return proxies_; }
  const NeighProxy<F>* find_proxy(const NetDevice* dev, const Address& a) const;

  const NeighParams& params() const { return params_; }
  void timeout(Entry& n);  // of n.timer

 private:
  using Key = std::pair<const NetDevice*, Address>;
  Nanos now() const { return net_.env().clock.monotonic(); }
  Nanos reachable_time();
  void enqueue(Entry& n, Packet packet);
  void send_waiting(Entry& n);
  void fail_waiting(Entry& n);
  void probe(Entry& n);
  uint32_t max_probes(const Entry& n) const;
  void collect_unused();
  bool make_room();
  Net& net_;
  NeighClient<F>& client_;
  const NeighParams& params_;
  absl::flat_hash_map<Key, std::unique_ptr<Entry>> entries_;
  std::vector<NeighProxy<F>> proxies_;
  Nanos reachable_time_{}, reachable_drawn_{};
  Nanos last_flush_{};
  Timer gc_;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_NEIGH_TABLE_H_
