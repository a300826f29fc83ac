// PortRanges: a set of ports as net.ipv4.ip_local_reserved_ports writes it: "8080,9000-9010".
#ifndef UNETNS_INET_IP_PORT_RANGES_H_
#define UNETNS_INET_IP_PORT_RANGES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unetns {

class PortRanges {
 public:
  // EINVAL. Nothing at all is the empty set.
  static Result<PortRanges> parse(std::string_view text);
  std::string text() const;

  bool empty() const { return ranges_.empty(); }
  bool contains(uint16_t port) const;

 private:
  struct Range {
    uint16_t first, last;
  };
  std::vector<Range> ranges_;  // in order, with gaps between them
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_PORT_RANGES_H_
