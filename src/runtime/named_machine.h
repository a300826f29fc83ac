// Named machines, which outlive the terminal that started them: the jobs of `unetns up`, `exec`,
// `ls` and `down`.
#ifndef UNETNS_RUNTIME_NAMED_MACHINE_H_
#define UNETNS_RUNTIME_NAMED_MACHINE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/run.h"

namespace unetns {

struct UpOptions {
  std::string name;
  RunOptions machine;  // argv empty
};
struct ExecOptions {
  std::string name;
  std::string netns;  // a name under /run/netns; empty: the first namespace
  std::vector<std::string> argv;
};
struct MachineInfo {
  std::string name;
  int pid = 0;
  int64_t since = 0;  // seconds of the epoch
  uint64_t programs = 0;
  uint64_t namespaces = 0;
  std::string trouble;  // why no more than the name is known of it; empty: all is
};

// The text of an error is for the user, and says what to do.
Result<void> start_machine(const UpOptions& options);
Result<std::vector<MachineInfo>> list_machines();  // by name; what dead ones left is removed
Result<void> end_machine(const std::string& name);
// Returns the exit status for the shell, as run_program.
int exec_in_machine(const ExecOptions& options);

// Letters, digits, '_', '.', '-', the first a letter or digit; at most 64.
bool valid_machine_name(std::string_view name);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_NAMED_MACHINE_H_
