// The ring of PACKET_TX_RING: frames that the program laid there to be sent (packet_mmap.rst).
#ifndef UNETNS_SOCKET_PACKET_TRANSMIT_RING_H_
#define UNETNS_SOCKET_PACKET_TRANSMIT_RING_H_

#include <optional>

#include "socket/packet/packet_ring.h"

namespace unetns {

class TransmitRing {
 public:
  TransmitRing(const RingGeometry& geometry, MutableBytes memory)
      : geometry_(geometry), memory_(memory) {}

  struct Frame {
    Bytes data;          // copied, since the program may write there at any time
    bool wrong = false;  // lengths that do not fit
  };
  // The frame that is next, if the program asks for its sending. `with_offset`: PACKET_TX_HAS_OFF.
  std::optional<Frame> next(bool with_offset);
  // What became of it: TP_STATUS_AVAILABLE or TP_STATUS_WRONG_FORMAT; goes on to the one behind.
  void done(unsigned long status);
  // Leaves it with that status, to be looked at again.
  void refuse(unsigned long status);

 private:
  RingGeometry geometry_;
  MutableBytes memory_;
  ByteVector copy_;
  uint32_t next_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_TRANSMIT_RING_H_
