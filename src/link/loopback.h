// The loopback: every namespace is born with one, down.
#ifndef UNETNS_LINK_LOOPBACK_H_
#define UNETNS_LINK_LOOPBACK_H_

#include "netdev/netdev_layer.h"

namespace unetns {

// A pernet *device* module, registered after NetdevLayer: "lo" is then destroyed with the rest, as
// the last device.
class LoopbackModule final : public PernetOperations {
 public:
  explicit LoopbackModule(NetdevLayer& layer) : layer_(layer) {}
  ~LoopbackModule() override { layer_.registry().unregister(*this); }
  std::string_view name() const override { return "loopback"; }
  Result<void> init(Net& net) override;

 private:
  NetdevLayer& layer_;
};

}  // namespace unetns

#endif  // UNETNS_LINK_LOOPBACK_H_
