// Frames that programs write.
#include <linux/capability.h>

#include <algorithm>

#include "netdev/ethernet.h"
#include "packet/packet_pool.h"
#include "packet/vnet_header.h"
#include "socket/cmsg.h"
#include "socket/packet/packet_socket.h"

namespace unetns {
namespace {

constexpr size_t kVlanTag = 4;
constexpr size_t kAddressAt = offsetof(sockaddr_ll, sll_addr);
constexpr size_t kMaxFrame = 65535 + kEthernetHeader;

// The control messages that a packet socket knows: SO_MARK. EINVAL, EPERM.
Result<uint32_t> mark_of(const Caller& caller, Bytes control, uint32_t mark) {
  CmsgReader reader(control);
  while (const auto message = reader.next()) {
    if (message->level != SOL_SOCKET) continue;
    if (message->type != SO_MARK || message->data.size() != sizeof(uint32_t)) return fail(EINVAL);
    if (!caller.capable(CAP_NET_RAW) && !caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
    mark = load<uint32_t>(message->data.data());
  }
  if (!reader.ok()) return fail(EINVAL);
  return mark;
}

}  // namespace

Result<PacketSocket::Target> PacketSocket::target(Bytes name) const {
  Target to{device(), ethertype_, {}};
  if (!name.empty()) {
    if (name.size() < sizeof(sockaddr_ll)) return fail(EINVAL);
    const auto given = load<sockaddr_ll>(name.data());
    if (name.size() < kAddressAt + given.sll_halen) return fail(EINVAL);
    to.protocol = to_be16(given.sll_protocol);
    to.dev = parts_.netdevs.by_index(net(), given.sll_ifindex);
    to.address = name.subspan(kAddressAt);
    if (type() == SOCK_DGRAM && to.dev && to.address.size() < to.dev->address.len)
      return fail(EINVAL);
  }
  if (!to.dev) return fail(ENXIO);
  if (!to.dev->up()) return fail(ENETDOWN);
  return to;
}

Result<size_t> PacketSocket::send(const Caller& caller, const SendRequest& request) {
  UNETNS_ASSIGN(const Target to, target(request.name));
  if (tx_ring_) return send_ring(to);
  UNETNS_ASSIGN(const uint32_t mark, mark_of(caller, request.control, options().mark));
  UNETNS_TRY(transmit(to, request.data, mark));
  return request.data.size();
}

Result<void> PacketSocket::transmit(const Target& to, Bytes data, uint32_t mark) {
  NetDevice& dev = *to.dev;
  VnetHeader vnet{};
  if (vnet_size_ != 0) {
    if (data.size() < vnet_size_) return fail(EINVAL);
    vnet = load<VnetHeader>(data.data());
    data = data.subspan(vnet_size_);
  }
  const size_t link = dev.hard_header_len;
  const bool raw = type() == SOCK_RAW;
  const size_t most = size_t{dev.mtu} + (raw ? link : 0);
  if (data.size() > kMaxFrame || (vnet.gso_type == 0 && data.size() > most + kVlanTag))
    return fail(EMSGSIZE);
  if (const int err = take_error()) return fail(err);
  if (raw && data.size() < link) return fail(EINVAL);

  Packet packet = Packet::copy_of(net().registry().packets(), data);
  if (raw) {
    packet.pull(link);
    packet.set_network_here();
    packet.push(link);
  } else {
    packet.set_network_here();
    if (link == kEthernetHeader) {
      MacAddress destination{};
      if (!to.address.empty())
        destination = MacAddress::from(to.address.data());
      else if (!(dev.flags & (IFF_LOOPBACK | IFF_NOARP)))
        return fail(EINVAL);
      // In a frame of IEEE 802.3 or 802.2 the type's place holds the length.
      const bool length_field = to.protocol == ETH_P_802_3 || to.protocol == ETH_P_802_2;
      parts_.netdevs.push_ethernet(packet, destination, dev.address.mac(),
                                   length_field ? static_cast<uint16_t>(data.size()) : to.protocol);
    }
  }
  const bool ethernet = link == kEthernetHeader;
  const bool tagged =
      ethernet && dev.type == ARPHRD_ETHER && load_be16(packet.head().data() + 12) == ETH_P_8021Q;
  if (vnet.gso_type == 0 && data.size() > most && !tagged) return fail(EMSGSIZE);
  if (packet.size() == 0) return fail(EINVAL);
  packet.set_mac_here();
  PacketMeta& meta = packet.meta();
  meta.protocol = to.protocol;
  if (raw && ethernet && (to.protocol == 0 || to.protocol == ETH_P_ALL))
    meta.protocol = ethernet_protocol(packet.head().data());
  meta.mark = mark;
  meta.priority = static_cast<uint32_t>(options().priority);
  meta.origin = origin_;
  if (vnet_size_ != 0) UNETNS_TRY(apply_vnet_header(vnet, link, packet));
  parts_.netdevs.transmit(dev, std::move(packet));
  return {};
}

Result<size_t> PacketSocket::send_ring(const Target& to) {
  size_t sent = 0;
  // At most once around: the program may go on asking.
  for (uint32_t i = 0; i < tx_geometry_.frame_nr; i++) {
    const auto frame = tx_ring_->next(tx_has_offset_);
    if (!frame) break;
    Result<void> done =
        frame->wrong ? Result<void>(fail(EINVAL)) : transmit(to, frame->data, options().mark);
    if (!done && !loss_) {
      tx_ring_->refuse(TP_STATUS_WRONG_FORMAT);
      return done.error().code == ENETDOWN ? Result<size_t>(fail(ENETDOWN))
                                           : Result<size_t>(fail(EINVAL));
    }
    if (done) sent += frame->data.size();
    tx_ring_->done(TP_STATUS_AVAILABLE);
  }
  return sent;
}

}  // namespace unetns
