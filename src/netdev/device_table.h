// DeviceTable: the devices of one namespace, by name (altnames included) and by index.
#ifndef UNETNS_NETDEV_DEVICE_TABLE_H_
#define UNETNS_NETDEV_DEVICE_TABLE_H_

#include <memory>
#include <span>
#include <string_view>

#include "absl/container/inlined_vector.h"

namespace unetns {

class NetDevice;

// Most namespaces hold a loopback and little else: one array in order of index, with hashes beside
// it only when there are many devices. Owns what it holds.
class DeviceTable {
 public:
  DeviceTable();
  ~DeviceTable();
  DeviceTable(const DeviceTable&) = delete;
  DeviceTable& operator=(const DeviceTable&) = delete;

  NetDevice* find(int ifindex) const;
  NetDevice* find(std::string_view name) const;  // name or altname
  std::span<NetDevice* const> devices() const { return {devices_.data(), devices_.size()}; }
  size_t size() const { return devices_.size(); }
  uint32_t seq() const { return seq_; }
  NetDevice* loopback() const { return loopback_; }

  // The next index never given out in a round: last + 1, skipping those in use; wraps after 2^31
  // - 1.
  int next_index();
  // The device's index and names must be free here.
  void insert(std::unique_ptr<NetDevice> dev);
  std::unique_ptr<NetDevice> remove(NetDevice& dev);
  // To be called around a change of a name or the altnames of a device that is in the table.
  void forget_name(std::string_view name);
  void learn_name(std::string_view name, NetDevice& dev);

 private:
  struct Hashes;
  static constexpr size_t kSmall = 8;
  void build_hashes();

  absl::InlinedVector<NetDevice*, 1> devices_;  // by ascending index
  std::unique_ptr<Hashes> hashes_;
  NetDevice* loopback_ = nullptr;
  int last_index_ = 0;
  uint32_t seq_ = 0;
  uint64_t arrivals_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_DEVICE_TABLE_H_
