// ReceiveLimit: the time limit of recvmmsg(2), which is asked about after each message only (BUGS).
#ifndef UNETNS_RUNTIME_RECEIVE_LIMIT_H_
#define UNETNS_RUNTIME_RECEIVE_LIMIT_H_

#include <optional>

#include "base/result.h"
#include "env/clock.h"
#include "runtime/call.h"

namespace unetns {

class ReceiveLimit {
 public:
  // Of that call, which outlives it; counted from when it was tried first. EFAULT, EINVAL.
  static Result<ReceiveLimit> of(const Clock& clock, Call& call);
  bool over() const { return limit_ && rest() <= Nanos::zero(); }
  void tell_rest() const;  // tells the program how much of it was not needed

 private:
  ReceiveLimit(const Clock& clock, const Call& call) : clock_(clock), call_(call) {}
  Nanos rest() const { return *limit_ - (clock_.monotonic() - *call_.began); }

  const Clock& clock_;
  const Call& call_;
  std::optional<Nanos> limit_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_RECEIVE_LIMIT_H_
