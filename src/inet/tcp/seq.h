// Sequence numbers wrap (RFC 9293 §3.4): order is that of the nearer way round.
#ifndef UNETNS_INET_TCP_SEQ_H_
#define UNETNS_INET_TCP_SEQ_H_

#include <cstdint>

namespace unetns {

inline bool seq_lt(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) < 0; }
inline bool seq_le(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) <= 0; }
inline bool seq_gt(uint32_t a, uint32_t b) { return seq_lt(b, a); }
inline bool seq_ge(uint32_t a, uint32_t b) { return seq_le(b, a); }
inline uint32_t seq_max(uint32_t a, uint32_t b) { return seq_lt(a, b) ? b : a; }
inline uint32_t seq_min(uint32_t a, uint32_t b) { return seq_lt(a, b) ? a : b; }
// low <= seq <= high
inline bool seq_between(uint32_t low, uint32_t seq, uint32_t high) {
  return seq - low <= high - low;
}

}  // namespace unetns

#endif  // UNETNS_INET_TCP_SEQ_H_
