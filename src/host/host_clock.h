// HostClock: the clock of the machine we run on.
#ifndef UNETNS_HOST_HOST_CLOCK_H_
#define UNETNS_HOST_HOST_CLOCK_H_

#include "env/clock.h"

namespace unetns {

class HostClock final : public Clock {
 public:
  Nanos monotonic() const override;  // CLOCK_MONOTONIC
  Nanos realtime() const override;   // CLOCK_REALTIME
};

}  // namespace unetns

#endif  // UNETNS_HOST_HOST_CLOCK_H_
