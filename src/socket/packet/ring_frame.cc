#include "socket/packet/ring_frame.h"

#include <algorithm>
#include <atomic>

namespace unetns {
namespace {

constexpr uint32_t kLeastLinkHeader = 16;

template <class T>
std::atomic_ref<T> word(MutableBytes slot, size_t offset) {
  return std::atomic_ref<T>(*reinterpret_cast<T*>(slot.data() + offset));
}

uint32_t header_length(int version) { return *ring_header_length(version); }

}  // namespace

FrameLayout FrameLayout::of(const RingGeometry& g, const RingFrame& frame, uint32_t room) {
  const uint32_t header = header_length(g.version);
  FrameLayout out{};
  if (g.dgram) {
    out.network = TPACKET_ALIGN(header) + kLeastLinkHeader + g.reserve;
    out.data = out.network;
  } else {
    out.network = TPACKET_ALIGN(header + std::max(frame.network, kLeastLinkHeader)) + g.reserve;
    out.network += frame.vnet_size;
    out.data = out.network - frame.network;
  }
  out.snap = std::min(frame.snap, room > out.data ? room - out.data : 0);
  return out;
}

void write_frame(MutableBytes at, const RingGeometry& g, const RingFrame& f,
                 const FrameLayout& layout) {
  const auto seconds = static_cast<uint32_t>(f.time.count() / 1'000'000'000);
  const auto nanos = static_cast<uint32_t>(f.time.count() % 1'000'000'000);
  const auto mac = static_cast<uint16_t>(layout.data), net = static_cast<uint16_t>(layout.network);
  size_t header = 0;
  const auto fill = [&](auto h) {
    h.tp_len = f.length;
    h.tp_snaplen = layout.snap;
    h.tp_mac = mac;
    h.tp_net = net;
    h.tp_sec = seconds;
    return h;
  };
  // What comes before the data has room always: the geometry was checked for it.
  if (g.version == TPACKET_V1) {
    auto h = fill(tpacket_hdr{});
    h.tp_usec = nanos / 1000;
    header = sizeof h;
    constexpr size_t kStatus = sizeof h.tp_status;
    std::memcpy(at.data() + kStatus, reinterpret_cast<const uint8_t*>(&h) + kStatus,
                sizeof h - kStatus);
  } else if (g.version == TPACKET_V2) {
    auto h = fill(tpacket2_hdr{});
    h.tp_nsec = nanos;
    h.tp_vlan_tci = f.vlan_tci;
    h.tp_vlan_tpid = f.vlan_tpid;
    header = sizeof h;
    constexpr size_t kStatus = sizeof h.tp_status;
    std::memcpy(at.data() + kStatus, reinterpret_cast<const uint8_t*>(&h) + kStatus,
                sizeof h - kStatus);
  } else {
    auto h = fill(tpacket3_hdr{});
    h.tp_nsec = nanos;
    h.hv1.tp_vlan_tci = f.vlan_tci;
    h.hv1.tp_vlan_tpid = f.vlan_tpid;
    header = sizeof h;
    std::memcpy(at.data(), &h, sizeof h);
  }
  std::memcpy(at.data() + TPACKET_ALIGN(header), &f.name, sizeof f.name);
  if (f.vnet && layout.data <= at.size())
    std::memcpy(at.data() + layout.data - f.vnet_size, &*f.vnet, sizeof(VnetHeader));
  if (layout.snap > 0) f.packet.copy_to(at.subspan(layout.data, layout.snap), f.skip);
}

MutableBytes ring_slot(const RingGeometry& g, MutableBytes memory, uint32_t index) {
  const uint32_t per_block = g.block_size / g.frame_size;
  const size_t offset =
      size_t{index / per_block} * g.block_size + size_t{index % per_block} * g.frame_size;
  return memory.subspan(offset, g.frame_size);
}

unsigned long load_status(MutableBytes slot, int version) {
  switch (version) {
    case TPACKET_V1:
      return word<unsigned long>(slot, 0).load(std::memory_order_acquire);
    case TPACKET_V2:
      return word<uint32_t>(slot, 0).load(std::memory_order_acquire);
    default:
      return word<uint32_t>(slot, offsetof(tpacket3_hdr, tp_status))
          .load(std::memory_order_acquire);
  }
}

void publish_status(MutableBytes slot, int version, unsigned long status) {
  switch (version) {
    case TPACKET_V1:
      word<unsigned long>(slot, 0).store(status, std::memory_order_release);
      return;
    case TPACKET_V2:
      word<uint32_t>(slot, 0).store(static_cast<uint32_t>(status), std::memory_order_release);
      return;
    default:
      word<uint32_t>(slot, offsetof(tpacket3_hdr, tp_status))
          .store(static_cast<uint32_t>(status), std::memory_order_release);
  }
}

}  // namespace unetns
