// What the parts of NetdevLayer share. Included by its own sources only.
#ifndef UNETNS_NETDEV_NETDEV_IMPL_H_
#define UNETNS_NETDEV_NETDEV_IMPL_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "netdev/backlog.h"
#include "netdev/device_table.h"
#include "netdev/netdev_layer.h"

namespace unetns {

struct NetdevLayer::Impl {
  Impl(NetdevLayer* self, NetRegistry& reg, NsidLayer& ids, PernetId<DeviceTable> id)
      : layer(self), registry(reg), nsids(ids), tables(id), alive(std::make_shared<Impl*>(this)) {}

  NetdevLayer* layer;
  NetRegistry& registry;
  NsidLayer& nsids;
  PernetId<DeviceTable> tables;
  // Tasks put off hold it weakly: the layer may go before the task queue does.
  std::shared_ptr<Impl*> alive;

  std::vector<LinkKind*> kinds;
  bool kinds_gone = false;                 // the layer is being destroyed
  std::vector<NetdevNotifier*> notifiers;  // in order of subscription
  LinkMessages* messages = nullptr;

  // ---- notifications
  DeviceTable& table(const Net& net) const { return net.get(tables); }
  void notify(NetDevice& dev, NetdevEvent event);
  // An error of a subscriber stops; those told before it are told `undo`.
  Result<void> notify_or_undo(NetDevice& dev, NetdevEvent event, NetdevEvent undo);
  void announce(NetDevice& dev, uint32_t change_mask);
  // netdev_state_change: subscribers and programs hear of it only while the device is up.
  void state_changed(NetDevice& dev);

  // ---- flags (device_flags.cc)
  Result<void> open(NetDevice& dev);
  void close(NetDevice& dev);
  // As an unregistration or a move closes: with its own messages, stage by stage over all.
  void close_many(std::span<NetDevice* const> devs);
  bool count_promiscuity(NetDevice& dev, int delta);
  bool count_allmulti(NetDevice& dev, int delta);
  // No device here filters unicast addresses itself: one that is up hears all when it has further
  // ones.
  void apply_unicast(NetDevice& dev);
  void notify_flags(NetDevice& dev, uint32_t old_flags, uint32_t changes);

  // ---- link state (link_watch.cc)
  std::vector<NetDevice*> linkwatch;
  bool linkwatch_posted = false;
  void fire_linkwatch(NetDevice& dev);
  void run_linkwatch();
  void run_linkwatch(NetDevice& dev);
  void forget_linkwatch(NetDevice& dev);
  void update_operstate(NetDevice& dev);

  // ---- life (device_life.cc, device_move.cc)
  // While set, unregistrations are collected here, to be done as one batch.
  using Batch = absl::InlinedVector<NetDevice*, 4>;
  Batch* collecting = nullptr;
  static void collect(Batch& batch, NetDevice& dev);  // each device once
  std::vector<std::unique_ptr<NetDevice>> graveyard;  // unregistered while a packet was on its way
  void unregister(std::span<NetDevice* const> devs);
  void bury(std::unique_ptr<NetDevice> dev);
  void leave_packet_path(NetDevice& dev);
  struct MoveTo {
    Net& net;
    std::string name;  // empty: keep
    int ifindex = 0;   // 0: keep if free
  };
  void move(NetDevice& dev, const MoveTo& to);
  void return_to_init(NetDevice& dev, Net& init);
  void destroy_devices(std::span<Net* const> nets);

  // ---- packets (packet_path.cc)
  Backlog backlog;
  bool running = false;  // inside the receive loop
  bool continuation_posted = false;
  int depth = 0;  // packet-path calls on the stack: no device is freed meanwhile
  std::vector<std::pair<uint16_t, EtherTypeHandler*>> ethertypes;
  void deliver(NetDevice& dev, Packet frame);
  void run_backlog();
  void post_continuation();
  static bool too_large_whole(const NetDevice& dev, const Packet& frame);

  // ---- taps (packet_taps.cc)
  std::vector<PacketTap*> machine_taps;  // null: removed while taps were being called
  absl::flat_hash_map<const Net*, std::vector<std::pair<TapScope, PacketTap*>>> net_taps;
  int tapping = 0;
  bool tapped(const NetDevice& dev) const { return dev.taps_ || !machine_taps.empty(); }
  // Shows the frame to all taps that take every one. True: a tap other than the machine's saw it.
  bool tap(NetDevice& dev, Packet& frame, bool outgoing);
  // Shows a received frame, front at the network header, to the taps of its ethertype. As above.
  bool tap_protocol(NetDevice& dev, Packet& frame);
  void show(NetDevice& dev, const std::vector<PacketTap*>& taps, const Packet& frame, bool outgoing);
  void forget(std::vector<PacketTap*>& taps, const PacketTap& tap);
  void tidy(NetDevice& dev);
  void join_net_taps(NetDevice& dev);  // those of the device's namespace
  void each_device(const TapScope& scope, const std::function<void(NetDevice&)>& fn);
  void drop_rx(NetDevice& dev, Packet frame, DropReason reason);

  // Access to what NetDevice keeps from others.
  static DeviceTable& table_of(const NetDevice& dev) { return dev.layer_->impl_->table(*dev.net_); }
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_NETDEV_IMPL_H_
