// Changes to one device as `ip link set` makes them.
#include <algorithm>

#include "netdev/device_name.h"
#include "netdev/netdev_impl.h"

namespace unetns {

namespace {
constexpr size_t kMaxAlias = 255;   // IFALIASZ - 1
constexpr uint8_t kAddressSet = 3;  // NET_ADDR_SET
}  // namespace

Result<void> NetdevLayer::set_mtu(NetDevice& dev, uint32_t mtu) {
  if (mtu == dev.mtu) return {};
  if (mtu > 0x7fffffff || mtu < dev.min_mtu) return fail(EINVAL, "mtu less than device minimum");
  if (dev.max_mtu && mtu > dev.max_mtu) return fail(EINVAL, "mtu greater than device maximum");
  UNETNS_TRY(dev.ops().set_mtu(dev, mtu));
  const uint32_t old = std::exchange(dev.mtu, mtu);
  impl_->announce(dev, 0);
  for (size_t i = 0; i < impl_->notifiers.size(); i++) {
    auto told = impl_->notifiers[i]->netdev_event(dev, NetdevEvent::kChangeMtu);
    if (told) continue;
    dev.mtu = old;
    (void)dev.ops().set_mtu(dev, old);
    impl_->announce(dev, 0);
    for (size_t j = 0; j < i; j++)
      (void)impl_->notifiers[j]->netdev_event(dev, NetdevEvent::kChangeMtu);
    return told;
  }
  return {};
}

Result<void> NetdevLayer::set_address(NetDevice& dev, const LinkLayerAddress& address) {
  if (dev.address.len == 0) return fail(EOPNOTSUPP);
  if (address.len < dev.address.len) return fail(EINVAL);
  const LinkLayerAddress wanted = LinkLayerAddress::from(address.view().first(dev.address.len));
  const MacAddress mac = wanted.mac();
  if (wanted.len == 6 && (mac.is_multicast() || mac.is_zero())) return fail(EADDRNOTAVAIL);
  UNETNS_TRY(impl_->notify_or_undo(dev, NetdevEvent::kPreChangeAddr, NetdevEvent::kChangeAddr));
  UNETNS_TRY(dev.ops().set_address(dev, wanted));
  dev.address = wanted;
  dev.addr_assign_type = kAddressSet;
  impl_->announce(dev, 0);
  impl_->notify(dev, NetdevEvent::kChangeAddr);
  return {};
}

Result<void> NetdevLayer::set_broadcast(NetDevice& dev, const LinkLayerAddress& address) {
  if (address.len < dev.address.len) return fail(EINVAL);
  dev.broadcast = LinkLayerAddress::from(address.view().first(dev.address.len));
  impl_->announce(dev, 0);
  impl_->notify(dev, NetdevEvent::kChangeAddr);
  return {};
}

Result<void> NetdevLayer::rename(NetDevice& dev, std::string_view name) {
  if (name == dev.name_) return {};
  DeviceTable& table = impl_->table(*dev.net_);
  UNETNS_ASSIGN(std::string picked, pick_device_name(table, name));
  const auto take = [&](std::string taken) {
    table.forget_name(dev.name_);
    std::string old = std::exchange(dev.name_, std::move(taken));
    table.learn_name(dev.name_, dev);
    impl_->announce(dev, 0);
    return old;
  };
  std::string old = take(std::move(picked));
  auto told = impl_->notify_or_undo(dev, NetdevEvent::kChangeName, NetdevEvent::kChangeName);
  if (told) return {};
  (void)take(std::move(old));
  impl_->notify(dev, NetdevEvent::kChangeName);
  return told;
}

// Not told of by itself, as set_group() and set_link_mode() are not: state_changed() does.
Result<void> NetdevLayer::set_alias(NetDevice& dev, std::string_view alias) {
  if (alias.size() > kMaxAlias) return fail(EINVAL);
  if (!alias.empty() && !impl_->registry.may_allocate()) return fail(ENOMEM);
  dev.alias = alias;
  return {};
}

Result<void> NetdevLayer::set_tx_queue_len(NetDevice& dev, uint32_t len) {
  if (len == dev.tx_queue_len) return {};
  const uint32_t old = std::exchange(dev.tx_queue_len, len);
  impl_->announce(dev, 0);
  auto taken = dev.ops().change_queue_length(dev, len);
  if (!taken) dev.tx_queue_len = old;  // which is not told again
  else impl_->notify(dev, NetdevEvent::kChangeTxQueueLen);
  return taken;
}

Result<void> NetdevLayer::set_group(NetDevice& dev, uint32_t group) {
  dev.group = group;
  return {};
}

Result<void> NetdevLayer::set_type(NetDevice& dev, uint16_t arphrd) {
  if (dev.up()) return fail(EBUSY);
  dev.type = arphrd;
  dev.address.len = dev.broadcast.len = arphrd == ARPHRD_ETHER ? 6 : 0;
  impl_->announce(dev, 0);
  return {};
}

void NetdevLayer::state_changed(NetDevice& dev) { impl_->state_changed(dev); }

Result<void> NetdevLayer::set_master(NetDevice& dev, NetDevice* master) {
  if (dev.master) {
    if (dev.master == master) return {};
    NetDevice& old = *dev.master;
    UNETNS_TRY(old.ops().del_port(old, dev));
    dev.master = nullptr;
    impl_->notify(dev, NetdevEvent::kChangeUpper);
    impl_->announce(dev, 0);
  }
  if (!master) return {};
  UNETNS_TRY(master->ops().add_port(*master, dev));
  dev.master = master;
  impl_->notify(dev, NetdevEvent::kChangeUpper);
  impl_->announce(dev, 0);
  return {};
}

Result<void> NetdevLayer::add_altname(NetDevice& dev, std::string_view name) {
  if (!valid_altname(name)) return fail(EINVAL);
  DeviceTable& table = impl_->table(*dev.net_);
  if (table.find(name)) return fail(EEXIST);
  if (!impl_->registry.may_allocate()) return fail(ENOMEM);
  dev.altnames.emplace_back(name);
  table.learn_name(name, dev);
  return {};
}

Result<void> NetdevLayer::del_altname(NetDevice& dev, std::string_view name) {
  DeviceTable& table = impl_->table(*dev.net_);
  const NetDevice* owner = table.find(name);
  if (!owner) return fail(ENOENT);
  auto it = std::find(dev.altnames.begin(), dev.altnames.end(), name);
  if (it == dev.altnames.end()) return fail(EINVAL);
  const std::string gone = std::move(*it);
  dev.altnames.erase(it);
  table.forget_name(gone);
  return {};
}

}  // namespace unetns
