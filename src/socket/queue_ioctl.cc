#include "socket/queue_ioctl.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>

namespace unetns {

std::optional<Result<int>> queue_ioctl(unsigned long request, MutableBytes arg, size_t next,
                                       Nanos last_stamp) {
  const auto give = [&](const auto& value) -> Result<int> {
    if (arg.size() < sizeof value) return fail(EFAULT);
    store(arg.data(), value);
    return 0;
  };
  switch (request) {
    case SIOCINQ:
      return give(static_cast<int>(next));
    case SIOCOUTQ:
      return give(0);
    case SIOCGSTAMP_OLD:
    case SIOCGSTAMPNS_OLD:
    case SIOCGSTAMP_NEW:
    case SIOCGSTAMPNS_NEW: {
      if (last_stamp == Nanos{}) return fail(ENOENT);
      const int64_t ns = last_stamp.count() % 1'000'000'000;
      return give(std::array<int64_t, 2>{
          last_stamp.count() / 1'000'000'000,
          request == SIOCGSTAMP_OLD || request == SIOCGSTAMP_NEW ? ns / 1000 : ns});
    }
    default:
      return std::nullopt;
  }
}

}  // namespace unetns
