#include "packet/wire/arp.h"

#include "packet/wire/ethernet.h"

namespace unetns {
namespace {

constexpr uint16_t kHardwareEthernet = 1;
constexpr uint16_t kHardwareIeee802 = 6;

}  // namespace

void ArpHeader::emit(MutableBytes out) const {
  uint8_t* p = out.data();
  store_be16(p, kHardwareEthernet);
  store_be16(p + 2, EtherType::kIpv4);
  p[4] = 6;
  p[5] = 4;
  store_be16(p + 6, operation);
  std::memcpy(p + 8, sender_mac.bytes.data(), 6);
  std::memcpy(p + 14, sender_ip.bytes.data(), 4);
  std::memcpy(p + 18, target_mac.bytes.data(), 6);
  std::memcpy(p + 24, target_ip.bytes.data(), 4);
}

std::expected<ArpView, DropReason> ArpView::parse(Bytes packet) {
  const uint8_t* p = packet.data();
  if (packet.size() < ArpHeader::kSize) return std::unexpected(DropReason::kArpMalformed);
  const uint16_t hardware = load_be16(p);
  if ((hardware != kHardwareEthernet && hardware != kHardwareIeee802) ||
      load_be16(p + 2) != EtherType::kIpv4 || p[4] != 6 || p[5] != 4)
    return std::unexpected(DropReason::kArpMalformed);
  return ArpView(packet.first(ArpHeader::kSize));
}

}  // namespace unetns
