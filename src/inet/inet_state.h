// What IPv4 keeps in a namespace and on a device, and the references that all parts of the layer
// need.
#ifndef UNETNS_INET_INET_STATE_H_
#define UNETNS_INET_INET_STATE_H_

#include <memory>

#include "env/timers.h"
#include "inet/addr/if_address.h"
#include "inet/conf/dev_conf.h"
#include "inet/conf/sysctl_table.h"
#include "inet/control.h"
#include "inet/fib/fib.h"
#include "inet/neigh/delayed_answers.h"
#include "inet/neigh/neigh_table.h"
#include "netdev/netdev_layer.h"
#include "netns/net_registry.h"
#include "packet/wire/arp.h"

namespace unetns {

// Per namespace. Everything is made when first used; the settings are shared with others until
// changed.
struct InetNet {
  DevConf all, dflt;
  SysctlTable sysctls;
  std::unique_ptr<Fib<V4>> fib;
  std::unique_ptr<NeighTable<V4>> neighbours;
  std::unique_ptr<DelayedAnswers<ArpHeader>> proxy_answers;
  uint64_t changes = 1;  // of devices, addresses and settings: what routes depend on
};

// Per device (NetDevice::inet[0]). A device without one has no addresses and follows the
// namespace's "default" settings, as it does with each setting that was never made its own: by a
// write to it, or by an address.
struct InDevice {
  explicit InDevice(NetDevice& d) : dev(d) {}
  NetDevice& dev;
  DevConf conf;
  uint64_t own_settings = 0;  // bit per IPV4_DEVCONF_*
  AddressList<V4> addresses;
  std::unique_ptr<NeighParams> neigh;  // null: the defaults
  std::unique_ptr<Timer> lifetimes;    // while an address has a limited lifetime
  bool disabled = false;               // its MTU became too small for IPv4
  bool noarp = false;                  // IFF_NOARP when it was looked at last
};

class InetContext final : public FibPolicy {
 public:
  InetContext(NetRegistry& registry, NetdevLayer& netdevs, PernetId<InetNet> id)
      : registry(registry), netdevs(netdevs), id_(id) {}

  InetNet& state(const Net& net) const { return net.get(id_); }
  Fib<V4>& fib(const Net& net) const {
    InetNet& s = state(net);
    if (!s.fib) s.fib = std::make_unique<Fib<V4>>(*this);
    return *s.fib;
  }
  const Env& env() const { return registry.env(); }

  static InDevice* find(const NetDevice& dev) { return static_cast<InDevice*>(dev.inet[0]); }
  InDevice& make(NetDevice& dev) const;
  // IPv4 needs 68 bytes (RFC 791): a device with less has no place for addresses.
  static bool usable(const NetDevice& dev) { return dev.mtu >= 68; }

  // The device's own value of a setting, and what the packet path goes by: "all" folded in.
  int32_t own_conf(const NetDevice& dev, int id) const {
    const InDevice* in = find(dev);
    return in ? in->conf.get(id) : born_with(dev, id, state(dev.net()).dflt.get(id));
  }
  // What a new device has for a setting whose default is `dflt`: nothing transforms what goes over
  // loopback.
  static int32_t born_with(const NetDevice& dev, int id, int32_t dflt) {
    const bool fixed = id == IPV4_DEVCONF_NOXFRM || id == IPV4_DEVCONF_NOPOLICY;
    return fixed && dev.is_loopback() ? 1 : dflt;
  }
  int32_t conf(const NetDevice& dev, int id) const;
  bool ignores_linkdown(const NetDevice& dev) const override {
    return conf(dev, IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN) != 0;
  }

  uint32_t multipath_hash_fields(const NetDevice& dev) const override {
    return state(dev.net()).sysctls.settings().multipath_hash_fields;
  }
  bool is_silent(const NetDevice& dev, Bytes gateway) const override;
  bool is_source_of(NetDevice& dev, Bytes gateway, Bytes source) const override;

  NetRegistry& registry;
  NetdevLayer& netdevs;
  InetMessages* messages = nullptr;
  const PathFacts<V4>* path_facts = nullptr;  // null: without a packet path

 private:
  PernetId<InetNet> id_;
};

}  // namespace unetns

#endif  // UNETNS_INET_INET_STATE_H_
