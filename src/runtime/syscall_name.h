// Names of syscalls for messages.
#ifndef UNETNS_RUNTIME_SYSCALL_NAME_H_
#define UNETNS_RUNTIME_SYSCALL_NAME_H_

#include <string>

namespace unetns {

std::string syscall_name(int nr);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_SYSCALL_NAME_H_
