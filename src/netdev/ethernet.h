// The Ethernet header as devices need it: 6 bytes destination, 6 source, 2 type.
#ifndef UNETNS_NETDEV_ETHERNET_H_
#define UNETNS_NETDEV_ETHERNET_H_

#include <linux/if_ether.h>

#include "base/bytes.h"
#include "base/mac_address.h"

namespace unetns {

inline constexpr size_t kEthernetHeader = ETH_HLEN;

// The protocol of a frame: its ethertype, or ETH_P_802_2 when the field is a length (IEEE 802.3).
inline uint16_t ethernet_protocol(const uint8_t* header) {
  const uint16_t type = load_be16(header + 12);
  return type >= ETH_P_802_3_MIN ? type : ETH_P_802_2;
}

inline void write_ethernet(uint8_t* header, const MacAddress& dst, const MacAddress& src,
                           uint16_t ethertype) {
  std::memcpy(header, dst.bytes.data(), 6);
  std::memcpy(header + 6, src.bytes.data(), 6);
  store_be16(header + 12, ethertype);
}

}  // namespace unetns

#endif  // UNETNS_NETDEV_ETHERNET_H_
