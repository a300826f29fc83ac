// DevConf: the IPv4 settings of one device, of "all" or of "default" (IPV4_DEVCONF_* of
// linux/ip.h), shared by reference until one of the sharers changes a value.
#ifndef UNETNS_INET_CONF_DEV_CONF_H_
#define UNETNS_INET_CONF_DEV_CONF_H_

#include <linux/ip.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace unetns {

inline constexpr int kIpv4DevconfCount = IPV4_DEVCONF_MAX;
// Value of setting `id` (IPV4_DEVCONF_FORWARDING is 1) stands at id - 1, as in IFLA_INET_CONF.
using DevConfValues = std::array<int32_t, kIpv4DevconfCount>;

class DevConf {
 public:
  DevConf() = default;  // compiled-in values of "default"
  DevConf(const DevConf& o) : block_(o.block_) { acquire(); }
  DevConf(DevConf&& o) noexcept : block_(std::exchange(o.block_, nullptr)) {}
  DevConf& operator=(DevConf o) noexcept {
    std::swap(block_, o.block_);
    return *this;
  }
  ~DevConf() { release(); }
  static DevConf all_initial();  // compiled-in values of "all"

  int32_t get(int id) const { return values()[static_cast<size_t>(id - 1)]; }
  void set(int id, int32_t value);  // unshares
  const DevConfValues& values() const { return block_ ? block_->values : kDefaultInitial; }

 private:
  struct Block {
    uint32_t refs;
    DevConfValues values;
  };
  static const DevConfValues kDefaultInitial;
  void acquire() {
    if (block_) ++block_->refs;
  }
  void release();
  Block* block_ = nullptr;
};

// How "all" and a device's own value combine on the packet path.
enum class DevConfFold : uint8_t { kDevice, kAnd, kOr, kMax };

struct DevConfSpec {
  int id;
  std::string_view name;  // below /proc/sys/net/ipv4/conf/X/
  DevConfFold fold;
  int netconf;  // NETCONFA_* to announce a change by, 0: none
  bool read_only;
};
std::span<const DevConfSpec> dev_conf_specs();
const DevConfSpec* find_dev_conf(std::string_view name);
const DevConfSpec* find_dev_conf(int id);

}  // namespace unetns

#endif  // UNETNS_INET_CONF_DEV_CONF_H_
