// NetReaper: keeps every namespace of the run alive until it is certain that no process uses it.
//
// A process that we have not heard of yet may be in a namespace that nobody else uses. So the run
// holds a reference of its own on each; when the last other one goes, a while later all processes
// that carry the namespace's mark are looked for, once for all candidates. As in Linux, a namespace
// dies a moment after its last user.
#ifndef UNETNS_RUNTIME_NET_REAPER_H_
#define UNETNS_RUNTIME_NET_REAPER_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <functional>

#include "env/timers.h"
#include "netns/net_registry.h"
#include "runtime/process_table.h"

namespace unetns {

class NetReaper {
 public:
  NetReaper(NetRegistry& nets, TimerQueue& timers, ProcessTable& processes)
      : nets_(nets), processes_(processes), timer_(timers, [this] { reap(); }) {}

  void hold(const NetRef& net) { held_.emplace(net->id(), net); }
  // Somebody let go of it: it may be time.
  void suspect(Net& net);
  std::function<void(uint64_t id)> on_dead;  // after it has gone

 private:
  void reap();
  NetRegistry& nets_;
  ProcessTable& processes_;
  Timer timer_;
  absl::flat_hash_map<uint64_t, NetRef> held_;
  absl::flat_hash_set<uint64_t> suspects_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_NET_REAPER_H_
