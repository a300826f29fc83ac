#include "inet/tcp/ack_delay.h"

#include <algorithm>
#include <utility>

namespace unetns {

void AckDelay::arrived(Nanos now, uint32_t bytes, uint32_t segment, uint32_t rcvbuf, Nanos rto,
                       const TcpSettings& settings) {
  // What the peer's full segments measure; a small one may be the end of a message, two of the same
  // size in a row are not.
  const uint32_t last = std::exchange(last_segment_, 0);
  if (segment >= rcv_mss_ || bytes > segment) {
    rcv_mss_ = std::max<uint32_t>(segment, 88);
  } else if (segment >= 536) {
    if (segment == last)
      rcv_mss_ = segment;
    else
      last_segment_ = segment;
  }
  const auto quick =
      static_cast<uint8_t>(std::clamp<uint32_t>(rcvbuf / (2 * std::max(rcv_mss_, 1u)), 2, kQuick));
  if (last_arrival_ == Nanos{}) {
    quick_ = quick;
    ato_ = settings.delack_min;
  } else {
    const Nanos gap = now - last_arrival_;
    if (gap <= settings.delack_min / 2) {
      ato_ = ato_ / 2 + settings.delack_min / 2;
    } else if (gap < ato_) {
      ato_ = std::min(ato_ / 2 + gap, rto);
    } else if (gap > rto) {
      quick_ = quick;  // the sender's window has probably shrunk
    }
  }
  last_arrival_ = now;
}

void AckDelay::schedule(Nanos now, Nanos srtt, const TcpSettings& settings) {
  Nanos delay = last_arrival_ == Nanos{} ? Nanos{} : ato_;  // what the first data will measure
  if (delay > settings.delack_min) {
    Nanos limit = dialogue_ ? settings.delack_max : std::chrono::milliseconds(500);
    if (srtt != Nanos{}) limit = std::min(limit, std::max(srtt, settings.delack_min));
    delay = std::min(delay, limit);
  }
  const Nanos at = now + std::min(delay, settings.delack_max);
  deadline_ = pending_ ? std::min(deadline_, at) : at;
  pending_ = true;
}

void AckDelay::expired(const TcpSettings& settings) {
  pending_ = false;
  if (!dialogue_) {
    ato_ = std::min(ato_ * 2, settings.delack_max);
  } else {
    dialogue_ = false;
    ato_ = settings.delack_min;
  }
}

}  // namespace unetns
