#include "inet/tcp/receive_window.h"

#include <algorithm>

#include "inet/tcp/seq.h"

namespace unetns {

namespace {
constexpr uint32_t kWorthGrowing = 128;  // smaller packets are mostly overhead
}

void ReceiveWindow::start(Nanos now, const TcpSettings& settings, uint32_t rcv_nxt,
                          uint32_t advertised, uint32_t advmss, uint8_t wscale) {
  wup_ = drs_seq_ = rcv_nxt;
  window_ = advertised;
  rtt_seq_ = rcv_nxt + advertised;
  rtt_since_ = drs_since_ = now;
  advmss_ = advmss;
  wscale_ = wscale;
  drs_space_ = std::min(advertised, 10 * advmss);
  rcvbuf_ = 0;
  settings_changed(settings);
  // Some room is kept, if there is enough, for the peer's window to be overrun a little.
  const uint32_t space = tcp_window_of_space(rcvbuf_);
  const uint32_t full = user_clamp_ ? std::min(space, user_clamp_) : space;
  ssthresh_ = full > 2 * advmss && advertised + advmss > full ? std::max(2 * advmss, full - advmss)
                                                              : advertised;
}

void ReceiveWindow::settings_changed(const TcpSettings& settings) {
  rcvbuf_ = settings.rcvbuf_locked ? settings.rcvbuf : std::max(rcvbuf_, settings.rcvbuf);
  user_clamp_ = settings.largest_window();
  signed_ = settings.signed_windows;
}

uint32_t ReceiveWindow::clamp() const {
  const uint32_t widest = signed_ && wscale_ == 0 ? kTcpMaxSignedWindow : kTcpMaxWindow << wscale_;
  uint32_t c = std::min(tcp_window_of_space(rcvbuf_), widest);
  return user_clamp_ ? std::min(c, user_clamp_) : c;
}

uint32_t ReceiveWindow::wanted(size_t held, uint32_t rcv_mss) const {
  const uint32_t full = clamp();
  uint32_t space = held < rcvbuf_ ? tcp_window_of_space(rcvbuf_ - static_cast<uint32_t>(held)) : 0;
  space = std::min(space, full);
  const uint32_t mss = std::max<uint32_t>(std::min(rcv_mss, full), 1);
  // Receiver's silly window avoidance: nothing rather than less than a segment.
  if (space < full / 2 && (space < full / 16 || space < mss)) return 0;
  space = std::min(space, ssthresh_);
  if (wscale_) {
    const uint32_t unit = uint32_t{1} << wscale_;
    return (space + unit - 1) / unit * unit;
  }
  uint32_t window = window_;
  if (window + mss <= space || window > space)
    window = space / mss * mss;
  else if (mss == full && space > window + full / 2)
    window = space;
  return window;
}

uint32_t ReceiveWindow::advertise(uint32_t rcv_nxt, size_t held, uint32_t rcv_mss) {
  const uint32_t left = open(rcv_nxt), unit = uint32_t{1} << wscale_;
  uint32_t next = wanted(held, rcv_mss);
  // A peer without delay fills each bit of room at once, with ever smaller packets.
  const bool little = !worth_telling(rcv_nxt, next) && left < clamp() / 2;
  if (next < left || little) next = (left + unit - 1) / unit * unit;
  window_ = std::min(next, uint32_t{65535} << wscale_);
  wup_ = rcv_nxt;
  return window_;
}

void ReceiveWindow::arrived(uint32_t bytes, size_t held, bool pressed) {
  largest_ = std::max(largest_, bytes);
  if (pressed) {
    ssthresh_ = std::min(ssthresh_, 4 * advmss_);
    return;
  }
  if (bytes < kWorthGrowing) return;
  const uint32_t full = clamp();
  if (ssthresh_ >= full || held > rcvbuf_ / 2) {
    ssthresh_ = std::min(ssthresh_, std::max(full, 2 * advmss_));
    return;
  }
  ssthresh_ = std::min(full, ssthresh_ + std::max(2 * advmss_, 2 * bytes));
}

void ReceiveWindow::round_trip(Nanos now, uint32_t rcv_nxt) {
  // The peer can't have sent what is beyond a window before that window reached it.
  if (seq_lt(rcv_nxt, rtt_seq_)) return;
  const Nanos took = std::max<Nanos>(now - rtt_since_, std::chrono::microseconds(1));
  if (rtt_ == Nanos{} || took < rtt_) rtt_ = took;
  rtt_seq_ = rcv_nxt + window_;
  rtt_since_ = now;
}

void ReceiveWindow::round_trip_by_timestamp(uint32_t ms) {
  const Nanos took = std::chrono::milliseconds(std::max(ms, 1u));
  rtt_ = rtt_ == Nanos{} ? took : rtt_ + (took - rtt_) / 8;
}

void ReceiveWindow::taken(Nanos now, uint32_t copied_seq, const TcpSettings& settings,
                          bool may_grow) {
  if (rtt_ == Nanos{} || now - drs_since_ < rtt_) return;
  const uint32_t copied = copied_seq - drs_seq_;
  if (copied > drs_space_) {
    if (may_grow && settings.moderate_rcvbuf && !settings.rcvbuf_locked) {
      // Twice what was taken, as the sender may double in a round trip, more when it grew faster.
      uint64_t window = uint64_t{2} * copied + uint64_t{16} * advmss_;
      window += 2 * (window * (copied - drs_space_) / std::max<uint32_t>(drs_space_, 1));
      const uint64_t space = std::min<uint64_t>(2 * window, settings.rcvbuf_max);
      rcvbuf_ = std::max(rcvbuf_, static_cast<uint32_t>(space));
    }
    drs_space_ = copied;
  }
  drs_seq_ = copied_seq;
  drs_since_ = now;
}

}  // namespace unetns
