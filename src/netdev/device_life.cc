// Registration, `ip link add`, and the end of devices.
#include <algorithm>

#include "netdev/device_addresses.h"
#include "netdev/device_name.h"
#include "netdev/device_taps.h"
#include "netdev/netdev_impl.h"

namespace unetns {

namespace {

constexpr uint32_t kAllChanged = 0xffffffff;
constexpr uint8_t kAddressSet = 3;  // NET_ADDR_SET

Result<void> check_ethernet_address(const NetDevice& dev, const LinkLayerAddress& address) {
  if (address.len < dev.address.len) return fail(EINVAL);
  if (dev.type != ARPHRD_ETHER) return {};
  if (address.len != 6) return fail(EINVAL);
  const MacAddress mac = address.mac();
  if (mac.is_multicast() || mac.is_zero()) return fail(EADDRNOTAVAIL);
  return {};
}

}  // namespace

void LinkSizes::apply(NetDevice& dev) const {
  dev.gso_max_size = gso_max_size.value_or(dev.gso_max_size);
  dev.gso_max_segs = gso_max_segs.value_or(dev.gso_max_segs);
  dev.gro_max_size = gro_max_size.value_or(dev.gro_max_size);
  dev.gso_ipv4_max_size = gso_ipv4_max_size.value_or(dev.gso_ipv4_max_size);
  dev.gro_ipv4_max_size = gro_ipv4_max_size.value_or(dev.gro_ipv4_max_size);
}

Result<NetDevice*> NetdevLayer::register_device(Net& net, std::unique_ptr<NetDevice> owned,
                                                std::string_view name, int ifindex) {
  if (!impl_->registry.may_allocate()) return fail(ENOMEM);
  DeviceTable& table = impl_->table(net);
  NetDevice& dev = *owned;
  UNETNS_ASSIGN(dev.name_, pick_device_name(table, name));
  if (ifindex < 0) return fail(EINVAL);
  if (ifindex > 0 && table.find(ifindex)) return fail(EBUSY);
  dev.ifindex_ = ifindex > 0 ? ifindex : table.next_index();
  dev.net_ = &net;
  dev.layer_ = this;
  dev.flags &= ~static_cast<uint32_t>(IFF_UP);
  if (dev.tx_queue_len == 0) dev.no_queue = true;
  if (dev.addr_assign_type == 0) dev.perm_address = dev.address;  // NET_ADDR_PERM
  table.insert(std::move(owned));
  dev.registered_ = true;
  impl_->join_net_taps(dev);
  dev.operstate = OperState::kDown;
  if (!dev.carrier) impl_->update_operstate(dev);

  if (auto told = impl_->notify_or_undo(dev, NetdevEvent::kRegister, NetdevEvent::kUnregister);
      !told) {
    dev.registered_ = false;
    impl_->leave_packet_path(dev);
    impl_->bury(table.remove(dev));
    return std::unexpected(std::move(told).error());
  }
  impl_->announce(dev, kAllChanged);
  return &dev;
}

Result<void> NetdevLayer::apply_attributes(NetDevice& dev, const NewLink& request) {
  dev.initializing = true;
  if (request.address) {
    UNETNS_TRY(check_ethernet_address(dev, *request.address));
    dev.address = LinkLayerAddress::from(request.address->view().first(dev.address.len));
    dev.addr_assign_type = kAddressSet;
  }
  if (request.broadcast) {
    if (request.broadcast->len < dev.address.len) return fail(EINVAL);
    dev.broadcast = LinkLayerAddress::from(request.broadcast->view().first(dev.address.len));
  }
  if (request.mtu) {
    if (*request.mtu < dev.min_mtu) return fail(EINVAL, "mtu less than device minimum");
    if (dev.max_mtu && *request.mtu > dev.max_mtu)
      return fail(EINVAL, "mtu greater than device maximum");
    dev.mtu = *request.mtu;
  }
  if (request.tx_queue_len) dev.tx_queue_len = *request.tx_queue_len;
  if (request.group) dev.group = *request.group;
  if (request.num_tx_queues) dev.num_tx_queues = *request.num_tx_queues;
  if (request.num_rx_queues) dev.num_rx_queues = *request.num_rx_queues;
  if (request.link_mode) dev.link_mode = *request.link_mode;
  request.sizes.apply(dev);
  return {};
}

Result<void> NetdevLayer::configure_link(NetDevice& dev, const NewLink& request) {
  Result<void> changed;
  if (request.flags) {
    changed = change_flags(dev, request.flags, request.flags);
  }
  if (!changed) return changed;
  if (dev.initializing) {
    dev.initializing = false;
    impl_->announce(dev, kAllChanged);
  }
  return {};
}

Result<NetDevice*> NetdevLayer::add_link(LinkKind& kind, const NewLink& request) {
  UNETNS_TRY(kind.validate(request));
  if (request.peer) UNETNS_TRY(kind.validate(*request.peer));
  UNETNS_ASSIGN(NetDevice * dev, kind.new_link(*this, request));
  if (auto configured = configure_link(*dev, request); !configured) {
    if (!kind.delete_link(*this, *dev)) unregister_device(*dev);
    return std::unexpected(std::move(configured).error());
  }
  return dev;
}

void NetdevLayer::unregister_device(NetDevice& dev) {
  NetDevice* devs[] = {&dev};
  unregister_devices(devs);
}

void NetdevLayer::unregister_devices(std::span<NetDevice* const> devs) {
  Impl::Batch batch;
  for (NetDevice* dev : devs) Impl::collect(impl_->collecting ? *impl_->collecting : batch, *dev);
  if (!batch.empty()) impl_->unregister(batch);
}

void NetdevLayer::Impl::collect(Batch& batch, NetDevice& dev) {
  if (!dev.registered_ || dev.leaving_) return;
  dev.leaving_ = true;
  batch.push_back(&dev);
}

// Requires devices from collect().
void NetdevLayer::Impl::unregister(std::span<NetDevice* const> devs) {
  close_many(devs);
  // All leave their tables before anybody is told of one: a device that goes along is not found any
  // more.
  absl::InlinedVector<std::unique_ptr<NetDevice>, 4> leaving;
  leaving.reserve(devs.size());
  for (NetDevice* dev : devs) {
    leaving.push_back(table(*dev->net_).remove(*dev));
    dev->registered_ = false;
  }
  for (auto& dev : leaving) {
    dev->qdisc_attached_ = false;
    if (dev->master) {
      (void)dev->master->ops().del_port(*dev->master, *dev);
      dev->master = nullptr;
    }
    notify(*dev, NetdevEvent::kUnregister);
    for (NetDevice* port : table(*dev->net_).devices())
      if (port->master == dev.get()) port->master = nullptr;
    if (messages && !dev->initializing) messages->link_deleted(*dev, kNsidUnassigned, 0);
    leave_packet_path(*dev);
  }
  for (auto& dev : leaving) bury(std::move(dev));
}

void NetdevLayer::Impl::leave_packet_path(NetDevice& dev) {
  forget_linkwatch(dev);
  dev.addresses_.reset();
  backlog.flush(
      dev, [&](Packet frame) { dev.net_->drop(std::move(frame), DropReason::kDevUnregistering); });
  if (dev.taps_ && tapping > 0)
    dev.taps_->clear();
  else
    dev.taps_.reset();
}

void NetdevLayer::Impl::bury(std::unique_ptr<NetDevice> dev) {
  if (depth > 0) graveyard.push_back(std::move(dev));
}

}  // namespace unetns
