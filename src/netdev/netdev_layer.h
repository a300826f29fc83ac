// NetdevLayer: the devices of all namespaces of a Machine, their changes, and the way of packets in and out.
#ifndef UNETNS_NETDEV_NETDEV_LAYER_H_
#define UNETNS_NETDEV_NETDEV_LAYER_H_

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "netdev/net_device.h"
#include "netdev/netdev_events.h"
#include "netns/net_registry.h"
#include "netns/nsid.h"
#include "packet/packet_batch.h"

namespace unetns {

// Takes frames of one ethertype. Front of the packet: the network header; meta().network_offset is set.
class EtherTypeHandler {
 public:
  virtual ~EtherTypeHandler() = default;
  virtual void receive(NetDevice& dev, Packet packet) = 0;
};

enum class RxVerdict : uint8_t { kPass, kConsumed };
class RxHandler {
 public:
  virtual ~RxHandler() = default;
  virtual RxVerdict rx(NetDevice& dev, Packet& packet) = 0;
};

// What a tap is shown.
struct TapScope {
  NetDevice* dev = nullptr;  // this device alone
  Net* net = nullptr;        // else all devices of this namespace; neither: those of the machine
  // 0: every frame, outgoing ones too, before anything else looks at it. Else (not for the whole
  // machine) received frames of that ethertype, which the rx handler has let pass.
  uint16_t protocol = 0;
  bool operator==(const TapScope&) const = default;
};

// Sees frames, front at the link-layer header (packet(7) sockets, pcap).
class PacketTap {
 public:
  virtual ~PacketTap() = default;
  virtual void tapped(NetDevice& dev, const Packet& frame, bool outgoing) = 0;
};

class NetdevLayer final : public PernetOperations {
 public:
  // Registered by machine/ as the first pernet *device* module (it unregisters itself when destroyed): its exit destroys what is left in a dying namespace
  // (virtual devices) or returns it to init_net (devices without a kind that are no loopback).
  static Result<std::unique_ptr<NetdevLayer>> create(NetRegistry& registry, NsidLayer& nsids);
  ~NetdevLayer() override;
  std::string_view name() const override { return "netdev"; }
  Result<void> init(Net& net) override;
  void exit(Net& net) override;
  void exit_batch(std::span<Net* const> nets) override;

  NetRegistry& registry() const;
  NsidLayer& nsids() const;

  // ---- kinds
  Result<void> register_kind(LinkKind& kind);  // EEXIST; borrowed
  void unregister_kind(LinkKind& kind);        // deletes its devices everywhere
  LinkKind* find_kind(std::string_view name) const;

  // ---- notifications
  // A late subscriber hears kRegister and, for devices that are up, kUp of every device there is.
  Result<void> subscribe(NetdevNotifier& notifier);
  void unsubscribe(NetdevNotifier& notifier);  // replays kGoingDown, kDown, kUnregister to it
  void set_messages(LinkMessages* messages);

  // ---- life of a device
  // Checks the name (dev_valid_name; one %d picks the lowest free number), fits the index, tells all. On success the
  // namespace owns the device. EEXIST, EINVAL, ENFILE.
  Result<NetDevice*> register_device(Net& net, std::unique_ptr<NetDevice> dev, std::string_view name, int ifindex = 0);
  void unregister_device(NetDevice& dev);          // closes, tells all, destroys
  void unregister_devices(std::span<NetDevice* const> devs);
  // `ip link add`: finds nothing out about kinds (the kind calls register_device), applies the common attributes.
  Result<NetDevice*> add_link(LinkKind& kind, const NewLink& request);

  // For kinds, before register_device: the attributes of the request that every kind takes (address, mtu, …), and
  // `initializing`. EINVAL with the kernel's texts for an mtu out of the device's range, EADDRNOTAVAIL for an Ethernet
  // address that can't be a device's.
  Result<void> apply_attributes(NetDevice& dev, const NewLink& request);
  // After it: flags of the request (IFF_UP opens) and the RTM_NEWLINK that `initializing` put off. add_link does it for
  // the device that new_link returns; a kind that makes more than one does it for the others.
  Result<void> configure_link(NetDevice& dev, const NewLink& request);

  // ---- lookup
  NetDevice* by_name(Net& net, std::string_view name) const;  // names and altnames
  NetDevice* by_index(Net& net, int ifindex) const;
  NetDevice* loopback(Net& net) const;
  // By ascending ifindex. The callback must not add or remove devices.
  void for_each(Net& net, const std::function<void(NetDevice&)>& fn) const;
  std::vector<NetDevice*> by_arrival(Net& net) const;
  size_t device_count(Net& net) const;
  int dev_base_seq(Net& net) const;  // changes whenever the table does

  // ---- changes (errno and extack as rtnetlink's RTM_SETLINK gives them)
  Result<void> change_flags(NetDevice& dev, uint32_t flags, uint32_t mask);  // IFF_UP opens / closes
  Result<void> set_mtu(NetDevice& dev, uint32_t mtu);
  Result<void> set_address(NetDevice& dev, const LinkLayerAddress& address);
  Result<void> set_broadcast(NetDevice& dev, const LinkLayerAddress& address);
  Result<void> rename(NetDevice& dev, std::string_view name);  // may hold %d
  Result<void> set_alias(NetDevice& dev, std::string_view alias);
  Result<void> set_tx_queue_len(NetDevice& dev, uint32_t len);
  Result<void> set_group(NetDevice& dev, uint32_t group);
  Result<void> set_carrier(NetDevice& dev, bool on);       // by the driver: linkwatch tells later (env.tasks)
  Result<void> change_carrier(NetDevice& dev, bool on);    // by the user: EOPNOTSUPP unless dummy and the like
  Result<void> set_operstate(NetDevice& dev, OperState state);
  Result<void> set_link_mode(NetDevice& dev, uint8_t mode);
  Result<void> set_type(NetDevice& dev, uint16_t arphrd);  // EBUSY while up (TUNSETLINK)
  // A driver changed what RTM_NEWLINK shows: told while the device is up (netdev_state_change).
  void state_changed(NetDevice& dev);
  Result<void> set_master(NetDevice& dev, NetDevice* master);
  void set_promiscuity(NetDevice& dev, int delta);
  void set_allmulti(NetDevice& dev, int delta);
  // Further addresses that the device is to receive, each as often as it was added. `global`: added
  // at most once, apart from the others (SIOCADDMULTI). ENOENT: not there.
  void add_multicast(NetDevice& dev, const LinkLayerAddress& address, bool global = false);
  Result<void> del_multicast(NetDevice& dev, const LinkLayerAddress& address, bool global = false);
  void add_unicast(NetDevice& dev, const LinkLayerAddress& address);
  Result<void> del_unicast(NetDevice& dev, const LinkLayerAddress& address);
  // Whoever changes them tells of it when all is done: state_changed().
  Result<void> add_altname(NetDevice& dev, std::string_view name);
  Result<void> del_altname(NetDevice& dev, std::string_view name);
  // Moves to another namespace. `name`: a new one, or empty to keep; ifindex 0: keep if free there.
  // Same namespace: success, nothing happens. EEXIST, EINVAL with the kernel's texts; failed moves change nothing.
  Result<void> move(NetDevice& dev, Net& target, std::string_view name = {}, int ifindex = 0);
  // The same, and `name` is taken only when the device's own can't stay.
  Result<void> relocate(NetDevice& dev, Net& target, std::string_view name, int ifindex);
  // Runs the pending carrier changes of dev now, as before a dump or on close.
  void flush_linkwatch(NetDevice& dev);

  // ---- packets
  void register_ethertype(uint16_t ethertype, EtherTypeHandler& handler);
  void unregister_ethertype(uint16_t ethertype);
  // A frame arrived at dev, front at the link-layer header. Queued and run to completion, never recursive: when
  // already inside (a driver's transmit hands to its peer), it waits for the present packet to be done.
  void receive(NetDevice& dev, Packet frame);
  // Sends a frame, front at the link-layer header: taps, checks IFF_UP and size, the driver.
  void transmit(NetDevice& dev, Packet frame);
  // Fills in the link-layer header in front of the packet (dev_hard_header); for Ethernet-like devices.
  void push_ethernet(Packet& packet, const MacAddress& dst, const MacAddress& src, uint16_t ethertype);
  // A tap of one device is gone with the device, and when it changes its namespace.
  void add_tap(const TapScope& scope, PacketTap& tap);
  void remove_tap(const TapScope& scope, PacketTap& tap);
  void add_tap(NetDevice* dev_or_all, PacketTap& tap) { add_tap({.dev = dev_or_all}, tap); }
  void remove_tap(NetDevice* dev_or_all, PacketTap& tap) { remove_tap({.dev = dev_or_all}, tap); }
  // The ethertypes that have a handler, in the order of their registration.
  std::vector<uint16_t> ethertypes() const;

 private:
  struct Impl;
  explicit NetdevLayer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_NETDEV_LAYER_H_
