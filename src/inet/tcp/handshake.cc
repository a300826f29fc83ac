#include "inet/tcp/handshake.h"

#include <algorithm>
#include <bit>

namespace unetns {

Nanos time_of_retries(int retries, Nanos first, Nanos most) {
  Nanos total{}, step = std::min(first, most);
  for (int i = 0; i <= std::clamp(retries, 0, 255); i++) {
    total += step;
    step = std::min(step * 2, most);
  }
  return total;
}

uint16_t tcp_mss_of(uint32_t path_mtu, uint32_t ip_overhead) {
  // An IPv4 packet counts its header in its 16 bits of length; an IPv6 one does not.
  if (ip_overhead < 40) path_mtu = std::min<uint32_t>(path_mtu, 65535);
  const uint32_t headers = ip_overhead + TcpHeader::kMinSize;
  const uint32_t mss = path_mtu > headers ? path_mtu - headers : 0;
  return static_cast<uint16_t>(std::clamp<uint32_t>(mss, kTcpMinMss, 65535 - TcpHeader::kMinSize));
}

uint16_t tcp_advertised_mss(const TcpSettings& settings, uint32_t path_mtu, uint32_t ip_overhead) {
  const uint16_t mss =
      settings.route.advmss ? settings.route.advmss : tcp_mss_of(path_mtu, ip_overhead);
  return settings.user_mss ? std::min(mss, settings.user_mss) : mss;
}

uint32_t tcp_window_of_space(uint32_t space) { return space / 2; }

uint32_t tcp_initial_window(const TcpSettings& settings, uint32_t mss, bool scaled) {
  uint32_t window = tcp_window_of_space(settings.rcvbuf);
  if (const uint32_t most = settings.largest_window()) window = std::min(window, most);
  if (mss && settings.route.init_rwnd) window = std::min(window, settings.route.init_rwnd * mss);
  if (mss && window > mss) window -= window % mss;
  if (!scaled) window = std::min(window, kTcpMaxWindow);
  return settings.signed_windows ? std::min(window, kTcpMaxSignedWindow) : window;
}

uint8_t tcp_receive_wscale(const TcpSettings& settings) {
  if (!settings.window_scaling) return 0;
  uint32_t space = settings.rcvbuf_locked ? tcp_window_of_space(settings.rcvbuf)
                                          : std::max(settings.rcvbuf, settings.rcvbuf_max);
  if (const uint32_t most = settings.largest_window()) space = std::min(space, most);
  return static_cast<uint8_t>(std::clamp(static_cast<int>(std::bit_width(space)) - 16, 0, 14));
}

TcpOptions tcp_syn_options(const TcpSettings& settings, Nanos now, uint32_t path_mtu,
                           uint32_t ip_overhead, uint32_t ts_offset) {
  TcpOptions o;
  o.mss = tcp_advertised_mss(settings, path_mtu, ip_overhead);
  o.sack_permitted = settings.sack;
  o.has_ts = settings.timestamps;
  if (o.has_ts) o.ts_val = tcp_timestamp(now, ts_offset);
  o.has_wscale = settings.window_scaling;
  o.wscale = tcp_receive_wscale(settings);
  return o;
}

TcpNegotiated tcp_negotiate(const TcpSettings& settings, const TcpSegmentIn& syn, uint32_t iss,
                            uint32_t ts_offset) {
  const TcpOptions& o = syn.options;
  TcpNegotiated n;
  n.iss = iss;
  n.irs = syn.seq;
  n.peer_window = syn.window;  // never scaled in a SYN
  n.peer_mss = std::max<uint16_t>(o.mss ? o.mss : 536, kTcpMinMss);
  n.wscale_ok = o.has_wscale && settings.window_scaling;
  if (n.wscale_ok) {
    n.snd_wscale = o.wscale;
    n.rcv_wscale = tcp_receive_wscale(settings);
  }
  n.ts_ok = o.has_ts && settings.timestamps;
  n.sack_ok = o.sack_permitted && settings.sack;
  n.ts_recent = n.ts_ok ? o.ts_val : 0;
  n.ts_offset = ts_offset;
  return n;
}

TcpOptions tcp_syn_ack_options(const TcpSettings& settings, const TcpNegotiated& agreed, Nanos now,
                               uint32_t path_mtu, uint32_t ip_overhead) {
  TcpOptions o;
  o.mss = tcp_advertised_mss(settings, path_mtu, ip_overhead);
  o.sack_permitted = agreed.sack_ok;
  o.has_ts = agreed.ts_ok;
  if (o.has_ts) {
    o.ts_val = tcp_timestamp(now, agreed.ts_offset);
    o.ts_ecr = agreed.ts_recent;
  }
  o.has_wscale = agreed.wscale_ok;
  o.wscale = agreed.rcv_wscale;
  return o;
}

std::optional<TcpSegmentOut> tcp_reset_for(const TcpSegmentIn& segment) {
  if (segment.flags & TcpFlag::kRst) return std::nullopt;
  TcpSegmentOut out;
  out.flags = TcpFlag::kRst;
  if (segment.flags & TcpFlag::kAck) {
    out.seq = segment.ack;
    return out;
  }
  out.flags |= TcpFlag::kAck;
  out.ack = segment.seq + static_cast<uint32_t>(segment.size()) +
            ((segment.flags & TcpFlag::kSyn) ? 1 : 0) + ((segment.flags & TcpFlag::kFin) ? 1 : 0);
  return out;
}

}  // namespace unetns
