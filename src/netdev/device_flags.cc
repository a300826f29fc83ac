// Opening and closing, the flags that programs set, promiscuity.
#include "netdev/netdev_impl.h"

namespace unetns {

Result<void> NetdevLayer::Impl::open(NetDevice& dev) {
  UNETNS_TRY(notify_or_undo(dev, NetdevEvent::kPreUp, NetdevEvent::kDown));
  if (auto opened = dev.ops().open(dev); !opened) return opened;
  dev.flags |= IFF_UP;
  dev.qdisc_attached_ = true;
  dev.opened_ = registry.env().clock.monotonic();
  dev.operstate = dev.rfc_state_;
  if (dev.addresses_) apply_unicast(dev);
  return {};
}

void NetdevLayer::Impl::close(NetDevice& dev) {
  notify(dev, NetdevEvent::kGoingDown);
  dev.ops().stop(dev);
  dev.flags &= ~static_cast<uint32_t>(IFF_UP);
  dev.operstate = OperState::kDown;
}

void NetdevLayer::Impl::close_many(std::span<NetDevice* const> devs) {
  absl::InlinedVector<NetDevice*, 4> open;
  for (NetDevice* dev : devs)
    if (dev->up() && dev->registered_) open.push_back(dev);
  for (NetDevice* dev : open) notify(*dev, NetdevEvent::kGoingDown);
  for (NetDevice* dev : open) {
    dev->ops().stop(*dev);
    dev->flags &= ~static_cast<uint32_t>(IFF_UP);
    dev->operstate = OperState::kDown;
  }
  for (NetDevice* dev : open) {
    announce(*dev, IFF_UP | IFF_RUNNING);
    notify(*dev, NetdevEvent::kDown);
  }
}

bool NetdevLayer::Impl::count_promiscuity(NetDevice& dev, int delta) {
  const uint32_t old = dev.flags;
  const int64_t count = int64_t{dev.promiscuity} + delta;
  if (count < 0 || count > 0xffffffffll) return false;
  dev.promiscuity = static_cast<uint32_t>(count);
  dev.flags = count ? dev.flags | IFF_PROMISC : dev.flags & ~static_cast<uint32_t>(IFF_PROMISC);
  return dev.flags != old;
}

bool NetdevLayer::Impl::count_allmulti(NetDevice& dev, int delta) {
  const uint32_t old = dev.flags;
  const int64_t count = int64_t{dev.allmulti} + delta;
  if (count < 0 || count > 0xffffffffll) return false;
  dev.allmulti = static_cast<uint32_t>(count);
  dev.flags = count ? dev.flags | IFF_ALLMULTI : dev.flags & ~static_cast<uint32_t>(IFF_ALLMULTI);
  return dev.flags != old;
}

void NetdevLayer::Impl::notify_flags(NetDevice& dev, uint32_t old_flags, uint32_t changes) {
  if (changes) announce(dev, changes);
  const uint32_t moved = old_flags ^ dev.flags;
  if (moved & IFF_UP) notify(dev, dev.up() ? NetdevEvent::kUp : NetdevEvent::kDown);
  constexpr uint32_t kSilent = IFF_UP | IFF_PROMISC | IFF_ALLMULTI;
  if (dev.up() && (moved & ~kSilent)) notify(dev, NetdevEvent::kChange);
}

Result<void> NetdevLayer::change_flags(NetDevice& dev, uint32_t flags, uint32_t mask) {
  constexpr uint32_t kByUser = IFF_PROMISC | IFF_ALLMULTI;
  constexpr uint32_t kSettable = IFF_DEBUG | IFF_NOTRAILERS | IFF_NOARP | IFF_DYNAMIC |
                                 IFF_MULTICAST | IFF_PORTSEL | IFF_AUTOMEDIA;
  const uint32_t old_flags = dev.flags;
  const uint16_t old_user = dev.user_flags_;
  const uint32_t present = (dev.flags & ~kByUser) | (dev.user_flags_ & kByUser);
  const uint32_t wanted = (flags & mask) | (present & ~mask);

  dev.flags = (wanted & kSettable) | (dev.flags & ~kSettable);
  if ((wanted ^ old_flags) & IFF_UP) {
    if (wanted & IFF_UP) {
      if (auto opened = impl_->open(dev); !opened) {
        dev.flags = old_flags;
        return opened;
      }
    } else {
      impl_->close(dev);
    }
  }
  if ((wanted ^ dev.user_flags_) & IFF_PROMISC) {
    dev.user_flags_ ^= IFF_PROMISC;
    impl_->count_promiscuity(dev, wanted & IFF_PROMISC ? 1 : -1);
  }
  if ((wanted ^ dev.user_flags_) & IFF_ALLMULTI) {
    dev.user_flags_ ^= IFF_ALLMULTI;
    impl_->count_allmulti(dev, wanted & IFF_ALLMULTI ? 1 : -1);
  }
  uint32_t changes = (old_flags ^ dev.flags) | (old_user ^ dev.user_flags_);
  if (dev.initializing) {  // the first to be heard of it
    dev.initializing = false;
    changes = 0xffffffff;
  }
  impl_->notify_flags(dev, old_flags, changes);
  return {};
}

void NetdevLayer::set_promiscuity(NetDevice& dev, int delta) {
  const uint32_t old = dev.flags;
  if (impl_->count_promiscuity(dev, delta)) impl_->notify_flags(dev, old, IFF_PROMISC);
}

void NetdevLayer::set_allmulti(NetDevice& dev, int delta) {
  const uint32_t old = dev.flags;
  if (impl_->count_allmulti(dev, delta)) impl_->notify_flags(dev, old, IFF_ALLMULTI);
}

}  // namespace unetns
