// AckDelay: when an ack may wait for company (RFC 9293 §3.8.6.3, RFC 5681 §4.2). At first, and
// after silence, acks are quick so that the sender's window grows; in a dialogue they ride on the
// answers.
#ifndef UNETNS_INET_TCP_ACK_DELAY_H_
#define UNETNS_INET_TCP_ACK_DELAY_H_

#include "inet/tcp/tcp_types.h"

namespace unetns {

class AckDelay {
 public:
  void start(const TcpSettings& settings, uint32_t rcv_mss) {
    ato_ = settings.delack_min;
    rcv_mss_ = rcv_mss;
  }
  // Data came in; `segment` is the size of one segment of it.
  void arrived(Nanos now, uint32_t bytes, uint32_t segment, uint32_t rcvbuf, Nanos rto,
               const TcpSettings& settings);
  void sent_data(Nanos now) {  // an answer within the delay: a dialogue
    if (last_arrival_ != Nanos{} && now - last_arrival_ < ato_) dialogue_ = true;
  }
  void sent_ack() {
    pending_ = false;
    quick_ -= quick_ > 0;
  }
  bool quick() const { return quick_ > 0 && !dialogue_; }
  void go_quick() {
    quick_ = kQuick;
    dialogue_ = false;
  }
  void go_slow() { dialogue_ = true; }  // an answer is expected
  void one_quick() { quick_ = quick_ ? quick_ : 1; }

  void schedule(Nanos now, Nanos srtt, const TcpSettings& settings);
  bool pending() const { return pending_; }
  Nanos deadline() const { return pending_ ? deadline_ : Nanos::max(); }
  void expired(const TcpSettings& settings);

  Nanos ato() const { return ato_; }
  uint32_t rcv_mss() const { return rcv_mss_; }
  Nanos last_arrival() const { return last_arrival_; }
  bool dialogue() const { return dialogue_; }

 private:
  static constexpr uint8_t kQuick = 16;
  Nanos ato_{}, last_arrival_{}, deadline_{};
  uint32_t rcv_mss_ = 536, last_segment_ = 0;
  uint8_t quick_ = 0;
  bool dialogue_ = false, pending_ = false;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_ACK_DELAY_H_
