// ioctl(2) about what a datagram socket has received (SIOCINQ, SIOCOUTQ, SIOCGSTAMP, SIOCGSTAMPNS;
// socket(7), udp(7), packet(7)).
#ifndef UNETNS_SOCKET_QUEUE_IOCTL_H_
#define UNETNS_SOCKET_QUEUE_IOCTL_H_

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "env/clock.h"

namespace unetns {

// `next`: bytes of the next datagram, 0: there is none. `last_stamp`: when the one arrived that the
// program got last; 0: none with a stamp. nullopt: a request of another kind.
std::optional<Result<int>> queue_ioctl(unsigned long request, MutableBytes arg, size_t next,
                                       Nanos last_stamp);

}  // namespace unetns

#endif  // UNETNS_SOCKET_QUEUE_IOCTL_H_
