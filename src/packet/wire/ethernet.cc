#include "packet/wire/ethernet.h"

namespace unetns {

void EthernetHeader::emit(MutableBytes out) const {
  std::memcpy(out.data(), dst.bytes.data(), 6);
  std::memcpy(out.data() + 6, src.bytes.data(), 6);
  store_be16(out.data() + 12, ethertype);
}

std::expected<EthernetView, DropReason> EthernetView::parse(Bytes frame) {
  if (frame.size() < EthernetHeader::kSize) return std::unexpected(DropReason::kPacketTooSmall);
  return EthernetView(frame);
}

}  // namespace unetns
