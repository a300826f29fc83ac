#include "unetns/machine.h"

#include "api/machine_state.h"

namespace unetns {

Result<std::shared_ptr<MachineState>> MachineState::boot(std::shared_ptr<WorldState> world) {
  auto state = std::make_shared<MachineState>(std::move(world));
  UNETNS_ASSIGN(state->kernel, Kernel::boot(state->world->env));
  UNETNS_ASSIGN(state->names, state->kernel->nets().add_state<NetName>());
  UNETNS_TRY(state->netdevs().subscribe(*state));
  return state;
}

Result<void> MachineState::netdev_event(NetDevice& dev, NetdevEvent event) {
  if (event != NetdevEvent::kUnregister) return {};
  const auto it = tokens.find(&dev);
  if (it == tokens.end()) return {};
  const auto token = it->second.lock();
  if (token && token->moving) return {};
  if (token) token->dev = nullptr;
  tokens.erase(it);
  return {};
}

Device MachineState::device(NetDevice* dev) {
  if (!dev) return {};
  auto& known = tokens[dev];
  auto token = known.lock();
  if (!token) {
    token = std::make_shared<DeviceToken>();
    token->dev = dev;
    known = token;
  }
  return {shared_from_this(), std::move(token)};
}

Netns MachineState::netns(Net& net) {
  return Netns(std::make_shared<Netns::Hold>(Netns::Hold{shared_from_this(), NetRef(net)}));
}

std::shared_ptr<MachineState> MachineState::of(const Netns& netns) { return netns.hold_->machine; }

Result<InetControl*> MachineState::inet(int family) {
  InetControl* control = kernel->inet(family);
  if (!control) return fail(EAFNOSUPPORT);
  return control;
}

Machine::Machine(std::shared_ptr<MachineState> state) : state_(std::move(state)) {}

Result<Machine> Machine::boot(World& world) {
  UNETNS_ASSIGN(auto state, MachineState::boot(world.state_));
  return Machine(std::move(state));
}

Result<Netns> Machine::create_netns(std::string name) {
  UNETNS_ASSIGN(NetRef net, state_->kernel->nets().create());
  net->get(state_->names).text = std::move(name);
  return state_->netns(*net);
}

Netns Machine::init_netns() const { return state_->netns(state_->kernel->init_net()); }

std::vector<Netns> Machine::netns() const {
  std::vector<Netns> all;
  state_->kernel->nets().for_each([&](Net& net) { all.push_back(state_->netns(net)); });
  return all;
}

size_t Machine::netns_count() const { return state_->kernel->nets().live_count(); }

Result<Wire> Machine::connect(const WireEnd& a, const WireEnd& b, const WireOptions& options) {
  UNETNS_TRY(check_impairments(options.impairments));
  for (const WireEnd* end : {&a, &b})
    if (MachineState::of(end->netns) != state_) return fail(EXDEV, "of another machine");
  const uint64_t seed = options.seed ? *options.seed : state_->kernel->env().rng.u64();
  UNETNS_ASSIGN(NetDevice * dev, state_->wires.connect(state_->netdevs(), a.netns.core(), a.name,
                                                       b.netns.core(), b.name, seed));
  EmulatedLinkKind::impair_both(*dev, options.impairments);
  Wire wire(state_->device(dev), state_->device(EmulatedLinkKind::peer_of(*dev)));
  if (!options.up) return wire;
  for (Device* end : {&wire.a_, &wire.b_}) {
    if (auto up = end->set_up(); !up) {
      (void)wire.remove();
      return std::unexpected(std::move(up).error());
    }
  }
  return wire;
}

NetRegistry& Machine::registry() const { return state_->kernel->nets(); }
NetdevLayer& Machine::netdevs() const { return state_->kernel->netdevs(); }
PacketPool& Machine::packets() const { return state_->kernel->packets(); }

}  // namespace unetns
