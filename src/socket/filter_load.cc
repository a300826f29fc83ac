// What a filter program loads: bytes of the packet, and facts about it.
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "socket/socket_filter.h"

namespace unetns {
namespace {

size_t load_size(uint16_t bpf_size) { return bpf_size == BPF_W ? 4 : bpf_size == BPF_H ? 2 : 1; }

uint32_t load_number(const uint8_t* p, size_t bytes) {
  return bytes == 4 ? load_be32(p) : bytes == 2 ? load_be16(p) : *p;
}

// Length of the header of a transport protocol, as far as it is one that is known.
size_t transport_header(uint8_t protocol, Bytes transport) {
  switch (protocol) {
    case IPPROTO_TCP:
      if (transport.size() < 13) return 20;
      return std::max<size_t>(20, (transport[12] >> 4) * size_t{4});
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
    case IPPROTO_IGMP:
      return 8;
    case IPPROTO_DCCP:
    case IPPROTO_SCTP:
      return 12;
    default:
      return 0;
  }
}

}  // namespace

uint32_t FilterInput::size() const {
  if (!facts_.packet) return static_cast<uint32_t>(data_.size());
  return static_cast<uint32_t>(facts_.packet->size() - facts_.packet_offset);
}

std::optional<uint32_t> FilterInput::load(uint32_t offset, uint16_t bpf_size) const {
  const size_t bytes = load_size(bpf_size);
  const auto from_header = [&](Bytes header, int64_t at) -> std::optional<uint32_t> {
    if (static_cast<uint64_t>(at) + bytes > header.size()) return std::nullopt;
    return load_number(header.data() + at, bytes);
  };
  const int64_t at = static_cast<int32_t>(offset);
  if (at < 0) {
    if (at >= SKF_NET_OFF) return from_header(facts_.network, at - SKF_NET_OFF);
    if (at >= SKF_LL_OFF) return from_header(facts_.link, at - SKF_LL_OFF);
    return std::nullopt;
  }
  const auto from = static_cast<size_t>(at);
  if (from + bytes <= data_.size()) return load_number(data_.data() + from, bytes);
  if (from + bytes > size()) return std::nullopt;
  std::array<uint8_t, 4> copied{};
  facts_.packet->copy_to(MutableBytes(copied).first(bytes), facts_.packet_offset + from);
  return load_number(copied.data(), bytes);
}

std::optional<uint32_t> FilterInput::ancillary(uint32_t number, uint32_t a, uint32_t x) const {
  const FilterFacts& f = facts_;
  switch (number) {
    case SKF_AD_PROTOCOL:
      return f.protocol;
    case SKF_AD_PKTTYPE:
      return f.packet_type;
    case SKF_AD_IFINDEX:
      return f.ifindex ? std::optional(static_cast<uint32_t>(f.ifindex)) : std::nullopt;
    case SKF_AD_HATYPE:
      return f.ifindex ? std::optional<uint32_t>(f.hardware_type) : std::nullopt;
    case SKF_AD_NLATTR:
      return a < size() ? find_attribute(a, size(), x) : 0;
    case SKF_AD_NLATTR_NEST: {
      if (size_t{a} + sizeof(nlattr) > data_.size()) return 0;
      const auto nest = unetns::load<nlattr>(data_.data() + a);
      if (nest.nla_len > size() - a) return 0;
      return find_attribute(a + NLA_HDRLEN, a + nest.nla_len, x);
    }
    case SKF_AD_MARK:
      return f.mark;
    case SKF_AD_ALU_XOR_X:
      return a ^ x;
    case SKF_AD_VLAN_TAG:
      return f.vlan_tci;
    case SKF_AD_VLAN_TAG_PRESENT:
      return f.vlan_present;
    case SKF_AD_VLAN_TPID:
      return f.vlan_tpid;
    case SKF_AD_PAY_OFFSET:
      return payload_offset();
    case SKF_AD_RANDOM:
      return f.rng ? f.rng->u32() : 0;
    default:  // queue, hash and processor: there is one of each
      return 0;
  }
}

// The offset of the netlink attribute of that type between two offsets; 0: none.
uint32_t FilterInput::find_attribute(uint32_t from, uint32_t end, uint32_t type) const {
  end = std::min<uint32_t>(end, static_cast<uint32_t>(data_.size()));
  while (from <= end && end - from >= sizeof(nlattr)) {
    const auto attribute = unetns::load<nlattr>(data_.data() + from);
    if (attribute.nla_len < sizeof(nlattr) || attribute.nla_len > end - from) break;
    if ((attribute.nla_type & NLA_TYPE_MASK) == type) return from;
    from += NLA_ALIGN(attribute.nla_len);
  }
  return 0;
}

// From the data on: where the payload behind the transport header begins.
uint32_t FilterInput::payload_offset() const {
  const Bytes ip = facts_.network;
  if (ip.data() < data_.data()) return 0;  // the data begin behind it
  const auto network = static_cast<size_t>(ip.data() - data_.data());
  size_t header = 0;
  uint8_t protocol = 0;
  bool fragment = false;
  if (facts_.protocol == ETH_P_IP) {
    if (ip.size() < 20 || (ip[0] & 0xf) < 5) return 0;
    header = (ip[0] & 0xf) * size_t{4};
    protocol = ip[9];
    fragment = load_be16(ip.data() + 6) & 0x3fff;
  } else if (facts_.protocol == ETH_P_IPV6) {
    if (ip.size() < 40) return 0;
    header = 40;
    protocol = ip[6];
  } else {
    return 0;
  }
  if (header > ip.size()) return 0;
  const size_t beyond = fragment ? 0 : transport_header(protocol, ip.subspan(header));
  return static_cast<uint32_t>(std::min<size_t>(network + header + beyond, size()));
}

}  // namespace unetns
