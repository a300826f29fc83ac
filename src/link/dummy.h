// dummy: an Ethernet device that swallows what it is given.
#ifndef UNETNS_LINK_DUMMY_H_
#define UNETNS_LINK_DUMMY_H_

#include "netdev/netdev_layer.h"

namespace unetns {

class DummyKind final : public LinkKind {
 public:
  std::string_view name() const override { return "dummy"; }
  Result<NetDevice*> new_link(NetdevLayer& layer, const NewLink& request) override;
  Result<void> delete_link(NetdevLayer& layer, NetDevice& dev) override;
};

}  // namespace unetns

#endif  // UNETNS_LINK_DUMMY_H_
