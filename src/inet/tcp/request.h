// TcpRequest: a connection that a listener's peer began and has not finished (SYN-RECV). Small, as
// many of them may wait.
#ifndef UNETNS_INET_TCP_REQUEST_H_
#define UNETNS_INET_TCP_REQUEST_H_

#include "inet/tcp/handshake.h"

namespace unetns {

class TcpRequest {
 public:
  // The settings (of the listener) must outlive it. `syn` has SYN and neither ACK nor RST.
  TcpRequest(const TcpSettings& settings, Nanos now, const TcpSegmentIn& syn, uint32_t iss,
             uint32_t ts_offset, uint32_t path_mtu, uint32_t ip_overhead);

  // The SYN-ACK: send it at first, and whenever told to.
  TcpSegmentOut syn_ack(Nanos now);
  // With a Fast Open cookie in it, when the SYN asked for one.
  TcpSegmentOut syn_ack(Nanos now, Bytes fastopen_cookie);

  Nanos deadline() const { return deadline_; }
  enum class Timer : uint8_t {
    kNothing,  // too early, or waiting for the data of TCP_DEFER_ACCEPT
    kResend,
    kGiveUp,  // forget it
  };
  Timer timer(Nanos now);

  enum class Verdict : uint8_t {
    kIgnore,
    kResend,   // the SYN again: send syn_ack()
    kAck,      // outside the window, or an RST within: send reply(), a pure ack, rate limited
    kTooSoon,  // the same, but one went out not long ago
    kReset,    // an ack of what was never sent: send tcp_reset_for(segment); the request stays
    kForget,   // the next RST, or another SYN in the window: forget it, send tcp_reset_for(segment)
    kEstablished,  // make a connection from agreed() and give it this segment
    kDeferred,     // a bare ack, and TCP_DEFER_ACCEPT wants data: wait
  };
  Verdict segment(Nanos now, const TcpSegmentIn& segment);
  TcpSegmentOut reply(Nanos now) const;

  const TcpNegotiated& agreed() const { return agreed_; }  // complete once established
  uint8_t retransmits() const { return resent_; }
  uint32_t path_mtu() const { return path_mtu_; }
  const RouteHints& route() const { return route_; }
  bool wants_fastopen_cookie() const { return wants_cookie_; }

 private:
  const TcpSettings* settings_;
  TcpNegotiated agreed_;
  Nanos started_, deadline_, timeout_;
  Nanos last_resend_{};
  uint32_t path_mtu_;
  RouteHints route_;
  uint16_t advmss_;
  uint32_t first_stamp_, last_stamp_;  // of our SYN-ACKs
  uint8_t ip_overhead_;
  uint8_t resent_ = 0, timeouts_ = 0;
  bool deferred_ = false, wants_cookie_ = false;
};
static_assert(sizeof(TcpRequest) <= 256);

}  // namespace unetns

#endif  // UNETNS_INET_TCP_REQUEST_H_
