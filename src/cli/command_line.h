// What the user asked for on the command line.
#ifndef UNETNS_CLI_COMMAND_LINE_H_
#define UNETNS_CLI_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "runtime/named_machine.h"
#include "runtime/run.h"

namespace unetns {

struct DoctorCommand {
  bool json = false;
};
struct ListCommand {
  bool json = false;
};
struct DownCommand {
  std::string name;
};
// Nothing to do but print: help and version (to stdout, status 0) or a usage error (to stderr).
struct PrintCommand {
  std::string text;
  int status = 0;
};
using Command = std::variant<RunOptions, UpOptions, ExecOptions, ListCommand, DownCommand,
                             DoctorCommand, PrintCommand>;

inline constexpr int kUsageStatus = 2;  // of a usage error…
inline constexpr int kRunUsageStatus =
    125;  // …of `run` and `exec`: all below belongs to the program

// `args` without the name of the program itself.
Command parse_command_line(std::span<const std::string> args);

}  // namespace unetns

#endif  // UNETNS_CLI_COMMAND_LINE_H_
