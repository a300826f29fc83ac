// Runs an unmodified program and all it starts inside a Machine: the job of `unetns run`.
#ifndef UNETNS_RUNTIME_RUN_H_
#define UNETNS_RUNTIME_RUN_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/publish_rule.h"

namespace unetns {

struct RunOptions {
  std::vector<std::string> argv;  // program and arguments; PATH is searched
  std::string pcap_dir;           // empty: no capture
  bool report_unsupported =
      false;                // at the end, list what was asked for and isn't there, on stderr
  bool map_root = true;     // programs see themselves as root
  bool accelerate = false;  // programs preload a library that saves calls to us
  std::vector<PublishRule> publish;
  std::vector<std::string> egress;  // names under /run/netns; empty: the first namespace
  int verbose = 0;  // 1: tell of dropped packets and of what is not there; 2: trace system calls
};

// Returns the exit status for the shell: the program's, or 128 + signal. 125: unetns itself failed
// (said on stderr), 126: the program can't be run, 127: it was not found.
int run_program(const RunOptions& options);

// One finding of `unetns doctor`.
struct HostFinding {
  std::string name;  // "seccomp notification", "pidfd_getfd", …
  enum class State { kGood, kDegraded, kMissing } state;
  std::string detail;  // what was found, what was chosen instead, what is thereby missing
};
struct HostReport {
  bool usable = false;
  std::string verdict;  // one sentence
  std::vector<HostFinding> findings;
};
// Tries what the host allows, in child processes; changes nothing.
HostReport probe_host();

}  // namespace unetns

#endif  // UNETNS_RUNTIME_RUN_H_
