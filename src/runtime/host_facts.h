// HostFacts: what this host lets an ordinary process do, found out by trying it in a child.
#ifndef UNETNS_RUNTIME_HOST_FACTS_H_
#define UNETNS_RUNTIME_HOST_FACTS_H_

#include <optional>
#include <string>

#include "runtime/bpf_builder.h"

namespace unetns {

struct HostFacts {
  std::string kernel;         // uname release
  int notify_errno = 0;       // 0: seccomp user notification works
  bool answered_fd = false;   // installing a descriptor as the answer (5.14)
  bool sync_wake_up = false;  // 6.6
  bool memory = false;        // process_vm_readv and process_vm_writev on a child
  bool pidfd_getfd = false;
  bool prlimit = false;       // setting a limit of a child
  bool thread_marks = false;  // mark_thread() on threads of a child
  bool ptrace = true;         // on a child; tried by probe_host() alone
  bool outer_filter = false;  // we run under a seccomp filter of somebody's
  bool netns_calls =
      false;  // unshare, setns, mount, umount2 reach us before an outer filter refuses them
  // Where in its page the dynamic loader's call is that opens libraries: FilterOptions. -1: not to
  // be told apart by that.
  int loader_offset = -1;
  std::optional<FixedCall> loader_access;  // and the one that asks for libraries to preload

  bool usable() const { return notify_errno == 0 && answered_fd && memory; }
};

HostFacts find_host_facts();
// One sentence: whether programs can be run here, and if not, why.
std::string host_verdict(const HostFacts& facts);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_HOST_FACTS_H_
