// A device whose wire is a TAP of the host: what leaves it is written to the descriptor of
// /dev/net/tun, what is read there has arrived.
#ifndef UNETNS_HOST_HOST_TAP_DEVICE_H_
#define UNETNS_HOST_HOST_TAP_DEVICE_H_

#include "host/event_loop.h"
#include "host/unique_fd.h"
#include "netdev/netdev_layer.h"

namespace unetns {

// Must outlive the namespaces where its devices are.
class HostTapKind final : public LinkKind {
 public:
  std::string_view name() const override { return "hosttap"; }
  Result<NetDevice*> new_link(NetdevLayer&, const NewLink&) override { return fail(EOPNOTSUPP); }
  Result<void> delete_link(NetdevLayer& layer, NetDevice& dev) override;

  // Takes an attached TAP without packet information (IFF_TAP | IFF_NO_PI), O_NONBLOCK. It is
  // closed with the device. `loop` must outlive that.
  Result<NetDevice*> attach(NetdevLayer& layer, Net& net, std::string_view name, EventLoop& loop,
                            UniqueFd tap);
};

// Opens /dev/net/tun and attaches to the TAP `name` (may hold %d, or be empty), which is made if it
// is not there; `*chosen` is its name. The error of open(2) or TUNSETIFF.
Result<UniqueFd> open_host_tap(std::string_view name, std::string* chosen);

}  // namespace unetns

#endif  // UNETNS_HOST_HOST_TAP_DEVICE_H_
