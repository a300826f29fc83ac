#include "runtime/net_reaper.h"

namespace unetns {
namespace {
constexpr auto kDelay = std::chrono::milliseconds(5);
constexpr size_t kMany = 4096;  // suspects at which it does not wait any longer
}  // namespace

void NetReaper::suspect(Net& net) {
  if (net.is_init() || !held_.contains(net.id())) return;
  suspects_.insert(net.id());
  if (suspects_.size() >= kMany)
    timer_.arm_in(Nanos::zero());
  else if (!timer_.armed())
    timer_.arm_in(kDelay);
}

void NetReaper::reap() {
  std::vector<uint64_t> unused;
  for (uint64_t id : suspects_)
    if (auto it = held_.find(id); it != held_.end() && it->second->count() == 1)
      unused.push_back(id);
  suspects_.clear();
  if (unused.empty()) return;
  processes_.adopt_unseen();
  for (uint64_t id : unused) {
    auto it = held_.find(id);
    if (it == held_.end() || it->second->count() != 1) continue;
    held_.erase(it);
    if (on_dead) on_dead(id);
  }
}

}  // namespace unetns
