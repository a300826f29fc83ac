// LossRecovery: the sender's memory of what is in flight, and the judge of what may be sent now.
// SACK scoreboard (RFC 2018, 6675), RACK-TLP (RFC 8985), F-RTO (RFC 5682), PRR (RFC 6937), limited
// transmit (RFC 3042), RTT and RTO (RFC 6298) and undo by D-SACK and timestamps (RFC 2883, 3522),
// over a CongestionControl. Holds ranges, not data. Sans I/O: time comes in as a parameter.
#ifndef UNETNS_INET_TCP_RECOVERY_H_
#define UNETNS_INET_TCP_RECOVERY_H_

#include <memory>
#include <optional>
#include <span>

struct tcp_info;  // of <linux/tcp.h>

#include "inet/tcp/congestion.h"
#include "inet/tcp/delivery_rate.h"
#include "inet/tcp/pacing.h"
#include "inet/tcp/prr.h"
#include "inet/tcp/rack.h"
#include "inet/tcp/rtt.h"
#include "inet/tcp/scoreboard.h"
#include "inet/tcp/tcp_types.h"
#include "inet/tcp/timeout_sums.h"

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
  bool reduced = false;  // a congestion event began: with ECN, say so by CWR on new data
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
    uint32_t iss = 0;    // first sequence number to be sent: of the SYN, or the one after it when a
                         // listener has seen it acknowledged
    uint32_t mss = 536;  // payload a segment, options taken off
    bool sack = false, timestamps = false;
    bool frto = true, tlp = true, rack = true, slow_start_after_idle = true;
    uint8_t reordering = 3;
    uint16_t max_reordering = 300;
    uint16_t pacing_ss_ratio = 200, pacing_ca_ratio = 120;
    uint32_t initial_window = CongestionControl::kInitialWindow;
    Nanos rto_min = std::chrono::milliseconds(200), rto_max = std::chrono::seconds(120);
    uint64_t max_pacing_rate = ~uint64_t{0};
  };
  LossRecovery(const Config& config, std::unique_ptr<CongestionControl> control);
  ~LossRecovery();

  // Bytes [start, end) of sequence space (SYN and FIN count one each) left at `now`. New data
  // begins where the last ended; else it is a retransmission of ranges from next_lost() or probe().
  // app_limited: no more data waits behind it.
  void sent(Nanos now, uint32_t start, uint32_t end, bool app_limited);
  AckResult acked(const AckFacts& facts);

  // New data: how many bytes may leave now (cwnd, PRR, recovery); the caller bounds it by the
  // window.
  uint32_t may_send(Nanos now) const;
  // The oldest range marked lost and not yet sent again, at most max bytes of it, when cwnd or PRR
  // allow it. The caller sends it and calls sent(); asks until there is none; then sends new data.
  std::optional<SeqRange> next_lost(Nanos now, uint32_t max) const;
  SeqRange probe(uint32_t max) const;  // the last bytes in flight, for a tail loss probe

  // When on_timer() wants to be called: RTO, TLP, RACK reordering or pacing (kResend then: try to
  // send). nullopt: never.
  std::optional<Nanos> deadline() const;
  RecoveryTimer on_timer(Nanos now);
  // How many bytes of data are worth one packet: about a millisecond's worth, more when the peer is
  // near and nothing is paced (ip-sysctl of the kernel's documentation, tcp_tso_rtt_log). On slow
  // paths small ones keep the acks, and so the sends, spread over the round trip.
  uint32_t large_send(uint8_t rtt_log) const;
  // In a recovery the acks say one by one what may leave.
  bool reducing() const { return phase_ >= Phase::kCwr; }
  // Whether something waited for pacing alone and may leave now.
  bool paced_enough(Nanos now);
  // With pacing: not before this time may anything leave; zero: at once.
  Nanos pacing_until() const;

  void set_mss(uint32_t mss);
  // What the handshake agreed on, when it was not known at the begin.
  void negotiated(bool sack, bool timestamps);
  void set_control(std::unique_ptr<CongestionControl> control, Nanos now);
  // Whether the algorithm sets the window in all phases (CongestionControl::governs()).
  bool governed() const { return governed_; }
  bool paced() const { return governed_ || max_pacing_rate_ != Pacing::kNoLimit; }
  // Segments that are worth a packet, when `configured` are where nothing else is known.
  uint32_t least_burst(uint32_t configured) const {
    return governed_ ? control_->least_burst() : configured;
  }
  void set_max_pacing_rate(uint64_t rate);
  // tcp-thin: the first timeouts in a row of a stream with little in flight don't double the RTO.
  void set_thin_linear(bool on) { thin_linear_ = on; }
  void set_rto_limits(Nanos min, Nanos max) { rtt_.set_limits(min, max); }
  // What the handshake measured, if it could, and how often its SYN got lost.
  void handshake_done(Nanos now, std::optional<Nanos> rtt, int syn_losses);
  // Our SYN was lost: without SACK the state is still that of a loss until data is acknowledged.
  void syn_was_lost() {
    if (!sack_) phase_ = Phase::kLoss;
  }
  // Of the data that went with the SYN: the SYN-ACK took all of it, or left the rest.
  void syn_data_taken() { rate_.forget_syn(); }
  void syn_data_lost() { board_.mark_all_lost(); }
  void window_limited(bool full) {
    window_full_ = full;
  }                               // the sender was stopped by the peer's window, not by cwnd
  void probe_timeout(Nanos now);  // zero-window probe unanswered: backs off the RTO
  void probe_answered();          // and answered: no backoff any more

  uint32_t snd_una() const { return una_; }
  uint32_t snd_nxt() const { return nxt_; }
  uint32_t in_flight() const {
    return board_.in_flight_bytes();
  }  // bytes: sent - sacked - lost + retransmitted
  bool all_acked() const { return snd_una() == snd_nxt(); }
  int backoffs() const { return backoffs_; }  // RTOs in a row
  Nanos first_unacked_since()
      const;          // when the oldest outstanding byte was first sent; for TCP_USER_TIMEOUT
  Nanos rto() const;  // with the backoff of now
  const RttEstimator& rtt() const { return rtt_; }
  uint64_t pacing_rate() const;  // bytes a second, whether paced or not
  CongestionControl& control() const { return *control_; }
  const Scoreboard& board() const { return board_; }
  TimeoutSums& timeouts() { return timeouts_; }
  const TimeoutSums& timeouts() const { return timeouts_; }
  // Fills the fields of struct tcp_info that it knows (ca_state, retransmits, rto, unacked, sacked,
  // lost, retrans, rtt, rttvar, cwnd, ssthresh, reordering, total_retrans, min_rtt, delivery_rate,
  // pacing_rate, delivered, bytes_retrans, dsack_dups, reord_seen …).
  void fill_info(Nanos now, struct ::tcp_info& info) const;
  size_t memory() const;  // bytes held beside this object

 private:
  enum class Phase : uint8_t { kOpen, kDisorder, kCwr, kRecovery, kLoss };  // as TCP_CA_* count
  enum class Early : uint8_t { kNone, kProbe, kReorder };
  enum class Frto : uint8_t { kOff, kFirstAck, kNewData, kJudge };  // RFC 5682
  struct Gathered;                                                  // over one ack

  // recovery_ack.cc
  void take_acked(const AckFacts& facts, Gathered& got);
  void take_sacks(const AckFacts& facts, Gathered& got);
  void take_dsack(const AckFacts& facts, Gathered& got);
  void take_duplicate(const AckFacts& facts, Gathered& got);
  void delivered(const SentRange& piece, uint32_t segments, bool by_sack, Gathered& got);
  void measure(const AckFacts& facts, Gathered& got);
  void judge_probe(const AckFacts& facts, Gathered& got);
  void seen_reordering(uint32_t distance);
  void rearm(Nanos now, Gathered& got);
  // recovery_phase.cc
  void change_phase(const AckFacts& facts, Gathered& got);
  bool end_phase(Gathered& got);
  void in_loss(const AckFacts& facts, Gathered& got);
  void find_lost(Nanos now, Gathered& got);
  void find_lost_by_count(Gathered& got);
  void find_lost_newreno(Gathered& got);
  void enter_recovery(Nanos now, Gathered& got);
  void enter_cwr(Nanos now, Gathered& got);
  void enter_loss(Nanos now);
  void begin_reduction(Nanos now);
  void end_reduction();
  bool reorder_timeout(Nanos now);
  bool may_undo(const Gathered& got) const;
  void undo(bool loss_too, Gathered& got);
  void set_window(const AckFacts& facts, Gathered& got);
  void govern(const Gathered& got);
  PathSample path_sample(Nanos now) const;
  // recovery.cc
  void retransmitted(Nanos now, uint32_t start, uint32_t end);
  void note_use(bool app_limited);
  void schedule_probe(Nanos now);
  uint32_t in_flight_segments() const { return board_.in_flight() - newreno_sacked_in(); }
  uint32_t newreno_sacked_in() const { return std::min(dupacks_, board_.in_flight()); }
  uint32_t window(Nanos now) const;
  Nanos reorder_window() const;
  uint32_t quantum() const;

  // Settings
  bool sack_ : 1, timestamps_ : 1, use_frto_ : 1, use_tlp_ : 1, use_rack_ : 1,
      restart_after_idle_ : 1, established_ : 1, thin_linear_ : 1, governed_ : 1;
  const uint8_t initial_reordering_;
  const uint16_t max_reordering_, pacing_ss_ratio_, pacing_ca_ratio_;
  const uint32_t initial_window_;  // segments
  // State
  Phase phase_ = Phase::kOpen;
  Early early_ = Early::kNone;
  Frto frto_ = Frto::kOff;
  uint8_t backoffs_ = 0;     // of the RTO, until a round trip is measured (RFC 6298, 5.7)
  uint8_t retransmits_ = 0;  // timeouts in a row
  bool more_to_send_ : 1 = false, window_full_ : 1 = false;
  bool reordering_seen_ : 1 = false;
  bool undo_possible_ : 1 = false;  // prior_… and undo_… hold
  bool probing_ : 1 = false;        // kProbe was given out, and nothing sent since
  bool resend_now_ : 1 = false;     // a timeout, and nothing sent since: no pacing (RFC 6298, 5.4)
  bool probe_out_ : 1 = false, probe_was_retrans_ : 1 = false;  // until probe_end_ is acknowledged
  bool cwnd_limited_ : 1 = false;
  bool reneging_ : 1 = false;  // the first in flight is SACKed
  std::unique_ptr<CongestionControl> control_;
  uint32_t una_, nxt_;
  uint32_t high_;             // end of the recovery: nxt_ as it was at its begin
  uint32_t newreno_recover_;  // RFC 6582
  uint32_t sacked_end_;       // end of the highest range SACKed; una_ when none
  uint32_t retrans_end_;      // nothing from there on was ever retransmitted
  uint32_t probe_end_ = 0;
  uint32_t undo_from_ = 0, undo_retrans_ = 0;  // retransmissions since, without a D-SACK
  uint32_t prior_cwnd_ = 0, prior_ssthresh_ = 0;
  uint32_t dupacks_ = 0;                     // without SACK: segments that left by them
  uint32_t reordering_;                      // in segments
  uint32_t usage_end_, most_in_flight_ = 0;  // how far the window was used in this round
  uint32_t total_retrans_ = 0, dsack_dups_ = 0, reorderings_ = 0;
  uint64_t bytes_retrans_ = 0, max_pacing_rate_;
  Nanos rto_at_{-1}, early_at_{};  // negative: not set
  Nanos retrans_began_{};          // the first retransmission since undo_from_
  Nanos last_sent_{};
  RttEstimator rtt_;
  Scoreboard board_;
  Rack rack_;
  Prr prr_;
  TimeoutSums timeouts_;
  DeliveryRate rate_;
  Pacing pacing_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RECOVERY_H_
