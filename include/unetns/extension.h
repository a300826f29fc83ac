// What modules and device kinds of your own are written against: the machine's inside.
//
// These headers are the ones that the library itself is built from. They are documented and
// installed (under unetns/core), but change more freely than the rest of the interface: within a
// minor version only in ways that keep source compatible.
//
//   PernetOperations, PernetId<T>   (netns/pernet.h)     a module with private state in each
//   namespace NetRegistry                     (netns/net_registry.h) where modules are registered:
//   Machine::registry() Net, NetRef                     (netns/net.h)        a namespace, from
//   inside: Netns::core() LinkKind, DeviceOps, NewLink    (netdev/device_ops.h) a device kind and
//   its driver NetdevLayer                     (netdev/netdev_layer.h) devices and the packet path:
//   Machine::netdevs() NetdevNotifier                  (netdev/netdev_events.h) who wants to hear
//   of devices EtherTypeHandler, RxHandler, PacketTap (netdev/netdev_layer.h) who wants frames
//   Packet, PacketPool              (packet/packet.h)    bytes on their way
//   AttrSet, NlWriter               (nlmsg/)             netlink attributes: the options of a
//   device kind Env: Clock, Timers, Rng, TaskQueue (env/env.h)       the outside world
//
// What you register is borrowed: it must be unregistered before it is destroyed, or outlive every
// handle on the machine. Declaring it before the Machine does that. Callbacks run on the world's
// thread, run to completion, and must not throw.
#ifndef UNETNS_EXTENSION_H_
#define UNETNS_EXTENSION_H_

#include "env/env.h"
#include "link/random_mac.h"
#include "netdev/ethernet.h"
#include "netdev/netdev_layer.h"
#include "netns/net_registry.h"
#include "nlmsg/attr_set.h"
#include "nlmsg/writer.h"
#include "packet/gso.h"
#include "packet/packet_pool.h"
#include "unetns/machine.h"

#endif  // UNETNS_EXTENSION_H_
