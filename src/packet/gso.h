// TCP and UDP packets larger than what may be sent: they travel whole between the namespaces of a
// machine, and are cut into segments where they leave it.
#ifndef UNETNS_PACKET_GSO_H_
#define UNETNS_PACKET_GSO_H_

#include <optional>

#include "packet/packet.h"

namespace unetns {

// Bytes from the front to the end of the largest segment of a packet whose transport header, of
// TCP or UDP, lies `offset` bytes behind the front. The size of the packet when it is not GSO.
size_t gso_segment_size(const Packet& packet, size_t offset, uint8_t protocol);
// The same for a packet whose front is its IP header: what a path MTU must hold.
size_t gso_segment_length(const Packet& packet);
// Into how many segments it would be cut; 1 when it is not GSO. As above.
size_t gso_segments(const Packet& packet);

// Where the TCP header lies, from the front on, when the bytes behind `link_header` may be cut: TCP
// right behind an IP header, no fragment, lengths that fit.
std::optional<size_t> gso_tcp_offset(const Packet& packet, size_t link_header);

// Cuts a GSO packet into segments. Their payload is shared with it; each has headers of its own, a
// link-layer header included: IPv4 ids count up; of TCP, FIN and PSH are only on the last one and
// CWR only on the first. Checksums stay open when they were, else they are made.
class GsoSegmenter {
 public:
  // `packet`: front at its IP header, or `link_header` bytes before it.
  GsoSegmenter(PacketPool& pool, Packet packet, size_t link_header = 0);

  // Whether it is GSO, and TCP or UDP right behind its IP header.
  bool possible() const { return possible_; }
  Packet take() { return std::move(packet_); }
  Packet next();  // empty when all have been given

 private:
  void write_headers(Packet& segment, uint32_t index, bool last, bool open_checksum) const;

  PacketPool& pool_;
  Packet packet_;
  uint32_t ip_ = 0, transport_ = 0, payload_ = 0;  // offsets from the front
  uint8_t protocol_ = 0;
  uint32_t size_ = 0;     // of the packet
  uint32_t segment_ = 0;  // payload bytes of each
  uint32_t index_ = 0;
  bool possible_ = false;
};

// Calls out(Packet) for each segment; false, and the packet is still there, when it can't be cut.
template <class Out>
bool segment_gso(PacketPool& pool, Packet& packet, size_t link_header, Out&& out) {
  GsoSegmenter segmenter(pool, std::move(packet), link_header);
  if (!segmenter.possible()) {
    packet = segmenter.take();
    return false;
  }
  while (Packet segment = segmenter.next()) out(std::move(segment));
  return true;
}

}  // namespace unetns

#endif  // UNETNS_PACKET_GSO_H_
