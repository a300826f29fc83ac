// ChallengeBudget: how many challenge acks a namespace sends in a second (RFC 5961 §10,
// tcp_challenge_ack_limit).
#ifndef UNETNS_INET_TCP_CHALLENGE_BUDGET_H_
#define UNETNS_INET_TCP_CHALLENGE_BUDGET_H_

#include <algorithm>
#include <cstdint>

#include "env/clock.h"

namespace unetns {

class ChallengeBudget {
 public:
  bool take(Nanos now, int32_t limit) {
    if (limit == INT32_MAX) return true;
    if (since_ == Nanos{} || now - since_ >= std::chrono::seconds(1)) {
      since_ = now;
      taken_ = 0;
    }
    return taken_++ < static_cast<uint32_t>(std::max(limit, 0));
  }

 private:
  Nanos since_{};
  uint32_t taken_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CHALLENGE_BUDGET_H_
