// Options of level IPPROTO_UDP (udp(7)).
#ifndef UNETNS_SOCKET_INET_UDP_OPTIONS_H_
#define UNETNS_SOCKET_INET_UDP_OPTIONS_H_

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace unetns {

struct UdpOptions {
  bool cork = false;  // UDP_CORK
  bool gro = false;   // UDP_GRO
  bool no_check6_tx = false, no_check6_rx = false;
  uint16_t segment = 0;  // UDP_SEGMENT
  int encap = 0;         // UDP_ENCAP

  // EINVAL when short or out of range, ENOPROTOOPT.
  Result<void> set(int name, Bytes value);
  Result<ByteVector> get(int name, size_t max) const;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_UDP_OPTIONS_H_
