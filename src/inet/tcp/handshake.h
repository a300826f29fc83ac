// What both ends of a TCP handshake say in their SYNs, and what follows from it.
#ifndef UNETNS_INET_TCP_HANDSHAKE_H_
#define UNETNS_INET_TCP_HANDSHAKE_H_

#include "inet/tcp/tcp_types.h"

namespace unetns {

// Our timestamp clock runs in milliseconds.
inline uint32_t tcp_timestamp(Nanos now, uint32_t offset) {
  return static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) +
         offset;
}

// How long `retries` retransmissions take when the first comes after `first` and each pause is
// twice the one before: what tcp_retries2 and tcp_syn_retries stand for.
Nanos time_of_retries(int retries, Nanos first, Nanos most);

inline constexpr Nanos kTcpFirstTimeout = std::chrono::seconds(1);  // RFC 6298 §2.1
inline constexpr uint32_t kTcpMinMss = 48;
inline constexpr uint32_t kTcpMaxWindow = 65535, kTcpMaxSignedWindow = 32767;

// The MSS that a path of this MTU takes, options not counted (RFC 6691).
uint16_t tcp_mss_of(uint32_t path_mtu, uint32_t ip_overhead);
// What we announce: that, or what the route says, but no more than TCP_MAXSEG says.
uint16_t tcp_advertised_mss(const TcpSettings& settings, uint32_t path_mtu, uint32_t ip_overhead);
// Bytes of window that a receive buffer stands for; the rest is room for overhead.
uint32_t tcp_window_of_space(uint32_t space);
// The window at the start, of which a SYN tells no more than 65535, and the scale we announce:
// enough for what the buffer may grow to.
uint32_t tcp_initial_window(const TcpSettings& settings, uint32_t mss, bool scaled);
uint8_t tcp_receive_wscale(const TcpSettings& settings);

// Options of our SYN.
TcpOptions tcp_syn_options(const TcpSettings& settings, Nanos now, uint32_t path_mtu,
                           uint32_t ip_overhead, uint32_t ts_offset);
// Whether a SYN asks for ECN (RFC 3168 §6.1.1), and whether a SYN-ACK agrees.
inline bool tcp_syn_wants_ecn(uint8_t flags) {
  return (flags & (TcpFlag::kEce | TcpFlag::kCwr)) == (TcpFlag::kEce | TcpFlag::kCwr);
}
inline bool tcp_syn_ack_grants_ecn(uint8_t flags) {
  return (flags & (TcpFlag::kEce | TcpFlag::kCwr)) == TcpFlag::kEce;
}

// Whether a SYN's wish for ECN is granted. One that came marked tells that its path spoils marks.
inline bool tcp_grants_ecn(const TcpSettings& settings, const TcpSegmentIn& syn) {
  return (settings.ecn != 0 || settings.route.ecn) && tcp_syn_wants_ecn(syn.flags) &&
         (syn.ip_ecn & 3) == 0;
}

// What follows from our settings and the peer's SYN or SYN-ACK; iss and ts_offset are ours. ecn_ok
// is left to the caller.
TcpNegotiated tcp_negotiate(const TcpSettings& settings, const TcpSegmentIn& syn, uint32_t iss,
                            uint32_t ts_offset);
// Options of our SYN-ACK: what of the peer's SYN we agree to.
TcpOptions tcp_syn_ack_options(const TcpSettings& settings, const TcpNegotiated& agreed, Nanos now,
                               uint32_t path_mtu, uint32_t ip_overhead);

// The RST that answers a segment for which there is no connection (RFC 9293 §3.10.7.1); nullopt for
// one that must not be answered (an RST).
std::optional<TcpSegmentOut> tcp_reset_for(const TcpSegmentIn& segment);

}  // namespace unetns

#endif  // UNETNS_INET_TCP_HANDSHAKE_H_
