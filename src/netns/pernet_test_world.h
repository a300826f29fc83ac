// For the unit tests of netns/: a registry in a fake world, and a module that writes down what it
// is told.
#ifndef UNETNS_NETNS_PERNET_TEST_WORLD_H_
#define UNETNS_NETNS_PERNET_TEST_WORLD_H_

#include <functional>
#include <string>
#include <vector>

#include "netns/net_registry.h"

namespace unetns {

using Log = std::vector<std::string>;

// Logs "NAME init 1", "NAME pre_exit 1", "NAME exit 1", "NAME exit_batch 1,2": the numbers are ids
// of namespaces.
class RecordingModule final : public PernetOperations {
 public:
  RecordingModule(Log& log, std::string name) : log_(log), name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  Result<void> init(Net& net) override {
    note("init", net);
    if (fail_in == net.id()) return fail(EADDRINUSE);
    if (on_init) on_init(net);
    return {};
  }
  void pre_exit(Net& net) override {
    note("pre_exit", net);
    if (on_pre_exit) on_pre_exit(net);
  }
  void exit(Net& net) override {
    note("exit", net);
    if (on_exit) on_exit(net);
  }
  void exit_batch(std::span<Net* const> nets) override {
    std::string ids;
    for (Net* net : nets) ids += (ids.empty() ? "" : ",") + std::to_string(net->id());
    log_.push_back(name_ + " exit_batch " + ids);
  }
  bool first_net_only() const override { return first_only; }

  uint64_t fail_in = 0;  // id of the namespace whose init fails
  bool first_only = false;
  std::function<void(Net&)> on_init, on_pre_exit, on_exit;

 private:
  void note(const char* what, Net& net) {
    log_.push_back(name_ + " " + what + " " + std::to_string(net.id()));
  }
  Log& log_;
  std::string name_;
};

struct PernetWorld {
  FakeEnv fake;
  PacketPool packets;
  Log log;
  NetRegistry registry{fake.env(), packets};

  NetRef create() { return registry.create().value(); }
  // What has been logged since the last call.
  Log take() { return std::exchange(log, {}); }
};

}  // namespace unetns

#endif  // UNETNS_NETNS_PERNET_TEST_WORLD_H_
