// Device: a network interface of a namespace (ip-link(8), netdevice(7)).
//
// A Device is a handle: copying it copies the handle, and it does not keep the device. When the
// device is gone (removed, or with its namespace, or as the other end of a removed pair) exists()
// is false, calls fail with ENODEV and questions give nothing. Devices come from Netns::add_link(),
// Netns::add_veth(), Machine::connect() and HostTap; a handle on one there is from Netns::device().
// The default-constructed Device is no device.
//
// Errors are those of the same change by ip-link(8) or ip-address(8).
#ifndef UNETNS_DEVICE_H_
#define UNETNS_DEVICE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/clock.h"
#include "unetns/address.h"

namespace unetns {

class NetDevice;
class Netns;
struct DeviceToken;
struct MachineState;

inline constexpr uint32_t kForever = 0xffffffff;  // of a lifetime in seconds

// An address of a device, with all that ip-address(8) says of it.
struct InterfaceAddress {
  Prefix prefix;
  IpAddress peer;       // of a point-to-point link; none: the prefix is that of the link
  IpAddress broadcast;  // none by default, as with `ip address add`
  std::string label;    // IPv4; empty: the device's name
  uint8_t scope = 0;    // RT_SCOPE_*, rtnetlink(7)
  uint32_t preferred_seconds = kForever, valid_seconds = kForever;
};

// A neighbour by its link-layer address (ip-neighbour(8)).
struct NeighbourEntry {
  IpAddress address;
  MacAddress mac;      // all zero: not known
  uint16_t state = 0;  // NUD_*, rtnetlink(7)
};

// Since the device was made (ip -s link). Bytes include the link-layer header.
struct DeviceCounters {
  uint64_t rx_packets = 0, tx_packets = 0, rx_bytes = 0, tx_bytes = 0;
  uint64_t rx_dropped = 0, tx_dropped = 0, rx_errors = 0, tx_errors = 0;
};

// A frame on its way through a device, as a tap sees it. `bytes` begin at the link-layer header (on
// devices without one: at the IP header), and are valid during the call only.
struct TappedFrame {
  Bytes bytes;
  bool outgoing;
  Nanos when;  // World::wall_time()
};

// Frames of a device are shown to a function as long as this lives. See Device::tap().
class Tap {
 public:
  Tap() = default;
  ~Tap();
  Tap(Tap&&) noexcept;
  Tap& operator=(Tap&&) noexcept;
  struct State;

 private:
  friend class Device;
  explicit Tap(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Device {
 public:
  Device() = default;

  bool exists() const;
  explicit operator bool() const { return exists(); }
  bool operator==(const Device& o) const { return token_ == o.token_; }

  std::string name() const;
  int index() const;
  MacAddress mac() const;
  uint32_t mtu() const;  // bytes of a packet, without the link-layer header
  bool up() const;
  bool carrier() const;
  std::string kind() const;  // "veth", "dummy" …; empty: none, as of the loopback
  DeviceCounters counters() const;
  std::optional<Netns> netns() const;
  Device peer() const;  // the other end of a pair, or the lower device; none: no device

  Result<void> set_up(bool up = true);
  Result<void> set_mtu(uint32_t bytes);
  Result<void> set_mac(const MacAddress& mac);
  Result<void> rename(std::string_view name);
  Result<void> move_to(const Netns& netns);  // its addresses and routes go, as in Linux
  // With the other end of a pair. EOPNOTSUPP: its kind has no deletion (lo).
  Result<void> remove();

  Result<void> add_address(const Prefix& prefix);
  Result<void> add_address(const InterfaceAddress& address);
  Result<void> remove_address(const Prefix& prefix);
  std::vector<InterfaceAddress> addresses() const;

  // A neighbour set by hand, which stays (NUD_PERMANENT) and replaces what was known.
  Result<void> set_neighbour(const IpAddress& address, const MacAddress& mac);
  Result<void> remove_neighbour(const IpAddress& address);
  std::vector<NeighbourEntry> neighbours() const;

  // Sends a whole frame, link-layer header included, as packet(7) sockets do. EMSGSIZE: longer than
  // the MTU allows; ENETDOWN.
  Result<void> send_frame(Bytes frame);
  // Shows every frame that passes to `see`, which must not change the machine. It is told of frames
  // whole: TCP's may be larger than the MTU, as tcpdump(8) shows them on a host with segmentation
  // offload.
  [[nodiscard]] Tap tap(std::function<void(const TappedFrame&)> see) const;

  // For modules and device kinds of your own (unetns/extension.h); null when it is gone.
  NetDevice* core() const;

 private:
  friend struct MachineState;
  friend class Capture;
  Device(std::shared_ptr<MachineState> machine, std::shared_ptr<DeviceToken> token);
  std::shared_ptr<MachineState> machine_;
  std::shared_ptr<DeviceToken> token_;
};

}  // namespace unetns

#endif  // UNETNS_DEVICE_H_
