// Unsigned integers as the kernel reads them from files: decimal, 0x… hexadecimal, 0… octal.
#ifndef UNETNS_VFS_INTEGER_TEXT_H_
#define UNETNS_VFS_INTEGER_TEXT_H_

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace unetns {

// The whole text must be digits: EINVAL. Does not fit 64 bits: ERANGE.
Result<uint64_t> parse_unsigned(std::string_view text);

// For attributes of /sys: one newline may follow, a plus may precede. ERANGE beyond `max`.
Result<uint64_t> parse_attribute(std::string_view text, uint64_t max);

}  // namespace unetns

#endif  // UNETNS_VFS_INTEGER_TEXT_H_
