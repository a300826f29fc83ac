// struct virtio_net_hdr (virtio 1.2 §5.1.6): how programs and a stack tell each other of checksums
// and segments that are still to be made. In host order; <linux/virtio_net.h> is no C++.
#ifndef UNETNS_PACKET_VNET_HEADER_H_
#define UNETNS_PACKET_VNET_HEADER_H_

#include "base/result.h"
#include "packet/packet.h"

namespace unetns {

struct VnetHeader {
  uint8_t flags;
  uint8_t gso_type;
  uint16_t hdr_len;
  uint16_t gso_size;
  uint16_t csum_start;
  uint16_t csum_offset;
};
static_assert(sizeof(VnetHeader) == 10);

// What the header from a program says of the frame behind it, whose front is its link-layer header
// of that length. EINVAL.
Result<void> apply_vnet_header(const VnetHeader& header, size_t link_header, Packet& packet);
// The header for a program that is given the packet from `skip` bytes behind its front on. Requires
// the network header to be set. EINVAL: segments of no known protocol.
Result<VnetHeader> vnet_header_of(const Packet& packet, size_t skip);

}  // namespace unetns

#endif  // UNETNS_PACKET_VNET_HEADER_H_
