// SynCookies: a listener whose queue is full keeps the state of half-open connections in its
// sequence numbers (RFC 4987 §3.6), and options in the low bits of its timestamps.
#ifndef UNETNS_INET_TCP_SYN_COOKIE_H_
#define UNETNS_INET_TCP_SYN_COOKIE_H_

#include "inet/tcp/handshake.h"
#include "inet/tcp/secrets.h"

namespace unetns {

class Rng;

class SynCookies {
 public:
  explicit SynCookies(Rng& rng);

  // The SYN-ACK for a SYN. `tuple`: any fixed encoding of both addresses and ports, ours first.
  TcpSegmentOut make(const TcpSettings& settings, Nanos now, Bytes tuple, const TcpSegmentIn& syn,
                     uint32_t ts_offset, uint32_t path_mtu, uint32_t ip_overhead) const;
  // Whether an ACK belongs to a cookie made within the last two to three minutes: then what was
  // agreed, from which a connection is made as from a request. Same settings and ts_offset as
  // above.
  std::optional<TcpNegotiated> check(const TcpSettings& settings, Nanos now, Bytes tuple,
                                     const TcpSegmentIn& ack, uint32_t ts_offset, uint32_t path_mtu,
                                     uint32_t ip_overhead) const;

 private:
  uint32_t cookie(uint32_t count, Bytes tuple, uint32_t irs, unsigned mss_index) const;
  uint32_t hash(int which, uint32_t count, uint32_t irs, Bytes tuple) const;
  SipKey keys_[2];
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_SYN_COOKIE_H_
