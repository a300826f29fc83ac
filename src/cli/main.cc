// unetns: the command.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/doctor_report.h"
#include "cli/machine_list.h"

namespace unetns {
namespace {

bool want_colour() {
  const char* no_colour = std::getenv("NO_COLOR");  // no-color.org
  const char* term = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && term &&
         std::string(term) != "dumb";
}

// 0, or 1 when it could not all be written.
int put(std::FILE* to, const std::string& text) {
  const bool ok = std::fwrite(text.data(), 1, text.size(), to) == text.size();
  return ok && std::fflush(to) == 0 ? 0 : 1;
}

int said(const Result<void>& done) {
  if (!done) put(stderr, "unetns: " + done.error().message + "\n");
  return done ? 0 : 1;
}

struct Execute {
  int operator()(const RunOptions& options) const { return run_program(options); }
  int operator()(const ExecOptions& options) const { return exec_in_machine(options); }
  int operator()(const UpOptions& options) const { return said(start_machine(options)); }
  int operator()(const DownCommand& command) const { return said(end_machine(command.name)); }
  int operator()(const ListCommand& command) const {
    const auto machines = list_machines();
    if (!machines) return said(std::unexpected(machines.error()));
    return put(stdout, command.json ? machines_json(*machines) : machines_table(*machines));
  }
  int operator()(const DoctorCommand& command) const {
    const HostReport report = probe_host();
    const int failed =
        put(stdout, command.json ? doctor_json(report) : doctor_table(report, want_colour()));
    return report.usable ? failed : 1;
  }
  int operator()(const PrintCommand& command) const {
    const int failed = put(command.status ? stderr : stdout, command.text);
    return command.status ? command.status : failed;
  }
};

}  // namespace
}  // namespace unetns

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + (argc > 0), argv + argc);
  return std::visit(unetns::Execute{}, unetns::parse_command_line(args));
}
