// InputRoutes: the last answers for packets that arrive, of one namespace. A flow is looked up once
// and then found here, until anything changes that routes depend on (RouteLookup::generation).
#ifndef UNETNS_INET_IP_INPUT_ROUTES_H_
#define UNETNS_INET_IP_INPUT_ROUTES_H_

#include <array>
#include <cstring>

#include "inet/ip/ip_types.h"

namespace unetns {

template <class F>
class InputRoutes {
 public:
  // As routes.input(); only answers that name a device are kept.
  std::expected<RouteResult<F>, DropReason> find(RouteLookup<F>& routes, Net& net,
                                                 const FlowKey<F>& key) {
    const uint64_t generation = routes.generation(net);
    Entry& e = entries_[place(key)];
    if (e.generation == generation && generation != 0 && same(e.key, key)) return e.result;
    auto found = routes.input(net, key);
    if (found && found->dev && generation != 0) e = {generation, key, *found};
    return found;
  }

 private:
  static constexpr size_t kEntries = 64;  // a power of two
  struct Entry {
    uint64_t generation = 0;
    FlowKey<F> key;
    RouteResult<F> result;
  };
  static size_t place(const FlowKey<F>& key) {
    uint32_t h = static_cast<uint32_t>(key.iif);
    for (size_t i = 0; i < F::Address::kSize; i += 4) {
      h = (h ^ load<uint32_t>(key.src.bytes.data() + i)) * 0x9e3779b1u;
      h = (h ^ h >> 15 ^ load<uint32_t>(key.dst.bytes.data() + i)) * 0x85ebca77u;
    }
    return (h ^ h >> 16) % kEntries;
  }
  static bool same(const FlowKey<F>& a, const FlowKey<F>& b) {
    constexpr size_t kSize = F::Address::kSize;
    return std::memcmp(a.dst.bytes.data(), b.dst.bytes.data(), kSize) == 0 &&
           std::memcmp(a.src.bytes.data(), b.src.bytes.data(), kSize) == 0 && a.iif == b.iif &&
           a.oif == b.oif && a.tos == b.tos && a.scope == b.scope && a.proto == b.proto &&
           a.sport == b.sport && a.dport == b.dport && a.mark == b.mark &&
           a.any_source == b.any_source;
  }
  std::array<Entry, kEntries> entries_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_INPUT_ROUTES_H_
