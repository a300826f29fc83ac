// The state of a TcpConnection, and its work cut by concern: a .cc file for each heading below.
// Private to inet/tcp/.
#ifndef UNETNS_INET_TCP_CONNECTION_IMPL_H_
#define UNETNS_INET_TCP_CONNECTION_IMPL_H_

#include "inet/tcp/ack_delay.h"
#include "inet/tcp/connection.h"
#include "inet/tcp/handshake.h"
#include "inet/tcp/out_of_order.h"
#include "inet/tcp/receive_queue.h"
#include "inet/tcp/receive_window.h"
#include "inet/tcp/recovery.h"
#include "inet/tcp/send_queue.h"
#include "inet/tcp/seq.h"
#include "inet/tcp/time_spent.h"

namespace unetns {

class TcpConnectionImpl final : public TcpConnection {
 public:
  TcpConnectionImpl(const Parts& parts, uint32_t iss, uint32_t path_mtu, uint32_t ip_overhead,
                    std::unique_ptr<CongestionControl> control, uint32_t ts_offset);
  ~TcpConnectionImpl() override;
  void open_passive(Nanos now, const TcpNegotiated& agreed);
  void open_fastopen(Nanos now, const TcpNegotiated& agreed, Packet data, bool fin);

  void connect(Nanos now) override;
  uint32_t connect_fastopen(Nanos now, const FastOpen& how, Packet data) override;
  void connect_late() override { set_state(TcpState::kSynSent); }
  std::optional<DropReason> segment(Nanos now, TcpSegmentIn&& segment) override;
  std::optional<Nanos> deadline() const override;
  void timer(Nanos now) override;
  uint32_t send_room() const override;
  void write(Nanos now, Packet data, bool more, bool urgent) override;
  void push(Nanos now) override;
  uint32_t unsent() const override;
  uint32_t unacked_or_unsent() const override;
  uint32_t write_seq() const override { return queue_.end(); }
  uint32_t acked_seq() const override { return snd_una_; }
  Packet read(Nanos now, size_t max) override;
  size_t readable() const override;
  const Packet* peek() const override;
  bool peer_closed() const override;
  void rmem_changed(Nanos now) override;
  void shutdown_send(Nanos now) override;
  void stop_reading() override;
  void close(Nanos now) override;
  void abort(Nanos now) override;
  void kill(int err) override;
  bool dead() const override { return state_ == TcpState::kClose && opened_; }
  std::optional<TcpTimeWait> time_wait(Nanos now) const override;
  TcpState state() const override { return state_; }
  int take_error() override { return std::exchange(error_, 0); }
  int error() const override { return error_; }
  int take_soft_error() override { return std::exchange(soft_error_, 0); }
  uint32_t poll() const override;
  bool at_urgent_mark() const override;
  Result<uint8_t> read_urgent(bool peek) override;
  void settings_changed(Nanos now) override;
  void set_control(std::unique_ptr<CongestionControl> control, Nanos now) override;
  void path_mtu(Nanos now, uint32_t mtu) override;
  bool in_flight(uint32_t seq) const override {
    return seq_between(snd_una_, seq, recovery_ ? snd_nxt() : syn_end_);
  }
  void icmp_error(Nanos now, int err, bool hard, uint32_t quoted_seq) override;
  void fill_info(Nanos now, struct ::tcp_info& info) const override;
  ByteVector congestion_info() const override;
  TcpInfoTail info_tail(Nanos now) const override;
  size_t memory() const override;
  size_t buffered() const override { return queue_.cost() + in_.cost() + ooo_.cost(); }
  uint32_t rcvbuf() const override { return recovery_ ? window_.rcvbuf() : settings_.rcvbuf; }
  uint32_t sndbuf() const override { return sndbuf_; }

 private:
  enum class Urgent : uint8_t { kNone, kComing, kHere, kTaken };

  // connection_open.cc
  void begin_open(Nanos now);
  TcpSegmentOut make_syn(Nanos now);
  void send_syn(Nanos now) { send_syn(now, make_syn(now)); }
  void send_syn(Nanos now, TcpSegmentOut syn);
  uint16_t syn_window() const;
  void arm_syn(Nanos now);
  bool syn_gave_up(Nanos now) const;
  void syn_timer(Nanos now);
  std::optional<DropReason> in_syn_sent(Nanos now, TcpSegmentIn& segment);
  std::optional<Nanos> handshake_rtt(Nanos now, const TcpSegmentIn& segment) const;
  TcpNegotiated agreed() const;
  bool in_syn_recv(Nanos now, const TcpSegmentIn& segment);
  void agree(Nanos now, const TcpNegotiated& agreed);
  void start_recovery(Nanos now, uint32_t first, std::optional<Nanos> rtt);
  void established(Nanos now);
  // connection_fastopen.cc
  uint32_t syn_room(uint16_t peer_mss) const;
  void track_syn_data();
  void judge_syn_data(Nanos now, uint32_t ack);
  void syn_too_big(Nanos now);
  // connection_segment.cc
  std::optional<DropReason> in_rest(Nanos now, const TcpSegmentIn& segment);
  void end_more(Nanos now);
  bool as_expected(const TcpSegmentIn& segment) const;
  std::optional<DropReason> out_of_place(Nanos now, const TcpSegmentIn& segment, uint32_t end);
  bool too_old(const TcpSegmentIn& segment) const;
  void take_timestamp(Nanos now, const TcpSegmentIn& segment);
  void take_reset();
  DropReason challenge(Nanos now);
  void answer_out_of_window(Nanos now, const TcpSegmentIn& segment, TcpMib skipped);
  // connection_ack.cc
  bool plausible_ack(uint32_t ack) const;
  void take_ack(Nanos now, const TcpSegmentIn& segment);
  void took_ack(Nanos now, uint32_t acked);
  void update_window(const TcpSegmentIn& segment);
  void expand_sndbuf();
  // connection_data.cc
  std::optional<DropReason> take_data(Nanos now, TcpSegmentIn& segment);
  DropReason refuse_data(const TcpSegmentIn& segment);
  bool take_in_order(Packet& data);
  bool take_out_of_order(uint32_t seq, Packet& data);
  void note_arrival(Nanos now, uint32_t bytes, uint32_t segment_size);
  void take_fin(Nanos now);
  void take_urgent(const TcpSegmentIn& segment);
  void note_ecn(const TcpSegmentIn& segment);
  void ack_if_due(Nanos now);
  void after_read(Nanos now, size_t bytes);
  // connection_output.cc
  void output(Nanos now, bool force = false);
  void send_lost(Nanos now);
  void send_new(Nanos now, bool force);
  uint32_t sendable(Nanos now, bool force) const;
  bool hold_small(uint32_t bytes) const;
  void transmit(Nanos now, uint32_t start, uint32_t end, bool again);
  void note_what_holds(Nanos now);
  void send_ack(Nanos now);
  void send_probe(Nanos now);
  uint32_t acceptable_seq() const;
  void send_reset(Nanos now);
  void fill_header(Nanos now, TcpSegmentOut& out);
  void emit(Nanos now, TcpSegmentOut out, bool acks);
  size_t sack_blocks() const;     // that the next segment carries
  uint32_t segment_size() const;  // payload of a full segment now, never 0
  uint32_t gso_limit() const;     // payload of the largest packet, in whole segments
  uint32_t burst_limit() const;   // and of the largest that is worth sending at the rate of now
  void set_mss();
  // connection_timer.cc
  void recovery_timer(Nanos now);
  bool gave_up(Nanos now);
  void persist_timer(Nanos now);
  void arm_persist(Nanos now);
  void keepalive_timer(Nanos now);
  void arm_keepalive(Nanos now);
  void probe_black_hole(Nanos now);
  // connection_close.cc
  void queue_fin(Nanos now);
  void finish(int err);  // CLOSED, with a pending error
  void enter_time_wait(Nanos now);
  void enter_fin_wait2(Nanos now);
  void time_out(Nanos now);
  bool gives_memory_back(Nanos now);

  void fill_syn_info(struct ::tcp_info& info) const;
  bool writable() const;
  bool memory_full() const { return host_.tcp_memory() == TcpMemory::kFull; }
  bool memory_pressed() const { return host_.tcp_memory() != TcpMemory::kPlenty; }
  uint32_t send_limit() const { return memory_full() ? std::min(sndbuf_, kLeastBuffer) : sndbuf_; }
  void count(TcpMib mib, uint32_t n = 1) { host_.tcp_count(mib, n); }
  void set_state(TcpState state);
  uint32_t snd_nxt() const { return recovery_ ? recovery_->snd_nxt() : snd_una_; }
  uint32_t write_end() const { return queue_.end() + (fin_queued_ ? 1 : 0); }
  uint32_t window_end() const { return snd_una_ + snd_wnd_; }
  bool synchronized() const {
    return state_ != TcpState::kSynSent && state_ != TcpState::kClose &&
           (state_ != TcpState::kSynRecv || fastopen_child_);
  }
  bool may_transmit() const { return recovery_ && state_ != TcpState::kClose; }
  size_t held() const { return in_.cost() + ooo_.cost() + host_.tcp_read_ahead(); }
  bool sending_stopped() const { return fin_queued_ || state_ == TcpState::kClose; }
  Nanos rto() const { return recovery_ ? recovery_->rto() : syn_timeout_; }

  TcpHost& host_;
  PacketPool& packets_;
  const TcpSettings& settings_;
  std::unique_ptr<CongestionControl> control_;  // until recovery_ takes it
  std::unique_ptr<LossRecovery> recovery_;      // once the handshake is done
  SendQueue queue_;
  ReceiveQueue in_;
  OutOfOrder ooo_;
  ReceiveWindow window_;
  AckDelay acks_;
  TimeSpent spent_;
  std::optional<TcpTimeWait> rest_;  // in TIME-WAIT, and FIN-WAIT-2 of an orphan

  TcpState state_ = TcpState::kClose;
  bool opened_ : 1 = false;
  bool orphan_ : 1 = false;
  bool fin_queued_ : 1 = false;
  bool fin_received_ : 1 = false;
  bool reading_stopped_ : 1 = false;
  bool more_ : 1 = false;            // the last write said that more follows: until a segment comes
  bool unpushed_ : 1 = false;        // it said so, and no push came since
  bool fastopen_child_ : 1 = false;  // SYN-RECV that may carry data
  bool syn_data_ : 1 = false;        // our SYN carried data
  bool syn_data_acked_ : 1 = false;
  bool syn_was_slow_ : 1 = false;  // the first was answered, after it had gone again
  bool syn_asked_cookie_ : 1 = false;
  bool syn_asked_ecn_ : 1 = false;
  bool syn_fallback_ : 1 = false;      // Fast Open gave nothing: plain SYNs from now on
  bool halved_by_window_ : 1 = false;  // mss_ is half of the peer's window
  bool ecn_ok_ : 1 = false;
  bool echo_ce_ : 1 = false;  // ECE on acks until CWR comes
  bool cwr_due_ : 1 = false;
  bool seen_ect_ : 1 = false;
  bool wscale_ok_ : 1 = false, ts_ok_ : 1 = false, sack_ok_ : 1 = false;
  bool ack_now_ : 1 = false;
  mutable bool blocked_ : 1 = false;  // poll() said that it can't be written to
  bool need_ack_ : 1 = false;         // data came that no ack has told of
  bool quickack_off_ : 1 = false;     // TCP_QUICKACK 0, as it was seen last
  bool small_came_ : 1 = false;       // its last segment was a small one
  Urgent urgent_ : 2 = Urgent::kNone;
  uint8_t urgent_byte_ = 0;
  uint8_t snd_wscale_ = 0;
  uint8_t syn_tries_ = 0, syn_retransmits_ = 0, probes_out_ = 0, keepalives_out_ = 0,
          persist_backoff_ = 0;
  uint8_t timeouts_ = 0;
  int error_ = 0, soft_error_ = 0;

  uint32_t iss_, irs_ = 0, ts_offset_;
  uint32_t snd_una_, snd_wnd_ = 0, snd_wl1_ = 0, max_window_ = 0;
  uint32_t more_at_ = 0;  // when the last such write came, in milliseconds
  uint32_t pushed_;       // end of the last segment that had a PSH
  uint32_t snd_small_;    // end of the last segment smaller than a full one
  uint32_t snd_up_;       // urgent data ends here
  uint32_t syn_end_;      // behind our SYN and its data
  uint32_t rcv_nxt_ = 0, copied_ = 0, urgent_seq_ = 0;
  uint32_t ts_recent_ = 0;
  uint32_t syn_stamp_ = 0;  // of our first SYN
  uint32_t rtt_echo_ = 0;   // our timestamp that measured the last round trip of the receiver
  uint32_t pmtu_, ip_overhead_;
  uint16_t largest_probed_ = 0;  // payload of a segment that a black hole may let pass; 0: all
  uint16_t peer_mss_ = 536;
  uint16_t advmss_ = 536;
  uint32_t mss_ = 536;  // payload of a full segment, timestamps taken off
  uint32_t sndbuf_;
  std::optional<SackBlock> dsack_;
  std::optional<uint32_t> fin_seq_;  // of the peer, once it was seen

  Nanos syn_deadline_ = Nanos::max(), syn_timeout_{}, syn_sent_{};
  Nanos persist_ = Nanos::max(), keepalive_ = Nanos::max(), ending_ = Nanos::max();
  Nanos stalled_since_{};  // the first of the timeouts in a row
  Nanos probing_since_{};  // the first of the zero-window probes in a row
  Nanos ts_recent_since_{};
  Nanos last_ack_arrival_{}, last_data_sent_{};
  Nanos last_oow_{};

  uint64_t bytes_acked_ = 0, bytes_received_ = 0, bytes_sent_ = 0;
  uint32_t segs_in_ = 0, segs_out_ = 0, data_segs_in_ = 0, data_segs_out_ = 0;
  uint32_t ooo_packets_ = 0, delivered_ce_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CONNECTION_IMPL_H_
