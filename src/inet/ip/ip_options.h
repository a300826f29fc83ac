// IPv4 options (RFC 791 §3.1): checked on the way in, filled in on the way through, echoed in
// answers.
#ifndef UNETNS_INET_IP_IP_OPTIONS_H_
#define UNETNS_INET_IP_IP_OPTIONS_H_

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

// Where the options that matter stand, as offsets into the option bytes; 0-based, -1: absent.
struct IpOptionsFacts {
  int record_route = -1, timestamp = -1, source_route = -1, router_alert = -1;
  bool strict_source_route = false;
};

// Checks form and lengths. The error is the offset of the octet at fault (parameter problem's
// pointer, less the 20 bytes of the header).
std::expected<IpOptionsFacts, uint8_t> check_ip_options(Bytes options);

// Fills the next free slot of record route, if there is one.
void record_route(MutableBytes options, const IpOptionsFacts& facts, const Ipv4Address& address);
// Fills the next free slot of the timestamp option with the address and the time of day. Without
// room the overflow is counted, but not by the `sender`.
void record_timestamp(MutableBytes options, const IpOptionsFacts& facts, const Ipv4Address& address,
                      Nanos realtime, bool sender = false);

// The options that every fragment carries: those with the copied bit, padded to 4 bytes.
ByteVector copied_options(Bytes options);
// What an echo reply carries back: record route and timestamp, as they are (RFC 1122 §3.2.2.6).
ByteVector echoed_options(Bytes options, const IpOptionsFacts& facts);

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_OPTIONS_H_
