// Times as system calls have them (timespec(3type)).
#ifndef UNETNS_ENV_TIMESPEC_H_
#define UNETNS_ENV_TIMESPEC_H_

#include <sys/time.h>  // timespec

#include <cerrno>

#include "base/result.h"
#include "env/clock.h"

namespace unetns {

inline timespec to_timespec(Nanos t) {
  return {t.count() / 1'000'000'000, t.count() % 1'000'000'000};
}

// EINVAL: no time.
inline Result<Nanos> from_timespec(const timespec& t) {
  if (t.tv_sec < 0 || t.tv_nsec < 0 || t.tv_nsec >= 1'000'000'000) return fail(EINVAL);
  return std::chrono::seconds(t.tv_sec) + Nanos(t.tv_nsec);
}

}  // namespace unetns

#endif  // UNETNS_ENV_TIMESPEC_H_
