// What a packet socket sees: from the tap through the filter into the queue or the ring.
#include <netinet/in.h>

#include <algorithm>

#include "netdev/ethernet.h"
#include "socket/cmsg.h"
#include "socket/packet/packet_socket.h"
#include "socket/socket_filter.h"

namespace unetns {
namespace {

constexpr uint32_t kGsoTcp = 1 << 8;    // TP_STATUS_GSO_TCP
constexpr uint32_t kLeastCharge = 768;  // of a small packet, whatever its length
constexpr size_t kVlanTag = 4;
constexpr int kReceiveFlags =
    MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC | MSG_ERRQUEUE;  // all others are EINVAL

struct VlanTag {
  uint16_t tpid = 0, tci = 0;
  bool present() const { return tpid != 0; }
};

// Takes the outer VLAN tag out of a frame, as a receiving device does; none: it is cut short.
VlanTag take_vlan_tag(Packet& frame) {
  if (!frame.ensure_writable(kEthernetHeader + kVlanTag)) return {};
  uint8_t* p = frame.head().data();
  const VlanTag tag{load_be16(p + 12), load_be16(p + 14)};
  std::memmove(p + kVlanTag, p, 12);
  frame.pull(kVlanTag);
  frame.set_mac_here();
  frame.meta().protocol = ethernet_protocol(frame.head().data());
  return tag;
}

bool is_tcp(Bytes ip) {
  if (ip.size() < 20) return false;
  return ip[0] >> 4 == 6 ? ip[6] == IPPROTO_TCP : ip[9] == IPPROTO_TCP;
}

uint32_t status_of(const PacketMeta& meta, Bytes ip, bool outgoing, const VlanTag& tag) {
  uint32_t status = TP_STATUS_USER;
  if (meta.checksum == ChecksumState::kPartial)
    status |= TP_STATUS_CSUMNOTREADY;
  else if (!outgoing && meta.checksum == ChecksumState::kUnnecessary)
    status |= TP_STATUS_CSUM_VALID;
  if (meta.gso_size != 0 && is_tcp(ip)) status |= kGsoTcp;
  if (tag.present()) status |= TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID;
  return status;
}

sockaddr_ll name_of(const NetDevice& dev, const Packet& frame, bool ethernet) {
  sockaddr_ll name{};
  name.sll_family = AF_PACKET;
  name.sll_protocol = to_be16(frame.meta().protocol);
  name.sll_ifindex = dev.ifindex();
  name.sll_hatype = dev.type;
  name.sll_pkttype = static_cast<uint8_t>(frame.meta().type);
  if (ethernet && frame.head().size() >= kEthernetHeader) {
    name.sll_halen = 6;
    std::memcpy(name.sll_addr, frame.head().data() + 6, 6);
  }
  return name;
}

}  // namespace

void PacketSocket::tapped(NetDevice& dev, const Packet& frame, bool outgoing) {
  (void)capture(dev, frame, outgoing);
}

bool PacketSocket::has_room() const {
  if (rx_ring_) return false;
  const auto limit = static_cast<uint32_t>(std::max(options().rcvbuf, 0));
  return queued_bytes_ + unread_charge(false) < limit || memory() < limit;
}

bool PacketSocket::capture(NetDevice& dev, const Packet& seen, bool outgoing) {
  if (outgoing && (seen.meta().origin == origin_ || ignore_outgoing_)) return true;
  const bool ethernet = dev.hard_header_len == kEthernetHeader;
  const uint16_t ethertype = seen.meta().protocol;
  VlanTag tag;
  Packet untagged;
  if (ethernet && !outgoing && (ethertype == ETH_P_8021Q || ethertype == ETH_P_8021AD)) {
    untagged = seen.clone();
    tag = take_vlan_tag(untagged);
  }
  const Packet& frame = untagged ? untagged : seen;

  const Bytes head = frame.head();
  const size_t network = std::min<size_t>(dev.hard_header_len, head.size());
  const size_t skip = type() == SOCK_DGRAM ? network : 0;
  const auto length = static_cast<uint32_t>(frame.size() - skip);
  uint32_t snap = length;
  if (const SocketFilter* f = filter()) {
    const PacketMeta& meta = frame.meta();
    FilterFacts facts;
    facts.protocol = meta.protocol;
    facts.packet_type = static_cast<uint8_t>(meta.type);
    facts.ifindex = dev.ifindex();
    facts.hardware_type = dev.type;
    facts.mark = meta.mark;
    facts.rng = &net().env().rng;
    facts.vlan_present = tag.present();
    facts.vlan_tci = tag.tci;
    facts.vlan_tpid = tag.tpid;
    facts.link = head;
    facts.network = head.subspan(network);
    facts.packet = &frame;
    facts.packet_offset = skip;
    snap = std::min(snap, f->run(head.subspan(skip), facts));
    if (snap == 0) return true;
  }

  const Nanos stamp = frame.meta().tstamp;
  RingFrame out{.packet = frame,
                .skip = skip,
                .length = length,
                .snap = snap,
                .network = static_cast<uint32_t>(network - skip),
                .name = name_of(dev, frame, ethernet),
                .status = status_of(frame.meta(), head.subspan(network), outgoing, tag),
                .time = stamp != Nanos{} ? stamp : net().env().clock.realtime(),
                .vnet = {},
                .vlan_tci = tag.tci,
                .vlan_tpid = tag.tpid};
  if (rx_ring_) return to_ring(out);
  if (!has_room()) {
    ++losses_;
    ++drops_;
    return false;
  }
  Queued q;
  q.packet = untagged ? std::move(untagged) : frame.clone();
  if (skip) q.packet.pull(skip);
  q.packet.trim(snap);
  q.packet.meta().dev = nullptr;  // the device may go before the program reads
  q.name = out.name;
  q.length = length;
  q.network = out.network;
  q.status = out.status;
  q.vlan_tci = tag.tci;
  q.vlan_tpid = tag.tpid;
  q.tstamp = out.time;
  q.charge = std::max(static_cast<uint32_t>(q.packet.footprint()), kLeastCharge);
  queued_bytes_ += q.charge;
  ++packets_;
  queue_.push(std::move(q));
  notify();
  return true;
}

bool PacketSocket::to_ring(RingFrame frame) {
  if (vnet_size_ != 0) {
    const auto header = vnet_header_of(frame.packet, frame.skip);
    if (!header) return false;
    frame.vnet = *header;
    frame.vnet_size = vnet_size_;
  }
  if (losses_ != 0) frame.status |= TP_STATUS_LOSING;
  if (!rx_ring_->put(frame)) {
    ++losses_;
    ++drops_;
    return false;
  }
  ++packets_;
  notify();
  return true;
}

Message PacketSocket::to_message(const Queued& q) const {
  Message m;
  const Packet& packet = q.packet;
  m.data.resize(vnet_size_ + packet.size());
  if (vnet_size_ != 0) {
    if (const auto header = vnet_header_of(packet, 0)) store(m.data.data(), *header);
  }
  packet.copy_to(MutableBytes(m.data).subspan(vnet_size_));
  m.name = SockAddr::of(q.name);
  m.tstamp = q.tstamp;
  m.charge = q.charge;
  m.ifindex = q.name.sll_ifindex;
  tpacket_auxdata aux{};
  aux.tp_status = q.status;
  aux.tp_len = q.length;
  aux.tp_snaplen = static_cast<uint32_t>(packet.size());
  aux.tp_net = static_cast<uint16_t>(q.network);
  aux.tp_vlan_tci = q.vlan_tci;
  aux.tp_vlan_tpid = q.vlan_tpid;
  m.packet_aux = aux;
  return m;
}

Result<void> PacketSocket::may_receive(int flags) const {
  if (flags & ~kReceiveFlags) return fail(EINVAL);
  return {};
}

Result<Message> PacketSocket::receive(int flags) {
  UNETNS_TRY(may_receive(flags));
  if (flags & MSG_ERRQUEUE) return fail(EAGAIN);
  if (const int err = take_error()) return fail(err);
  if (queue_.empty()) return fail(EAGAIN);
  if (flags & MSG_PEEK) return to_message(queue_.front());
  const Queued q = queue_.pop();
  queued_bytes_ -= q.charge;
  last_stamp_ = q.tstamp;
  return to_message(q);
}

ByteVector PacketSocket::control_for(const Message& m) const {
  ByteVector out;
  put_timestamp_cmsgs(out, options(), m.tstamp);
  if (options().rxq_ovfl && drops_ != 0) put_cmsg_value(out, SOL_SOCKET, SO_RXQ_OVFL, drops_);
  if (auxdata_ && m.packet_aux) put_cmsg_value(out, SOL_PACKET, PACKET_AUXDATA, *m.packet_aux);
  return out;
}

}  // namespace unetns
