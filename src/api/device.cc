#include "unetns/device.h"

#include "api/machine_state.h"
#include "netdev/ethernet.h"

namespace unetns {

Device::Device(std::shared_ptr<MachineState> machine, std::shared_ptr<DeviceToken> token)
    : machine_(std::move(machine)), token_(std::move(token)) {}

NetDevice* Device::core() const { return token_ ? token_->dev : nullptr; }
bool Device::exists() const { return core() != nullptr; }

std::string Device::name() const {
  const NetDevice* dev = core();
  return dev ? std::string(dev->name()) : std::string();
}
int Device::index() const {
  const NetDevice* dev = core();
  return dev ? dev->ifindex() : 0;
}
MacAddress Device::mac() const {
  const NetDevice* dev = core();
  return dev && dev->address.len == 6 ? dev->address.mac() : MacAddress{};
}
uint32_t Device::mtu() const {
  const NetDevice* dev = core();
  return dev ? dev->mtu : 0;
}
bool Device::up() const {
  const NetDevice* dev = core();
  return dev && dev->up();
}
bool Device::carrier() const {
  const NetDevice* dev = core();
  return dev && dev->carrier;
}
std::string Device::kind() const {
  const NetDevice* dev = core();
  return dev && dev->kind() ? std::string(dev->kind()->name()) : std::string();
}
DeviceCounters Device::counters() const {
  const NetDevice* dev = core();
  if (!dev) return {};
  const LinkStats& s = dev->stats;
  return {s.rx_packets, s.tx_packets, s.rx_bytes,  s.tx_bytes,
          s.rx_dropped, s.tx_dropped, s.rx_errors, s.tx_errors};
}
std::optional<Netns> Device::netns() const {
  const NetDevice* dev = core();
  if (!dev || !dev->net().alive()) return std::nullopt;
  return machine_->netns(dev->net());
}
Device Device::peer() const {
  const NetDevice* dev = core();
  return dev ? machine_->device(dev->ops().link(*dev)) : Device();
}

// ---- changes

Result<void> Device::set_up(bool up) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  return machine_->netdevs().change_flags(*dev, up ? IFF_UP : 0, IFF_UP);
}
Result<void> Device::set_mtu(uint32_t bytes) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  return machine_->netdevs().set_mtu(*dev, bytes);
}
Result<void> Device::set_mac(const MacAddress& mac) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  return machine_->netdevs().set_address(*dev, mac);
}
Result<void> Device::rename(std::string_view name) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  return machine_->netdevs().rename(*dev, name);
}

Result<void> Device::move_to(const Netns& netns) {
  return core() ? machine_->move(*this, netns.core(), {}) : fail(ENODEV);
}

Result<void> MachineState::move(const Device& device, Net& target, std::string_view name) {
  DeviceToken& token = *device.token_;
  NetDevice& dev = *token.dev;
  if (&target.registry() != &dev.net().registry()) return fail(EXDEV, "of another machine");
  if (&target == &dev.net()) return {};
  token.moving = true;
  auto moved = netdevs().move(dev, target, name);
  token.moving = false;
  for (PacketTap* tap : token.taps) {  // a move ends those of the device alone
    netdevs().remove_tap(&dev, *tap);
    netdevs().add_tap(&dev, *tap);
  }
  return moved;
}

Result<void> Device::remove() {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  auto* kind = const_cast<LinkKind*>(dev->kind());
  if (!kind) return fail(EOPNOTSUPP);
  return kind->delete_link(machine_->netdevs(), *dev);
}

// ---- addresses

Result<void> Device::add_address(const Prefix& prefix) {
  InterfaceAddress address;
  address.prefix = prefix;
  return add_address(address);
}

Result<void> Device::add_address(const InterfaceAddress& address) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  UNETNS_ASSIGN(InetControl * inet, machine_->inet(address.prefix.family()));
  AddrConfig config;
  config.ifindex = dev->ifindex();
  config.local = address.prefix.address;
  config.address = address.peer.has_value() ? address.peer : address.prefix.address;
  config.broadcast = address.broadcast;
  config.prefix_len = address.prefix.length;
  config.scope = address.scope;
  config.label = address.label;
  config.preferred_lft = address.preferred_seconds;
  config.valid_lft = address.valid_seconds;
  return inet->addr_add(dev->net(), config, NLM_F_CREATE | NLM_F_EXCL);
}

Result<void> Device::remove_address(const Prefix& prefix) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  UNETNS_ASSIGN(InetControl * inet, machine_->inet(prefix.family()));
  AddrConfig config;
  config.ifindex = dev->ifindex();
  config.local = config.address = prefix.address;
  config.prefix_len = prefix.length;
  return inet->addr_del(dev->net(), config);
}

std::vector<InterfaceAddress> Device::addresses() const {
  std::vector<InterfaceAddress> all;
  NetDevice* dev = core();
  if (!dev) return all;
  for (const int family : {AF_INET, AF_INET6}) {
    InetControl* inet = machine_->kernel->inet(family);
    if (!inet) continue;
    inet->addr_for_each(dev->net(), [&](const AddrInfo& info) {
      if (info.dev != dev) return;
      const AddrConfig& c = info.config;
      InterfaceAddress a;
      a.prefix = {c.local.has_value() ? c.local : c.address, c.prefix_len};
      if (c.local.has_value() && !(c.address == c.local)) a.peer = c.address;
      a.broadcast = c.broadcast;
      a.label = c.label;
      a.scope = c.scope;
      a.preferred_seconds = c.preferred_lft;
      a.valid_seconds = c.valid_lft;
      all.push_back(std::move(a));
    });
  }
  return all;
}

// ---- neighbours

Result<void> Device::set_neighbour(const IpAddress& address, const MacAddress& mac) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  UNETNS_ASSIGN(InetControl * inet, machine_->inet(address.family()));
  NeighConfig config;
  config.ifindex = dev->ifindex();
  config.dst = address;
  config.lladdr = mac;
  config.state = NUD_PERMANENT;
  return inet->neigh_add(dev->net(), config, NLM_F_CREATE | NLM_F_REPLACE);
}

Result<void> Device::remove_neighbour(const IpAddress& address) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  UNETNS_ASSIGN(InetControl * inet, machine_->inet(address.family()));
  NeighConfig config;
  config.ifindex = dev->ifindex();
  config.dst = address;
  return inet->neigh_del(dev->net(), config);
}

std::vector<NeighbourEntry> Device::neighbours() const {
  std::vector<NeighbourEntry> all;
  NetDevice* dev = core();
  if (!dev) return all;
  for (const int family : {AF_INET, AF_INET6}) {
    InetControl* inet = machine_->kernel->inet(family);
    if (!inet) continue;
    inet->neigh_for_each(dev->net(), false, [&](const NeighInfo& info) {
      if (info.dev != dev) return;
      const auto& lladdr = info.config.lladdr;
      all.push_back({info.config.dst, lladdr && lladdr->len == 6 ? lladdr->mac() : MacAddress{},
                     info.config.state});
    });
  }
  return all;
}

// ---- frames

Result<void> Device::send_frame(Bytes frame) {
  NetDevice* dev = core();
  if (!dev) return fail(ENODEV);
  if (!dev->up()) return fail(ENETDOWN);
  if (frame.size() < dev->hard_header_len || frame.empty()) return fail(EINVAL);
  if (frame.size() > size_t{dev->mtu} + dev->hard_header_len) return fail(EMSGSIZE);
  Packet packet = Packet::copy_of(machine_->kernel->packets(), frame);
  if (dev->hard_header_len == kEthernetHeader)
    packet.meta().protocol = ethernet_protocol(frame.data());
  else
    packet.meta().protocol = frame[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP;
  machine_->netdevs().transmit(*dev, std::move(packet));
  return {};
}

Tap Device::tap(std::function<void(const TappedFrame&)> see) const {
  return Tap(core() ? std::make_unique<Tap::State>(machine_, token_, std::move(see)) : nullptr);
}

Tap::Tap(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tap::~Tap() = default;
Tap::Tap(Tap&&) noexcept = default;
Tap& Tap::operator=(Tap&&) noexcept = default;

Tap::State::State(std::shared_ptr<MachineState> m, std::shared_ptr<DeviceToken> t,
                  std::function<void(const TappedFrame&)> s)
    : machine(std::move(m)), token(std::move(t)), see(std::move(s)) {
  machine->netdevs().add_tap(token->dev, *this);
  token->taps.push_back(this);
}

Tap::State::~State() {
  std::erase(token->taps, this);
  if (token->dev) machine->netdevs().remove_tap(token->dev, *this);
}

void Tap::State::tapped(NetDevice&, const Packet& frame, bool outgoing) {
  const Nanos when = machine->world->env.clock.realtime();
  if (frame.meta().checksum == ChecksumState::kPartial) {  // as it would look on a wire
    Packet finished = frame.clone();
    finished.complete_checksum();
    copy = finished.to_vector();
    see({copy, outgoing, when});
  } else if (frame.is_linear()) {
    see({frame.head(), outgoing, when});
  } else {
    copy.resize(frame.size());
    frame.copy_to(copy);
    see({copy, outgoing, when});
  }
}

}  // namespace unetns
