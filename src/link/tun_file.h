// TunFile: one open of /dev/net/tun (tun(4), Documentation/networking/tuntap). Attached by
// TUNSETIFF to a tun or tap device; frames go both ways.
#ifndef UNETNS_LINK_TUN_FILE_H_
#define UNETNS_LINK_TUN_FILE_H_

#include <deque>
#include <functional>
#include <memory>

#include "netdev/netdev_layer.h"
#include "netns/caller.h"

namespace unetns {

class TunKind;

class TunFile {
 public:
  // `net` is the opener's namespace: TUNSETIFF creates or finds the device there. Closing
  // (destroying) detaches; a device that is not persistent goes away.
  static std::unique_ptr<TunFile> open(TunKind& kind, Net& net);
  virtual ~TunFile() = default;
  // TUNSETIFF, TUNGETIFF, TUNSETPERSIST, TUNSETOWNER, TUNSETGROUP, TUNGETFEATURES, TUNSETLINK,
  // TUNSETOFFLOAD, TUNSETVNETHDRSZ…, SIOCGIFHWADDR/SIOCSIFHWADDR. `arg` in and out; scalar
  // arguments come as the 8 bytes of the value itself.
  virtual Result<int> ioctl(const Caller& caller, unsigned long request, MutableBytes arg) = 0;
  virtual Result<size_t> write(
      Bytes frame) = 0;  // program to stack. EBADFD unattached, EINVAL, EIO when the device is down
  virtual Result<ByteVector>
  read() = 0;  // stack to program: next frame with its header. EAGAIN, EBADFD
  virtual NetDevice* device() const = 0;
  std::function<void()> on_readable;  // called when a frame was queued or the device went away
};

}  // namespace unetns

#endif  // UNETNS_LINK_TUN_FILE_H_
