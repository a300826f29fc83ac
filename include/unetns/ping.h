// ping(): echo requests from a namespace, as ping(8) sends them (RFC 792, RFC 4443).
#ifndef UNETNS_PING_H_
#define UNETNS_PING_H_

#include <cstdint>
#include <vector>

#include "unetns/netns.h"
#include "unetns/world.h"

namespace unetns {

struct PingOptions {
  int count = 3;
  Nanos interval = std::chrono::seconds(1);  // from one request to the next
  Nanos timeout = std::chrono::seconds(1);   // for the last answer
  size_t payload = 56;                       // bytes behind the ICMP header, at most 65507
};

struct PingReport {
  int sent = 0;
  int received = 0;                // requests that were answered
  std::vector<Nanos> round_trips;  // of the answers, in their order
};

// Sends `count` requests and runs the world until all are answered or the time is over. Errors of
// send(2) that persist (ENETUNREACH: no route …) end it; lost requests are no error.
Result<PingReport> ping(World& world, const Netns& from, const IpAddress& to,
                        const PingOptions& options = {});

}  // namespace unetns

#endif  // UNETNS_PING_H_
