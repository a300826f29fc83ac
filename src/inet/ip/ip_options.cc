#include "inet/ip/ip_options.h"

#include <netinet/ip.h>

#include <algorithm>
#include <vector>

namespace unetns {
namespace {

constexpr uint8_t kCipso = 134;

void pad(ByteVector& out) {
  while (out.size() % 4) out.push_back(IPOPT_EOL);
}

// Calls fn(kind, offset, length) for each option that has a length. Requires well-formed options.
template <class Fn>
void for_each_option(Bytes b, Fn fn) {
  for (size_t i = 0; i < b.size() && b[i] != IPOPT_EOL;) {
    if (b[i] == IPOPT_NOP) {
      i++;
      continue;
    }
    if (i + 1 >= b.size() || b[i + 1] < 2 || i + b[i + 1] > b.size()) return;
    fn(b[i], i, size_t{b[i + 1]});
    i += b[i + 1];
  }
}

}  // namespace

namespace {

// The offset of the octet at fault in a CIPSO option (draft-ietf-cipso-ipsecurity-01): its length,
// its domain, or the length of a tag; -1: none.
int cipso_fault(Bytes option) {
  if (option.size() < 8) return 1;
  if (load_be32(&option[2]) == 0) return 2;
  for (size_t at = 6; at < option.size();) {
    if (at + 1 >= option.size()) return static_cast<int>(at);
    const size_t len = option[at + 1];
    if (len < 2 || at + len > option.size()) return static_cast<int>(at) + 1;
    at += len;
  }
  return -1;
}

// The same for a timestamp option.
int timestamp_fault(Bytes option, bool received) {
  const size_t len = option.size();
  if (len < 4) return 1;
  if (option[2] < 5) return 2;
  const uint8_t flag = option[3] & 0xf;
  const bool known =
      flag == IPOPT_TS_TSONLY || flag == IPOPT_TS_TSANDADDR || flag == IPOPT_TS_PRESPEC;
  if (!known && !received) return 3;
  if (option[2] > len) return received && flag != IPOPT_TS_PRESPEC && option[3] >> 4 == 15 ? 3 : -1;
  const size_t slot = flag == IPOPT_TS_TSONLY ? 4 : 8;
  return known && size_t{option[2]} + slot - 1 > len ? 2 : -1;
}

}  // namespace

IpOptionsReading read_ip_options(Bytes b, bool received) {
  IpOptionsReading r;
  IpOptionsFacts& facts = r.facts;
  auto bad = [&r](size_t at) {
    r.error = static_cast<int>(at);
    return r;
  };
  for (size_t i = 0; i < b.size() && b[i] != IPOPT_EOL;) {
    const uint8_t kind = b[i];
    if (kind == IPOPT_NOP) {
      i++;
      continue;
    }
    if (i + 1 >= b.size()) return bad(i);
    const size_t len = b[i + 1];
    if (len < 2 || i + len > b.size()) return bad(i);
    switch (kind) {
      case IPOPT_LSRR:
      case IPOPT_SSRR:
        if (len < 3) return bad(i + 1);
        if (b[i + 2] < 4) return bad(i + 2);
        if (facts.source_route >= 0) return bad(i);
        facts.source_route = static_cast<int>(i);
        facts.strict_source_route = kind == IPOPT_SSRR;
        break;
      case IPOPT_RR:
        if (facts.record_route >= 0) return bad(i);
        if (len < 3) return bad(i + 1);
        if (b[i + 2] < 4) return bad(i + 2);
        if (b[i + 2] <= len && size_t{b[i + 2]} + 3 > len) return bad(i + 2);
        facts.record_route = static_cast<int>(i);
        break;
      case IPOPT_TS: {
        if (facts.timestamp >= 0) return bad(i);
        if (const int fault = timestamp_fault(b.subspan(i, len), received); fault >= 0)
          return bad(i + static_cast<size_t>(fault));
        facts.timestamp = static_cast<int>(i);
        break;
      }
      case IPOPT_RA:
        if (len < 4) return bad(i + 1);
        if (b[i + 2] == 0 && b[i + 3] == 0) facts.router_alert = static_cast<int>(i);
        break;
      case kCipso:
        if (facts.cipso >= 0) return bad(i);
        facts.cipso = static_cast<int>(i);
        if (const int fault = cipso_fault(b.subspan(i, len)); fault >= 0)
          return bad(i + static_cast<size_t>(fault));
        break;
      default:
        break;
    }
    i += len;
  }
  return r;
}

std::expected<IpOptionsFacts, uint8_t> check_ip_options(Bytes b) {
  const IpOptionsReading r = read_ip_options(b, false);
  if (r.error >= 0) return std::unexpected(static_cast<uint8_t>(r.error));
  return r.facts;
}

bool record_route(MutableBytes b, const IpOptionsFacts& facts, const Ipv4Address& address) {
  if (facts.record_route < 0) return false;
  uint8_t* o = &b[static_cast<size_t>(facts.record_route)];
  if (o[2] > o[1]) return false;
  std::memcpy(o + o[2] - 1, address.bytes.data(), 4);
  o[2] = static_cast<uint8_t>(o[2] + 4);
  return true;
}

void record_route_anew(MutableBytes b, const IpOptionsFacts& facts, const Ipv4Address& address) {
  uint8_t* o = &b[static_cast<size_t>(facts.record_route)];
  std::memcpy(o + o[2] - 5, address.bytes.data(), 4);
}

void record_timestamp(MutableBytes b, const IpOptionsFacts& facts, const Ipv4Address& address,
                      Nanos realtime, const std::function<bool(const Ipv4Address&)>& is_ours,
                      bool sender) {
  if (facts.timestamp < 0) return;
  uint8_t* o = &b[static_cast<size_t>(facts.timestamp)];
  const uint8_t flag = o[3] & 0xf;
  if (o[2] > o[1]) {
    if (!sender && flag != IPOPT_TS_PRESPEC && o[3] >> 4 != 15)
      o[3] = static_cast<uint8_t>(o[3] + 0x10);
    return;
  }
  if (flag != IPOPT_TS_TSONLY && flag != IPOPT_TS_TSANDADDR && flag != IPOPT_TS_PRESPEC) return;
  uint8_t* slot = o + o[2] - 1;
  if (flag == IPOPT_TS_PRESPEC && !is_ours(Ipv4Address::from(slot))) return;
  if (flag != IPOPT_TS_TSONLY) {
    if (flag == IPOPT_TS_TSANDADDR) std::memcpy(slot, address.bytes.data(), 4);
    slot += 4;
  }
  const Nanos of_day = realtime % std::chrono::hours(24);
  store_be32(slot, static_cast<uint32_t>(of_day / std::chrono::milliseconds(1)));
  o[2] = static_cast<uint8_t>(o[2] + (flag == IPOPT_TS_TSONLY ? 4 : 8));
}

ByteVector copied_options(Bytes b) {
  ByteVector out(b.begin(), b.end());
  for_each_option(b, [&](uint8_t kind, size_t at, size_t len) {
    if (!IPOPT_COPIED(kind))
      std::fill_n(out.begin() + static_cast<ptrdiff_t>(at), len, uint8_t{IPOPT_NOP});
  });
  return out;
}

namespace {

// The hops of a source route that were passed, the last one first; RFC 1812 §5.3.13.4: but not the
// sender once more.
void turn_route(Bytes option, const Ipv4Address& sender, EchoedOptions& out) {
  const size_t pointer = std::min<size_t>(option[2], option.size() + 1);
  std::vector<Ipv4Address> hops;
  for (size_t at = 4; at + 4 <= pointer; at += 4)
    hops.push_back(Ipv4Address::from(&option[at - 1]));
  if (hops.empty()) return;
  out.first_hop = hops.back();
  hops.pop_back();
  if (!hops.empty() && hops.front() == sender) hops.erase(hops.begin());
  std::reverse(hops.begin(), hops.end());
  hops.push_back(sender);
  out.bytes.insert(out.bytes.end(), {option[0], static_cast<uint8_t>(3 + 4 * hops.size()), 4});
  for (const Ipv4Address& hop : hops)
    out.bytes.insert(out.bytes.end(), hop.bytes.begin(), hop.bytes.end());
}

}  // namespace

EchoedOptions echoed_options(Bytes b, const IpOptionsFacts& facts, const Ipv4Address& sender) {
  EchoedOptions out;
  auto option = [b](int at) {
    const auto begin = static_cast<size_t>(at);
    return b.subspan(begin, std::min<size_t>(b[begin + 1], b.size() - begin));
  };
  for (int at : {facts.record_route, facts.timestamp}) {
    if (at < 0) continue;
    const Bytes o = option(at);
    out.bytes.insert(out.bytes.end(), o.begin(), o.end());
  }
  if (facts.source_route >= 0) turn_route(option(facts.source_route), sender, out);
  if (facts.cipso >= 0) {
    const Bytes o = option(facts.cipso);
    out.bytes.insert(out.bytes.end(), o.begin(), o.end());
  }
  pad(out.bytes);
  return out;
}

}  // namespace unetns
