// tun and tap: devices whose other end is a program (Documentation/networking/tuntap.rst).
#ifndef UNETNS_LINK_TUN_H_
#define UNETNS_LINK_TUN_H_

#include <linux/if_tun.h>

#include "netdev/netdev_layer.h"

namespace unetns {

class TunKind final : public LinkKind {
 public:
  explicit TunKind(NetdevLayer& layer) : layer_(layer) {}
  NetdevLayer& layer() const { return layer_; }
  std::string_view name() const override { return "tun"; }
  // Devices come from TUNSETIFF alone: EOPNOTSUPP.
  Result<void> validate(const NewLink& request) const override;
  Result<NetDevice*> new_link(NetdevLayer& layer, const NewLink& request) override;
  Result<void> delete_link(NetdevLayer& layer, NetDevice& dev) override;
  void fill_info(const NetDevice& dev, NlWriter& out) const override;
  bool has_info_data() const override { return true; }

 private:
  NetdevLayer& layer_;
};

}  // namespace unetns

#endif  // UNETNS_LINK_TUN_H_
