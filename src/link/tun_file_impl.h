// One open of /dev/net/tun. Private to link/.
#ifndef UNETNS_LINK_TUN_FILE_IMPL_H_
#define UNETNS_LINK_TUN_FILE_IMPL_H_

#include <linux/if.h>
#include <sys/ioctl.h>

#include <deque>

#include "link/tun_device.h"
#include "link/tun_file.h"

namespace unetns {

class TunFileImpl final : public TunFile, public TunReader {
 public:
  TunFileImpl(TunKind& kind, Net& net) : kind_(kind), net_(net) {}
  ~TunFileImpl() override { detach(); }

  Result<int> ioctl(const Caller& caller, unsigned long request, MutableBytes arg) override;
  Result<size_t> write(Bytes frame) override;
  Result<ByteVector> read() override;
  NetDevice* device() const override { return dev_; }

  size_t queued() const override { return queue_.size(); }
  void deliver(Packet packet) override;
  void device_gone() override;

 private:
  Result<int> set_iff(const Caller& caller, MutableBytes arg);
  Result<void> attach(const Caller& caller, NetDevice& dev, uint16_t flags);
  void detach();
  Result<int> get_iff(MutableBytes arg) const;
  Result<int> set_tx_filter(Bytes arg);
  Result<int> get_hw_address(MutableBytes arg) const;
  Result<int> set_hw_address(Bytes arg);
  Result<int> ioctl_attached(unsigned long request, MutableBytes arg);

  TunKind& kind_;
  NetRef net_;  // the opener's; the device may have moved elsewhere
  NetDevice* dev_ = nullptr;
  TunOps* ops_ = nullptr;     // of dev_
  int wanted_ifindex_ = 0;    // TUNSETIFINDEX
  std::deque<Packet> queue_;  // frames for the program, at most the device's tx_queue_len
};

}  // namespace unetns

#endif  // UNETNS_LINK_TUN_FILE_IMPL_H_
