#include "netdev/device_addresses.h"

#include <algorithm>

#include "netdev/netdev_impl.h"

namespace unetns {

void DeviceAddresses::add(List& list, const LinkLayerAddress& address, bool global) {
  for (Entry& entry : list) {
    if (!(entry.address == address)) continue;
    if (global && std::exchange(entry.global, true)) return;
    ++entry.users;
    return;
  }
  list.push_back({address, 1, global});
}

Result<void> DeviceAddresses::del(List& list, const LinkLayerAddress& address, bool global) {
  const auto entry =
      std::find_if(list.begin(), list.end(), [&](const Entry& e) { return e.address == address; });
  if (entry == list.end() || (global && !entry->global)) return fail(ENOENT);
  if (global) entry->global = false;
  if (--entry->users == 0) list.erase(entry);
  return {};
}

namespace {

DeviceAddresses& made(std::unique_ptr<DeviceAddresses>& addresses) {
  if (!addresses) addresses = std::make_unique<DeviceAddresses>();
  return *addresses;
}

}  // namespace

void NetdevLayer::add_multicast(NetDevice& dev, const LinkLayerAddress& address, bool global) {
  DeviceAddresses::add(made(dev.addresses_).multicast, address, global);
}

Result<void> NetdevLayer::del_multicast(NetDevice& dev, const LinkLayerAddress& address,
                                        bool global) {
  if (!dev.addresses_) return fail(ENOENT);
  return DeviceAddresses::del(dev.addresses_->multicast, address, global);
}

void NetdevLayer::add_unicast(NetDevice& dev, const LinkLayerAddress& address) {
  DeviceAddresses::add(made(dev.addresses_).unicast, address, false);
  impl_->apply_unicast(dev);
}

Result<void> NetdevLayer::del_unicast(NetDevice& dev, const LinkLayerAddress& address) {
  if (!dev.addresses_) return fail(ENOENT);
  UNETNS_TRY(DeviceAddresses::del(dev.addresses_->unicast, address, false));
  impl_->apply_unicast(dev);
  return {};
}

void NetdevLayer::Impl::apply_unicast(NetDevice& dev) {
  DeviceAddresses& addresses = *dev.addresses_;
  const bool wanted = !addresses.unicast.empty();
  if (!dev.up() || addresses.promiscuous == wanted) return;
  addresses.promiscuous = wanted;
  count_promiscuity(dev, wanted ? 1 : -1);
}

}  // namespace unetns
