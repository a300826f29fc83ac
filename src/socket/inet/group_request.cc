#include "socket/inet/group_request.h"

#include <netinet/in.h>

#include <algorithm>

namespace unetns {
namespace {

constexpr size_t kStorage = sizeof(sockaddr_storage);
// struct group_req and group_source_req: an index, padding to 8 bytes, one or two socket addresses.
constexpr size_t kGroupAt = 8, kSourceAt = kGroupAt + kStorage;
// struct ip_msfilter and group_filter: before their sources.
constexpr size_t kIpFilterHeader = 16, kGroupFilterHeader = kGroupAt + kStorage + 8;

Result<Ipv4Address> address_at(Bytes b, size_t at, int err) {
  const auto name = load<sockaddr_in>(b.data() + at);
  if (name.sin_family != AF_INET) return fail(err);
  return Ipv4Address::from_be(name.sin_addr.s_addr);
}

// Which group a source filter is of: struct ip_msfilter (`plain`) and group_filter begin with it.
// `err`: for another family's address.
Result<GroupRequest> filtered_group(Bytes b, bool plain, int err) {
  GroupRequest group;
  if (plain) {
    group.group = Ipv4Address::from(b.data());
    group.address = Ipv4Address::from(b.data() + 4);
  } else {
    group.ifindex = load<int>(b.data());
    UNETNS_ASSIGN(group.group, address_at(b, kGroupAt, err));
  }
  if (!group.group.is_multicast()) return fail(EINVAL);
  return group;
}

}  // namespace

Result<GroupRequest> GroupRequest::parse(int name, Bytes b) {
  GroupRequest r;
  switch (name) {
    case IP_ADD_SOURCE_MEMBERSHIP:
    case IP_DROP_SOURCE_MEMBERSHIP:
    case IP_BLOCK_SOURCE:
    case IP_UNBLOCK_SOURCE:  // struct ip_mreq_source
      if (b.size() != sizeof(ip_mreq_source)) return fail(EINVAL);
      r.group = Ipv4Address::from(b.data());
      r.address = Ipv4Address::from(b.data() + 4);
      r.source = Ipv4Address::from(b.data() + 8);
      return r;
    case MCAST_JOIN_SOURCE_GROUP:
    case MCAST_LEAVE_SOURCE_GROUP:
    case MCAST_BLOCK_SOURCE:
    case MCAST_UNBLOCK_SOURCE: {
      if (b.size() != kSourceAt + kStorage) return fail(EINVAL);
      r.ifindex = load<int>(b.data());
      UNETNS_ASSIGN(r.group, address_at(b, kGroupAt, EADDRNOTAVAIL));
      UNETNS_ASSIGN(r.source, address_at(b, kSourceAt, EADDRNOTAVAIL));
      return r;
    }
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP: {
      if (b.size() < kGroupAt + kStorage) return fail(EINVAL);
      r.ifindex = load<int>(b.data());
      UNETNS_ASSIGN(r.group, address_at(b, kGroupAt, EINVAL));
      return r;
    }
    default:  // struct ip_mreq, or ip_mreqn, whichever the length says
      if (b.size() < sizeof(ip_mreq)) return fail(EINVAL);
      r.group = Ipv4Address::from(b.data());
      r.address = Ipv4Address::from(b.data() + 4);
      if (b.size() >= sizeof(ip_mreqn)) r.ifindex = load<int>(b.data() + 8);
      return r;
  }
}

Result<FilterRequest> FilterRequest::parse(int name, Bytes b, size_t most) {
  FilterRequest r;
  const bool plain = name == IP_MSFILTER;
  const size_t header = plain ? kIpFilterHeader : kGroupFilterHeader;
  const size_t each = plain ? sizeof(in_addr) : kStorage;
  if (b.size() < header) return fail(EINVAL);
  const auto mode = load<uint32_t>(b.data() + header - 8);
  const auto count = load<uint32_t>(b.data() + header - 4);
  if (count > most) return fail(ENOBUFS);
  if (b.size() < header + count * each) return fail(EINVAL);
  UNETNS_ASSIGN(r.group, filtered_group(b, plain, EADDRNOTAVAIL));
  if (mode != MCAST_INCLUDE && mode != MCAST_EXCLUDE) return fail(EINVAL);
  r.filter.exclude = mode == MCAST_EXCLUDE;
  auto& sources = r.filter.sources;
  for (size_t i = 0; i < count; i++) {
    const size_t at = header + i * each;
    Ipv4Address source = Ipv4Address::from(b.data() + at);
    if (!plain) {
      UNETNS_ASSIGN(source, address_at(b, at, EADDRNOTAVAIL));
    }
    sources.push_back(source);
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return r;
}

Result<FilterQuestion> FilterQuestion::parse(int name, Bytes b) {
  FilterQuestion q;
  q.plain = name == IP_MSFILTER;
  const size_t header = q.plain ? kIpFilterHeader : kGroupFilterHeader;
  if (b.size() < header) return fail(EINVAL);
  q.head = b.first(header);
  UNETNS_ASSIGN(q.group, filtered_group(b, q.plain, EINVAL));
  return q;
}

ByteVector FilterQuestion::answer(const SourceFilter<V4>& filter) const {
  ByteVector out(head.begin(), head.end());
  uint8_t* counts = out.data() + out.size() - 8;
  const auto room = load<uint32_t>(counts + 4);
  store<uint32_t>(counts, filter.exclude ? MCAST_EXCLUDE : MCAST_INCLUDE);
  store<uint32_t>(counts + 4, static_cast<uint32_t>(filter.sources.size()));
  for (size_t i = 0; i < std::min<size_t>(room, filter.sources.size()); i++) {
    const auto& source = filter.sources[i].bytes;
    const size_t at = out.size();
    out.resize(at + (plain ? sizeof(in_addr) : kStorage));
    if (!plain) store<sa_family_t>(&out[at], AF_INET);
    std::copy(source.begin(), source.end(), &out[at + (plain ? 0 : offsetof(sockaddr_in, sin_addr))]);
  }
  return out;
}

}  // namespace unetns
