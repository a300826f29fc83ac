// Attributes of one device under /sys/class/net/DEVICE.
#ifndef UNETNS_VFS_LINK_ATTRIBUTE_H_
#define UNETNS_VFS_LINK_ATTRIBUTE_H_

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "netdev/net_device.h"

namespace unetns {

struct LinkAttribute {
  std::string_view name;
  Result<std::string> (*show)(const NetDevice& dev);
  Result<void> (*store)(NetDevice& dev, std::string_view text);  // null: read only
  bool (*there)(const NetDevice& dev) = nullptr;           // null: every device has it
};
std::span<const LinkAttribute> link_attributes();

struct LinkCounter {
  std::string_view name;
  uint64_t LinkStats::*field;  // null: nothing here counts it, always 0
};
std::span<const LinkCounter> link_counters();  // of statistics/

}  // namespace unetns

#endif  // UNETNS_VFS_LINK_ATTRIBUTE_H_
