// NetDevice: a network interface of one namespace.
#ifndef UNETNS_NETDEV_NET_DEVICE_H_
#define UNETNS_NETDEV_NET_DEVICE_H_

#include <linux/if.h>
#include <linux/if_arp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mac_address.h"
#include "netdev/device_ops.h"
#include "netns/net.h"

namespace unetns {

enum class OperState : uint8_t { kUnknown = 0, kNotPresent, kDown, kLowerLayerDown, kTesting, kDormant, kUp };  // RFC 2863, IF_OPER_*

struct LinkStats {  // the fields of rtnl_link_stats64 that can be non-zero here
  uint64_t rx_packets = 0, tx_packets = 0, rx_bytes = 0, tx_bytes = 0;
  uint64_t rx_errors = 0, tx_errors = 0, rx_dropped = 0, tx_dropped = 0;
  uint64_t multicast = 0, collisions = 0;
  uint64_t rx_nohandler = 0, tx_carrier_errors = 0, rx_length_errors = 0, rx_frame_errors = 0;
};

class NetdevLayer;

// State only; all changes that others must hear of go through NetdevLayer. Owned by its namespace's table.
class NetDevice {
 public:
  NetDevice(const LinkKind* kind, std::unique_ptr<DeviceOps> ops);
  ~NetDevice();
  NetDevice(const NetDevice&) = delete;
  NetDevice& operator=(const NetDevice&) = delete;

  Net& net() const { return *net_; }
  NetdevLayer& layer() const { return *layer_; }
  int ifindex() const { return ifindex_; }
  // Devices of a namespace came there in this order, which is that of all that concerns several of them but dumps.
  Nanos opened() const { return opened_; }  // when it was last set up
  uint64_t arrival() const { return arrival_; }
  std::string_view name() const { return name_; }
  const LinkKind* kind() const { return kind_; }   // null: no rtnl kind (loopback has none)
  DeviceOps& ops() const { return *ops_; }
  bool registered() const { return registered_; }

  bool up() const { return flags & IFF_UP; }
  bool running() const { return up() && carrier; }           // carrier known to the device
  bool is_loopback() const { return flags & IFF_LOOPBACK; }
  // Flags as programs see them: IFF_RUNNING, IFF_LOWER_UP, IFF_DORMANT derived from the state.
  uint32_t reported_flags() const;
  const struct DeviceAddresses* addresses() const { return addresses_.get(); }
  // IFLA_LINK is to be reported when this differs from ifindex(): index of link(); 0 when the kind binds to a device
  // but has none now (a veth whose peer is gone, `v0@NONE`); the own index when the kind binds to none.
  int iflink() const;
  // Name of the root queueing discipline (IFLA_QDISC): "noop" until first up, and again after a move.
  std::string_view qdisc() const;

  // Set by the kind before registration, by NetdevLayer after.
  uint16_t type = ARPHRD_ETHER;
  uint16_t hard_header_len = 14;
  uint32_t flags = IFF_BROADCAST | IFF_MULTICAST;   // the settable and kind-given ones (no RUNNING, LOWER_UP)
  uint32_t mtu = 1500;
  uint32_t min_mtu = 68;
  uint32_t max_mtu = 65535;    // 0: no bound
  LinkLayerAddress address;
  LinkLayerAddress broadcast = MacAddress::broadcast();
  LinkLayerAddress perm_address;
  uint8_t addr_assign_type = 0;  // NET_ADDR_*
  uint32_t tx_queue_len = 1000;
  uint32_t group = 0;
  uint32_t num_tx_queues = 1, num_rx_queues = 1;
  uint32_t gso_max_size = 65536, gso_max_segs = 65535;
  uint32_t gso_ipv4_max_size = 65536, gro_max_size = 65536, gro_ipv4_max_size = 65536;
  bool carrier = true;
  uint32_t carrier_up_count = 0, carrier_down_count = 0;  // carrier_changes is the sum
  OperState operstate = OperState::kUnknown;  // as programs see it (kDown while not up); kept by NetdevLayer
  uint8_t link_mode = 0;
  bool net_immutable = false;  // never leaves its namespace
  // Made by `ip link add`: RTM_NEWLINK waits for NetdevLayer::configure_link, which sends one for all.
  bool initializing = false;
  bool no_queue = false;       // qdisc "noqueue" by default (IFF_NO_QUEUE), else the default qdisc
  uint32_t promiscuity = 0, allmulti = 0;
  std::string alias;
  std::vector<std::string> altnames;
  NetDevice* master = nullptr;
  LinkStats stats;
  uint32_t owner_uid = 0xffffffff, owner_gid = 0xffffffff;  // tun

  // Per-family state of inet/ (in_device, inet6_dev): owned there, hung here for O(1). Index: 0 V4, 1 V6.
  void* inet[2] = {nullptr, nullptr};
  // Takes packets before the ethertype handlers (bridge port and the like); null: none.
  class RxHandler* rx_handler = nullptr;

 private:
  friend class NetdevLayer;
  friend class DeviceTable;
  const LinkKind* kind_;
  std::unique_ptr<DeviceOps> ops_;
  Net* net_ = nullptr;
  NetdevLayer* layer_ = nullptr;
  std::string name_;
  int ifindex_ = 0;
  uint64_t arrival_ = 0;
  Nanos opened_{};
  uint16_t user_flags_ = 0;       // IFF_PROMISC, IFF_ALLMULTI as asked for by flags, apart from the counts
  bool registered_ = false;
  bool leaving_ = false;          // in a batch that is to be unregistered
  bool linkwatch_pending_ = false;
  bool qdisc_attached_ = false;
  std::unique_ptr<struct DeviceAddresses> addresses_;  // null: no further ones
  std::unique_ptr<struct DeviceTaps> taps_;  // null: nobody looks
  OperState rfc_state_ = OperState::kUnknown;  // survives being down, unlike operstate
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_NET_DEVICE_H_
