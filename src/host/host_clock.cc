#include "host/host_clock.h"

#include <time.h>

namespace unetns {
namespace {

Nanos read_clock(clockid_t id) {
  timespec ts{};
  ::clock_gettime(id, &ts);  // cannot fail for these two clocks
  return std::chrono::seconds(ts.tv_sec) + Nanos(ts.tv_nsec);
}

}  // namespace

Nanos HostClock::monotonic() const { return read_clock(CLOCK_MONOTONIC); }
Nanos HostClock::realtime() const { return read_clock(CLOCK_REALTIME); }

}  // namespace unetns
