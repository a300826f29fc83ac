#include "netdev/device_table.h"

#include <algorithm>
#include <limits>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "netdev/net_device.h"

namespace unetns {

namespace {

// Looks up by std::string_view without making a string.
struct NameHash {
  using is_transparent = void;
  size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
};
struct NameEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

}  // namespace

struct DeviceTable::Hashes {
  absl::flat_hash_map<int, NetDevice*> by_index;
  absl::flat_hash_map<std::string, NetDevice*, NameHash, NameEqual> by_name;
};

DeviceTable::DeviceTable() = default;

DeviceTable::~DeviceTable() {
  while (!devices_.empty()) {
    delete devices_.back();
    devices_.pop_back();
  }
}

NetDevice* DeviceTable::find(int ifindex) const {
  if (hashes_) {
    auto it = hashes_->by_index.find(ifindex);
    return it == hashes_->by_index.end() ? nullptr : it->second;
  }
  for (NetDevice* dev : devices_)
    if (dev->ifindex() == ifindex) return dev;
  return nullptr;
}

NetDevice* DeviceTable::find(std::string_view name) const {
  if (hashes_) {
    auto it = hashes_->by_name.find(name);
    return it == hashes_->by_name.end() ? nullptr : it->second;
  }
  for (NetDevice* dev : devices_) {
    if (dev->name() == name) return dev;
    for (const std::string& altname : dev->altnames)
      if (altname == name) return dev;
  }
  return nullptr;
}

int DeviceTable::next_index() {
  do {
    last_index_ = last_index_ == std::numeric_limits<int>::max() ? 1 : last_index_ + 1;
  } while (find(last_index_));
  return last_index_;
}

void DeviceTable::build_hashes() {
  hashes_ = std::make_unique<Hashes>();
  for (NetDevice* dev : devices_) {
    hashes_->by_index.emplace(dev->ifindex(), dev);
    hashes_->by_name.emplace(std::string(dev->name()), dev);
    for (const std::string& altname : dev->altnames) hashes_->by_name.emplace(altname, dev);
  }
}

void DeviceTable::insert(std::unique_ptr<NetDevice> owned) {
  NetDevice* dev = owned.release();
  dev->arrival_ = ++arrivals_;
  auto at = devices_.end();
  if (!devices_.empty() && devices_.back()->ifindex() > dev->ifindex())
    at = std::lower_bound(
        devices_.begin(), devices_.end(), dev,
        [](const NetDevice* a, const NetDevice* b) { return a->ifindex() < b->ifindex(); });
  devices_.insert(at, dev);
  if (dev->is_loopback() && !loopback_) loopback_ = dev;
  ++seq_;
  if (hashes_) {
    hashes_->by_index.emplace(dev->ifindex(), dev);
    hashes_->by_name.emplace(std::string(dev->name()), dev);
    for (const std::string& altname : dev->altnames) hashes_->by_name.emplace(altname, dev);
  } else if (devices_.size() > kSmall) {
    build_hashes();
  }
}

std::unique_ptr<NetDevice> DeviceTable::remove(NetDevice& dev) {
  auto it = std::lower_bound(
      devices_.begin(), devices_.end(), &dev,
      [](const NetDevice* a, const NetDevice* b) { return a->ifindex() < b->ifindex(); });
  devices_.erase(it);
  if (loopback_ == &dev) loopback_ = nullptr;
  ++seq_;
  if (hashes_) {
    hashes_->by_index.erase(dev.ifindex());
    hashes_->by_name.erase(dev.name());
    for (const std::string& altname : dev.altnames) hashes_->by_name.erase(altname);
    if (devices_.size() <= kSmall / 2) hashes_.reset();
  }
  return std::unique_ptr<NetDevice>(&dev);
}

void DeviceTable::forget_name(std::string_view name) {
  ++seq_;
  if (hashes_) hashes_->by_name.erase(name);
}

void DeviceTable::learn_name(std::string_view name, NetDevice& dev) {
  if (hashes_) hashes_->by_name.emplace(std::string(name), &dev);
}

}  // namespace unetns
