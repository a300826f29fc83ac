// The device side of a tun or tap. For link/, and for its attributes under /sys.
#ifndef UNETNS_LINK_TUN_DEVICE_H_
#define UNETNS_LINK_TUN_DEVICE_H_

#include <linux/if_tun.h>

#include <vector>

#include "link/tun.h"

namespace unetns {

// What is attached to a tun device: one open of /dev/net/tun.
class TunReader {
 public:
  virtual ~TunReader() = default;
  virtual size_t queued() const = 0;
  virtual void deliver(Packet packet) = 0;
  virtual void device_gone() = 0;
};

class TunOps final : public DeviceOps {
 public:
  explicit TunOps(bool tap) : tap(tap) {}
  ~TunOps() override {
    if (reader) reader->device_gone();
  }
  void transmit(NetDevice& dev, Packet packet) override;
  Result<void> change_carrier(NetDevice& dev, bool on) override {
    if (on && !reader) return fail(EPERM);
    return dev.layer().set_carrier(dev, on);
  }
  // Its queue is an array of pointers, of which Linux allocates 4 MiB at the most.
  Result<void> change_queue_length(NetDevice&, uint32_t length) override {
    if (length > (4u << 20) / sizeof(void*)) return fail(EPERM);
    return {};
  }
  bool takes(const Packet& packet) const;  // TUNSETTXFILTER

  static constexpr uint16_t kNoCarrier = 0x40;  // IFF_NO_CARRIER of Linux 6.2 on
  static constexpr uint16_t kKept = IFF_NO_PI | IFF_ONE_QUEUE | IFF_VNET_HDR;

  const bool tap;
  TunReader* reader = nullptr;
  uint16_t flags = 0;  // IFF_NO_PI, IFF_VNET_HDR, IFF_ONE_QUEUE of the present file
  bool persist = false;
  int vnet_hdr_size = 10;  // sizeof(struct virtio_net_hdr)
  int sndbuf = 0x7fffffff;
  struct TxFilter {
    bool on = false, all_multicast = false;
    std::vector<MacAddress> exact;
  } filter;

  // As TUNGETIFF and /sys/class/net/DEVICE/tun_flags have it, but for IFF_NOFILTER of the former.
  uint16_t reported_flags() const {
    return flags | (tap ? IFF_TAP : IFF_TUN) | (persist ? IFF_PERSIST : 0);
  }

  // The ops of `dev`, or null when it is no tun or tap.
  static TunOps* of(NetDevice& dev);
};

// Makes and registers a device, by the flags of TUNSETIFF. `name` may hold one %d.
Result<NetDevice*> make_tun_device(TunKind& kind, Net& net, std::string_view name, int ifindex,
                                   uint16_t flags);

}  // namespace unetns

#endif  // UNETNS_LINK_TUN_DEVICE_H_
