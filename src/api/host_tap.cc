#include "unetns/host_tap.h"

#include "api/machine_state.h"

namespace unetns {

struct HostTap::State {
  ~State() { (void)device.remove(); }
  Device device;
  std::string host_name;
};

Result<HostTap> HostTap::open(HostWorld& world, const Netns& netns, const HostTapOptions& options) {
  const auto hold = MachineState::of(netns);
  if (hold->world != world.state_) return fail(EINVAL, "a namespace of another world");
  auto state = std::make_unique<State>();
  UNETNS_ASSIGN(UniqueFd tap, open_host_tap(options.host_name, &state->host_name));
  auto& loop = static_cast<HostWorldState&>(*hold->world).loop;
  UNETNS_ASSIGN(NetDevice * dev, hold->host_taps.attach(hold->netdevs(), netns.core(), options.name,
                                                        loop, std::move(tap)));
  state->device = hold->device(dev);
  return HostTap(std::move(state));
}

HostTap::HostTap(std::unique_ptr<State> state) : state_(std::move(state)) {}
HostTap::HostTap(HostTap&&) noexcept = default;
HostTap& HostTap::operator=(HostTap&&) noexcept = default;
HostTap::~HostTap() = default;
Device HostTap::device() const { return state_ ? state_->device : Device(); }
const std::string& HostTap::host_name() const { return state_->host_name; }

}  // namespace unetns
