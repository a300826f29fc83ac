#include "socket/packet/transmit_ring.h"

#include "socket/packet/ring_frame.h"

namespace unetns {
namespace {

struct Place {
  uint32_t length;
  uint32_t mac, net;
};

Place place_of(MutableBytes slot, int version) {
  const auto read = [&](auto header) {
    std::memcpy(&header, slot.data(), sizeof header);
    return Place{header.tp_len, header.tp_mac, header.tp_net};
  };
  switch (version) {
    case TPACKET_V1:
      return read(tpacket_hdr{});
    case TPACKET_V2:
      return read(tpacket2_hdr{});
    default:
      return read(tpacket3_hdr{});
  }
}

}  // namespace

std::optional<TransmitRing::Frame> TransmitRing::next(bool with_offset) {
  const MutableBytes slot = ring_slot(geometry_, memory_, next_);
  if (load_status(slot, geometry_.version) != TP_STATUS_SEND_REQUEST) return std::nullopt;
  const Place place = place_of(slot, geometry_.version);
  const uint32_t least = *ring_header_length(geometry_.version) - sizeof(sockaddr_ll);
  uint32_t offset = least;
  if (with_offset) {
    offset = geometry_.dgram ? place.net : place.mac;
    if (offset < least) return Frame{{}, true};
  }
  if (offset > slot.size() || place.length > slot.size() - offset) return Frame{{}, true};
  copy_.assign(slot.begin() + offset, slot.begin() + offset + place.length);
  publish_status(slot, geometry_.version, TP_STATUS_SENDING);
  return Frame{copy_};
}

void TransmitRing::refuse(unsigned long status) {
  publish_status(ring_slot(geometry_, memory_, next_), geometry_.version, status);
}

void TransmitRing::done(unsigned long status) {
  refuse(status);
  next_ = (next_ + 1) % geometry_.frame_nr;
}

}  // namespace unetns
