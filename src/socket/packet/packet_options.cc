// setsockopt(2) and getsockopt(2) of SOL_PACKET.
#include <algorithm>

#include "socket/packet/packet_family.h"
#include "socket/packet/packet_fanout.h"
#include "socket/packet/packet_socket.h"
#include "socket/sol_socket.h"

namespace unetns {
namespace {

constexpr int kVnetHeaderSize = 24;                           // PACKET_VNET_HDR_SZ
constexpr int kIgnoreOutgoing = 23;                           // PACKET_IGNORE_OUTGOING
constexpr uint32_t kLongVnetHeader = sizeof(VnetHeader) + 2;  // struct virtio_net_hdr_mrg_rxbuf

Result<int> whole_int(Bytes value) {
  if (value.size() != sizeof(int)) return fail(EINVAL);
  return load<int>(value.data());
}

}  // namespace

Result<void> PacketSocket::not_with_rings() const {
  if (rx_ring_ || tx_ring_) return fail(EBUSY);
  return {};
}

Result<void> PacketSocket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level != SOL_PACKET) return Socket::set_option(caller, level, name, value);
  switch (name) {
    case PACKET_ADD_MEMBERSHIP:
      return memberships_.add(value);
    case PACKET_DROP_MEMBERSHIP:
      return memberships_.drop(value);
    case PACKET_RX_RING:
    case PACKET_TX_RING:
      return change_ring(value, name == PACKET_RX_RING);
    case PACKET_FANOUT:
      if (value.size() != sizeof(int) && value.size() != sizeof(fanout_args)) return fail(EINVAL);
      return join_fanout(value);
    case PACKET_FANOUT_DATA:
      if (!fanout_) return fail(EINVAL);
      return fanout_->set_data(value);
    default:
      return set_number(name, value);
  }
}

Result<void> PacketSocket::set_number(int name, Bytes value) {
  const bool any_length = name == PACKET_AUXDATA || name == PACKET_ORIGDEV ||
                          name == PACKET_VNET_HDR || name == kVnetHeaderSize;
  switch (name) {
    case PACKET_AUXDATA:
    case PACKET_ORIGDEV:
    case PACKET_VNET_HDR:
    case kVnetHeaderSize:
    case PACKET_COPY_THRESH:
    case PACKET_VERSION:
    case PACKET_RESERVE:
    case PACKET_LOSS:
    case PACKET_TIMESTAMP:
    case PACKET_TX_HAS_OFF:
    case PACKET_QDISC_BYPASS:
    case kIgnoreOutgoing:
      break;
    default:
      return fail(ENOPROTOOPT);
  }
  if ((name == PACKET_VNET_HDR || name == kVnetHeaderSize) && type() != SOCK_RAW)
    return fail(EINVAL);
  UNETNS_ASSIGN(const int v, any_length ? option_int(value) : whole_int(value));
  const bool on = v != 0;
  switch (name) {
    case PACKET_AUXDATA:
      auxdata_ = on;
      return {};
    case PACKET_ORIGDEV:
      origdev_ = on;
      return {};
    case PACKET_COPY_THRESH:
      copy_threshold_ = v;
      return {};
    case PACKET_TIMESTAMP:
      timestamp_ = v;
      return {};
    case PACKET_QDISC_BYPASS:
      qdisc_bypass_ = on;
      return {};
    case PACKET_TX_HAS_OFF:
      if (not_with_rings()) tx_has_offset_ = on;
      return {};
    case kIgnoreOutgoing:
      if (v != 0 && v != 1) return fail(EINVAL);
      ignore_outgoing_ = on;
      return {};
    case PACKET_VERSION:
      if (v < TPACKET_V1 || v > TPACKET_V3) return fail(EINVAL);
      UNETNS_TRY(not_with_rings());
      version_ = v;
      return {};
    case PACKET_RESERVE:
      if (v < 0) return fail(EINVAL);
      UNETNS_TRY(not_with_rings());
      reserve_ = static_cast<uint32_t>(v);
      return {};
    case PACKET_LOSS:
      UNETNS_TRY(not_with_rings());
      loss_ = on;
      return {};
    default: {
      uint32_t size = on ? sizeof(VnetHeader) : 0;
      if (name == kVnetHeaderSize) {
        size = static_cast<uint32_t>(v);
        if (size != 0 && size != sizeof(VnetHeader) && size != kLongVnetHeader) return fail(EINVAL);
      }
      UNETNS_TRY(not_with_rings());
      vnet_size_ = size;
      return {};
    }
  }
}

Result<void> PacketSocket::change_ring(Bytes request, bool receiving) {
  UNETNS_ASSIGN(RingGeometry wanted, parse_ring_request(request, version_, reserve_, receiving));
  wanted.dgram = type() == SOCK_DGRAM;
  RingGeometry& geometry = receiving ? rx_geometry_ : tx_geometry_;
  if (wanted.block_nr != 0 && geometry.block_nr != 0) return fail(EBUSY);
  if (wanted.block_nr == 0 && geometry.block_nr == 0) return {};
  // Both rings lie in one piece of memory, that of receiving first; it is made anew.
  const size_t other = (receiving ? tx_geometry_ : rx_geometry_).size();
  std::unique_ptr<RingMemory> memory;
  if (const size_t size = wanted.size() + other) {
    UNETNS_ASSIGN(memory, parts_.family.ring_memory().allocate(size));
  }
  geometry = wanted;
  rx_ring_.reset();
  tx_ring_.reset();
  ring_memory_ = std::move(memory);
  const Env& env = net().env();
  if (rx_geometry_.block_nr != 0)
    rx_ring_ = PacketRing::create(rx_geometry_, ring_memory_->bytes().first(rx_geometry_.size()),
                                  env.timers, env.clock, [this] { notify(); });
  if (tx_geometry_.block_nr != 0)
    tx_ring_ = std::make_unique<TransmitRing>(
        tx_geometry_, ring_memory_->bytes().subspan(rx_geometry_.size(), tx_geometry_.size()));
  if (receiving) {
    queue_.clear();
    queued_bytes_ = 0;
  }
  notify();
  return {};
}

Result<void> PacketSocket::join_fanout(Bytes value) {
  if (!hook_) return fail(EINVAL);
  if (fanout_) return fail(EALREADY);
  const TapScope scope = *hook_;
  UNETNS_ASSIGN(FanoutGroup * group,
                FanoutGroup::find(parts_.family.fanouts(), parts_.netdevs, net(), scope, value));
  if (auto joined = group->join(*this); !joined) {
    FanoutGroup::release(parts_.family.fanouts(), *group);
    return joined;
  }
  unhook();
  fanout_ = group;
  hook();
  return {};
}

Result<ByteVector> PacketSocket::query_option(const Caller& caller, int level, int name,
                                              Bytes given) {
  if (level != SOL_PACKET || name != PACKET_HDRLEN)
    return get_option(caller, level, name, given.size());
  if (given.size() < sizeof(int)) return fail(EINVAL);
  switch (load<int>(given.data())) {
    case TPACKET_V1:
      return option_value(sizeof(tpacket_hdr), given.size());
    case TPACKET_V2:
      return option_value(sizeof(tpacket2_hdr), given.size());
    case TPACKET_V3:
      return option_value(sizeof(tpacket3_hdr), given.size());
    default:
      return fail(EINVAL);
  }
}

Result<ByteVector> PacketSocket::get_option(const Caller& caller, int level, int name, size_t max) {
  if (level != SOL_PACKET) return Socket::get_option(caller, level, name, max);
  const auto number = [max](auto v) { return option_value(static_cast<int>(v), max); };
  switch (name) {
    case PACKET_STATISTICS:
      return statistics(max);
    case PACKET_AUXDATA:
      return number(auxdata_);
    case PACKET_ORIGDEV:
      return number(origdev_);
    case PACKET_VNET_HDR:
      return number(vnet_size_ != 0);
    case kVnetHeaderSize:
      return number(vnet_size_);
    case PACKET_COPY_THRESH:
      return number(copy_threshold_);
    case PACKET_VERSION:
      return number(version_);
    case PACKET_HDRLEN:
      return fail(EINVAL);  // of which version: query_option()
    case PACKET_RESERVE:
      return number(reserve_);
    case PACKET_LOSS:
      return number(loss_);
    case PACKET_TIMESTAMP:
      return number(timestamp_);
    case PACKET_FANOUT:
      return number(fanout_ ? fanout_->number() : 0);
    case PACKET_ROLLOVER_STATS:
      return fail(EINVAL);
    case PACKET_TX_HAS_OFF:
      return number(tx_has_offset_);
    case PACKET_QDISC_BYPASS:
      return number(qdisc_bypass_);
    case kIgnoreOutgoing:
      return number(ignore_outgoing_);
    default:
      return fail(ENOPROTOOPT);
  }
}

Result<ByteVector> PacketSocket::statistics(size_t max) {
  tpacket_stats_v3 stats{};
  stats.tp_drops = std::exchange(losses_, 0u);
  stats.tp_packets = std::exchange(packets_, 0u) + stats.tp_drops;
  if (rx_ring_) stats.tp_freeze_q_cnt = rx_ring_->freezes();
  const size_t size = version_ == TPACKET_V3 ? sizeof stats : sizeof(tpacket_stats);
  return option_struct(stats, std::min(max, size));
}

}  // namespace unetns
