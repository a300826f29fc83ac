// Two Ethernet devices joined by a bad wire, as tc-netem(8) makes one: delay, a rate, loss and
// worse, by a seed, so that each run is the same. For the tests of all that must live with such
// wires.
#ifndef UNETNS_LINK_EMULATED_LINK_H_
#define UNETNS_LINK_EMULATED_LINK_H_

#include "netdev/netdev_layer.h"

namespace unetns {

// What befalls the frames of one direction. Chances are from 0 to 1. Large TCP packets are cut
// first, and each segment has its own fate.
struct Impairments {
  Nanos delay{};
  Nanos jitter{};             // the delay is longer or shorter by up to this much
  bool keep_order = true;     // jitter does not let frames overtake
  uint64_t rate = 0;          // bits a second, Ethernet header included; 0: no limit
  size_t queue_limit = 1000;  // frames that wait for the wire because of the rate; more are lost
  double loss = 0;
  uint32_t lose_every = 0;  // each n-th frame; 0: none
  double duplicate = 0;
  double reorder = 0;  // held back by reorder_by, so that others overtake
  Nanos reorder_by = std::chrono::milliseconds(1);
  double corrupt = 0;     // one bit of an IP packet, its header included, is flipped
  size_t black_hole = 0;  // IP packets of more bytes vanish; 0: none do
};

struct ImpairmentCounts {
  uint64_t frames = 0;  // that came to the wire, after segmentation
  uint64_t lost = 0, queue_full = 0, black_holed = 0, duplicated = 0, reordered = 0, corrupted = 0;
};

// Must outlive the namespaces where its devices are. Need not be registered: nobody makes such
// links by netlink.
class EmulatedLinkKind final : public LinkKind {
 public:
  std::string_view name() const override { return "emulated"; }
  Result<NetDevice*> new_link(NetdevLayer&, const NewLink&) override { return fail(EOPNOTSUPP); }
  Result<void> delete_link(NetdevLayer& layer, NetDevice& dev) override;  // and the other end

  // Makes both ends, down and with carrier; gives that in `a`. Without impairments at first.
  Result<NetDevice*> connect(NetdevLayer& layer, Net& a, std::string_view name_a, Net& b,
                             std::string_view name_b, uint64_t seed);
  static NetDevice* peer_of(const NetDevice& dev);  // null: gone
  static Impairments& impairments(NetDevice& dev);  // of what leaves by dev; may change at any time
  static const ImpairmentCounts& counts(NetDevice& dev);
  static void impair_both(NetDevice& dev, const Impairments& what);
};

}  // namespace unetns

#endif  // UNETNS_LINK_EMULATED_LINK_H_
