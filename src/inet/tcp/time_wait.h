// TcpTimeWait: what is left of a connection that this end closed first, so that old segments don't
// disturb a new one (RFC 9293 §3.6.1, 6191); also an orphan in FIN-WAIT-2.
#ifndef UNETNS_INET_TCP_TIME_WAIT_H_
#define UNETNS_INET_TCP_TIME_WAIT_H_

#include "inet/tcp/tcp_types.h"

namespace unetns {

class TcpTimeWait {
 public:
  static constexpr Nanos kTime = std::chrono::seconds(60);

  struct State {
    bool fin_wait2 = false;  // the peer's FIN is still to come
    uint32_t snd_nxt = 0, rcv_nxt = 0, rcv_wnd = 0;
    bool ts_ok = false;
    uint32_t ts_recent = 0, ts_offset = 0;
    uint8_t rcv_wscale = 0;
    Nanos since{};  // when it began
    Nanos deadline{};
  };
  explicit TcpTimeWait(const State& state) : s_(state) {}

  enum class Verdict : uint8_t {
    kIgnore,
    kAck,     // send ack()
    kReset,   // data for a closed end: send tcp_reset_for(segment) and forget it
    kNew,     // a SYN that may take its place: forget it and go to the listener with this segment,
              // and next_iss() as initial sequence number
    kForget,  // an RST
  };
  Verdict segment(Nanos now, const TcpSegmentIn& segment, const TcpSettings& settings);
  TcpSegmentOut ack(Nanos now) const;
  uint32_t next_iss() const { return s_.snd_nxt + 65535 + 2; }
  // A program's connect() may take its place (tcp_tw_reuse): after a second, with timestamps.
  bool may_reuse(Nanos now) const;

  Nanos deadline() const { return s_.deadline; }
  TcpState state() const { return s_.fin_wait2 ? TcpState::kFinWait2 : TcpState::kTimeWait; }
  const State& facts() const { return s_; }

 private:
  State s_;
  Nanos last_ack_{};
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TIME_WAIT_H_
