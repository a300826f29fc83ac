#include "netdev/netdev_layer.h"

#include <algorithm>

#include "netdev/netdev_impl.h"

namespace unetns {

Result<std::unique_ptr<NetdevLayer>> NetdevLayer::create(NetRegistry& registry, NsidLayer& nsids) {
  UNETNS_ASSIGN(PernetId<DeviceTable> tables, registry.add_state<DeviceTable>());
  std::unique_ptr<NetdevLayer> layer(new NetdevLayer(nullptr));
  layer->impl_ = std::make_unique<Impl>(layer.get(), registry, nsids, tables);
  return layer;
}

NetdevLayer::NetdevLayer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

NetdevLayer::~NetdevLayer() {
  // Kinds and subscribers may be gone already: what devices are left are destroyed without them.
  impl_->notifiers.clear();
  impl_->messages = nullptr;
  impl_->kinds_gone = true;
  impl_->registry.unregister(*this);
}

NetRegistry& NetdevLayer::registry() const { return impl_->registry; }
NsidLayer& NetdevLayer::nsids() const { return impl_->nsids; }

Result<void> NetdevLayer::init(Net&) { return {}; }
void NetdevLayer::exit(Net&) {}
void NetdevLayer::exit_batch(std::span<Net* const> nets) { impl_->destroy_devices(nets); }

// ---- kinds

Result<void> NetdevLayer::register_kind(LinkKind& kind) {
  if (find_kind(kind.name())) return fail(EEXIST);
  impl_->kinds.push_back(&kind);
  return {};
}

void NetdevLayer::unregister_kind(LinkKind& kind) {
  std::erase(impl_->kinds, &kind);
  impl_->registry.for_each([&](Net& net) {
    // A deletion may take other devices along, so look again after each.
    const auto next = [&]() -> NetDevice* {
      for (NetDevice* dev : impl_->table(net).devices())
        if (dev->kind() == &kind) return dev;
      return nullptr;
    };
    while (NetDevice* dev = next())
      if (!kind.delete_link(*this, *dev)) unregister_device(*dev);
  });
}

LinkKind* NetdevLayer::find_kind(std::string_view name) const {
  for (LinkKind* kind : impl_->kinds)
    if (kind->name() == name) return kind;
  return nullptr;
}

// ---- notifications

void NetdevLayer::set_messages(LinkMessages* messages) { impl_->messages = messages; }

Result<void> NetdevLayer::subscribe(NetdevNotifier& notifier) {
  std::vector<NetDevice*> devs;
  impl_->registry.for_each([&](Net& net) {
    for (NetDevice* dev : impl_->table(net).devices()) devs.push_back(dev);
  });
  for (size_t i = 0; i < devs.size(); i++) {
    if (auto told = notifier.netdev_event(*devs[i], NetdevEvent::kRegister); !told) {
      while (i-- > 0) {
        if (devs[i]->up()) {
          (void)notifier.netdev_event(*devs[i], NetdevEvent::kGoingDown);
          (void)notifier.netdev_event(*devs[i], NetdevEvent::kDown);
        }
        (void)notifier.netdev_event(*devs[i], NetdevEvent::kUnregister);
      }
      return told;
    }
    if (devs[i]->up()) (void)notifier.netdev_event(*devs[i], NetdevEvent::kUp);
  }
  impl_->notifiers.push_back(&notifier);
  return {};
}

void NetdevLayer::unsubscribe(NetdevNotifier& notifier) {
  auto it = std::find(impl_->notifiers.begin(), impl_->notifiers.end(), &notifier);
  if (it == impl_->notifiers.end()) return;
  impl_->notifiers.erase(it);
  impl_->registry.for_each([&](Net& net) {
    for (NetDevice* dev : impl_->table(net).devices()) {
      if (dev->up()) {
        (void)notifier.netdev_event(*dev, NetdevEvent::kGoingDown);
        (void)notifier.netdev_event(*dev, NetdevEvent::kDown);
      }
      (void)notifier.netdev_event(*dev, NetdevEvent::kUnregister);
    }
  });
}

void NetdevLayer::Impl::notify(NetDevice& dev, NetdevEvent event) {
  for (size_t i = 0; i < notifiers.size(); i++) (void)notifiers[i]->netdev_event(dev, event);
}

Result<void> NetdevLayer::Impl::notify_or_undo(NetDevice& dev, NetdevEvent event,
                                               NetdevEvent undo) {
  for (size_t i = 0; i < notifiers.size(); i++) {
    auto told = notifiers[i]->netdev_event(dev, event);
    if (told) continue;
    for (size_t j = 0; j < i; j++) (void)notifiers[j]->netdev_event(dev, undo);
    return told;
  }
  return {};
}

void NetdevLayer::Impl::announce(NetDevice& dev, uint32_t change_mask) {
  if (messages && !dev.initializing) messages->link_changed(dev, change_mask);
}

void NetdevLayer::Impl::state_changed(NetDevice& dev) {
  if (!dev.up()) return;
  notify(dev, NetdevEvent::kChange);
  announce(dev, 0);
}

// ---- lookup

NetDevice* NetdevLayer::by_name(Net& net, std::string_view name) const {
  return impl_->table(net).find(name);
}
NetDevice* NetdevLayer::by_index(Net& net, int ifindex) const {
  return impl_->table(net).find(ifindex);
}
NetDevice* NetdevLayer::loopback(Net& net) const { return impl_->table(net).loopback(); }

void NetdevLayer::for_each(Net& net, const std::function<void(NetDevice&)>& fn) const {
  for (NetDevice* dev : impl_->table(net).devices()) fn(*dev);
}
std::vector<NetDevice*> NetdevLayer::by_arrival(Net& net) const {
  const auto devices = impl_->table(net).devices();
  std::vector<NetDevice*> out(devices.begin(), devices.end());
  std::sort(out.begin(), out.end(),
            [](const NetDevice* a, const NetDevice* b) { return a->arrival() < b->arrival(); });
  return out;
}
size_t NetdevLayer::device_count(Net& net) const { return impl_->table(net).size(); }
int NetdevLayer::dev_base_seq(Net& net) const {
  return static_cast<int>(impl_->table(net).seq() & 0x7fffffff);
}

}  // namespace unetns
