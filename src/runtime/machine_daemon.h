// The life of a named machine's supervisor, in the background.
#ifndef UNETNS_RUNTIME_MACHINE_DAEMON_H_
#define UNETNS_RUNTIME_MACHINE_DAEMON_H_

#include <functional>

#include "host/unique_fd.h"
#include "runtime/control_dir.h"
#include "runtime/host_facts.h"
#include "runtime/named_machine.h"

namespace unetns {

// Leaves the terminal, serves until it is asked to end or gets SIGTERM, and ends all programs.
// Never returns. `ready` is told once: an empty text when programs can come, else what is wrong.
[[noreturn]] void machine_daemon(const UpOptions& options, const HostFacts& facts,
                                 const ControlDir& dir, UniqueFd socket,
                                 const std::function<void(const std::string&)>& ready);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_MACHINE_DAEMON_H_
