// ReceiveWindow: what window to advertise, and how the receive buffer grows to what its reader
// takes in a round trip.
#ifndef UNETNS_INET_TCP_RECEIVE_WINDOW_H_
#define UNETNS_INET_TCP_RECEIVE_WINDOW_H_

#include "inet/tcp/handshake.h"

namespace unetns {

class ReceiveWindow {
 public:
  // `advertised`: the window of our SYN, which the first byte after the peer's SYN opens.
  void start(Nanos now, const TcpSettings& settings, uint32_t rcv_nxt, uint32_t advertised,
             uint32_t advmss, uint8_t wscale);
  void settings_changed(const TcpSettings& settings);

  // The window for a segment that leaves now: never takes back what was advertised (RFC 9293
  // §3.8.6), and opens in steps worth sending (§3.8.6.2.2). `held`: bytes of the buffer in use.
  uint32_t advertise(uint32_t rcv_nxt, size_t held, uint32_t rcv_mss);
  // A SYN-ACK acknowledged data: it told of its window from there.
  void told(uint32_t rcv_nxt) { wup_ = rcv_nxt; }
  // Whether the window would open far enough for a large packet: at most a quarter of what it may
  // be.
  bool worth_telling(uint32_t rcv_nxt, uint32_t wanted) const {
    const uint32_t left = open(rcv_nxt);
    return wanted > left && wanted - left >= step();
  }
  // What it would like to be now.
  uint32_t wanted(size_t held, uint32_t rcv_mss) const;
  // What is left of the last one advertised.
  uint32_t open(uint32_t rcv_nxt) const {
    const uint32_t left = wup_ + window_ - rcv_nxt;
    return left > 0x7fffffff ? 0 : left;
  }
  uint16_t on_wire(uint32_t window) const {
    return static_cast<uint16_t>(std::min<uint32_t>(window >> wscale_, 65535));
  }

  // In order or not. `pressed`: memory is short, and the window small.
  void arrived(uint32_t bytes, size_t held, bool pressed = false);
  void round_trip(Nanos now, uint32_t rcv_nxt);  // without timestamps: called at each arrival
  void round_trip_by_timestamp(uint32_t ms);
  // By the reader.
  void taken(Nanos now, uint32_t copied_seq, const TcpSettings& settings, bool may_grow = true);

  uint32_t wup() const { return wup_; }  // rcv_nxt when the last window was advertised
  uint32_t window() const { return window_; }
  uint32_t rcvbuf() const { return rcvbuf_; }
  uint32_t ssthresh() const { return ssthresh_; }
  uint32_t space() const { return drs_space_; }
  Nanos rtt() const { return rtt_; }
  uint8_t wscale() const { return wscale_; }

 private:
  uint32_t clamp() const;
  uint32_t step() const { return std::min(largest_, std::min(clamp(), ssthresh_) / 4); }

  uint32_t wup_ = 0, window_ = 0, ssthresh_ = 0, rcvbuf_ = 0, user_clamp_ = 0;
  uint32_t advmss_ = 536;
  uint32_t largest_ = 0;  // packet that came: peers in this machine send many segments in one
  uint32_t drs_seq_ = 0, drs_space_ = 0;
  Nanos drs_since_{};
  uint32_t rtt_seq_ = 0;
  Nanos rtt_since_{}, rtt_{};
  uint8_t wscale_ = 0;
  bool signed_ = false;  // the peer may take it for a signed number
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RECEIVE_WINDOW_H_
