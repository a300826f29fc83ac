// Neighbour: one entry of a neighbour table (RFC 4861 §7.3; NUD_* of linux/neighbour.h), its
// settings, and what a table asks of the protocol that resolves addresses (ARP, neighbour
// discovery).
#ifndef UNETNS_INET_NEIGH_NEIGHBOUR_H_
#define UNETNS_INET_NEIGH_NEIGHBOUR_H_

#include <linux/neighbour.h>

#include <cstdint>
#include <vector>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "env/timers.h"
#include "packet/packet.h"

namespace unetns {

class NetDevice;

inline constexpr uint16_t kNudConnected = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;
inline constexpr uint16_t kNudValid = kNudConnected | NUD_PROBE | NUD_STALE | NUD_DELAY;
inline constexpr uint16_t kNudInTimer = NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE;

struct NeighParams {  // /proc/sys/net/ipv4/neigh/default
  Nanos base_reachable = std::chrono::seconds(30);
  Nanos retrans = std::chrono::seconds(1);
  Nanos delay_first_probe = std::chrono::seconds(5);
  Nanos gc_stale = std::chrono::seconds(60);
  Nanos locktime = std::chrono::seconds(1);
  uint32_t unicast_probes = 3, multicast_probes = 3, multicast_reprobes = 0;
  uint32_t queue_bytes = 212992;  // of packets waiting for one neighbour
  size_t gc_thresh1 = 128, gc_thresh2 = 512, gc_thresh3 = 1024;
};

template <class F>
class NeighTable;

template <class F>
struct Neighbour {
  Neighbour(TimerQueue& timers, NeighTable<F>& table)
      : table(table), timer(timers, [this] { this->table.timeout(*this); }) {}
  NeighTable<F>& table;
  NetDevice* dev = nullptr;
  typename F::Address address;
  LinkLayerAddress lladdr;  // meaningful when valid()
  uint16_t state = NUD_NONE;
  uint8_t flags = 0;  // NTF_*
  uint8_t protocol = 0, type = 0;
  uint32_t flags_ext = 0;  // NTF_EXT_*
  uint32_t probes = 0;
  uint32_t waiting_bytes = 0;
  std::vector<Packet> waiting;
  Nanos confirmed{}, used{}, updated{};
  Timer timer;

  bool valid() const { return state & kNudValid; }
  bool connected() const { return state & kNudConnected; }
};

// Called by the table; may call back into it, except from changed().
template <class F>
class NeighClient {
 public:
  virtual ~NeighClient() = default;
  // Asks who has n.address: a unicast probe to its old link-layer address if `unicast`, else to
  // all. `waiting`: the packet that waits longest, or null.
  virtual void solicit(const Neighbour<F>& n, bool unicast, const Packet* waiting) = 0;
  // Sends an IP packet to that link-layer address.
  virtual void send(NetDevice& dev, const LinkLayerAddress& to, Packet packet) = 0;
  virtual void unreachable(NetDevice& dev, Packet packet) = 0;
  virtual void changed(const Neighbour<F>& n, bool deleted) = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_NEIGHBOUR_H_
