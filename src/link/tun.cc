#include "link/tun.h"

#include <linux/if_link.h>

#include <algorithm>

#include "link/random_mac.h"
#include "link/tun_device.h"
#include "netdev/ethernet.h"
#include "packet/gso.h"

namespace unetns {

Result<void> TunKind::validate(const NewLink&) const {
  return fail(EOPNOTSUPP, "tun/tap creation via rtnetlink is not supported.");
}

Result<NetDevice*> TunKind::new_link(NetdevLayer&, const NewLink& request) {
  UNETNS_TRY(validate(request));
  return fail(EOPNOTSUPP);
}

Result<void> TunKind::delete_link(NetdevLayer& layer, NetDevice& dev) {
  layer.unregister_device(dev);
  return {};
}

void TunKind::fill_info(const NetDevice& dev, NlWriter& out) const {
  const auto& ops = static_cast<const TunOps&>(dev.ops());
  constexpr uint32_t kNobody = 0xffffffff;
  out.u8(IFLA_TUN_TYPE, ops.tap ? IFF_TAP : IFF_TUN);
  if (dev.owner_uid != kNobody) out.u32(IFLA_TUN_OWNER, dev.owner_uid);
  if (dev.owner_gid != kNobody) out.u32(IFLA_TUN_GROUP, dev.owner_gid);
  out.u8(IFLA_TUN_PI, !(ops.flags & IFF_NO_PI));
  out.u8(IFLA_TUN_VNET_HDR, !!(ops.flags & IFF_VNET_HDR));
  out.u8(IFLA_TUN_PERSIST, ops.persist);
  out.u8(IFLA_TUN_MULTI_QUEUE, 0);
}

TunOps* TunOps::of(NetDevice& dev) {
  const LinkKind* kind = dev.kind();
  return kind && kind->name() == "tun" ? static_cast<TunOps*>(&dev.ops()) : nullptr;
}

bool TunOps::takes(const Packet& packet) const {
  if (!filter.on) return true;
  uint8_t dst[6] = {};
  packet.copy_to(dst);
  const MacAddress mac = MacAddress::from(dst);
  if (filter.all_multicast && mac.is_multicast()) return true;
  return std::find(filter.exact.begin(), filter.exact.end(), mac) != filter.exact.end();
}

void TunOps::transmit(NetDevice& dev, Packet packet) {
  // The program gets segments as they would stand on a wire, whatever TUNSETOFFLOAD allows.
  if (packet.meta().gso_size != 0 &&
      segment_gso(dev.layer().registry().packets(), packet, dev.hard_header_len,
                  [&](Packet segment) { transmit(dev, std::move(segment)); }))
    return;
  DropReason refused = DropReason::kNotSpecified;
  if (!reader || (tap && !takes(packet)))
    refused = DropReason::kTapFilter;
  else if (reader->queued() >= dev.tx_queue_len)
    refused = DropReason::kQueueFull;
  else if (packet.meta().gso_size != 0)
    refused = DropReason::kMtuExceeded;
  else if (!packet.complete_checksum())
    refused = DropReason::kPacketTooSmall;
  if (refused != DropReason::kNotSpecified) {
    ++dev.stats.tx_dropped;
    dev.net().drop(std::move(packet), refused);
    return;
  }
  ++dev.stats.tx_packets;
  dev.stats.tx_bytes += packet.size();
  reader->deliver(std::move(packet));
}

Result<NetDevice*> make_tun_device(TunKind& kind, Net& net, std::string_view name, int ifindex,
                                   uint16_t flags) {
  const bool tap = !(flags & IFF_TUN);  // IFF_TUN wins over IFF_TAP
  auto dev = std::make_unique<NetDevice>(&kind, std::make_unique<TunOps>(tap));
  static_cast<TunOps&>(dev->ops()).flags = flags & TunOps::kKept;
  dev->carrier = !(flags & TunOps::kNoCarrier);
  dev->min_mtu = 68;
  if (tap) {
    dev->max_mtu = 65535 - kEthernetHeader;
    set_random_address(*dev, kind.layer().registry().env().rng);
  } else {
    dev->type = ARPHRD_NONE;
    dev->hard_header_len = 0;
    dev->flags = IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST;
    dev->address = dev->broadcast = LinkLayerAddress();
    dev->tx_queue_len = 500;
  }
  return kind.layer().register_device(net, std::move(dev), name, ifindex);
}

}  // namespace unetns
