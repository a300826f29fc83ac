// Devices that change their namespace, and what becomes of them when it dies.
#include <algorithm>

#include "netdev/device_name.h"
#include "netdev/netdev_impl.h"

namespace unetns {

Result<void> NetdevLayer::move(NetDevice& dev, Net& target, std::string_view name, int ifindex) {
  if (dev.net_ == &target) return {};
  UNETNS_TRY(relocate(dev, target, name, ifindex));
  // As in Linux the wanted name is asked for again: a pattern may give a second number, and a name
  // that is taken there is found so only now.
  if (!name.empty() && name != dev.name_) return rename(dev, name);
  return {};
}

Result<void> NetdevLayer::relocate(NetDevice& dev, Net& target, std::string_view name,
                                   int ifindex) {
  if (dev.net_ == &target) return {};
  if (dev.net_immutable) return fail(EINVAL, "The interface netns is immutable");
  if (!dev.registered_) return fail(EINVAL, "The interface isn't registered");
  DeviceTable& there = impl_->table(target);

  Impl::MoveTo to{target, {}, ifindex};
  if (there.find(dev.name_)) {
    if (name.empty())
      return fail(EEXIST, "An interface with the same name exists in the target netns");
    auto picked = pick_device_name(there, name);
    if (!picked)
      return fail(picked.error().code, "Unable to use '" + std::string(name) +
                                           "' for the new interface name in the target netns");
    to.name = std::move(*picked);
  }
  for (const std::string& altname : dev.altnames)
    if (there.find(altname))
      return fail(EEXIST,
                  "An interface with the altname " + altname + " exists in the target netns");
  if (ifindex < 0) return fail(EINVAL);
  if (ifindex > 0 && there.find(ifindex))
    return fail(EBUSY,
                "The ifindex " + std::to_string(ifindex) + " is not available in the target netns");

  impl_->move(dev, to);
  return {};
}

void NetdevLayer::Impl::move(NetDevice& dev, const MoveTo& to) {
  NetDevice* devs[] = {&dev};
  close_many(devs);
  Net& from = *dev.net_;
  DeviceTable& there = table(to.net);

  if (dev.master) (void)layer->set_master(dev, nullptr);
  dev.master = nullptr;
  std::unique_ptr<NetDevice> owned = table(from).remove(dev);
  dev.registered_ = false;
  dev.qdisc_attached_ = false;
  notify(dev, NetdevEvent::kUnregister);
  for (NetDevice* port : table(from).devices())
    if (port->master == &dev) port->master = nullptr;
  // A carrier change that is still to be told is told in the new namespace.
  const bool pending = dev.linkwatch_pending_;
  leave_packet_path(dev);

  const int nsid = nsids.get_or_assign(from, to.net);
  const int ifindex = to.ifindex > 0             ? to.ifindex
                      : there.find(dev.ifindex_) ? there.next_index()
                                                 : dev.ifindex_;
  if (messages && !dev.initializing) messages->link_deleted(dev, nsid, ifindex);

  dev.net_ = &to.net;
  dev.ifindex_ = ifindex;
  if (!to.name.empty()) dev.name_ = to.name;
  there.insert(std::move(owned));
  dev.registered_ = true;
  join_net_taps(dev);
  dev.ops().moved(dev);
  if (pending) fire_linkwatch(dev);
  notify(dev, NetdevEvent::kRegister);
  announce(dev, 0xffffffff);
}

void NetdevLayer::Impl::return_to_init(NetDevice& dev, Net& init) {
  DeviceTable& there = table(init);
  MoveTo to{init, {}, 0};
  if (there.find(dev.name_)) {
    to.name = "dev" + std::to_string(dev.ifindex_);
    if (there.find(to.name)) {
      auto picked = pick_device_name(there, "dev%d");
      if (!picked) {
        layer->unregister_device(dev);
        return;
      }
      to.name = std::move(*picked);
    }
  }
  for (size_t i = dev.altnames.size(); i-- > 0;) {
    if (!there.find(dev.altnames[i])) continue;
    table(*dev.net_).forget_name(dev.altnames[i]);
    dev.altnames.erase(dev.altnames.begin() + static_cast<ptrdiff_t>(i));
  }
  move(dev, to);
}

void NetdevLayer::Impl::destroy_devices(std::span<Net* const> nets) {
  Net* init = registry.find(1);
  Batch leaving;
  for (Net* net : nets) {
    if (!init || init == net) continue;
    Batch physical;
    for (NetDevice* dev : table(*net).devices())
      if (!dev->kind() && !dev->net_immutable && !dev->is_loopback()) physical.push_back(dev);
    for (NetDevice* dev : physical) return_to_init(*dev, *init);
  }
  collecting = &leaving;
  for (Net* net : nets) {
    // The last to come first; the loopback, as the oldest, last.
    const std::vector<NetDevice*> devices = layer->by_arrival(*net);
    for (size_t i = devices.size(); i-- > 0;) {
      NetDevice* dev = devices[i];
      if (dev->leaving_) continue;
      auto* kind = kinds_gone ? nullptr : const_cast<LinkKind*>(dev->kind());
      if (!kind || !kind->delete_link(*layer, *dev)) collect(leaving, *dev);
    }
  }
  collecting = nullptr;
  unregister(leaving);
}

}  // namespace unetns
