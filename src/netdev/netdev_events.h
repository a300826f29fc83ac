// The notifier chain of devices, and the sink for what becomes RTM_NEWLINK / RTM_DELLINK.
#ifndef UNETNS_NETDEV_NETDEV_EVENTS_H_
#define UNETNS_NETDEV_NETDEV_EVENTS_H_

#include <cstdint>

#include "base/result.h"

namespace unetns {

class Net;
class NetDevice;

enum class NetdevEvent : uint8_t {  // NETDEV_* of the kernel
  kRegister, kUnregister, kPreUp, kUp, kGoingDown, kDown, kChange,  // kChange: carrier, operstate, flags
  kChangeMtu, kPreChangeAddr, kChangeAddr, kChangeName, kChangeTxQueueLen, kChangeUpper, kNotifyPeers,
};

// A subscriber of the chain. Only kRegister, kPreUp, kPreChangeAddr and kChangeMtu may be refused: an error
// undoes the operation (subscribers already told are told kUnregister / kDown / the old value).
class NetdevNotifier {
 public:
  virtual ~NetdevNotifier() = default;
  virtual Result<void> netdev_event(NetDevice& dev, NetdevEvent event) = 0;
};

// One sink (rtnetlink), called at the exact places where the kernel sends a message.
class LinkMessages {
 public:
  virtual ~LinkMessages() = default;
  // RTM_NEWLINK with ifi_change = change_mask. `new_*` as for deletions.
  virtual void link_changed(NetDevice& dev, uint32_t change_mask) = 0;
  // RTM_DELLINK; for a move: the id of the new namespace as seen from the old (IFLA_NEW_NETNSID) and the index there,
  // else -1 and 0. dev still carries its old net and index.
  virtual void link_deleted(NetDevice& dev, int new_nsid, int new_ifindex) = 0;
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_NETDEV_EVENTS_H_
