// What an interface may be called.
#ifndef UNETNS_NETDEV_DEVICE_NAME_H_
#define UNETNS_NETDEV_DEVICE_NAME_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "netdev/device_table.h"

namespace unetns {

// 1 to 15 bytes, neither "." nor "..", without '/', ':' and white space.
bool valid_device_name(std::string_view name);
// The same for an alternative name, which may have up to 127 bytes.
bool valid_altname(std::string_view name);

// The name a device gets in `table` when `wanted` is asked for: itself, or with its one "%d"
// replaced by the lowest number that is free. EINVAL: no valid name or pattern. EEXIST: taken.
// ENFILE: no number is free.
Result<std::string> pick_device_name(const DeviceTable& table, std::string_view wanted);

}  // namespace unetns

#endif  // UNETNS_NETDEV_DEVICE_NAME_H_
