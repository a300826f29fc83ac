// veth: two devices, each the other's wire (veth(4)). The ends may stand in any two namespaces.
#ifndef UNETNS_LINK_VETH_H_
#define UNETNS_LINK_VETH_H_

#include "netdev/netdev_layer.h"

namespace unetns {

class VethKind final : public LinkKind {
 public:
  std::string_view name() const override { return "veth"; }
  // IFLA_INFO_DATA: VETH_INFO_PEER describes the other end; without it that is made like the first.
  PolicyTable data_policy() const override;
  uint16_t peer_attribute() const override;
  Result<void> validate(const NewLink& request) const override;
  Result<NetDevice*> new_link(NetdevLayer& layer, const NewLink& request) override;
  Result<void> delete_link(NetdevLayer& layer, NetDevice& dev) override;

  // The other end; null for what is no veth, or one whose peer is gone.
  static NetDevice* peer_of(const NetDevice& dev);
};

}  // namespace unetns

#endif  // UNETNS_LINK_VETH_H_
