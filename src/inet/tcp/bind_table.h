// BindTable: who holds which local port of TCP in a namespace, and who may join whom (bind(2),
// socket(7): SO_REUSEADDR, SO_REUSEPORT).
#ifndef UNETNS_INET_TCP_BIND_TABLE_H_
#define UNETNS_INET_TCP_BIND_TABLE_H_

#include <absl/container/flat_hash_map.h>

#include "env/rng.h"
#include "inet/ip/port_ranges.h"
#include "inet/tcp/tcp_record.h"

namespace unetns {

template <class F>
class BindTable {
 public:
  using Record = TcpRecord<F>;

  // Whether `wanted` may not hold `port` beside those who do. It goes by addresses that overlap:
  // two may share when both have SO_REUSEADDR and none listens, or both SO_REUSEPORT and one user.
  bool conflicts(const Record& wanted, uint16_t port) const;
  // A port for bind(2) with port 0, or listen(2) without bind; 0: none is free. `share`: when all
  // are taken, one whose holders have SO_REUSEADDR as well (ip-sysctl: ip_autobind_reuse).
  uint16_t pick(const Record& wanted, uint16_t first, uint16_t last, Rng& rng,
                const PortRanges& reserved = {}, bool share = false) const;
  // A port for connect(2): one that nobody bound, and for which `taken(port)` does not say that
  // the connection exists already; 0: none.
  template <class Taken>
  uint16_t pick_for_connect(uint16_t first, uint16_t last, Rng& rng, const PortRanges& reserved,
                            Taken&& taken) const {
    return scan(first, last, first & 1, rng, [&](uint16_t port) {
      const Bucket* b = find(port);
      return (!b || b->bound == 0) && !reserved.contains(port) && !taken(port);
    });
  }

  void insert(Record& r);  // at r.key.local_port, which is not 0
  void remove(Record& r);  // no-op when it holds none
  bool empty() const { return ports_.empty(); }

 private:
  struct Bucket {
    Record* first = nullptr;
    uint32_t holders = 0, bound = 0;  // bound: those that did not get it by connect()
  };
  static bool overlap(const Record& a, const Record& b);
  const Bucket* find(uint16_t port) const {
    auto it = ports_.find(port);
    return it == ports_.end() ? nullptr : &it->second;
  }
  // Goes through the range from a random place, first the ports of the given parity: those of one
  // kind for bind(2), of the other for connect(2), so that each finds room soon.
  template <class Free>
  static uint16_t scan(uint16_t first, uint16_t last, uint32_t parity, Rng& rng, Free&& free) {
    if (first > last) return 0;
    const uint32_t count = uint32_t{last} - first + 1;
    const uint32_t start = rng.below(count);
    for (uint32_t round : {parity & 1, ~parity & 1})
      for (uint32_t i = 0; i < count; i++) {
        const auto port = static_cast<uint16_t>(first + (start + i) % count);
        if (port != 0 && (port & 1u) == round && free(port)) return port;
      }
    return 0;
  }
  absl::flat_hash_map<uint16_t, Bucket> ports_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_BIND_TABLE_H_
