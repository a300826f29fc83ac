#include "runtime/syscall_name.h"

#include <seccomp.h>

#include <cstdlib>

namespace unetns {

std::string syscall_name(int nr) {
  char* name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, nr);
  std::string out = name ? name : std::to_string(nr);
  std::free(name);
  return out;
}

}  // namespace unetns
