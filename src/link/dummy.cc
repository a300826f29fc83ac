#include "link/dummy.h"

#include "link/random_mac.h"

namespace unetns {

namespace {

class DummyOps final : public DeviceOps {
 public:
  void transmit(NetDevice& dev, Packet packet) override {
    ++dev.stats.tx_packets;
    dev.stats.tx_bytes += packet.size();
  }
  Result<void> change_carrier(NetDevice& dev, bool on) override {
    return dev.layer().set_carrier(dev, on);
  }
};

}  // namespace

Result<NetDevice*> DummyKind::new_link(NetdevLayer& layer, const NewLink& request) {
  auto dev = std::make_unique<NetDevice>(this, std::make_unique<DummyOps>());
  dev->flags = IFF_BROADCAST | IFF_NOARP;
  dev->min_mtu = 0;
  dev->max_mtu = 0;
  dev->no_queue = true;
  set_random_address(*dev, layer.registry().env().rng);
  UNETNS_TRY(layer.apply_attributes(*dev, request));
  return layer.register_device(*request.net, std::move(dev),
                               request.name.empty() ? "dummy%d" : request.name, request.ifindex);
}

Result<void> DummyKind::delete_link(NetdevLayer& layer, NetDevice& dev) {
  layer.unregister_device(dev);
  return {};
}

}  // namespace unetns
