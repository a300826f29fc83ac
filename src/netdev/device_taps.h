// Who looks at the frames of one device: its own taps and those of its namespace.
#ifndef UNETNS_NETDEV_DEVICE_TAPS_H_
#define UNETNS_NETDEV_DEVICE_TAPS_H_

#include <cstdint>
#include <vector>

namespace unetns {

class PacketTap;

struct DeviceTaps {
  struct OfProtocol {
    uint16_t protocol;
    PacketTap* tap;
  };
  // A tap that was removed while taps were being called is null.
  std::vector<PacketTap*> all;
  std::vector<OfProtocol> by_protocol;

  bool empty() const { return all.empty() && by_protocol.empty(); }
  void clear() {  // while they may be being called
    for (PacketTap*& tap : all) tap = nullptr;
    for (OfProtocol& entry : by_protocol) entry.tap = nullptr;
  }
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_DEVICE_TAPS_H_
