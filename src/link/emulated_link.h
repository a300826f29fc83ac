// Two Ethernet devices joined by a bad wire, as tc-netem(8) makes one: delay, a rate, loss and
// worse, by a seed, so that each run is the same.
#ifndef UNETNS_LINK_EMULATED_LINK_H_
#define UNETNS_LINK_EMULATED_LINK_H_

#include "link/impairments.h"
#include "netdev/netdev_layer.h"

namespace unetns {

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
