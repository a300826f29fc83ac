#include "runtime/receive_limit.h"

#include <algorithm>

#include "env/timespec.h"

namespace unetns {

Result<ReceiveLimit> ReceiveLimit::of(const Clock& clock, Call& call) {
  ReceiveLimit out(clock, call);
  if (!call.args[4]) return out;
  UNETNS_ASSIGN(const timespec limit, call.memory().read_object<timespec>(call.args[4]));
  UNETNS_ASSIGN(out.limit_, from_timespec(limit));
  if (!call.began) call.began = clock.monotonic();
  return out;
}

void ReceiveLimit::tell_rest() const {
  if (!limit_) return;
  (void)call_.memory().write_object(call_.args[4], to_timespec(std::max(rest(), Nanos::zero())));
}

}  // namespace unetns
