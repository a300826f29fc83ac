// Integers of /proc/sys as text: several are separated by tabs on reading, by white space on
// writing.
#ifndef UNETNS_VFS_SYSCTL_VALUE_H_
#define UNETNS_VFS_SYSCTL_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unetns {

std::string format_sysctl(const std::vector<int64_t>& values);

// At most `count` (> 0) values, at least one; what follows them is not looked at. Decimal, 0x… and
// 0… with an optional minus; each ends at white space or the end of the text. EINVAL for all else,
// as the kernel does.
Result<std::vector<int64_t>> parse_sysctl(std::string_view text, size_t count);

}  // namespace unetns

#endif  // UNETNS_VFS_SYSCTL_VALUE_H_
