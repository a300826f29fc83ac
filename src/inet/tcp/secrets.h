// TcpSecrets: the keyed hashes that TCP must not let others guess: initial sequence numbers
// (RFC 6528) and offsets of timestamps (RFC 7323 §5.4).
#ifndef UNETNS_INET_TCP_SECRETS_H_
#define UNETNS_INET_TCP_SECRETS_H_

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "env/clock.h"

namespace unetns {

class Rng;

using SipKey = std::array<uint64_t, 2>;
// SipHash-2-4 (Aumasson, Bernstein 2012).
uint64_t siphash24(const SipKey& key, Bytes data);

// `tuple` is any fixed encoding of both addresses and ports, ours first.
class TcpSecrets {
 public:
  explicit TcpSecrets(Rng& rng);
  uint32_t iss(Nanos now, Bytes tuple) const;  // grows by one each 64 ns
  uint32_t ts_offset(Bytes addresses) const;

 private:
  SipKey iss_, ts_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_SECRETS_H_
