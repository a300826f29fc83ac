// Fragmenter: cuts a packet with its IP header into pieces of at most `mtu` bytes (RFC 791 §3.2).
#ifndef UNETNS_INET_IP_FRAGMENT_H_
#define UNETNS_INET_IP_FRAGMENT_H_

#include "inet/ip/ip_wire.h"
#include "packet/packet.h"

namespace unetns {

template <class F>
class Fragmenter {
 public:
  // `packet`: front at its IP header. A checksum left to the hardware is filled in first.
  Fragmenter(PacketPool& pool, Packet packet, uint32_t mtu);

  // Whether it can be cut: a well-formed header without DF, and room for 8 bytes in each piece.
  bool possible() const { return possible_; }
  Packet take() { return std::move(packet_); }
  // The next piece; empty when all have been given. The payload is shared with the packet.
  Packet next();

 private:
  PacketPool& pool_;
  Packet packet_;
  IpHeaderFacts<F> header_;
  ByteVector options_;        // of the first piece
  ByteVector later_options_;  // those with the copied flag
  uint32_t mtu_;
  uint32_t at_ = 0;  // payload bytes given so far
  uint32_t payload_ = 0;
  bool possible_ = false;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_FRAGMENT_H_
