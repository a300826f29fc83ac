#include "packet/wire/udp.h"

#include <algorithm>

namespace unetns {

void UdpHeader::emit(MutableBytes out) const {
  store_be16(out.data(), src_port);
  store_be16(out.data() + 2, dst_port);
  store_be16(out.data() + 4, length);
  store_be16(out.data() + 6, checksum);
}

std::expected<UdpView, DropReason> UdpView::parse(Bytes head, size_t segment_size) {
  if (head.size() < UdpHeader::kSize) return std::unexpected(DropReason::kUdpMalformed);
  const size_t length = load_be16(head.data() + 4);
  if (length < UdpHeader::kSize || length > segment_size)
    return std::unexpected(DropReason::kUdpMalformed);
  return UdpView(head.first(std::min(head.size(), length)));
}

}  // namespace unetns
