// Launch: starts the first program under the filter.
#ifndef UNETNS_RUNTIME_LAUNCH_H_
#define UNETNS_RUNTIME_LAUNCH_H_

#include <signal.h>
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/filter.h"
#include "runtime/listener.h"

namespace unetns {

struct Launched {
  pid_t pid = 0;
  UniqueFd listener;
  UniqueFd go;  // writing a byte lets the program go on to its exec; closing it unwritten ends it
};

// `mask`: signals that the program has blocked at its start. `batch`: it is SCHED_BATCH (sched(7)),
// and so are those that it starts: who is woken does not interrupt the supervisor, which wakes them
// all and would wait for each. Forks; the child loads the filter, hands the listener over, waits
// for `go`, and execs argv with `environment` added. A failed exec exits 126 or 127 after a line on
// stderr.
Result<Launched> launch(const std::vector<std::string>& argv,
                        const std::vector<std::string>& environment, const FilterOptions& filter,
                        const sigset_t& mask, bool batch);

// The same for a function instead of a program: it runs in the child behind the filter, and ends
// it.
Result<Launched> launch_function(const std::vector<sock_filter>& program,
                                 const std::function<void()>& body);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_LAUNCH_H_
