// A new kind of device, written outside of the library: a "mirror", which sends every IPv4 packet
// back to where it came from, as if the whole world behind it answered. With a driver (what one
// device does), a kind (what `ip link add type mirror` would call), and an option of its own as a
// netlink attribute, checked by a policy.
#include <unetns/extension.h>
#include <unetns/unetns.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

using namespace unetns::literals;

namespace {

// IFLA_INFO_DATA of this kind.
enum : uint16_t { kMirrorEvery = 1 };  // u32: only each n-th packet comes back
constexpr unetns::AttrPolicy kPolicy[] = {
    {.id = kMirrorEvery, .type = unetns::AttrType::kU32, .max = 1000}};

// The driver of one device. The device owns it.
class MirrorOps final : public unetns::DeviceOps {
 public:
  explicit MirrorOps(uint32_t every) : every_(every) {}

  // A frame leaves: front at its Ethernet header. We own it now, and count it.
  void transmit(unetns::NetDevice& dev, unetns::Packet frame) override {
    dev.stats.tx_packets++;
    dev.stats.tx_bytes += frame.size();
    constexpr size_t kHeaders = unetns::kEthernetHeader + 20;
    if (++seen_ % every_ != 0 || !frame.ensure_writable(kHeaders) ||
        unetns::ethernet_protocol(frame.head().data()) != ETH_P_IP)
      return dev.net().drop(std::move(frame), unetns::DropReason::kNotSpecified);
    uint8_t* bytes = frame.head().data();
    for (size_t i = 0; i < 6; i++) std::swap(bytes[i], bytes[6 + i]);  // MAC addresses
    uint8_t* ip = bytes + unetns::kEthernetHeader;
    for (size_t i = 0; i < 4; i++)
      std::swap(ip[12 + i], ip[16 + i]);                      // the header checksum stays right
    if (ip[9] == 1 && frame.ensure_writable(kHeaders + 4)) {  // an ICMP echo becomes an answer
      uint8_t* icmp = frame.head().data() + kHeaders;
      icmp[0] = 0;
      unetns::store_be16(icmp + 2,
                         unetns::checksum_update16(unetns::load_be16(icmp + 2), 0x0800, 0));
    }
    dev.layer().receive(dev, std::move(frame));  // and arrives at once
  }

 private:
  uint32_t every_;
  uint64_t seen_ = 0;
};

class MirrorKind final : public unetns::LinkKind {
 public:
  std::string_view name() const override { return "mirror"; }

  unetns::Result<unetns::NetDevice*> new_link(unetns::NetdevLayer& layer,
                                              const unetns::NewLink& request) override {
    auto data = unetns::parse_attrs(request.info_data, kPolicy, unetns::Strictness::kStrict);
    if (!data) return std::unexpected(data.error());
    const uint32_t every = data->u32(kMirrorEvery, 1);
    if (every == 0) return data->reject(kMirrorEvery, EINVAL, "mirror: every 0");

    auto dev = std::make_unique<unetns::NetDevice>(this, std::make_unique<MirrorOps>(every));
    dev->flags |= IFF_NOARP;  // nobody to ask: frames go to our own address
    dev->no_queue = true;
    unetns::set_random_address(*dev, layer.registry().env().rng);
    if (auto done = layer.apply_attributes(*dev, request); !done)
      return std::unexpected(done.error());
    return layer.register_device(*request.net, std::move(dev),
                                 request.name.empty() ? "mirror%d" : request.name, request.ifindex);
  }
  unetns::Result<void> delete_link(unetns::NetdevLayer& layer, unetns::NetDevice& dev) override {
    layer.unregister_device(dev);
    return {};
  }
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
  MirrorKind mirror;  // before the machine: it must live as long
  unetns::SimulatedWorld world(1);
  unetns::Machine machine = check(unetns::Machine::boot(world));
  check(machine.netdevs().register_kind(mirror));

  unetns::Netns host = check(machine.create_netns("host"));
  unetns::NlWriter options;
  options.u32(kMirrorEvery, 2);
  unetns::Device dev = check(host.add_link({.kind = "mirror", .data = options.view(), .up = true}));
  check(dev.add_address({"192.0.2.1"_ip4, 24}));

  // Every address behind the mirror answers, each second time.
  const auto report = check(unetns::ping(world, host, "192.0.2.77"_ip4, {.count = 10}));
  std::printf("%s: %d of %d packets came back from 192.0.2.77\n", dev.name().c_str(),
              report.received, report.sent);

  options = {};
  options.u32(kMirrorEvery, 0);
  const auto refused = host.add_link({.kind = "mirror", .data = options.view()});
  if (refused) return 1;
  std::printf("with a bad option: %s\n", unetns::describe(refused.error()).c_str());
  return report.received == 5 ? 0 : 1;
}
