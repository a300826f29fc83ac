#include "packet/vnet_header.h"

#include <netinet/in.h>

#include "packet/gso.h"

namespace unetns {
namespace {

constexpr uint8_t kNeedsChecksum = 1, kDataValid = 2;                       // VIRTIO_NET_HDR_F_*
constexpr uint8_t kGsoTcp4 = 1, kGsoTcp6 = 4, kGsoUdp = 5, kGsoEcn = 0x80;  // VIRTIO_NET_HDR_GSO_*
constexpr uint16_t kTcpChecksum = 16;  // offset in the TCP header

}  // namespace

Result<void> apply_vnet_header(const VnetHeader& header, size_t link_header, Packet& packet) {
  PacketMeta& meta = packet.meta();
  const size_t start = header.csum_start, field = start + header.csum_offset;
  if (header.flags & kNeedsChecksum) {
    if (field + 2 > packet.size()) return fail(EINVAL);
    meta.checksum = ChecksumState::kPartial;
    // Offsets count from the start of the storage: find the front there by marking it.
    packet.set_transport_here();
    meta.csum_start = static_cast<uint16_t>(meta.transport_offset + start);
    meta.csum_offset = header.csum_offset;
    meta.transport_offset = 0;
  } else if (header.flags & kDataValid) {
    meta.checksum = ChecksumState::kUnnecessary;
  }
  if (header.gso_type != 0) {
    const uint8_t type = header.gso_type & static_cast<uint8_t>(~kGsoEcn);
    if (header.gso_size == 0 || (type != kGsoTcp4 && type != kGsoTcp6)) return fail(EINVAL);
    // What is large must be a whole TCP segment, for from here on it is believed to be.
    const auto tcp = gso_tcp_offset(packet, link_header);
    if (!tcp ||
        (header.flags & kNeedsChecksum && (start != *tcp || header.csum_offset != kTcpChecksum)))
      return fail(EINVAL);
    meta.gso_size = header.gso_size;
  }
  return {};
}

Result<VnetHeader> vnet_header_of(const Packet& packet, size_t skip) {
  const PacketMeta& meta = packet.meta();
  VnetHeader out{};
  if (meta.gso_size != 0) {
    const Bytes ip = packet.network();
    if (ip.size() < 20) return fail(EINVAL);
    const bool v6 = ip[0] >> 4 == 6;
    const uint8_t protocol = ip[v6 ? 6 : 9];
    out.gso_type = protocol == IPPROTO_UDP ? kGsoUdp : v6 ? kGsoTcp6 : kGsoTcp4;
    out.hdr_len = static_cast<uint16_t>(packet.head().size() - skip);
    out.gso_size = meta.gso_size;
  }
  if (meta.checksum == ChecksumState::kPartial) {
    // Where the front lies in the storage follows from the network header, which is known in both.
    const size_t front =
        meta.network_offset + packet.network().size() - packet.head().size() + skip;
    out.flags = kNeedsChecksum;
    out.csum_start = static_cast<uint16_t>(meta.csum_start - front);
    out.csum_offset = meta.csum_offset;
  } else if (meta.checksum == ChecksumState::kUnnecessary) {
    out.flags = kDataValid;
  }
  return out;
}

}  // namespace unetns
