// What an incoming ICMP error means to a socket (RFC 1122 §4.1.3.3, ip(7), udp(7)).
#ifndef UNETNS_INET_ICMP_ICMP_ERRORS_H_
#define UNETNS_INET_ICMP_ICMP_ERRORS_H_

#include <cstdint>

namespace unetns {

struct IcmpMeaning {
  int err = 0;        // errno; 0: nothing to tell
  bool hard = false;  // ends what was tried; a soft one may pass
};

IcmpMeaning icmp_meaning(uint8_t type, uint8_t code);

}  // namespace unetns

#endif  // UNETNS_INET_ICMP_ICMP_ERRORS_H_
