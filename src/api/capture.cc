#include "unetns/capture.h"

#include "api/machine_state.h"
#include "host/pcap_file.h"

namespace unetns {

// One tap for each machine's all devices, and for each device that was added by itself.
struct Capture::State final : PacketTap, NetdevNotifier {
  ~State() override;
  void tapped(NetDevice& dev, const Packet& frame, bool outgoing) override;
  Result<void> netdev_event(NetDevice& dev, NetdevEvent event) override;
  Result<uint32_t> interface_of(NetDevice& dev);

  struct Part {
    std::shared_ptr<MachineState> machine;
    std::vector<std::shared_ptr<DeviceToken>> devices;
    bool all = false;
  };
  Result<Part*> part(const std::shared_ptr<MachineState>& machine);
  void drop_devices(Part& part);
  void note(Result<void> done) {
    if (!done && !error) error = std::move(done).error();
  }

  std::unique_ptr<PcapFile> file;
  std::optional<Error> error;
  std::vector<Part> parts;
  absl::flat_hash_map<const NetDevice*, uint32_t> interfaces;  // of devices that live
  uint64_t frames = 0;
};

Capture::State::~State() {
  for (Part& part : parts) {
    drop_devices(part);
    if (part.all) part.machine->netdevs().remove_tap(nullptr, *this);
    part.machine->netdevs().unsubscribe(*this);
  }
}

void Capture::State::drop_devices(Part& part) {
  for (const auto& token : part.devices) {
    std::erase(token->taps, static_cast<PacketTap*>(this));
    if (token->dev) part.machine->netdevs().remove_tap(token->dev, *this);
  }
  part.devices.clear();
}

Result<Capture::State::Part*> Capture::State::part(const std::shared_ptr<MachineState>& machine) {
  for (Part& p : parts)
    if (p.machine == machine) return &p;
  UNETNS_TRY(machine->netdevs().subscribe(*this));
  parts.push_back({machine, {}, false});
  return &parts.back();
}

Result<void> Capture::State::netdev_event(NetDevice& dev, NetdevEvent event) {
  if (event == NetdevEvent::kUnregister) interfaces.erase(&dev);
  return {};
}

Result<uint32_t> Capture::State::interface_of(NetDevice& dev) {
  if (const auto it = interfaces.find(&dev); it != interfaces.end()) return it->second;
  std::string name(dev.name());
  for (const Part& p : parts) {
    if (&p.machine->kernel->nets() != &dev.net().registry()) continue;
    const std::string& netns = dev.net().get(p.machine->names).text;
    name = (netns.empty() ? std::to_string(dev.net().id()) : netns) + "/" + name;
  }
  UNETNS_ASSIGN(const uint32_t number, file->add_interface({pcap_link_type(dev), name, {}}));
  interfaces.emplace(&dev, number);
  return number;
}

void Capture::State::tapped(NetDevice& dev, const Packet& frame, bool outgoing) {
  if (dev.is_loopback() && outgoing) return;  // comes back in, and would stand there twice
  if (error) return;
  const auto number = interface_of(dev);
  if (!number) {
    error = number.error();
    return;
  }
  ++frames;
  note(file->add(*number, dev.net().env().clock.realtime(), frame, outgoing));
}

Capture::Capture(std::unique_ptr<State> state) : state_(std::move(state)) {}
Capture::Capture(Capture&&) noexcept = default;
Capture& Capture::operator=(Capture&&) noexcept = default;
Capture::~Capture() = default;

Result<Capture> Capture::to_file(const std::string& path, CaptureFormat format) {
  auto state = std::make_unique<State>();
  UNETNS_ASSIGN(state->file,
                PcapFile::create(path, format == CaptureFormat::kPcap ? PcapFormat::kPcap
                                                                      : PcapFormat::kPcapng));
  return Capture(std::move(state));
}

Result<void> Capture::add(const Device& device) {
  NetDevice* dev = device.core();
  if (!dev) return fail(ENODEV);
  UNETNS_ASSIGN(State::Part * part, state_->part(device.machine_));
  if (part->all) return {};
  for (const auto& token : part->devices)
    if (token == device.token_) return {};
  UNETNS_TRY(state_->interface_of(*dev));
  part->machine->netdevs().add_tap(dev, *state_);
  device.token_->taps.push_back(state_.get());
  part->devices.push_back(device.token_);
  return {};
}

Result<void> Capture::add_all(const Machine& machine) {
  UNETNS_ASSIGN(State::Part * part, state_->part(machine.state_));
  if (part->all) return {};
  state_->drop_devices(*part);
  part->machine->netdevs().add_tap(nullptr, *state_);
  part->all = true;
  return {};
}

uint64_t Capture::frames() const { return state_->frames; }

Result<void> Capture::flush() {
  state_->note(state_->file->flush());
  if (state_->error) return std::unexpected(*state_->error);
  return {};
}

}  // namespace unetns
