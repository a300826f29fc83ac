#include "inet/ip/ip_options.h"

#include <netinet/ip.h>

namespace unetns {
namespace {

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

std::expected<IpOptionsFacts, uint8_t> check_ip_options(Bytes b) {
  IpOptionsFacts facts;
  auto bad = [](size_t at) { return std::unexpected(static_cast<uint8_t>(at)); };
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
        if (len < 4) return bad(i + 1);
        if (b[i + 2] < 5) return bad(i + 2);
        const uint8_t flag = b[i + 3] & 0xf;
        const size_t slot = flag == IPOPT_TS_TSONLY ? 4 : 8;
        if (flag != IPOPT_TS_TSONLY && flag != IPOPT_TS_TSANDADDR && flag != IPOPT_TS_PRESPEC)
          return bad(i + 3);
        if (b[i + 2] <= len && size_t{b[i + 2]} + slot - 1 > len) return bad(i + 2);
        facts.timestamp = static_cast<int>(i);
        break;
      }
      case IPOPT_RA:
        if (len < 4) return bad(i + 1);
        facts.router_alert = static_cast<int>(i);
        break;
      default:
        break;
    }
    i += len;
  }
  return facts;
}

void record_route(MutableBytes b, const IpOptionsFacts& facts, const Ipv4Address& address) {
  if (facts.record_route < 0) return;
  uint8_t* o = &b[static_cast<size_t>(facts.record_route)];
  if (o[2] > o[1]) return;
  std::memcpy(o + o[2] - 1, address.bytes.data(), 4);
  o[2] = static_cast<uint8_t>(o[2] + 4);
}

void record_timestamp(MutableBytes b, const IpOptionsFacts& facts, const Ipv4Address& address,
                      Nanos realtime, bool sender) {
  if (facts.timestamp < 0) return;
  uint8_t* o = &b[static_cast<size_t>(facts.timestamp)];
  const uint8_t flag = o[3] & 0xf;
  if (o[2] > o[1]) {
    if (!sender && o[3] >> 4 != 15) o[3] = static_cast<uint8_t>(o[3] + 0x10);
    return;
  }
  uint8_t* slot = o + o[2] - 1;
  if (flag == IPOPT_TS_PRESPEC && std::memcmp(slot, address.bytes.data(), 4) != 0) return;
  if (flag != IPOPT_TS_TSONLY) {
    std::memcpy(slot, address.bytes.data(), 4);
    slot += 4;
  }
  const Nanos of_day = realtime % std::chrono::hours(24);
  store_be32(slot, static_cast<uint32_t>(of_day / std::chrono::milliseconds(1)));
  o[2] = static_cast<uint8_t>(o[2] + (flag == IPOPT_TS_TSONLY ? 4 : 8));
}

ByteVector copied_options(Bytes b) {
  ByteVector out;
  for_each_option(b, [&](uint8_t kind, size_t at, size_t len) {
    if (IPOPT_COPIED(kind))
      out.insert(out.end(), b.begin() + static_cast<ptrdiff_t>(at),
                 b.begin() + static_cast<ptrdiff_t>(at + len));
  });
  pad(out);
  return out;
}

ByteVector echoed_options(Bytes b, const IpOptionsFacts& facts) {
  ByteVector out;
  for (int at : {facts.record_route, facts.timestamp}) {
    if (at < 0) continue;
    const auto begin = b.begin() + at;
    out.insert(out.end(), begin, begin + b[static_cast<size_t>(at) + 1]);
  }
  pad(out);
  return out;
}

}  // namespace unetns
