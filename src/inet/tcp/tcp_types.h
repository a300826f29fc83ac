// What the parts of TCP tell each other: segments in and out, states, settings, and the upcalls of
// a connection. Nothing here knows an address family, a clock or a device.
#ifndef UNETNS_INET_TCP_TCP_TYPES_H_
#define UNETNS_INET_TCP_TCP_TYPES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "env/clock.h"
#include "inet/route_hints.h"
#include "inet/tcp/fastopen_keys.h"
#include "inet/tcp/tcp_mib.h"
#include "packet/drop_reason.h"
#include "packet/packet.h"
#include "packet/wire/tcp.h"

namespace unetns {

// The numbers that programs see (TCP_INFO, /proc/net/tcp, INET_DIAG).
enum class TcpState : uint8_t {
  kEstablished = 1,
  kSynSent,
  kSynRecv,
  kFinWait1,
  kFinWait2,
  kTimeWait,
  kClose,
  kCloseWait,
  kLastAck,
  kListen,
  kClosing,
};

// A segment that arrived, its header checked and its checksum good. `payload`: front at the first
// byte of data, may be empty or a null Packet.
struct TcpSegmentIn {
  uint32_t seq = 0, ack = 0;
  uint8_t flags = 0;
  uint16_t window = 0;  // as on the wire, not scaled
  uint16_t urgent = 0;
  uint8_t ip_ecn = 0;  // the two ECN bits of the IP header
  uint8_t ip_tos = 0, ip_ttl = 0;
  TcpOptions options;
  Packet payload;
  size_t size() const { return payload ? payload.size() : 0; }
};

// A segment to send. The owner of the connection knows ports and addresses, puts the headers before
// `payload` (headroom is there) and gives it to IP. More than one MSS of payload goes as one GSO
// packet with `gso_size` bytes a segment.
struct TcpSegmentOut {
  uint32_t seq = 0, ack = 0;
  uint8_t flags = 0;
  uint16_t window = 0;  // as on the wire
  uint16_t urgent = 0;
  uint8_t ip_ecn = 0;  // 2: ECT(0)
  uint16_t gso_size = 0;
  TcpOptions options;
  Packet payload;  // null: none
};

// What rules a connection, from sysctls and socket options. Plain values; the owner calls
// TcpConnection::settings_changed() after changing them.
struct TcpSettings {
  // buffers, in bytes (tcp_rmem, tcp_wmem, SO_RCVBUF, SO_SNDBUF)
  uint32_t rcvbuf = 131072, rcvbuf_max = 6291456;  // grows by auto-tuning up to max
  uint32_t sndbuf = 16384, sndbuf_max = 4194304;
  bool rcvbuf_locked : 1 = false, sndbuf_locked : 1 = false;  // set by the program: no auto-tuning
  bool quickack : 1 = false, quickack_off : 1 = false, keepalive : 1 = false,
                  oob_inline : 1 = false;
  bool fastopen_connect : 1 = false, own_syn_retries : 1 = false;
  uint8_t ecn = 2;            // tcp_ecn: 0 off, 1 ask for it, 2 only answer
  uint16_t min_snd_mss = 48;  // no smaller MSS is believed; options included
  uint32_t notsent_lowat = 0xffffffff;
  // options to offer
  bool window_scaling = true, timestamps = true, sack = true, dsack = true;
  // behaviour of the socket
  bool nodelay = false, cork = false;
  uint16_t user_mss = 0;  // TCP_MAXSEG
  uint16_t max_reordering = 300;
  uint16_t pacing_ss_ratio = 200, pacing_ca_ratio = 120;  // percent of cwnd a round trip
  uint16_t invalid_ratelimit_ms = 500;  // between answers to segments that are out of the window
  uint32_t window_clamp = 0;
  // Whether the last such answer, zero: none yet, was too short a time ago for another.
  bool too_soon_for_invalid(Nanos last, Nanos now) const {
    return last != Nanos{} && now - last < std::chrono::milliseconds(invalid_ratelimit_ms);
  }
  RouteHints route;  // of the way to the peer
  // The largest window to advertise, 0: no such bound. The program's word counts more than the
  // route's.
  uint32_t largest_window() const { return window_clamp ? window_clamp : route.window; }
  Nanos least_rto() const {
    return route.rto_min_ms ? Nanos(std::chrono::milliseconds(route.rto_min_ms)) : rto_min;
  }
  // A listener's TCP_SYNCNT holds for its SYN-ACKs.
  uint8_t most_syn_acks() const { return own_syn_retries ? syn_retries : synack_retries; }
  Nanos keep_idle = std::chrono::hours(2), keep_interval = std::chrono::seconds(75);
  Nanos user_timeout{};                      // 0: by retries
  Nanos linger2 = std::chrono::seconds(60);  // FIN-WAIT-2; negative: none (straight to closed)
  uint8_t keep_count = 9, syn_retries = 6, synack_retries = 5, retries1 = 3, retries2 = 15,
          orphan_retries = 8;
  // How large a send is made: at least so many segments; up to which round trip, in powers of two
  // of a microsecond, as large as can be (0: none).
  uint8_t min_tso_segs = 2, tso_rtt_log = 9;
  Nanos rto_min = std::chrono::milliseconds(200), rto_max = std::chrono::seconds(120);
  Nanos delack_min = std::chrono::milliseconds(40), delack_max = std::chrono::milliseconds(200);
  uint64_t max_pacing_rate = ~uint64_t{0};  // bytes a second
  bool slow_start_after_idle = true, frto = true, tlp = true, rack = true,
       abort_on_overflow = false;
  bool mtu_probing = false;
  uint8_t reordering = 3;
  uint8_t syn_linear_timeouts = 4;
  uint8_t tso_win_divisor = 3;   // a send waits for this part of the window; 0: for none
  bool moderate_rcvbuf = true;   // tcp_moderate_rcvbuf: rcvbuf grows
  bool rfc1337 = false;          // no RST ends TIME-WAIT
  bool ecn_fallback : 1 = true;  // a SYN that was lost goes again without ECN
  bool urgent_is_last : 1 =
      false;  // the urgent pointer names the last urgent byte (RFC 1122 §4.2.2.4)
  bool signed_windows : 1 = false;  // to peers who may take the window for a signed number
  // Timeouts of thin streams don't double at first: of this one, of all.
  bool thin_linear : 1 = false, all_thin_linear : 1 = false;
  uint16_t mtu_probe_floor = 48;  // no smaller MSS is tried
  uint16_t base_mss = 1024;       // where black-hole probing begins
  Nanos defer_accept{};           // TCP_DEFER_ACCEPT: a listener's handshake waits for data so long
};

// What a finished handshake agreed on: makes a connection that stands (from a listener's request or
// a SYN cookie).
struct TcpNegotiated {
  uint32_t iss = 0, irs = 0;  // initial sequence numbers, ours and theirs
  uint32_t peer_window = 0;   // unscaled value of the last segment, already shifted
  uint32_t window = 0;        // ours, as the handshake told it; 0: what the settings say
  uint16_t peer_mss = 536;
  bool wscale_ok = false, ts_ok = false, sack_ok = false, ecn_ok = false;
  uint8_t snd_wscale = 0, rcv_wscale = 0;  // theirs, ours
  uint32_t ts_recent = 0, ts_offset = 0;
  std::optional<Nanos> handshake_rtt;
  bool syn_data_acked = false;  // TCP Fast Open
  Nanos handshake_took{};
  uint8_t syn_retransmits = 0, syn_timeouts = 0;  // of the SYN-ACK
  bool syn_was_slow = false;    // not lost: its first answer came after that
};

// How much of what all connections together may hold is in use (tcp_mem of tcp(7)). Under pressure
// buffers don't grow; when it is full, a connection gets by with the least.
enum class TcpMemory : uint8_t { kPlenty, kPressure, kFull };

// Upcalls. Called from inside TcpConnection's methods; must not call back into it, except where
// said.
class TcpHost {
 public:
  virtual ~TcpHost() = default;
  virtual void tcp_send(TcpSegmentOut segment) = 0;  // may be lost like any packet
  // Readiness or state may have changed: look at the connection after the call has returned.
  virtual void tcp_changed() = 0;
  // A new ack moved snd_una forward: the path works (neighbour confirmation).
  virtual void tcp_confirmed() = 0;
  // Retransmissions go unanswered: look for another route.
  virtual void tcp_path_suspect() = 0;
  virtual void tcp_count(TcpMib mib, uint32_t n) = 0;
  // The peer sent urgent data (SIGURG).
  virtual void tcp_urgent() {}
  // Bytes that read() gave and the program has not taken: they still fill the receive buffer.
  virtual size_t tcp_read_ahead() const { return 0; }
  virtual TcpMemory tcp_memory() const { return TcpMemory::kPlenty; }
  // Whether one more challenge ack may leave (tcp_challenge_ack_limit).
  virtual bool tcp_may_challenge(Nanos now) {
    (void)now;
    return true;
  }
  // The peer's SYN-ACK answered a Fast Open SYN: its MSS, and the cookie if it brought one, are
  // for the next connect to remember.
  virtual void tcp_fastopen_cookie(Bytes cookie, uint16_t mss) { (void)cookie, (void)mss; }
  // The cookie that a SYN-ACK brings to who came with one of an old key.
  virtual std::optional<FastOpenKeys::Cookie> tcp_fresh_cookie() const { return std::nullopt; }
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_TYPES_H_
