#include "link/loopback.h"

namespace unetns {

namespace {

class LoopbackOps final : public DeviceOps {
 public:
  void transmit(NetDevice& dev, Packet packet) override {
    PacketMeta& meta = packet.meta();
    // It never leaves the machine, so there is nothing to verify; kPartial stays as it is: still to
    // be filled in, should the packet be sent on from here.
    if (meta.checksum == ChecksumState::kNone) meta.checksum = ChecksumState::kUnnecessary;
    meta.tstamp = {};
    ++dev.stats.tx_packets;
    dev.stats.tx_bytes += packet.size() - std::min<size_t>(packet.size(), dev.hard_header_len);
    dev.layer().receive(dev, std::move(packet));
  }
  uint32_t tso_max_size() const override { return kMaxPacketSize; }
};

}  // namespace

Result<void> LoopbackModule::init(Net& net) {
  if (!layer_.registry().may_allocate()) return fail(ENOMEM);
  auto lo = std::make_unique<NetDevice>(nullptr, std::make_unique<LoopbackOps>());
  lo->type = ARPHRD_LOOPBACK;
  lo->flags = IFF_LOOPBACK;
  lo->mtu = 65536;
  lo->min_mtu = 0;
  lo->max_mtu = 0;
  lo->address = MacAddress{};
  lo->broadcast = MacAddress{};
  lo->no_queue = true;
  lo->net_immutable = true;
  UNETNS_TRY(layer_.register_device(net, std::move(lo), "lo"));
  return {};
}

}  // namespace unetns
