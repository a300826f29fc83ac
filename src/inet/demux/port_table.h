// PortTable: the endpoints of one namespace and protocol by local port; conflicts, ephemeral ports,
// lookup.
#ifndef UNETNS_INET_DEMUX_PORT_TABLE_H_
#define UNETNS_INET_DEMUX_PORT_TABLE_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include "env/rng.h"
#include "inet/demux/endpoint.h"
#include "inet/ip/port_ranges.h"

namespace unetns {

struct PortRange {
  uint16_t first, last;
};

// What arrives: `local` is the packet's destination.
template <class F>
struct PortKey {
  typename F::Address local, remote;
  uint16_t local_port = 0, remote_port = 0;
  int ifindex = 0;
};

template <class F>
class PortTable {
 public:
  using Chain = absl::InlinedVector<Endpoint<F>*, 2>;

  // Whether an endpoint so bound may stand beside those on `port` (SO_REUSEADDR, SO_REUSEPORT;
  // `self` is no rival).
  bool conflicts(const Binding<F>& wanted, uint16_t port, const Endpoint<F>* self) const;
  // A free port of the range, drawn at random; 0 when there is none.
  uint16_t pick(const Binding<F>& wanted, PortRange range, Rng& rng,
                const PortRanges& reserved = {}) const;

  void insert(uint16_t port, Endpoint<F>& endpoint);
  void remove(uint16_t port, Endpoint<F>& endpoint);

  // The endpoint that fits best: one with the local address before all others; then remote address,
  // remote port and device each count, and between equals the family (SocketScope). Equal members
  // of an SO_REUSEPORT group share the flows by hash, or as their chooser says of `packet`. Null:
  // none.
  Endpoint<F>* find(const PortKey<F>& key, const Packet* packet = nullptr) const;
  // Gives all of the group that `member` is in the same chooser; null takes it away.
  void set_group_chooser(Endpoint<F>& member, std::shared_ptr<const GroupChooser> chooser);
  // Every endpoint that fits: multicast and broadcast. `fn` must not change the table.
  template <class Fn>
  void for_each_match(const PortKey<F>& key, Fn&& fn) const {
    auto it = ports_.find(key.local_port);
    if (it == ports_.end()) return;
    for (Endpoint<F>* e : it->second)
      if (score(e->binding(), key) >= 0) fn(*e);
  }
  template <class Fn>
  void for_each(Fn&& fn) const {
    for (const auto& [port, chain] : ports_)
      for (const Endpoint<F>* e : chain) fn(*e);
  }
  bool empty() const { return ports_.empty(); }
  size_t size() const;

 private:
  static bool same_group(const Binding<F>& a, const Binding<F>& b);
  static int score(const Binding<F>& b, const PortKey<F>& key);  // -1: no match
  absl::flat_hash_map<uint16_t, Chain> ports_;
};

}  // namespace unetns

#endif  // UNETNS_INET_DEMUX_PORT_TABLE_H_
