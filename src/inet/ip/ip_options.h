// IPv4 options (RFC 791 §3.1): checked on the way in, filled in on the way through, echoed in
// answers.
#ifndef UNETNS_INET_IP_IP_OPTIONS_H_
#define UNETNS_INET_IP_IP_OPTIONS_H_

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

// Where the options that matter stand, as offsets into the option bytes; 0-based, -1: absent.
struct IpOptionsFacts {
  int record_route = -1, timestamp = -1, source_route = -1, router_alert = -1, cipso = -1;
  bool strict_source_route = false;
  // What became of them on their way in:
  bool route_recorded = false;
  std::optional<Ipv4Address> next_hop;  // of the source route: we were the last hop's destination
};

// Reads up to the first octet at fault; its offset is `error` (parameter problem's pointer, less
// the 20 bytes of the header), -1: there is none. `received`: not all that is refused to programs
// is refused to packets.
struct IpOptionsReading {
  IpOptionsFacts facts;
  int error = -1;
};
IpOptionsReading read_ip_options(Bytes options, bool received);
// The same for options of a program; the error is the offset.
std::expected<IpOptionsFacts, uint8_t> check_ip_options(Bytes options);

// Fills the next free slot of record route, if there is one, and says whether.
bool record_route(MutableBytes options, const IpOptionsFacts& facts, const Ipv4Address& address);
// Puts another address into the slot that was filled last.
void record_route_anew(MutableBytes options, const IpOptionsFacts& facts,
                       const Ipv4Address& address);
// Fills the next free slot of the timestamp option with the address and the time of day; one that
// names an address beforehand only if that `is_ours`. Without room the overflow is counted, but not
// by the `sender`.
void record_timestamp(MutableBytes options, const IpOptionsFacts& facts, const Ipv4Address& address,
                      Nanos realtime, const std::function<bool(const Ipv4Address&)>& is_ours,
                      bool sender = false);

// The options of all fragments but the first: those with the copied bit; others turn into
// no-operations.
ByteVector copied_options(Bytes options);

// What an answer carries back: record route and timestamp as they are (RFC 1122 §3.2.2.6), a source
// route turned round (§3.2.1.8), whose first hop is then the destination.
struct EchoedOptions {
  ByteVector bytes;
  std::optional<Ipv4Address> first_hop;
};
EchoedOptions echoed_options(Bytes options, const IpOptionsFacts& facts, const Ipv4Address& sender);

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_OPTIONS_H_
