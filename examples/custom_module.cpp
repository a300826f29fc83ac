// A module of your own: code that is told when a namespace comes and goes, with private state in
// each of them. This one counts what arrives, by ethertype, in every namespace, and shows what a
// failing module does.
#include <unetns/extension.h>
#include <unetns/unetns.h>

#include <cstdio>
#include <cstdlib>
#include <map>

using namespace unetns::literals;

namespace {

// What the module keeps in each namespace. Made before init(), destroyed after exit().
struct Arrivals {
  std::map<uint16_t, uint64_t> frames;  // by ethertype
};

class ArrivalCounter final : public unetns::PernetOperations, public unetns::PacketTap {
 public:
  explicit ArrivalCounter(size_t most_namespaces) : most_(most_namespaces) {}
  ~ArrivalCounter() override {
    if (machine_) detach();
  }

  unetns::Result<void> attach(unetns::Machine& machine) {
    // First the state, so that it is there in init(); the id finds it in O(1).
    auto id = machine.registry().add_state<Arrivals>();
    if (!id) return std::unexpected(id.error());
    state_ = *id;
    // Namespaces that are there already are initialised now, others when they are made.
    if (auto done = machine.registry().register_subsystem(*this); !done) return done;
    machine.netdevs().add_tap(nullptr, *this);  // of every device
    machine_.emplace(machine);
    return {};
  }
  void detach() {
    machine_->netdevs().remove_tap(nullptr, *this);
    machine_->registry().unregister(*this);  // exit() is called in every namespace
    machine_.reset();
  }

  uint64_t frames(const unetns::Netns& netns, uint16_t ethertype) const {
    return netns.core().get(state_).frames[ethertype];
  }

  // ---- PernetOperations
  std::string_view name() const override { return "arrival-counter"; }
  unetns::Result<void> init(unetns::Net&) override {
    // An error here undoes the creation of the namespace: no trace is left of it.
    if (live_ == most_) return unetns::fail(ENOSPC, "no more namespaces, says the example");
    ++live_;
    return {};
  }
  void exit(unetns::Net&) override { --live_; }

  // ---- PacketTap
  void tapped(unetns::NetDevice& dev, const unetns::Packet& frame, bool outgoing) override {
    if (!outgoing) dev.net().get(state_).frames[frame.meta().protocol]++;
  }

 private:
  size_t most_, live_ = 0;
  unetns::PernetId<Arrivals> state_;
  std::optional<unetns::Machine> machine_;
};

template <class T>
T check(unetns::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", unetns::describe(result.error()).c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

int main() {
  unetns::SimulatedWorld world(1);
  unetns::Machine machine = check(unetns::Machine::boot(world));
  ArrivalCounter counter(3);
  check(counter.attach(machine));

  // The first namespace of the machine counts, too: there is room for two more.
  unetns::Netns h1 = check(machine.create_netns("h1"));
  unetns::Netns h2 = check(machine.create_netns("h2"));
  if (auto refused = machine.create_netns("h3"); refused || refused.error().code != ENOSPC)
    return 1;
  std::printf("a third one was refused: %zu namespaces\n", machine.netns_count());

  auto [v1, v2] = check(h1.add_veth("eth0", h2, "eth0"));
  check(v1.add_address({"10.0.0.1"_ip4, 24}));
  check(v2.add_address({"10.0.0.2"_ip4, 24}));
  check(v1.set_up());
  check(v2.set_up());
  check(unetns::ping(world, h1, "10.0.0.2"_ip4, {.count = 5}));

  for (const unetns::Netns& host : {h1, h2})
    std::printf("%s received %llu IPv4 and %llu ARP frames\n", host.name().c_str(),
                static_cast<unsigned long long>(counter.frames(host, 0x0800)),
                static_cast<unsigned long long>(counter.frames(host, 0x0806)));
  return counter.frames(h2, 0x0800) == 5 && counter.frames(h1, 0x0800) == 5 ? 0 : 1;
}
