// The seccomp filter of a program tree: which syscalls are brought to the supervisor.
#ifndef UNETNS_RUNTIME_FILTER_H_
#define UNETNS_RUNTIME_FILTER_H_

#include <linux/filter.h>

#include <optional>
#include <vector>

#include "base/result.h"
#include "host/unique_fd.h"
#include "preload/hot_layout.h"
#include "runtime/bpf_builder.h"

namespace unetns {

// In arguments 3-5 of sendmsg, which has none: passes the filter unasked. How the listener leaves
// the new program. So the accelerator opens plain files (openat(2) without O_CREAT), asks for their
// attributes (newfstatat(2): in arguments 4 and 5), and, with it
// as the length of an address that is not given, uses sockets that are well (HotSockets).
inline constexpr uint32_t kPassWord = UNETNS_PASS_WORD;
// prctl(kCarrierOption, nr, args[6]): a syscall that an outer filter would refuse, carried by one
// that it allows.
inline constexpr uint32_t kCarrierOption = 0x756e6574;

// Descriptors of namespaces get numbers here while there is room: fstat(2), which runs natively for
// all others, must not show what they are made of, and the filter sees numbers, not files. A copy
// elsewhere works but for that.
inline constexpr int kHighFirst = UNETNS_HIGH_FIRST, kHighEnd = UNETNS_HIGH_END;

int kernel_caps();  // how many capabilities the running kernel knows

struct FilterOptions {
  bool map_root = true;
  int kernel_caps = unetns::kernel_caps();
  // Where in its page the dynamic loader's call that opens libraries is (HostFacts); -1: unknown.
  int loader_offset = -1;
  // Its call that asks for /etc/ld.so.preload, the first thing that a program does; none: unknown.
  std::optional<FixedCall> loader_access;
  // Of which capabilities the host answers PR_CAPBSET_READ: host_bounding().
  uint64_t native_bounding = 0;
  bool exec = true;  // execve(2) is notified: not needed where threads can be marked (HostFacts)
};
std::vector<sock_filter> build_filter(const FilterOptions& options);

// Sets no_new_privs and loads the filter for the calling thread; returns the listener.
Result<UniqueFd> install_filter(const std::vector<sock_filter>& program);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_FILTER_H_
