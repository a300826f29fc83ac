// The way of packets in and out.
#include <algorithm>

#include "netdev/ethernet.h"
#include "netdev/netdev_impl.h"
#include "packet/gso.h"

namespace unetns {

namespace {

constexpr int kRunBudget = 8192;  // frames received in one go, before the loop gets its turn
constexpr uint8_t kMaxHops = 255;
constexpr size_t kVlanTag = 4;  // a frame may be longer by one tag (IEEE 802.3ac)

// eth_type_trans: whom the frame is for, as the receiving device sees it.
PacketType type_of(const NetDevice& dev, const uint8_t* dst) {
  if (std::memcmp(dst, dev.address.bytes.data(), 6) == 0) return PacketType::kHost;
  if (dst[0] & 1)
    return std::memcmp(dst, dev.broadcast.bytes.data(), 6) == 0 ? PacketType::kBroadcast
                                                                : PacketType::kMulticast;
  return PacketType::kOtherHost;
}

}  // namespace

void NetdevLayer::register_ethertype(uint16_t ethertype, EtherTypeHandler& handler) {
  unregister_ethertype(ethertype);
  impl_->ethertypes.emplace_back(ethertype, &handler);
}

void NetdevLayer::unregister_ethertype(uint16_t ethertype) {
  std::erase_if(impl_->ethertypes, [&](const auto& e) { return e.first == ethertype; });
}

std::vector<uint16_t> NetdevLayer::ethertypes() const {
  std::vector<uint16_t> out;
  for (const auto& [ethertype, handler] : impl_->ethertypes) out.push_back(ethertype);
  return out;
}

void NetdevLayer::receive(NetDevice& dev, Packet frame) {
  if (!dev.registered_) {
    dev.net_->drop(std::move(frame), DropReason::kDevUnregistering);
    return;
  }
  if (impl_->running || impl_->continuation_posted) {
    if (impl_->backlog.full()) {
      impl_->drop_rx(dev, std::move(frame), DropReason::kBacklogFull);
      return;
    }
    impl_->backlog.push(dev, std::move(frame));
    return;
  }
  ++impl_->depth;
  impl_->running = true;
  impl_->deliver(dev, std::move(frame));
  impl_->run_backlog();
}

// Requires: running, and depth counted by the caller; ends both.
void NetdevLayer::Impl::run_backlog() {
  int budget = kRunBudget;
  while (!backlog.empty()) {
    if (budget-- == 0) {
      post_continuation();
      break;
    }
    Backlog::Item item = backlog.pop();
    if (item.dev) deliver(*item.dev, std::move(item.frame));
  }
  running = false;
  if (--depth == 0) graveyard.clear();
}

void NetdevLayer::Impl::post_continuation() {
  continuation_posted = true;
  registry.env().tasks.post([weak = std::weak_ptr<Impl*>(alive)] {
    auto self = weak.lock();
    if (!self) return;
    Impl& impl = **self;
    impl.continuation_posted = false;
    ++impl.depth;
    impl.running = true;
    impl.run_backlog();
  });
}

void NetdevLayer::Impl::drop_rx(NetDevice& dev, Packet frame, DropReason reason) {
  ++dev.stats.rx_dropped;
  dev.net_->drop(std::move(frame), reason);
}

void NetdevLayer::Impl::deliver(NetDevice& dev, Packet frame) {
  if (!dev.registered_) {
    dev.net_->drop(std::move(frame), DropReason::kDevUnregistering);
    return;
  }
  if (!dev.up()) {
    drop_rx(dev, std::move(frame), DropReason::kDevDown);
    return;
  }
  PacketMeta& meta = frame.meta();
  if (meta.hops == kMaxHops) {
    drop_rx(dev, std::move(frame), DropReason::kLoopLimit);
    return;
  }
  ++meta.hops;
  meta.dev = &dev;
  meta.iif = dev.ifindex();
  meta.origin = 0;

  const size_t header = dev.hard_header_len;
  size_t bytes = frame.size();
  frame.set_mac_here();
  if (header == kEthernetHeader) {
    if (!frame.ensure_linear(header)) {
      ++dev.stats.rx_errors;
      ++dev.stats.rx_length_errors;
      dev.net_->drop(std::move(frame), DropReason::kPacketTooSmall);
      return;
    }
    const uint8_t* mac = frame.head().data();
    PacketMeta& m = frame.meta();
    m.type = type_of(dev, mac);
    m.protocol = ethernet_protocol(mac);
    frame.pull(header);
    if (dev.is_loopback()) bytes -= header;  // Linux counts the loopback's without
  } else {
    meta.type = PacketType::kHost;  // protocol was set by the driver
  }
  frame.set_network_here();
  ++dev.stats.rx_packets;
  dev.stats.rx_bytes += bytes;

  bool seen = false;
  if (tapped(dev)) {
    frame.front_to_mac();
    seen = tap(dev, frame, false);
    frame.front_to_network();
    if (!dev.registered_) {
      dev.net_->drop(std::move(frame), DropReason::kDevUnregistering);
      return;
    }
  }
  if (dev.rx_handler && dev.rx_handler->rx(dev, frame) == RxVerdict::kConsumed) return;
  if (dev.taps_ && tap_protocol(dev, frame)) seen = true;
  const uint16_t protocol = frame.meta().protocol;
  for (const auto& [ethertype, handler] : ethertypes) {
    if (ethertype != protocol) continue;
    handler->receive(dev, std::move(frame));
    return;
  }
  if (!seen) drop_rx(dev, std::move(frame), DropReason::kUnhandledProto);
}

// Whether the limits of dev for segments that travel together (ip-link(8)) forbid it.
bool NetdevLayer::Impl::too_large_whole(const NetDevice& dev, const Packet& frame) {
  const size_t size = frame.size() - std::min<size_t>(frame.size(), dev.hard_header_len);
  if (size > dev.gso_max_size) return true;
  return dev.gso_max_segs < 65535 && size > size_t{dev.gso_max_segs} * frame.meta().gso_size;
}

void NetdevLayer::transmit(NetDevice& dev, Packet frame) {
  Net& net = *dev.net_;
  if (!dev.up() || !dev.registered_) {
    ++dev.stats.tx_dropped;
    net.drop(std::move(frame), DropReason::kDevDown);
    return;
  }
  if (!dev.carrier) {  // as the "noop" discipline does, which counts nothing on the device
    net.drop(std::move(frame), DropReason::kNoCarrier);
    return;
  }
  PacketMeta& meta = frame.meta();
  if (meta.gso_size != 0) {
    if (impl_->too_large_whole(dev, frame)) {
      ++impl_->depth;
      const bool cut = segment_gso(net.registry().packets(), frame, dev.hard_header_len,
                                   [&](Packet segment) { transmit(dev, std::move(segment)); });
      if (!cut) {
        ++dev.stats.tx_dropped;
        net.drop(std::move(frame), DropReason::kMtuExceeded);
      }
      if (--impl_->depth == 0) impl_->graveyard.clear();
      return;
    }
  } else {
    const size_t tag = dev.hard_header_len == kEthernetHeader ? kVlanTag : 0;
    if (frame.size() > size_t{dev.mtu} + dev.hard_header_len + tag) {
      ++dev.stats.tx_dropped;
      net.drop(std::move(frame), DropReason::kMtuExceeded);
      return;
    }
  }
  meta.dev = &dev;
  ++impl_->depth;
  if (impl_->tapped(dev)) {
    frame.set_mac_here();
    const PacketType type = std::exchange(meta.type, PacketType::kOutgoing);
    impl_->tap(dev, frame, true);
    frame.meta().type = type;
  }
  dev.ops().transmit(dev, std::move(frame));
  if (--impl_->depth == 0) impl_->graveyard.clear();
}

void NetdevLayer::push_ethernet(Packet& packet, const MacAddress& dst, const MacAddress& src,
                                uint16_t ethertype) {
  uint8_t* p = packet.push(kEthernetHeader).data();
  write_ethernet(p, dst, src, ethertype);
  packet.set_mac_here();
}

}  // namespace unetns
