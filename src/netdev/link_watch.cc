// Carrier and operational state (RFC 2863): changes by a driver are told later, from env.tasks.
#include <algorithm>

#include "netdev/netdev_impl.h"

namespace unetns {

namespace {

// What the carrier alone makes of the state. A device bound to another that has no carrier either
// waits for a lower layer. Linux looks for the other one by its index in the *own* namespace, so
// over a border it says "down".
OperState state_by_carrier(const NetDevice& dev, const DeviceTable& table) {
  if (dev.carrier) return OperState::kUp;
  const int link = dev.iflink();
  if (link == dev.ifindex()) return OperState::kDown;
  const NetDevice* lower = table.find(link);
  return lower && !lower->carrier ? OperState::kLowerLayerDown : OperState::kDown;
}

}  // namespace

void NetdevLayer::Impl::update_operstate(NetDevice& dev) {
  OperState state = state_by_carrier(dev, table(*dev.net_));
  if (dev.link_mode == 1 && state == OperState::kUp)
    state = OperState::kDormant;  // IF_LINK_MODE_DORMANT
  dev.rfc_state_ = state;
  if (dev.up()) dev.operstate = state;
}

void NetdevLayer::Impl::fire_linkwatch(NetDevice& dev) {
  if (dev.linkwatch_pending_) return;
  dev.linkwatch_pending_ = true;
  linkwatch.push_back(&dev);
  if (linkwatch_posted) return;
  linkwatch_posted = true;
  registry.env().tasks.post([weak = std::weak_ptr<Impl*>(alive)] {
    if (auto self = weak.lock()) {
      (*self)->linkwatch_posted = false;
      (*self)->run_linkwatch();
    }
  });
}

void NetdevLayer::Impl::run_linkwatch() {
  // What subscribers fire meanwhile waits for the next task. They may also take devices away: hence
  // one at a time.
  size_t left = linkwatch.size();
  while (left-- > 0 && !linkwatch.empty()) run_linkwatch(*linkwatch.front());
}

void NetdevLayer::Impl::run_linkwatch(NetDevice& dev) {
  forget_linkwatch(dev);
  update_operstate(dev);
  state_changed(dev);
}

void NetdevLayer::Impl::forget_linkwatch(NetDevice& dev) {
  if (!dev.linkwatch_pending_) return;
  dev.linkwatch_pending_ = false;
  std::erase(linkwatch, &dev);
}

void NetdevLayer::flush_linkwatch(NetDevice& dev) {
  if (dev.linkwatch_pending_) impl_->run_linkwatch(dev);
}

Result<void> NetdevLayer::set_carrier(NetDevice& dev, bool on) {
  if (dev.carrier == on) return {};
  dev.carrier = on;
  if (!dev.registered_) return {};
  ++(on ? dev.carrier_up_count : dev.carrier_down_count);
  impl_->fire_linkwatch(dev);
  return {};
}

Result<void> NetdevLayer::change_carrier(NetDevice& dev, bool on) {
  return dev.ops().change_carrier(dev, on);
}

Result<void> NetdevLayer::set_operstate(NetDevice& dev, OperState wanted) {
  const OperState now = dev.rfc_state_;
  const bool oper_up = now == OperState::kUp || now == OperState::kUnknown;
  OperState state = now;
  if (wanted == OperState::kUp) {
    if (now == OperState::kDormant || now == OperState::kTesting || now == OperState::kUnknown)
      state = OperState::kUp;
  } else if (wanted == OperState::kTesting || wanted == OperState::kDormant) {
    if (oper_up) state = wanted;
  }
  if (state == now) return {};
  dev.rfc_state_ = state;
  if (dev.up()) dev.operstate = state;
  impl_->state_changed(dev);
  return {};
}

Result<void> NetdevLayer::set_link_mode(NetDevice& dev, uint8_t mode) {
  dev.link_mode = mode;
  return {};
}

}  // namespace unetns
