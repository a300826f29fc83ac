#include "inet/tcp/syn_cookie.h"

#include <algorithm>
#include <iterator>

#include "env/rng.h"

namespace unetns {
namespace {

constexpr uint16_t kMssTable[] = {536, 1220, 1300, 1440, 1460, 4312, 8960, 65476 - 40};
constexpr uint32_t kMaxAge = 2;  // minutes
// Low bits of the timestamp: window scale (15: none), SACK, ECN.
constexpr uint32_t kTsBits = 6, kTsMask = (1u << kTsBits) - 1, kNoWscale = 15, kTsSack = 16,
                   kTsEcn = 32;

uint32_t minute(Nanos now) {
  return static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::minutes>(now).count());
}

unsigned mss_index_of(uint16_t mss) {
  unsigned i = std::size(kMssTable) - 1;
  while (i > 0 && kMssTable[i] > mss) i--;
  return i;
}

}  // namespace

SynCookies::SynCookies(Rng& rng) {
  for (SipKey& key : keys_) key = {rng.u64(), rng.u64()};
}

uint32_t SynCookies::hash(int which, uint32_t count, uint32_t irs, Bytes tuple) const {
  const SipKey key = {keys_[which][0] ^ count, keys_[which][1] ^ irs};
  return static_cast<uint32_t>(siphash24(key, tuple));
}

// D. J. Bernstein, "SYN cookies" (1996): the count in the upper eight bits, the MSS in the lower.
uint32_t SynCookies::cookie(uint32_t count, Bytes tuple, uint32_t irs, unsigned mss_index) const {
  return hash(0, 0, 0, tuple) + irs + (count << 24) +
         ((hash(1, count, irs, tuple) + mss_index) & 0xffffff);
}

TcpSegmentOut SynCookies::make(const TcpSettings& settings, Nanos now, Bytes tuple,
                               const TcpSegmentIn& syn, uint32_t ts_offset, uint32_t path_mtu,
                               uint32_t ip_overhead) const {
  TcpNegotiated agreed = tcp_negotiate(settings, syn, 0, ts_offset);
  // Without timestamps there is nowhere to keep the other options.
  if (!agreed.ts_ok) agreed.wscale_ok = agreed.sack_ok = false;
  agreed.ecn_ok =
      agreed.ts_ok && (settings.ecn != 0 || settings.route.ecn) && tcp_syn_wants_ecn(syn.flags);
  TcpSegmentOut out;
  out.seq = cookie(minute(now), tuple, syn.seq, mss_index_of(agreed.peer_mss));
  out.ack = syn.seq + 1;
  out.flags = TcpFlag::kSyn | TcpFlag::kAck;
  if (agreed.ecn_ok) out.flags |= TcpFlag::kEce;
  out.window = static_cast<uint16_t>(
      tcp_initial_window(settings, tcp_advertised_mss(settings, path_mtu, ip_overhead), false));
  out.options = tcp_syn_ack_options(settings, agreed, now, path_mtu, ip_overhead);
  if (agreed.ts_ok) {
    const uint32_t bits = (agreed.wscale_ok ? agreed.snd_wscale : kNoWscale) |
                          (agreed.sack_ok ? kTsSack : 0) | (agreed.ecn_ok ? kTsEcn : 0);
    const uint32_t present = tcp_timestamp(now, 0);
    uint32_t ts = (present & ~kTsMask) | bits;
    if (ts > present) ts -= kTsMask + 1;
    out.options.ts_val = ts + ts_offset;
  }
  return out;
}

std::optional<TcpNegotiated> SynCookies::check(const TcpSettings& settings, Nanos now, Bytes tuple,
                                               const TcpSegmentIn& ack, uint32_t ts_offset,
                                               uint32_t, uint32_t) const {
  if ((ack.flags & (TcpFlag::kAck | TcpFlag::kSyn | TcpFlag::kRst)) != TcpFlag::kAck)
    return std::nullopt;
  TcpNegotiated agreed;
  agreed.iss = ack.ack - 1;
  agreed.irs = ack.seq - 1;
  const uint32_t rest = agreed.iss - hash(0, 0, 0, tuple) - agreed.irs;
  const uint32_t age = (minute(now) - (rest >> 24)) & 0xff;
  if (age > kMaxAge) return std::nullopt;
  const uint32_t index = (rest - hash(1, minute(now) - age, agreed.irs, tuple)) & 0xffffff;
  if (index >= std::size(kMssTable)) return std::nullopt;
  agreed.peer_mss = kMssTable[index];
  agreed.ts_offset = ts_offset;
  if (ack.options.has_ts && settings.timestamps) {
    const uint32_t echoed = ack.options.ts_ecr - ts_offset, bits = echoed & kTsMask;
    agreed.ts_ok = true;
    agreed.ts_recent = ack.options.ts_val;
    agreed.sack_ok = (bits & kTsSack) && settings.sack;
    agreed.ecn_ok = (bits & kTsEcn) && (settings.ecn != 0 || settings.route.ecn);
    if ((bits & 15) != kNoWscale && settings.window_scaling) {
      agreed.wscale_ok = true;
      agreed.snd_wscale = bits & 15;
      agreed.rcv_wscale = tcp_receive_wscale(settings);
    }
  }
  agreed.peer_window = uint32_t{ack.window} << agreed.snd_wscale;
  return agreed;
}

}  // namespace unetns
