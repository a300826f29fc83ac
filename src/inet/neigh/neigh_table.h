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

  NeighTable(Net& net, NeighClient<F>& client, const NeighLimits& limits);

  Entry* find(const NetDevice& dev, const Address& a) const;
  // Null when the table is full and nothing can be given up. `exempt`: it will not be collected,
  // and does not count.
  Entry* find_or_create(NetDevice& dev, const Address& a, bool exempt = false);
  size_t size() const { return entries_.size(); }

  // Sends the packet to a neighbour, or makes it wait until that is resolved.
  void output(NetDevice& dev, const Address& a, Packet packet);
  void output(Entry& n, Packet packet);
  // Starts resolution, or a probe, as a packet would.
  void use(Entry& n);
  void confirm(const NetDevice& dev, const Address& a);
  // Whether its link-layer address is known; asks for it otherwise.
  bool known_or_ask(NetDevice& dev, const Address& a);
  // Keeps it resolved from now on, as long as it is NTF_EXT_MANAGED.
  void manage(Entry& n);

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

  const NeighTableStats& stats() const { return stats_; }
  void timeout(Entry& n);  // of n.timer

 private:
  using Key = std::pair<const NetDevice*, Address>;
  Nanos now() const { return net_.env().clock.monotonic(); }
  const NeighParams& params(const Entry& n) const { return client_.params(*n.dev); }
  size_t collectable() const;
  Nanos reachable_time(const NetDevice& dev);
  static uint32_t cost(const Packet& packet);
  void enqueue(Entry& n, Packet packet);
  void drop_waiting(Entry& n);
  void send_waiting(Entry& n);
  void fail_waiting(Entry& n);
  void probe(Entry& n);
  int64_t max_probes(const Entry& n) const;
  Nanos retrans_time(const Entry& n) const;
  void use_managed();
  void collect_unused();
  bool make_room();
  Net& net_;
  NeighClient<F>& client_;
  const NeighLimits& limits_;
  absl::flat_hash_map<Key, std::unique_ptr<Entry>> entries_;
  std::vector<NeighProxy<F>> proxies_;
  // RFC 4861 §6.3.4: drawn anew every few minutes.
  struct Drawn {
    Nanos base{}, time{}, at{};
  };
  absl::flat_hash_map<const NetDevice*, Drawn> reachable_;
  NeighTableStats stats_;
  Nanos last_flush_{};
  Timer gc_, managed_timer_;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_NEIGH_TABLE_H_
