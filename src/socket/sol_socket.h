// Option numbers of SOL_SOCKET that the libc headers may lack, and Linux's limits (socket(7)).
#ifndef UNETNS_SOCKET_SOL_SOCKET_H_
#define UNETNS_SOCKET_SOL_SOCKET_H_

#include <sys/socket.h>

#include "base/bytes.h"
#include "base/result.h"

namespace unetns {

inline constexpr int kBufferMax = 212992;  // net.core.{r,w}mem_max
inline constexpr int kMinRcvbuf = 2304;
inline constexpr int kMinSndbuf = 4608;

inline constexpr int kSoTimestampOld = 29, kSoTimestampNsOld = 35, kSoTimestampingOld = 37;
inline constexpr int kSoTimestampNew = 63, kSoTimestampNsNew = 64, kSoTimestampingNew = 65;
inline constexpr int kSoRcvtimeoOld = 20, kSoSndtimeoOld = 21, kSoRcvtimeoNew = 66,
                     kSoSndtimeoNew = 67;
inline constexpr int kSoBindToIfindex = 62, kSoCookie = 57, kSoNetnsCookie = 71, kSoMeminfo = 55;
inline constexpr int kSoDetachReuseportBpf = 68;
inline constexpr int kSoPeerGroups = 59, kSoZerocopy = 60, kSoTxtime = 61;
inline constexpr int kSoPreferBusyPoll = 69, kSoBusyPollBudget = 70, kSoBufLock = 72;
inline constexpr int kSoBsdcompat = 14, kSoCnxAdvice = 53, kSoRcvpriority = 82;
inline constexpr int kSoReserveMem = 73, kSoTxrehash = 74, kSoRcvmark = 75;
inline constexpr int kSoPasspidfd = 76, kSoPeerpidfd = 77, kSoPassrights = 83;  // of UNIX sockets

// The int that setsockopt(2) takes: EINVAL when shorter.
inline Result<int> option_int(Bytes value) {
  if (value.size() < sizeof(int)) return fail(EINVAL);
  return load<int>(value.data());
}

// An int as getsockopt(2) gives it: at most `max` bytes.
inline ByteVector option_value(int v, size_t max) {
  const Bytes b = bytes_of(v);
  return ByteVector(b.begin(), b.begin() + static_cast<ptrdiff_t>(max < sizeof v ? max : sizeof v));
}
template <class T>
ByteVector option_struct(const T& v, size_t max) {
  const Bytes b = bytes_of(v);
  return ByteVector(b.begin(), b.begin() + static_cast<ptrdiff_t>(max < sizeof v ? max : sizeof v));
}

}  // namespace unetns

#endif  // UNETNS_SOCKET_SOL_SOCKET_H_
