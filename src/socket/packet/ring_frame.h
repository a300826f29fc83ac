// How one frame lies in a ring: struct tpacket_hdr of its version, struct sockaddr_ll, the data.
#ifndef UNETNS_SOCKET_PACKET_RING_FRAME_H_
#define UNETNS_SOCKET_PACKET_RING_FRAME_H_

#include "socket/packet/packet_ring.h"

namespace unetns {

// Offsets from the start of the frame's header.
struct FrameLayout {
  uint32_t data;     // tp_mac: where what the program gets begins
  uint32_t network;  // tp_net
  uint32_t snap;     // how much fits
  // `room`: bytes of the frame, header included.
  static FrameLayout of(const RingGeometry& geometry, const RingFrame& frame, uint32_t room);
};

// Everything but the status.
void write_frame(MutableBytes at, const RingGeometry& geometry, const RingFrame& frame,
                 const FrameLayout& layout);

MutableBytes ring_slot(const RingGeometry& geometry, MutableBytes memory, uint32_t index);
// The status word, which the program and the stack hand to each other.
unsigned long load_status(MutableBytes slot, int version);
void publish_status(MutableBytes slot, int version, unsigned long status);

template <class T>
void store_at(MutableBytes bytes, size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_RING_FRAME_H_
