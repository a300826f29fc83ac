// BbrControl: BBR, version 1 (draft-cardwell-iccrg-bbr-congestion-control-00; names as there). It
// makes a model of the path, the bandwidth of its bottleneck and its round trip time without a
// queue, and sends as fast and as much as these say, whatever gets lost. Of draft -02 it has what
// accounts for acks that come in bursts, and the percent that it stays below the bandwidth.
#ifndef UNETNS_INET_TCP_CONGESTION_BBR_H_
#define UNETNS_INET_TCP_CONGESTION_BBR_H_

#include "inet/tcp/congestion.h"
#include "inet/tcp/windowed_max.h"

namespace unetns {

class BbrControl final : public CongestionControl {
 public:
  enum class Mode : uint8_t { kStartup, kDrain, kProbeBw, kProbeRtt };
  static constexpr uint32_t kBandwidthRounds = 10, kMinWindow = 4, kFullRounds = 3;
  static constexpr Nanos kMinRttWindow = std::chrono::seconds(10);
  static constexpr Nanos kProbeRttTime = std::chrono::milliseconds(200);

  explicit BbrControl(Rng& rng) : rng_(rng) {}

  std::string_view name() const override { return "bbr"; }
  bool governs() const override { return true; }
  void start(const PathSample& sample) override;
  bool on_path_sample(const PathSample& sample) override;
  void on_acked(const CongestionSample&) override {}
  uint32_t reduced(Nanos now) override;
  void undo(uint32_t prior_cwnd, uint32_t prior_ssthresh) override;
  void on_rto(Nanos) override {
    conserve_ = false;
    repairing_ = true;  // also if the first ack after it says that all is well again
  }
  void on_restart(Nanos now, Nanos idle, bool app_limited) override;
  uint64_t pacing_rate() const override { return pacing_rate_; }
  uint32_t least_burst() const override;
  ByteVector info() const override;
  size_t memory() const override { return sizeof(*this); }

  Mode mode() const { return mode_; }
  bool filled_pipe() const { return filled_pipe_; }
  double bandwidth() const { return bandwidth_.best(); }  // segments a second
  Nanos min_rtt() const { return min_rtt_; }              // zero: none yet

 private:
  // Parts of 256, as TCP_CC_INFO tells them: so all sums are those of what it shows.
  static constexpr uint32_t kUnit = 256, kHighGain = 739, kDrainGain = 88;

  void begin_round(const PathSample& sample);
  void update_bandwidth(const PathSample& sample);
  void update_aggregation(const PathSample& sample);
  void update_min_rtt(const PathSample& sample);
  void check_cycle(const PathSample& sample);
  void check_full_pipe(const PathSample& sample);
  void check_drain(const PathSample& sample);
  void check_probe_rtt(const PathSample& sample);
  void end_probe_rtt(Nanos now);
  void enter(Mode mode, Nanos now);
  void advance_cycle(Nanos now);
  void set_pacing_rate(uint32_t gain);
  void set_window(const PathSample& sample);
  void follow_recovery(const PathSample& sample);
  double inflight(uint32_t gain) const;
  uint32_t quantum() const;  // segments
  void save_window();

  Rng& rng_;
  WindowedMax<kBandwidthRounds> bandwidth_;
  WindowedMax<kBandwidthRounds> extra_acked_;  // beyond what the bandwidth explains
  Nanos min_rtt_{}, min_rtt_at_{};
  Nanos cycle_began_{};
  Nanos probe_rtt_done_at_{-1};  // negative: the flight is not small yet
  Nanos extra_since_{-1};
  double extra_count_ = 0;  // delivered since
  double full_bandwidth_ = 0;
  uint64_t pacing_rate_ = 0;  // bytes a second
  uint32_t mss_ = 1;
  uint32_t next_round_ = 0;  // it begins when what left after so much was delivered arrives
  uint32_t rounds_ = 0;
  uint32_t prior_cwnd_ = 0;
  uint16_t pacing_gain_ = 0, cwnd_gain_ = 0;  // none before the first ack
  uint8_t cycle_ = 0, full_count_ = 0;
  Mode mode_ = Mode::kStartup;
  bool round_start_ : 1 = false, filled_pipe_ : 1 = false;
  bool conserve_ : 1 = false;                            // the first round of a recovery
  bool recovering_ : 1 = false, repairing_ : 1 = false;  // after the ack before this; either way
  bool idle_restart_ : 1 = false;
  bool probe_rtt_round_done_ : 1 = false;
  bool min_rtt_expired_ : 1 = false;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CONGESTION_BBR_H_
