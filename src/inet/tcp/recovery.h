// LossRecovery: the sender's memory of what is in flight, and the judge of what may be sent now.
// SACK scoreboard (RFC 2018, 6675), RACK-TLP (RFC 8985), F-RTO (RFC 5682), PRR (RFC 6937), limited
// transmit (RFC 3042), RTT and RTO (RFC 6298) and undo by D-SACK and timestamps (RFC 2883, 3522),
// over a CongestionControl. Holds ranges, not data. Sans I/O: time comes in as a parameter.
#ifndef UNETNS_INET_TCP_RECOVERY_H_
#define UNETNS_INET_TCP_RECOVERY_H_

#include <memory>
#include <optional>
#include <span>

#include "inet/tcp/congestion.h"
#include "inet/tcp/rtt.h"
#include "inet/tcp/tcp_types.h"

namespace unetns {

// What an arriving ack says. Sequence numbers are checked by the caller: snd_una <= ack <= snd_nxt.
struct AckFacts {
  Nanos now{};
  uint32_t ack = 0;
  std::span<const SackBlock> sacks;  // without the D-SACK block
  std::optional<SackBlock> dsack;
  std::optional<uint32_t> ts_ecr;  // of an acceptable timestamp, in the units of ts_now
  uint32_t ts_now = 0;             // our timestamp clock (ms)
  bool window_changed = false;     // or data in the segment: then no duplicate ack
  bool ece = false;
};

struct AckResult {
  uint32_t acked = 0;      // bytes newly acknowledged cumulatively
  uint32_t delivered = 0;  // those, and newly SACKed ones
  bool advanced = false;   // snd_una moved
  bool undone = false;
};

struct SeqRange {
  uint32_t start = 0, end = 0;
  uint32_t size() const { return end - start; }
};

enum class RecoveryTimer : uint8_t {
  kNone,     // too early
  kResend,   // something was marked lost: look at next_lost()
  kProbe,    // tail loss probe: send new data, else the last segment again (probe())
  kTimeout,  // RTO: all in flight is marked lost, backed off; next_lost() gives the first
};

class LossRecovery {
 public:
  struct Config {
    uint32_t iss = 0;    // first sequence number (of the SYN)
    uint32_t mss = 536;  // payload a segment, options taken off
    bool sack = false, timestamps = false;
    bool frto = true, tlp = true, rack = true, slow_start_after_idle = true;
    uint8_t reordering = 3;
    Nanos rto_min = std::chrono::milliseconds(200), rto_max = std::chrono::seconds(120);
    uint64_t max_pacing_rate = ~uint64_t{0};
  };
  LossRecovery(const Config& config, std::unique_ptr<CongestionControl> control);
  ~LossRecovery();

  // Bytes [start, end) of sequence space (SYN and FIN count one each) left at `now`. New data
  // begins where the last ended; else it is a retransmission of ranges from next_lost() or probe().
  void sent(Nanos now, uint32_t start, uint32_t end, bool app_limited);
  AckResult acked(const AckFacts& facts);

  // New data: how many bytes may leave now (cwnd, PRR, recovery); the caller bounds it by the
  // window.
  uint32_t may_send(Nanos now) const;
  // The oldest range marked lost and not yet sent again, at most max bytes of it, when cwnd or PRR
  // allow it. The caller sends it and calls sent().
  std::optional<SeqRange> next_lost(Nanos now, uint32_t max) const;
  SeqRange probe(uint32_t max) const;  // the last bytes in flight, for a tail loss probe

  // When on_timer() wants to be called: RTO, TLP, RACK reordering or pacing. nullopt: never.
  std::optional<Nanos> deadline() const;
  RecoveryTimer on_timer(Nanos now);
  // With pacing: not before this time may anything leave; zero: at once.
  Nanos pacing_until() const;

  void set_mss(uint32_t mss);
  void set_control(std::unique_ptr<CongestionControl> control, Nanos now);
  void set_max_pacing_rate(uint64_t rate);
  // Took an RTT elsewhere (handshake), or from a SYN retransmitted: cwnd starts small.
  void handshake_done(Nanos now, std::optional<Nanos> rtt, bool syn_was_lost);
  void window_limited(bool full);  // the sender was stopped by the peer's window, not by cwnd
  void probe_timeout(Nanos now);   // zero-window probe unanswered: backs off the RTO

  uint32_t snd_una() const;
  uint32_t snd_nxt() const;
  uint32_t in_flight() const;  // bytes: sent - sacked - lost + retransmitted
  bool all_acked() const { return snd_una() == snd_nxt(); }
  int backoffs() const;  // RTOs in a row
  Nanos first_unacked_since()
      const;  // when the oldest outstanding byte was first sent; for TCP_USER_TIMEOUT
  const RttEstimator& rtt() const;
  CongestionControl& control() const;
  // Fills the fields of struct tcp_info that it knows (ca_state, retransmits, rto, unacked, sacked,
  // lost, retrans, rtt, rttvar, cwnd, ssthresh, reordering, total_retrans, min_rtt, delivery_rate,
  // pacing_rate, delivered, bytes_retrans, dsack_dups, reord_seen …).
  void fill_info(Nanos now, struct tcp_info& info) const;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RECOVERY_H_
