// What one ack adds up to, while LossRecovery works on it.
#ifndef UNETNS_INET_TCP_RECOVERY_GATHERED_H_
#define UNETNS_INET_TCP_RECOVERY_GATHERED_H_

#include "inet/tcp/recovery.h"

namespace unetns {

struct LossRecovery::Gathered {
  Nanos now{};
  AckResult result;
  DeliveryRate::Sample rate;
  Nanos echo_sent{-1};                // when the segment that the peer echoed left, at the latest
  Nanos first_sent{-1}, last_sent{};  // of those newly acknowledged and never retransmitted
  Nanos sack_sent{-1};                // the same of those newly SACKed: the latest
  Nanos rtt{-1};                      // for congestion control
  uint32_t segments = 0;              // newly delivered
  uint32_t acked_segments = 0;        // of these cumulatively
  uint32_t sacked_segments = 0;       // and by SACK
  uint32_t lost = 0;                  // newly marked
  uint32_t in_flight = 0;             // before this ack
  Nanos reorder_wait{};
  uint32_t prior_sacked_end = 0;
  bool retrans_acked = false;   // data acknowledged that was retransmitted
  bool retrans_sacked = false;  // or SACKed
  bool original_acked = false;  // never retransmitted data sent before the timeout arrived
  bool duplicate = false;       // a duplicate ack
  bool dsack = false;
  bool dsack_of_probe = false;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RECOVERY_GATHERED_H_
