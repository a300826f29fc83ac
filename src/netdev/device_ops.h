// DeviceOps: what a device kind does for one of its devices; LinkKind: what makes devices of a kind.
// All that netdev knows of drivers (ndo_* and rtnl_link_ops of the kernel).
#ifndef UNETNS_NETDEV_DEVICE_OPS_H_
#define UNETNS_NETDEV_DEVICE_OPS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/mac_address.h"
#include "base/result.h"
#include "netns/caller.h"
#include "nlmsg/policy.h"
#include "nlmsg/writer.h"
#include "packet/packet.h"

namespace unetns {

class NetDevice;
class NetdevLayer;

// Driver state of one device; owned by it.
class DeviceOps {
 public:
  virtual ~DeviceOps() = default;
  virtual Result<void> open(NetDevice&) { return {}; }
  virtual void stop(NetDevice&) {}
  // A frame leaves by this device, front at the link-layer header. The driver counts tx statistics or drops.
  virtual void transmit(NetDevice& dev, Packet packet) = 0;
  virtual Result<void> set_mtu(NetDevice&, uint32_t) { return {}; }               // range already checked
  virtual Result<void> set_address(NetDevice&, const LinkLayerAddress&) { return {}; }  // validity already checked
  // The device this one is bound to (IFLA_LINK): veth peer, lower device. Null: none.
  virtual NetDevice* link(const NetDevice&) const { return nullptr; }
  // True when the kind binds its devices to another one, even if link() is null now.
  virtual bool has_link() const { return false; }
  // `ip link set X carrier on|off`.
  virtual Result<void> change_carrier(NetDevice&, bool) { return fail(EOPNOTSUPP); }
  // Masters (bridge and the like): take or release a port; they set port.master. netdev tells the others.
  virtual Result<void> add_port(NetDevice& /*master*/, NetDevice& /*port*/) { return fail(EOPNOTSUPP); }
  virtual Result<void> del_port(NetDevice& /*master*/, NetDevice& /*port*/) { return fail(EOPNOTSUPP); }
  // Whether the driver can keep so many packets in its queue; asked when others know of it already.
  virtual Result<void> change_queue_length(NetDevice&, uint32_t) { return {}; }
  // The largest packet that it takes to be cut later (IFLA_TSO_MAX_SIZE).
  virtual uint32_t tso_max_size() const { return 65536; }
  // Told after the device left its old namespace and before it is announced in the new one.
  virtual void moved(NetDevice&) {}
};

// The largest that any driver takes.
inline constexpr uint32_t kMaxPacketSize = 524280;

// How large the packets of a device may be (IFLA_GSO_MAX_SIZE and its like); what is not set stays.
struct LinkSizes {
  std::optional<uint32_t> gso_max_size, gso_max_segs, gro_max_size, gso_ipv4_max_size, gro_ipv4_max_size;
  void apply(NetDevice& dev) const;
};

// `ip link add` as the kinds see it: common attributes are applied by netdev before and after.
struct NewLink {
  Net* net;            // where the device is to be
  Net* source_net;     // where the request came from (IFLA_LINK is looked up here)
  const Caller* caller;
  std::string name;    // may hold one %d; empty: kind's default
  int ifindex = 0;     // 0: any
  std::optional<LinkLayerAddress> address;
  std::optional<LinkLayerAddress> broadcast;
  std::optional<uint32_t> mtu, tx_queue_len, group, num_tx_queues, num_rx_queues;
  LinkSizes sizes;
  std::optional<uint8_t> link_mode;
  std::string alias;
  int link = 0;        // IFLA_LINK
  Bytes info_data;     // IFLA_INFO_DATA as it came: parse with a policy of the kind's own
  uint32_t flags = 0;  // ifi_flags & ifi_change of the request, applied after creation (IFF_UP)
  Net* peer_net = nullptr;  // where a second device is to be that is not described; null: where the first is
  // The second device that the kind's peer_attribute() describes; null: none is described. Lives as long as the request.
  const NewLink* peer = nullptr;
};

class LinkKind {
 public:
  virtual ~LinkKind() = default;
  virtual std::string_view name() const = 0;            // IFLA_INFO_KIND
  virtual std::string_view default_name() const { return name(); }  // "veth" gives veth%d
  // What IFLA_INFO_DATA may hold. Empty: the kind parses NewLink::info_data by itself.
  virtual PolicyTable data_policy() const { return {}; }
  // The attribute in IFLA_INFO_DATA that describes a second device: struct ifinfomsg and attributes. 0: none does.
  virtual uint16_t peer_attribute() const { return 0; }
  // Looks at the request, and at that for a peer, before anything else is asked: also when the device is there already.
  virtual Result<void> validate(const NewLink&) const { return {}; }
  // Makes and registers the device(s). On error nothing is left behind.
  virtual Result<NetDevice*> new_link(NetdevLayer& layer, const NewLink& request) = 0;
  virtual Result<void> change_link(NetdevLayer&, NetDevice&, Bytes /*info_data*/) { return fail(EOPNOTSUPP); }
  // Unregisters the device and what goes with it (veth: the peer). EOPNOTSUPP: the kind has no deletion.
  virtual Result<void> delete_link(NetdevLayer& layer, NetDevice& dev) = 0;
  virtual void fill_info(const NetDevice&, NlWriter&) const {}  // contents of IFLA_INFO_DATA
  virtual bool has_info_data() const { return false; }
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_DEVICE_OPS_H_
