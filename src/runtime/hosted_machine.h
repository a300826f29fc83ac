// HostedMachine: a machine with all that it needs of the host to serve programs: what `unetns run`
// and `unetns up` have in common.
#ifndef UNETNS_RUNTIME_HOSTED_MACHINE_H_
#define UNETNS_RUNTIME_HOSTED_MACHINE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/egress.h"
#include "runtime/host_facts.h"
#include "runtime/preload.h"
#include "runtime/private_dir.h"
#include "runtime/publish.h"
#include "runtime/supervisor.h"
#include "runtime/warden.h"

namespace unetns {

class HostedMachine {
 public:
  // In the process that is to be the supervisor. The text of an error is for the user.
  // `preload`: programs may need the library that carries refused calls.
  static Result<std::unique_ptr<HostedMachine>> start(const RunOptions& options,
                                                      const HostFacts& facts, bool preload);
  Supervisor& supervisor() { return *supervisor_; }
  // Of the library that carries refused calls; empty: there is none.
  std::string preload_path() const { return preload_ ? preload_->path() : std::string(); }
  std::string private_dir() const { return dir_.path(); }

  // Ends all programs, first by SIGTERM: nobody would serve their calls.
  void end_programs();

 private:
  explicit HostedMachine(PrivateDir dir) : dir_(std::move(dir)) {}
  // The namespace of that name, made if it is not there.
  Result<Net*> named_net(const std::string& name);
  Result<void> open_egress(const std::vector<std::string>& names);
  PrivateDir dir_;
  std::optional<Preload> preload_;
  std::unique_ptr<Supervisor> supervisor_;
  std::optional<Warden> warden_;
  std::optional<Publisher> publisher_;
  std::vector<std::unique_ptr<Egress>> egress_;
};

// As many descriptors as the host allows us.
void raise_descriptor_limit();

}  // namespace unetns

#endif  // UNETNS_RUNTIME_HOSTED_MACHINE_H_
