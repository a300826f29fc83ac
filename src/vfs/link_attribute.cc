#include "vfs/link_attribute.h"

#include <fmt/format.h>

#include <limits>

#include "link/tun_device.h"
#include "netdev/netdev_layer.h"
#include "vfs/integer_text.h"

namespace unetns {
namespace {

using Text = Result<std::string>;
constexpr uint64_t kMax32 = std::numeric_limits<uint32_t>::max();

std::string number(uint64_t value) { return fmt::format("{}\n", value); }

std::string address(const LinkLayerAddress& a) {
  std::string out;
  for (uint8_t byte : a.view())
    fmt::format_to(std::back_inserter(out), "{}{:02x}", out.empty() ? "" : ":", byte);
  return out + "\n";
}

const TunOps* tun_of(const NetDevice& dev) { return dynamic_cast<const TunOps*>(&dev.ops()); }
bool is_tun(const NetDevice& dev) { return tun_of(dev) != nullptr; }

// All bits set stand for nobody, which reads as -1.
std::string id_or_none(uint32_t id) { return fmt::format("{}\n", static_cast<int32_t>(id)); }

std::string_view operstate_name(const NetDevice& dev) {
  if (!dev.up()) return "down";
  switch (dev.operstate) {
    case OperState::kUnknown:
      return "unknown";
    case OperState::kNotPresent:
      return "notpresent";
    case OperState::kDown:
      return "down";
    case OperState::kLowerLayerDown:
      return "lowerlayerdown";
    case OperState::kTesting:
      return "testing";
    case OperState::kDormant:
      return "dormant";
    case OperState::kUp:
      return "up";
  }
  return "unknown";
}

Result<void> store_flags(NetDevice& dev, std::string_view text) {
  UNETNS_ASSIGN(const uint64_t flags, parse_attribute(text, kMax32));
  return dev.layer().change_flags(dev, static_cast<uint32_t>(flags), ~0u);
}
Result<void> store_mtu(NetDevice& dev, std::string_view text) {
  UNETNS_ASSIGN(const uint64_t mtu, parse_attribute(text, std::numeric_limits<uint64_t>::max()));
  if (mtu > std::numeric_limits<int32_t>::max()) return fail(EINVAL);
  return dev.layer().set_mtu(dev, static_cast<uint32_t>(mtu));
}
Result<void> store_tx_queue_len(NetDevice& dev, std::string_view text) {
  UNETNS_ASSIGN(const uint64_t len, parse_attribute(text, kMax32));
  return dev.layer().set_tx_queue_len(dev, static_cast<uint32_t>(len));
}
Result<void> store_group(NetDevice& dev, std::string_view text) {
  UNETNS_ASSIGN(const uint64_t group, parse_attribute(text, kMax32));
  return dev.layer().set_group(dev, static_cast<uint32_t>(group));
}
Result<void> store_carrier(NetDevice& dev, std::string_view text) {
  if (!dev.up()) return fail(EINVAL);
  UNETNS_ASSIGN(const uint64_t on, parse_attribute(text, kMax32));
  return dev.layer().change_carrier(dev, on != 0);
}
Result<void> store_alias(NetDevice& dev, std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  UNETNS_TRY(dev.layer().set_alias(dev, text));
  dev.layer().state_changed(dev);
  return {};
}

// What is known only of a device that is up.
template <class F>
Text when_up(const NetDevice& dev, F value) {
  if (!dev.up()) return fail(EINVAL);
  return number(value());
}

// Kinds that say how fast they are; the number stands for "as fast as the machine".
Result<void> has_speed(const NetDevice& dev) {
  const bool says = dev.kind() && (dev.kind()->name() == "veth" || dev.kind()->name() == "tun");
  if (!says || !dev.up()) return fail(EINVAL);
  return {};
}
Text show_speed(const NetDevice& dev) {
  UNETNS_TRY(has_speed(dev));
  return "10000\n";
}
Text show_duplex(const NetDevice& dev) {
  UNETNS_TRY(has_speed(dev));
  return "full\n";
}

constexpr LinkAttribute kAttributes[] = {
    {"addr_assign_type", [](const NetDevice& d) -> Text { return number(d.addr_assign_type); },
     nullptr},
    {"addr_len", [](const NetDevice& d) -> Text { return number(d.address.len); }, nullptr},
    {"address", [](const NetDevice& d) -> Text { return address(d.address); }, nullptr},
    {"broadcast", [](const NetDevice& d) -> Text { return address(d.broadcast); }, nullptr},
    {"carrier", [](const NetDevice& d) -> Text { return when_up(d, [&] { return d.carrier; }); },
     store_carrier},
    {"carrier_changes",
     [](const NetDevice& d) -> Text {
       return number(uint64_t{d.carrier_up_count} + d.carrier_down_count);
     },
     nullptr},
    {"carrier_down_count", [](const NetDevice& d) -> Text { return number(d.carrier_down_count); },
     nullptr},
    {"carrier_up_count", [](const NetDevice& d) -> Text { return number(d.carrier_up_count); },
     nullptr},
    {"dev_id", [](const NetDevice&) -> Text { return "0x0\n"; }, nullptr},
    {"dev_port", [](const NetDevice&) -> Text { return "0\n"; }, nullptr},
    {"dormant",
     [](const NetDevice& d) -> Text {
       return when_up(d, [&] { return d.operstate == OperState::kDormant; });
     },
     nullptr},
    {"duplex", show_duplex, nullptr},
    {"flags", [](const NetDevice& d) -> Text { return fmt::format("0x{:x}\n", d.flags); },
     store_flags},
    {"ifalias", [](const NetDevice& d) -> Text { return d.alias.empty() ? "" : d.alias + "\n"; },
     store_alias},
    {"ifindex", [](const NetDevice& d) -> Text { return fmt::format("{}\n", d.ifindex()); },
     nullptr},
    // A device that is bound to none reports its own index here.
    {"iflink",
     [](const NetDevice& d) -> Text {
       return fmt::format("{}\n", d.iflink() ? d.iflink() : d.ifindex());
     },
     nullptr},
    {"link_mode", [](const NetDevice& d) -> Text { return number(d.link_mode); }, nullptr},
    {"mtu", [](const NetDevice& d) -> Text { return number(d.mtu); }, store_mtu},
    {"netdev_group", [](const NetDevice& d) -> Text { return number(d.group); }, store_group},
    {"operstate", [](const NetDevice& d) -> Text { return std::string(operstate_name(d)) + "\n"; },
     nullptr},
    {"speed", show_speed, nullptr},
    {"testing",
     [](const NetDevice& d) -> Text {
       return when_up(d, [&] { return d.operstate == OperState::kTesting; });
     },
     nullptr},
    // Shown as a signed number, as the kernel does.
    {"tx_queue_len",
     [](const NetDevice& d) -> Text {
       return fmt::format("{}\n", static_cast<int32_t>(d.tx_queue_len));
     },
     store_tx_queue_len},
    {"type", [](const NetDevice& d) -> Text { return number(d.type); }, nullptr},
    {"tun_flags",
     [](const NetDevice& d) -> Text {
       return fmt::format("0x{:x}\n", tun_of(d)->reported_flags());
     },
     nullptr, is_tun},
    {"owner", [](const NetDevice& d) -> Text { return id_or_none(d.owner_uid); }, nullptr, is_tun},
    {"group", [](const NetDevice& d) -> Text { return id_or_none(d.owner_gid); }, nullptr, is_tun},
    {"uevent",
     [](const NetDevice& d) -> Text {
       return fmt::format("INTERFACE={}\nIFINDEX={}\n", d.name(), d.ifindex());
     },
     nullptr},
};

constexpr LinkCounter kCounters[] = {
    {"collisions", &LinkStats::collisions},
    {"multicast", &LinkStats::multicast},
    {"rx_bytes", &LinkStats::rx_bytes},
    {"rx_compressed", nullptr},
    {"rx_crc_errors", nullptr},
    {"rx_dropped", &LinkStats::rx_dropped},
    {"rx_errors", &LinkStats::rx_errors},
    {"rx_fifo_errors", nullptr},
    {"rx_frame_errors", &LinkStats::rx_frame_errors},
    {"rx_length_errors", &LinkStats::rx_length_errors},
    {"rx_missed_errors", nullptr},
    {"rx_nohandler", &LinkStats::rx_nohandler},
    {"rx_over_errors", nullptr},
    {"rx_packets", &LinkStats::rx_packets},
    {"tx_aborted_errors", nullptr},
    {"tx_bytes", &LinkStats::tx_bytes},
    {"tx_carrier_errors", &LinkStats::tx_carrier_errors},
    {"tx_compressed", nullptr},
    {"tx_dropped", &LinkStats::tx_dropped},
    {"tx_errors", &LinkStats::tx_errors},
    {"tx_fifo_errors", nullptr},
    {"tx_heartbeat_errors", nullptr},
    {"tx_packets", &LinkStats::tx_packets},
    {"tx_window_errors", nullptr},
};

}  // namespace

std::span<const LinkAttribute> link_attributes() { return kAttributes; }
std::span<const LinkCounter> link_counters() { return kCounters; }

}  // namespace unetns
