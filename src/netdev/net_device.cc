#include "netdev/net_device.h"

#include "netdev/device_addresses.h"
#include "netdev/device_taps.h"

namespace unetns {

NetDevice::NetDevice(const LinkKind* kind, std::unique_ptr<DeviceOps> ops)
    : kind_(kind), ops_(std::move(ops)) {}
NetDevice::~NetDevice() = default;

uint32_t NetDevice::reported_flags() const {
  constexpr uint32_t kByUser = IFF_PROMISC | IFF_ALLMULTI;
  constexpr uint32_t kLowerUp = 1 << 16, kDormant = 1 << 17;  // IFF_LOWER_UP, IFF_DORMANT
  uint32_t out = (flags & ~(kByUser | IFF_RUNNING | kLowerUp | kDormant)) | (user_flags_ & kByUser);
  if (!up()) return out;
  if (rfc_state_ == OperState::kUp || rfc_state_ == OperState::kUnknown) out |= IFF_RUNNING;
  if (carrier) out |= kLowerUp;
  if (rfc_state_ == OperState::kDormant) out |= kDormant;
  return out;
}

int NetDevice::iflink() const {
  if (const NetDevice* link = ops_->link(*this)) return link->ifindex();
  return ops_->has_link() ? 0 : ifindex_;
}

std::string_view NetDevice::qdisc() const {
  if (!qdisc_attached_) return "noop";
  return no_queue || tx_queue_len == 0 ? "noqueue" : "pfifo_fast";
}

}  // namespace unetns
