// What stands behind a Machine and all its handles, each of which keeps it.
#ifndef UNETNS_API_MACHINE_STATE_H_
#define UNETNS_API_MACHINE_STATE_H_

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>
#include <vector>

#include "api/world_state.h"
#include "host/host_tap_device.h"
#include "inet/control.h"
#include "link/emulated_link.h"
#include "machine/machine.h"
#include "unetns/machine.h"

namespace unetns {

// What Device handles share: the device while it is there.
struct DeviceToken {
  NetDevice* dev = nullptr;
  bool moving = false;           // to another namespace: it comes back
  std::vector<PacketTap*> taps;  // of this device alone
};

// A namespace's name (create_netns), in the namespace.
struct NetName {
  std::string text;
};

struct MachineState final : NetdevNotifier, std::enable_shared_from_this<MachineState> {
  explicit MachineState(std::shared_ptr<WorldState> w) : world(std::move(w)) {}
  ~MachineState() override { kernel.reset(); }  // still tells us of its devices
  static Result<std::shared_ptr<MachineState>> boot(std::shared_ptr<WorldState> world);

  Result<void> netdev_event(NetDevice& dev, NetdevEvent event) override;
  Device device(NetDevice* dev);  // null gives the Device that is none
  Netns netns(Net& net);          // requires that it lives
  static std::shared_ptr<MachineState> of(const Netns& netns);
  // Requires that the device is there. Its handles go along.
  Result<void> move(const Device& device, Net& target, std::string_view name);
  NetdevLayer& netdevs() { return kernel->netdevs(); }
  Result<InetControl*> inet(int family);  // EAFNOSUPPORT

  std::shared_ptr<WorldState> world;
  SystemCaller caller;
  EmulatedLinkKind wires;
  HostTapKind host_taps;
  PernetId<NetName> names;
  absl::flat_hash_map<const NetDevice*, std::weak_ptr<DeviceToken>> tokens;
  std::unique_ptr<Kernel> kernel;
};

// EINVAL: what no wire can do.
Result<void> check_impairments(const Impairments& impairments);

struct Netns::Hold {
  std::shared_ptr<MachineState> machine;  // goes after `net`
  NetRef net;
  Route route_of(const RouteConfig& config) const;
};

struct Tap::State final : PacketTap {
  State(std::shared_ptr<MachineState> m, std::shared_ptr<DeviceToken> t,
        std::function<void(const TappedFrame&)> s);
  ~State() override;
  void tapped(NetDevice& dev, const Packet& frame, bool outgoing) override;
  std::shared_ptr<MachineState> machine;
  std::shared_ptr<DeviceToken> token;
  std::function<void(const TappedFrame&)> see;
  ByteVector copy;  // of frames that are not in one piece
};

}  // namespace unetns

#endif  // UNETNS_API_MACHINE_STATE_H_
