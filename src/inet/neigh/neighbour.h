// Neighbour: one entry of a neighbour table (RFC 4861 §7.3; NUD_* of linux/neighbour.h), and what a
// table asks of the protocol that resolves addresses (ARP, neighbour
// discovery).
#ifndef UNETNS_INET_NEIGH_NEIGHBOUR_H_
#define UNETNS_INET_NEIGH_NEIGHBOUR_H_

#include <linux/rtnetlink.h>

#include <linux/neighbour.h>

#include <cstdint>
#include <vector>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "env/timers.h"
#include "inet/neigh/neigh_params.h"
#include "packet/packet.h"

namespace unetns {

class NetDevice;

inline constexpr uint16_t kNudConnected = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;
inline constexpr uint16_t kNudValid = kNudConnected | NUD_PROBE | NUD_STALE | NUD_DELAY;
inline constexpr uint16_t kNudInTimer = NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE;

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
  uint8_t protocol = 0, type = RTN_UNICAST;
  uint32_t flags_ext = 0;  // NTF_EXT_*
  uint32_t probes = 0;
  uint32_t waiting_bytes = 0;
  std::vector<Packet> waiting;
  Nanos confirmed{}, used{}, updated{};
  Timer timer;

  bool collectable() const { return !(state & NUD_PERMANENT) && !(flags & NTF_EXT_LEARNED); }
  bool valid() const { return state & kNudValid; }
  bool connected() const { return state & kNudConnected; }
};

// Called by the table; may call back into it, except from changed().
template <class F>
class NeighClient {
 public:
  virtual ~NeighClient() = default;
  // The settings of its neighbours.
  virtual const NeighParams& params(const NetDevice& dev) const = 0;
  // Asks who has n.address: a unicast probe to its old link-layer address, or all on the link.
  // `waiting`: the packet that waits longest, or null.
  virtual void solicit(const Neighbour<F>& n, bool unicast, const Packet* waiting) = 0;
  // Lets a program do the asking (arpd(8)).
  virtual void solicit_by_program(const Neighbour<F>& n) = 0;
  // Sends an IP packet to that link-layer address.
  virtual void send(NetDevice& dev, const LinkLayerAddress& to, Packet packet) = 0;
  virtual void unreachable(NetDevice& dev, Packet packet) = 0;
  virtual void changed(const Neighbour<F>& n, bool deleted) = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_NEIGH_NEIGHBOUR_H_
