// Addresses of devices that have none of their own.
#ifndef UNETNS_LINK_RANDOM_MAC_H_
#define UNETNS_LINK_RANDOM_MAC_H_

#include "env/rng.h"
#include "netdev/net_device.h"

namespace unetns {

inline constexpr uint8_t kAddressRandom = 1;  // NET_ADDR_RANDOM

// A locally administered unicast address (IEEE 802 §8.2).
inline MacAddress random_mac(Rng& rng) {
  MacAddress mac;
  rng.fill(mac.bytes);
  mac.bytes[0] = static_cast<uint8_t>((mac.bytes[0] & 0xfc) | 0x02);
  return mac;
}

inline void set_random_address(NetDevice& dev, Rng& rng) {
  dev.address = random_mac(rng);
  dev.addr_assign_type = kAddressRandom;
}

}  // namespace unetns

#endif  // UNETNS_LINK_RANDOM_MAC_H_
