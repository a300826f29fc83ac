#include "socket/packet/packet_fanout.h"

#include <netinet/in.h>

#include <algorithm>

#include "socket/packet/packet_socket.h"

namespace unetns {
namespace {

constexpr uint16_t kIgnoreOutgoing = 0x4000;  // PACKET_FANOUT_FLAG_IGNORE_OUTGOING
constexpr uint8_t kLastKind = 7;              // PACKET_FANOUT_EBPF
constexpr uint32_t kMostMembers = 1 << 16;

// The same for both directions of a flow: addresses and ports of IPv4 and IPv6.
uint32_t flow_hash(Bytes ip, uint16_t ethertype) {
  uint32_t sum = ethertype;
  const auto mix = [&](size_t at, size_t n) {
    for (size_t i = at; i + 4 <= at + n; i += 4) sum += load_be32(ip.data() + i);
  };
  size_t transport = 0;
  uint8_t protocol = 0;
  if (ethertype == ETH_P_IP && ip.size() >= 20) {
    mix(12, 8);
    protocol = ip[9];
    if (!(load_be16(ip.data() + 6) & 0x3fff)) transport = (ip[0] & 0xf) * size_t{4};
  } else if (ethertype == ETH_P_IPV6 && ip.size() >= 40) {
    mix(8, 32);
    protocol = ip[6];
    transport = 40;
  }
  const bool ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
  if (transport && ports && ip.size() >= transport + 4)
    sum += uint32_t{load_be16(ip.data() + transport)} + load_be16(ip.data() + transport + 2);
  sum ^= sum >> 16;
  return sum * 0x9e3779b1u;
}

}  // namespace

Result<FanoutGroup*> FanoutGroup::find(List& list, NetdevLayer& netdevs, Net& net,
                                       const TapScope& scope, Bytes value) {
  fanout_args args{};
  std::memcpy(&args, value.data(), value.size());
  const auto type = static_cast<uint8_t>(args.type_flags);
  const uint16_t flags = args.type_flags & 0xff00;
  if (type > kLastKind) return fail(EINVAL);
  if (type == PACKET_FANOUT_ROLLOVER && (flags & PACKET_FANOUT_FLAG_ROLLOVER)) return fail(EINVAL);
  if (args.max_num_members > kMostMembers) return fail(EINVAL);

  const auto with_id = [&](uint16_t id) -> FanoutGroup* {
    for (auto& group : list)
      if (group->id_ == id && &group->net_ == &net) return group.get();
    return nullptr;
  };
  uint16_t id = args.id;
  if (flags & PACKET_FANOUT_FLAG_UNIQUEID) {
    if (id != 0) return fail(EINVAL);
    uint32_t candidate = 0;
    while (candidate <= 0xffff && with_id(static_cast<uint16_t>(candidate))) ++candidate;
    if (candidate > 0xffff) return fail(ENOMEM);
    id = static_cast<uint16_t>(candidate);
  }
  const uint16_t kept = flags & static_cast<uint16_t>(~PACKET_FANOUT_FLAG_UNIQUEID);
  if (FanoutGroup* group = with_id(id)) {
    const bool same = group->type_ == type && group->flags_ == kept && group->scope_ == scope;
    if (!same) return fail(EINVAL);
    if (args.max_num_members && args.max_num_members != group->most_) return fail(EINVAL);
    return group;
  }
  std::unique_ptr<FanoutGroup> made(new FanoutGroup(list, netdevs, net, scope));
  made->id_ = id;
  made->type_ = type;
  made->flags_ = kept;
  if (args.max_num_members) made->most_ = args.max_num_members;
  list.push_back(std::move(made));
  return list.back().get();
}

void FanoutGroup::release(List& list, const FanoutGroup& group) {
  if (!group.members_.empty()) return;
  std::erase_if(list, [&](const auto& g) { return g.get() == &group; });
}

Result<void> FanoutGroup::join(PacketSocket& socket) {
  if (members_.size() >= most_) return fail(ENOSPC);
  members_.push_back(&socket);
  return {};
}

void FanoutGroup::leave(PacketSocket& socket) {
  socket.leave_traffic();
  std::erase(members_, &socket);
  release(list_, *this);
}

void FanoutGroup::start(PacketSocket& socket, const TapScope& scope) {
  if (running_.empty()) netdevs_.add_tap(scope, *this);
  running_.push_back(&socket);
}

void FanoutGroup::stop(PacketSocket& socket, const TapScope& scope) {
  // The last one takes the place of the one that goes.
  const auto found = std::find(running_.begin(), running_.end(), &socket);
  if (found == running_.end()) return;
  *found = running_.back();
  running_.pop_back();
  if (running_.empty()) netdevs_.remove_tap(scope, *this);
}

Result<void> FanoutGroup::set_data(Bytes value) {
  if (type_ != PACKET_FANOUT_CBPF) return fail(EINVAL);
  if (value.size() < sizeof(sock_fprog)) return fail(EINVAL);
  const size_t count = load<sock_fprog>(value.data()).len;
  const Bytes code = value.subspan(sizeof(sock_fprog));
  if (code.size() < count * sizeof(sock_filter)) return fail(EFAULT);
  UNETNS_ASSIGN(program_, SocketFilter::create(code.first(count * sizeof(sock_filter))));
  return {};
}

size_t FanoutGroup::pick(NetDevice& dev, const Packet& frame) {
  const auto count = static_cast<uint32_t>(running_.size());
  const Bytes head = frame.head();
  const size_t network = std::min<size_t>(dev.hard_header_len, head.size());
  switch (type_) {
    case PACKET_FANOUT_HASH:
      return flow_hash(head.subspan(network), frame.meta().protocol) % count;
    case PACKET_FANOUT_LB:
      return turn_++ % count;
    case PACKET_FANOUT_RND:
      return netdevs_.registry().env().rng.below(count);
    case PACKET_FANOUT_CBPF: {
      if (!program_) return 0;
      FilterFacts facts;
      facts.protocol = frame.meta().protocol;
      facts.packet_type = static_cast<uint8_t>(frame.meta().type);
      facts.ifindex = dev.ifindex();
      facts.hardware_type = dev.type;
      facts.mark = frame.meta().mark;
      facts.rng = &netdevs_.registry().env().rng;
      facts.link = head;
      facts.network = head.subspan(network);
      facts.packet = &frame;
      facts.packet_offset = network;
      return program_->run(head.subspan(network), facts) % count;
    }
    default:  // there is one processor and one queue; a rollover begins with the first
      return 0;
  }
}

void FanoutGroup::tapped(NetDevice& dev, const Packet& frame, bool outgoing) {
  if (running_.empty() || (outgoing && (flags_ & kIgnoreOutgoing))) return;
  if (outgoing)  // nobody of the group sees what one of it sent
    for (const PacketSocket* member : members_)
      if (member->sent(frame)) return;
  const size_t first = pick(dev, frame);
  const bool rolls = type_ == PACKET_FANOUT_ROLLOVER || (flags_ & PACKET_FANOUT_FLAG_ROLLOVER);
  size_t chosen = first;
  for (size_t i = 0; rolls && i < running_.size(); i++) {
    chosen = (first + i) % running_.size();
    if (running_[chosen]->has_room()) break;
  }
  (void)running_[chosen]->capture(dev, frame, outgoing);
}

}  // namespace unetns
