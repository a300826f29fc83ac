// Taps: who sees frames besides the protocols.
#include <algorithm>

#include "netdev/device_taps.h"
#include "netdev/netdev_impl.h"

namespace unetns {

void NetdevLayer::Impl::each_device(const TapScope& scope,
                                    const std::function<void(NetDevice&)>& fn) {
  if (scope.dev)
    fn(*scope.dev);
  else
    for (NetDevice* dev : table(*scope.net).devices()) fn(*dev);
}

namespace {

void hook(std::unique_ptr<DeviceTaps>& taps, uint16_t protocol, PacketTap& tap) {
  if (!taps) taps = std::make_unique<DeviceTaps>();
  if (protocol == 0)
    taps->all.push_back(&tap);
  else
    taps->by_protocol.push_back({protocol, &tap});
}

}  // namespace

void NetdevLayer::add_tap(const TapScope& scope, PacketTap& tap) {
  if (!scope.dev && !scope.net) {
    impl_->machine_taps.push_back(&tap);
    return;
  }
  if (!scope.dev) impl_->net_taps[scope.net].emplace_back(scope, &tap);
  impl_->each_device(scope, [&](NetDevice& dev) { hook(dev.taps_, scope.protocol, tap); });
}

void NetdevLayer::remove_tap(const TapScope& scope, PacketTap& tap) {
  if (!scope.dev && !scope.net) {
    impl_->forget(impl_->machine_taps, tap);
    return;
  }
  if (!scope.dev) {
    const auto found = impl_->net_taps.find(scope.net);
    if (found == impl_->net_taps.end()) return;
    auto& entries = found->second;
    const auto entry = std::find(entries.begin(), entries.end(), std::pair(scope, &tap));
    if (entry == entries.end()) return;
    entries.erase(entry);
    if (entries.empty()) impl_->net_taps.erase(found);
  }
  impl_->each_device(scope, [&](NetDevice& dev) {
    if (!dev.taps_) return;
    if (scope.protocol == 0) {
      impl_->forget(dev.taps_->all, tap);
    } else {
      for (auto& entry : dev.taps_->by_protocol) {
        if (entry.protocol != scope.protocol || entry.tap != &tap) continue;
        entry.tap = nullptr;
        break;
      }
    }
    impl_->tidy(dev);
  });
}

void NetdevLayer::Impl::forget(std::vector<PacketTap*>& taps, const PacketTap& tap) {
  const auto found = std::find(taps.begin(), taps.end(), &tap);
  if (found != taps.end()) *found = nullptr;
  if (tapping == 0) std::erase(taps, nullptr);
}

void NetdevLayer::Impl::tidy(NetDevice& dev) {
  if (tapping > 0 || !dev.taps_) return;
  std::erase(dev.taps_->all, nullptr);
  std::erase_if(dev.taps_->by_protocol, [](const auto& entry) { return !entry.tap; });
  if (dev.taps_->empty()) dev.taps_.reset();
}

void NetdevLayer::Impl::join_net_taps(NetDevice& dev) {
  if (net_taps.empty()) return;
  const auto found = net_taps.find(dev.net_);
  if (found == net_taps.end()) return;
  for (const auto& [scope, tap] : found->second) hook(dev.taps_, scope.protocol, *tap);
}

void NetdevLayer::Impl::show(NetDevice& dev, const std::vector<PacketTap*>& taps,
                             const Packet& frame, bool outgoing) {
  const size_t present = taps.size();  // those added by a tap see the next frame
  for (size_t i = 0; i < present; i++)
    if (PacketTap* tap = taps[i]) tap->tapped(dev, frame, outgoing);
}

bool NetdevLayer::Impl::tap(NetDevice& dev, Packet& frame, bool outgoing) {
  ++tapping;
  show(dev, machine_taps, frame, outgoing);
  const bool own = dev.taps_ && !dev.taps_->all.empty();
  if (own) show(dev, dev.taps_->all, frame, outgoing);
  if (--tapping == 0) {
    std::erase(machine_taps, nullptr);
    tidy(dev);
  }
  return own;
}

bool NetdevLayer::Impl::tap_protocol(NetDevice& dev, Packet& frame) {
  const uint16_t protocol = frame.meta().protocol;
  bool seen = false;
  ++tapping;
  for (size_t i = 0, present = dev.taps_->by_protocol.size(); i < present; i++) {
    const DeviceTaps::OfProtocol entry = dev.taps_->by_protocol[i];
    if (entry.protocol != protocol || !entry.tap) continue;
    if (!seen) frame.front_to_mac();
    seen = true;
    entry.tap->tapped(dev, frame, false);
  }
  if (seen) frame.front_to_network();
  if (--tapping == 0) tidy(dev);
  return seen;
}

}  // namespace unetns
