// The seccomp filter of a program tree: which syscalls are brought to the supervisor.
#ifndef UNETNS_RUNTIME_FILTER_H_
#define UNETNS_RUNTIME_FILTER_H_

#include <linux/filter.h>

#include <vector>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

// In arguments 3-5 of sendmsg: passes the filter unasked. How the listener leaves the new program.
inline constexpr uint32_t kPassWord = 0x75e7e715;
// prctl(kCarrierOption, nr, args[6]): a syscall that an outer filter would refuse, carried by one
// that it allows.
inline constexpr uint32_t kCarrierOption = 0x756e6574;

// Descriptors of namespaces get numbers here while there is room: fstat(2), which runs natively for
// all others, must not show what they are made of, and the filter sees numbers, not files. A copy
// elsewhere works but for that.
inline constexpr int kHighFirst = 960, kHighEnd = 1024;

struct FilterOptions {
  bool map_root = true;
};
std::vector<sock_filter> build_filter(const FilterOptions& options);

// Sets no_new_privs and loads the filter for the calling thread; returns the listener.
Result<UniqueFd> install_filter(const std::vector<sock_filter>& program);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_FILTER_H_
